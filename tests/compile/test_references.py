"""Following references (polyaxonfile section 8): where they lead, what goes over what, and the whole chain in every error."""

from pathlib import Path

import pytest

import polyspec
from polyspec import Limits, Resolvers
from polyspec.resolve import Fetched, Reference

from .compiling import CONTEXT, diagnostics, write

COMPONENT = (
    "{kind: component, tags: [c], inputs: [{name: lr, value: 1}], run: {kind: job, container: {image: c, args: ['{{ lr }}']}}}"
)


def container(source: Path, resolvers: Resolvers | None = None) -> dict[str, object]:
    found: dict[str, object] = polyspec.compile(source, context=CONTEXT, resolvers=resolvers).to_dict()["run"]["container"]
    return found


class TestWhereTheyLead:
    def test_a_path_is_relative_to_the_file_that_holds_it(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "ops").mkdir()
        (tmp_path / "components").mkdir()
        write(tmp_path / "components", train="{kind: operation, pathRef: ./base.yaml, params: {lr: 2}}", base=COMPONENT)
        main = write(
            tmp_path / "ops", main="{kind: operation, pathRef: ../components/train.yaml, runPatch: {container: {image: o}}}"
        )
        monkeypatch.chdir(tmp_path)
        assert container(main) == {"image": "o", "args": ["2"]}
        assert container(Path("ops/main.yaml")) == {"image": "o", "args": ["2"]}

    def test_a_path_in_an_object_is_relative_to_the_working_folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        write(tmp_path, base=COMPONENT)
        monkeypatch.chdir(tmp_path)
        assert polyspec.compile({"pathRef": "base.yaml"}).run.container.image == "c"

    def test_a_url_is_served_by_a_mirror(self, tmp_path: Path) -> None:
        (tmp_path / "mirror").mkdir()
        write(tmp_path / "mirror", base=COMPONENT)
        main = write(tmp_path, main="{urlRef: 'https://example.com/specs/base.yaml', params: {lr: 5}}")
        resolvers = Resolvers.default(mirrors={"https://example.com/specs/": tmp_path / "mirror"}, offline=True)
        assert container(main, resolvers) == {"image": "c", "args": ["5"]}

    def test_a_component_of_a_hub(self, tmp_path: Path) -> None:
        (tmp_path / "hub/acme/train").mkdir(parents=True)
        write(tmp_path / "hub/acme/train", latest=COMPONENT, v2=COMPONENT.replace("image: c", "image: v2"))
        resolvers = Resolvers.default(hub=tmp_path / "hub")
        assert container(write(tmp_path, main="hubRef: acme/train"), resolvers)["image"] == "c"
        assert container(write(tmp_path, main="hubRef: acme/train:v2"), resolvers)["image"] == "v2"

    def test_a_component_inside(self, tmp_path: Path) -> None:
        main = write(tmp_path, main=f"{{kind: operation, tags: [o], component: {COMPONENT}}}")
        assert polyspec.compile(main).to_dict()["tags"] == ["c", "o"]

    def test_the_component_inside_goes_before_the_reference_that_it_came_from(self, tmp_path: Path) -> None:
        main = write(tmp_path, main=f"{{kind: operation, hubRef: acme/train, component: {COMPONENT}}}")
        assert container(main)["image"] == "c"

    def test_a_reference_inside_a_component_inside(self, tmp_path: Path) -> None:
        main = write(
            tmp_path,
            main="{kind: operation, tags: [o], component: {kind: operation, tags: [i], pathRef: ./base.yaml}}",
            base=COMPONENT,
        )
        assert polyspec.compile(main).to_dict()["tags"] == ["c", "i", "o"]

    def test_local_fields_patch_what_they_refer_to_under_their_own_strategy(self, tmp_path: Path) -> None:
        main = write(
            tmp_path,
            main="{pathRef: middle.yaml, patchStrategy: replace, tags: [o]}",
            middle="{pathRef: base.yaml, patchStrategy: pre_merge, tags: [m], container: {image: m, workingDir: /m}}",
            base=COMPONENT,
        )
        spec = polyspec.compile(main)
        assert spec.to_dict()["tags"] == ["o"]
        assert (spec.run.container.image, spec.run.container.working_dir) == ("c", "/m")

    def test_operations_of_a_dag_carry_their_components(self, tmp_path: Path) -> None:
        (tmp_path / "parts").mkdir()
        write(tmp_path / "parts", base=COMPONENT, outer="{kind: operation, pathRef: ./base.yaml, tags: [x]}")
        main = write(
            tmp_path,
            main="""
            run:
              kind: dag
              operations:
              - {name: a, pathRef: parts/base.yaml}
              - {name: b, component: {pathRef: parts/outer.yaml}}
              - {name: c, dagRef: shared}
              components:
              - {name: shared, pathRef: parts/base.yaml}
            """,
        )
        run = polyspec.compile(main).to_dict()["run"]
        assert run["operations"][0]["component"]["kind"] == "component"
        assert run["operations"][1]["component"]["component"]["component"]["kind"] == "component"
        assert run["components"][0]["component"]["kind"] == "component"

    def test_a_resolver_of_the_users_stands_in(self, tmp_path: Path) -> None:
        asked: list[tuple[str, str, str | None]] = []

        def resolve(reference: Reference) -> Fetched:
            asked.append((reference.kind, reference.target, reference.base))
            return Fetched("mem:base", COMPONENT)

        main = write(tmp_path, main="hubRef: train")
        assert container(main, Resolvers.default().with_resolver("hubRef", resolve))["image"] == "c"
        assert asked == [("hubRef", "train", str(main))]


class TestWhatTheyReadOnce:
    def test_one_document_under_every_spelling(self, tmp_path: Path) -> None:
        reads: list[str] = []

        def resolve(reference: Reference) -> Fetched:
            reads.append(reference.target)
            return Fetched(f"mem:{reference.target}", COMPONENT)

        operations = ", ".join(f"{{name: o{index}, hubRef: train}}" for index in range(5))
        main = write(tmp_path, main=f"run: {{kind: dag, operations: [{operations}]}}")
        spec = polyspec.compile(main, resolvers=Resolvers.default().with_resolver("hubRef", resolve))
        assert reads == ["train"]
        assert [source.uri for source in spec.sources] == [str(main), "mem:train"]


class TestWhatGoesWrong:
    def test_a_missing_file_is_told_at_its_reference(self, tmp_path: Path) -> None:
        main = write(tmp_path, main="kind: operation\npathRef: ./bse.yaml\n", base=COMPONENT)
        (found,) = diagnostics(main)
        assert str(found) == (
            "error[reference-not-found]: no file at `./bse.yaml`\n"
            f" --> {main}:2:10\n"
            "  |\n"
            "2 | pathRef: ./bse.yaml\n"
            "  |          ^^^^^^^^^^\n"
            "  = at: pathRef\n"
            "  = help: did you mean `base.yaml`?"
        )

    def test_a_circle_is_told_with_the_whole_chain(self, tmp_path: Path) -> None:
        main = write(tmp_path, a="pathRef: b.yaml\n", b="pathRef: ./c.yaml\n", c="kind: operation\npathRef: a.yaml\n")
        (found,) = diagnostics(main)
        assert str(found) == (
            "error[reference-cycle]: the references go in a circle: pathRef b.yaml -> pathRef ./c.yaml -> pathRef a.yaml\n"
            f" --> {tmp_path}/c.yaml:2:10\n"
            "  |\n"
            "2 | pathRef: a.yaml\n"
            "  |          ^^^^^^\n"
            "  = at: pathRef\n"
            "  = note: reached by pathRef b.yaml\n"
            "  = note: reached by pathRef ./c.yaml"
        )

    def test_a_file_that_refers_to_itself(self, tmp_path: Path) -> None:
        main = write(tmp_path, a="pathRef: ../" + tmp_path.name + "/a.yaml")
        (found,) = diagnostics(main)
        assert found.message == f"the references go in a circle: pathRef ../{tmp_path.name}/a.yaml"

    def test_a_chain_may_be_as_long_as_its_limit(self, tmp_path: Path) -> None:
        links = {f"f{index}": f"pathRef: f{index + 1}.yaml" for index in range(3)}
        main = write(tmp_path, **links, f3=COMPONENT)
        assert polyspec.compile(main, limits=Limits(chain=3)).run.container.image == "c"
        (found,) = diagnostics(main, limits=Limits(chain=2))
        assert (found.code, found.message) == ("limit-chain", "more than 2 references follow one another")
        assert found.hint == "the limit is `Limits.chain`; raise it with `Limits(chain=...)`"
        assert str(found.location) == f"{tmp_path}/f2.yaml:1:10"
        assert [note.message for note in found.notes] == ["reached by pathRef f1.yaml", "reached by pathRef f2.yaml"]

    def test_as_many_references_as_the_limit(self, tmp_path: Path) -> None:
        parts = {f"p{index}": COMPONENT for index in range(3)}
        operations = "\n".join(f"  - {{name: o{index}, pathRef: p{index}.yaml}}" for index in range(3))
        main = write(tmp_path, main=f"run:\n  kind: dag\n  operations:\n{operations}\n", **parts)
        assert polyspec.compile(main, limits=Limits(references=3)).kind == "dag"
        (found,) = diagnostics(main, limits=Limits(references=2))
        assert (found.code, found.message) == ("limit-references", "more than 2 references are followed")
        assert found.hint == "the limit is `Limits.references`; raise it with `Limits(references=...)`"
        assert (str(found.location), found.path) == (f"{main}:6:25", ("run", "operations", 2, "pathRef"))

    def test_a_mistake_in_what_is_referred_to_is_told_there_with_the_way(self, tmp_path: Path) -> None:
        main = write(
            tmp_path,
            main="kind: operation\npathRef: middle.yaml\n",
            middle="pathRef: base.yaml\n",
            base="kind: component\nrn: {}\n",
        )
        (found,) = diagnostics(main)
        assert (found.code, str(found.location), found.hint) == (
            "unknown-field",
            f"{tmp_path}/base.yaml:2:1",
            "did you mean `run`?",
        )
        assert [(note.message, str(note.location)) for note in found.notes] == [
            ("referred to here", f"{tmp_path}/middle.yaml:1:10"),
            ("reached by pathRef middle.yaml", "None"),
        ]

    def test_what_is_no_spec_is_not_quoted(self, tmp_path: Path) -> None:
        main = write(tmp_path, main="pathRef: base.yaml", base="password: hunter22\n")
        (found,) = diagnostics(main)
        assert found.excerpt is None
        assert "hunter22" not in str(found)

    def test_a_reference_of_a_kind_that_nothing_answers(self, tmp_path: Path) -> None:
        (found,) = diagnostics(write(tmp_path, main="{kind: operation, hubRef: acme/train}"))
        assert found.code == "reference-refused"
        assert str(found.location) == f"{tmp_path}/main.yaml:1:27"

    def test_two_references_in_one_spec(self, tmp_path: Path) -> None:
        (found,) = diagnostics(write(tmp_path, main="kind: operation\nhubRef: a\npathRef: b.yaml\n"))
        assert (found.code, found.message, str(found.location)) == (
            "many-references",
            "a spec has one reference at most",
            f"{tmp_path}/main.yaml:3:10",
        )

    def test_a_problem_of_the_whole_is_told_in_the_file_that_has_it(self, tmp_path: Path) -> None:
        main = write(
            tmp_path,
            main="kind: operation\npathRef: base.yaml\nparams:\n  lr: fast\n",
            base="kind: component\ninputs:\n- name: lr\n  type: float\nrun: {kind: job, container: {image: '{{ lr }}'}}\n",
        )
        (found,) = diagnostics(main)
        assert (str(found.location), found.message) == (f"{main}:4:7", "param `lr`: expected a number, found text")
        assert [(note.message, str(note.location)) for note in found.notes] == [
            ("expected because of this input", f"{tmp_path}/base.yaml:3:9")
        ]
