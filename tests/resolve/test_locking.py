"""Files under a lock: what is reached is in it, exactly these bytes are compiled, and what differs says what to run."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import polyspec
from polyspec import PolyspecError, Resolvers
from polyspec.resolve import NamedPresets, Reference
from polyspec.resolve.reference import sha256

Serve = Callable[..., tuple[str, list[str]]]
Told = tuple[str, str, str | None]

TRAIN = "kind: component\nname: train\nrun: {kind: job, container: {image: busybox}}\n"
OTHER = TRAIN.replace("busybox", "alpine")


def digest(text: str) -> str:
    return sha256(text.encode())


def write(folder: Path, **files: str) -> None:
    """Files of a folder: `a__b` is `a/b.yaml`."""
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def told(call: Callable[[], object]) -> list[Told]:
    with pytest.raises(PolyspecError) as caught:
        call()
    return [(it.code, it.message, it.hint) for it in caught.value.diagnostics]


def keys(lock: polyspec.resolve.Lock) -> list[tuple[str, str, str]]:
    return [(entry.kind, entry.target, entry.uri) for entry in lock.entries]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a file that stands on another, and a hub beside it."""
    folder = tmp_path / "project"
    write(folder, train="pathRef: components/base.yaml\n", components__base=TRAIN)
    monkeypatch.chdir(folder)
    return folder


class TestWhatIsReached:
    def test_is_every_document_on_the_way(self, tmp_path: Path) -> None:
        write(
            tmp_path, train="pathRef: parts/a.yaml", parts__a="hubRef: b:2", hub__b__2="urlRef: https://e.com/c", mirror__c=TRAIN
        )
        (tmp_path / "mirror/c.yaml").rename(tmp_path / "mirror/c")
        resolvers = Resolvers.default(mirrors={"https://e.com/": tmp_path / "mirror"}, hub=tmp_path / "hub")
        lock = polyspec.lock([tmp_path / "train.yaml"], resolvers=resolvers)
        assert [(entry.kind, entry.target, entry.uri, entry.digest) for entry in lock.entries] == [
            ("hubRef", "b:2", "hub:b:2", digest("urlRef: https://e.com/c")),
            ("pathRef", "parts/a.yaml", "./parts/a.yaml", digest("hubRef: b:2")),
            ("urlRef", "https://e.com/c", "https://e.com/c", digest(TRAIN)),
        ]
        assert (tmp_path / "polyspec.lock").read_text() == lock.to_text()

    def test_is_what_operations_of_a_dag_stand_on(self, tmp_path: Path) -> None:
        dag = "run: {kind: dag, operations: [{name: a, pathRef: a.yaml}, {name: b, component: {run: {kind: dag, operations: ["
        dag += "{name: c, pathRef: c.yaml}]}}}], components: [{name: d, pathRef: d.yaml}]}"
        write(tmp_path, train=dag, a="pathRef: e.yaml", c=TRAIN, d=TRAIN, e=TRAIN)
        assert [entry.target for entry in polyspec.lock([tmp_path / "train.yaml"]).entries] == [
            "a.yaml",
            "c.yaml",
            "d.yaml",
            "e.yaml",
        ]

    def test_is_what_presets_name(self, tmp_path: Path) -> None:
        write(
            tmp_path,
            train=f"presets: [gpu, dag]\n{TRAIN}",
            presets__gpu="isPreset: true\nqueue: gpu",
            presets__dag="isPreset: true",
        )
        resolvers = Resolvers.default().with_resolver("presets", NamedPresets(tmp_path / "presets"))
        assert keys(polyspec.lock([tmp_path / "train.yaml"], resolvers=resolvers)) == [
            ("presets", "dag", "./presets/dag.yaml"),
            ("presets", "gpu", "./presets/gpu.yaml"),
        ]

    def test_is_what_hooks_and_builds_stand_on_however_deep(self, tmp_path: Path) -> None:
        notify = f"hooks: [{{hubRef: notify}}, {{hubRef: page}}]\n{TRAIN}"
        build = "build: {hubRef: kaniko}"
        dag = f"run: {{kind: dag, operations: [{{name: a, {build}, pathRef: a.yaml}}]}}"
        write(tmp_path, train=f"hooks: [{{hubRef: notify}}]\n{dag}", a=f"hooks: [{{hubRef: later}}]\n{TRAIN}")
        write(tmp_path / "hub", notify__latest=notify, page__latest=TRAIN, kaniko__latest=TRAIN, later__latest=TRAIN)
        lock = polyspec.lock([tmp_path / "train.yaml"], resolvers=Resolvers.default(hub=tmp_path / "hub"))
        assert [entry.target for entry in lock.entries] == ["kaniko", "later", "notify", "page", "a.yaml"]

    def test_is_the_tuner_of_a_matrix(self, tmp_path: Path) -> None:
        tuner = "tuner: {hubRef: tune, params: {lr: {value: 1}}}"
        matrix = f"matrix: {{kind: iterative, maxIterations: 1, {tuner}}}\n"
        component = "component: {run: {kind: job, container: {image: busybox}}}\n"
        write(tmp_path, train=matrix + component, hub__tune__latest=TRAIN)
        lock = polyspec.lock([tmp_path / "train.yaml"], resolvers=Resolvers.default(hub=tmp_path / "hub"))
        assert keys(lock) == [("hubRef", "tune", "hub:tune:latest")]

    def test_is_looked_up_even_where_a_param_is_missing(self, project: Path) -> None:
        write(project, components__base=f"inputs: [{{name: lr, type: float}}]\n{TRAIN}")
        assert [entry.target for entry in polyspec.lock(["train.yaml"]).entries] == ["components/base.yaml"]

    def test_of_a_preset_is_what_it_is_when_it_is_put_over_another(self, tmp_path: Path) -> None:
        dag = "isPreset: true\nhubRef: none\nrunPatch: {kind: dag}\n"
        write(tmp_path, over=dag)
        assert polyspec.lock([tmp_path / "over.yaml"]).entries == ()

    def test_names_no_folder_of_this_machine_and_no_secret(self, serve: Serve, tmp_path: Path) -> None:
        origin, _ = serve(lambda _: b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(TRAIN) + TRAIN.encode())
        write(tmp_path, project__train="pathRef: ../shared/a.yaml", shared__a=f"urlRef: {origin}/c?token=NEEDLE")
        resolvers = Resolvers.untrusted(tmp_path, [origin])
        text = polyspec.lock([tmp_path / "project/train.yaml"], resolvers=resolvers).to_text()
        assert [word for word in ("NEEDLE", str(tmp_path)) if word in text] == []
        assert f'target = "{origin}/c?query-' in text

    def test_that_leads_nowhere_is_told_of_every_file_and_nothing_is_written(self, project: Path) -> None:
        write(project, a="pathRef: none.yaml", b="pathRef: components/bose.yaml")
        assert [it[:2] for it in told(lambda: polyspec.lock(["a.yaml", "b.yaml", "train.yaml"]))] == [
            ("reference-not-found", "no file at `none.yaml`"),
            ("reference-not-found", "no file at `components/bose.yaml`"),
        ]
        assert not (project / "polyspec.lock").exists()

    def test_without_the_hub_of_hooks_builds_and_tuners_is_told_where_each_is_written(self, project: Path) -> None:
        operation = "{name: a, build: {hubRef: kaniko}, pathRef: components/base.yaml}"
        write(
            project,
            train="matrix: {kind: iterative, maxIterations: 1, tuner: {hubRef: tune}}\npathRef: dag.yaml\n",
            dag=f"run: {{kind: dag, operations: [{operation}]}}\n",
            components__base=f"hooks: [{{hubRef: page}}, {{hubRef: mail, params: '{{{{ p }}}}'}}]\n{TRAIN}",
        )
        with pytest.raises(PolyspecError) as caught:
            polyspec.lock(["train.yaml"])
        assert [(str(it.location), it.message) for it in caught.value.diagnostics] == [
            (f"{project}/{place}", f"`{name}` is a component of a hub, and no hub is given")
            for place, name in (
                ("dag.yaml:1:57", "kaniko"),
                ("components/base.yaml:1:18", "page"),
                ("components/base.yaml:1:34", "mail"),
                ("train.yaml:1:61", "tune"),
            )
        ]
        hint = "give one, a folder or an https URL: `Resolvers.default(hub=...)`, or `--hub-base`"
        assert {it.hint for it in caught.value.diagnostics} == {hint}
        assert not (project / "polyspec.lock").exists()


class TestUnderALock:
    def test_the_lock_beside_the_file_holds_it(self, project: Path) -> None:
        polyspec.lock(["train.yaml"])
        assert polyspec.compile("train.yaml").run.container.image == "busybox"
        write(project, components__base=OTHER)
        assert told(lambda: polyspec.compile("train.yaml")) == [
            (
                "lock-changed",
                f"`pathRef: components/base.yaml` is locked to `{digest(TRAIN)}`, but its document has `{digest(OTHER)}`",
                "review the change, then run `polyspec lock train.yaml --upgrade components/base.yaml`",
            )
        ]

    def test_what_changed_is_placed_at_the_reference_and_not_parsed(self, project: Path) -> None:
        polyspec.lock(["train.yaml"])
        write(project, components__base="{{ NEEDLE")
        with pytest.raises(PolyspecError) as caught:
            polyspec.compile("train.yaml")
        (found,) = caught.value.diagnostics
        assert found.location is not None
        assert (found.code, found.location.line, found.location.column, found.path) == ("lock-changed", 1, 10, ("pathRef",))
        assert "NEEDLE" not in str(caught.value)

    def test_a_reference_that_is_not_there_says_what_to_run(self, project: Path) -> None:
        polyspec.lock(["train.yaml"])
        write(project, train="pathRef: other.yaml", other=OTHER)
        missing = ("lock-missing", "the lock has no `pathRef: other.yaml`")
        assert told(lambda: polyspec.compile("train.yaml")) == [
            (*missing, "run `polyspec lock train.yaml`, and review what it adds")
        ]
        assert told(lambda: polyspec.compile(project / "train.yaml", lock="polyspec.lock")) == [
            (*missing, f"run `polyspec lock {project}/train.yaml --lock polyspec.lock`, and review what it adds")
        ]
        assert told(lambda: polyspec.compile({"pathRef": "other.yaml"}, lock="polyspec.lock")) == [
            (*missing, "run `polyspec lock FILE --lock polyspec.lock`, and review what it adds")
        ]

    def test_everything_that_differs_is_told_at_once(self, project: Path) -> None:
        operations = [f"{{name: {name}, pathRef: {name}.yaml}}" for name in "abc"]
        write(project, train=f"run: {{kind: dag, operations: [{', '.join(operations)}]}}", a=TRAIN, b=TRAIN, c=TRAIN)
        polyspec.lock(["train.yaml"])
        write(
            project,
            train=f"run: {{kind: dag, operations: [{', '.join(operations).replace('c.yaml', 'd.yaml')}]}}",
            a=OTHER,
            b=OTHER,
        )
        assert [it[:2] for it in told(lambda: polyspec.compile("train.yaml"))] == [
            ("lock-changed", f"`pathRef: a.yaml` is locked to `{digest(TRAIN)}`, but its document has `{digest(OTHER)}`"),
            ("lock-changed", f"`pathRef: b.yaml` is locked to `{digest(TRAIN)}`, but its document has `{digest(OTHER)}`"),
            ("lock-missing", "the lock has no `pathRef: d.yaml`"),
        ]

    def test_the_default_file_of_a_folder_has_it_beside_too(self, project: Path) -> None:
        (project / "train.yaml").rename(project / "polyaxon.yaml")
        polyspec.lock([project])
        write(project, components__base=OTHER)
        assert told(lambda: polyspec.compile(project))[0][0] == "lock-changed"

    def test_objects_and_texts_have_one_when_it_is_named(self, project: Path) -> None:
        polyspec.lock(["train.yaml"])
        write(project, components__base=OTHER)
        source = {"pathRef": "components/base.yaml"}
        assert polyspec.compile(source).run.container.image == "alpine"
        assert told(lambda: polyspec.compile(source, lock="polyspec.lock"))[0][0] == "lock-changed"

    def test_a_lock_that_is_named_has_to_be_there(self, project: Path) -> None:
        assert told(lambda: polyspec.compile("train.yaml", lock="ci/polyspec.lock")) == [
            ("lock-not-found", "there is no lock", "run `polyspec lock train.yaml --lock ci/polyspec.lock`")
        ]

    def test_a_broken_lock_is_no_reason_to_go_on_without(self, project: Path) -> None:
        (project / "polyspec.lock").write_text("<<<<<<< HEAD\n")
        assert [it[0] for it in told(lambda: polyspec.compile("train.yaml"))] == ["lock-invalid"]
        (project / "polyspec.lock").unlink()
        (project / "polyspec.lock").symlink_to("nowhere")
        assert [it[0] for it in told(lambda: polyspec.compile("train.yaml"))] == ["lock-not-found"]

    def test_another_checkout_has_the_same_lock(self, project: Path, tmp_path: Path) -> None:
        write(tmp_path, shared__x=TRAIN)
        write(project, components__base="pathRef: ../../shared/x.yaml")
        polyspec.lock(["train.yaml"])
        checkout = tmp_path / "deep/er/project"
        write(checkout, train="pathRef: components/base.yaml\n", components__base="pathRef: ../../shared/x.yaml")
        write(tmp_path / "deep/er", shared__x=TRAIN)
        (checkout / "polyspec.lock").write_bytes((project / "polyspec.lock").read_bytes())
        assert polyspec.check_lock([checkout / "train.yaml"]).files == ("train.yaml",)
        assert polyspec.compile(checkout / "train.yaml") == polyspec.compile("train.yaml")

    def test_hooks_that_are_looked_up_later_are_held_too(self, project: Path, tmp_path: Path) -> None:
        write(project, train=f"hooks: [{{hubRef: notify}}]\nbuild: {{hubRef: kaniko}}\n{TRAIN}")
        write(tmp_path / "hub", notify__latest=TRAIN, kaniko__latest=f"inputs: [{{name: destination, type: image}}]\n{TRAIN}")
        resolvers = Resolvers.default(hub=tmp_path / "hub")
        polyspec.lock(["train.yaml"], resolvers=resolvers)
        spec = polyspec.compile("train.yaml", resolvers=resolvers)
        assert (spec.hooks[0].name, spec.build is not None) == ("train", True)
        write(tmp_path / "hub", notify__latest=OTHER)
        spec = polyspec.compile("train.yaml", resolvers=resolvers)
        assert told(lambda: spec.hooks) == [
            (
                "lock-changed",
                f"`hubRef: notify` is locked to `{digest(TRAIN)}`, but its document has `{digest(OTHER)}`",
                "review the change, then run `polyspec lock train.yaml --upgrade notify`",
            )
        ]

    def test_a_preset_that_is_not_locked_says_what_locks_it(self, project: Path) -> None:
        write(project, train=f"presets: [gpu]\n{TRAIN}", presets__gpu="isPreset: true\nqueue: gpu")
        polyspec.lock(["train.yaml"])  # names are not looked up here, and so none is locked
        resolvers = Resolvers.default().with_resolver("presets", NamedPresets("presets"))
        assert told(lambda: polyspec.compile("train.yaml", resolvers=resolvers)) == [
            (
                "lock-missing",
                "the lock has no `presets: gpu`",
                "run `polyspec lock train.yaml --preset-folder FOLDER`, and review what it adds",
            )
        ]

    def test_presets_by_name_are_looked_up_as_they_were_locked(self, project: Path) -> None:
        write(project, train=f"presets: [gpu]\n{TRAIN}", presets__gpu="isPreset: true\nqueue: gpu")
        resolvers = Resolvers.default().with_resolver("presets", NamedPresets("presets"))
        polyspec.lock(["train.yaml"], resolvers=resolvers)
        assert polyspec.compile("train.yaml", resolvers=resolvers).to_dict()["queue"] == "gpu"
        assert told(lambda: polyspec.compile("train.yaml")) == [
            (
                "reference-not-found",
                "there is no preset `gpu`: none are registered",
                'give a folder: `resolvers.with_resolver("presets", NamedPresets("/folder"))`, or `--preset-folder`',
            )
        ]

    def test_what_the_call_names_is_the_callers(self, project: Path) -> None:
        polyspec.lock(["train.yaml"])
        write(project, over="isPreset: true\nqueue: gpu", source=TRAIN)
        resolvers = Resolvers.default(mirrors={"https://example.com/": project}, offline=True)
        for preset in ("over.yaml", "https://example.com/over.yaml"):
            assert polyspec.compile("train.yaml", presets=[preset], resolvers=resolvers).to_dict()["queue"] == "gpu"
        spec = polyspec.compile("https://example.com/source.yaml", lock="polyspec.lock", resolvers=resolvers)
        assert spec.name == "train"

    def test_a_pin_goes_together_with_the_lock(self, project: Path) -> None:
        right, wrong = digest(TRAIN).replace(":", "="), digest(OTHER).replace(":", "=")
        write(project, train=f"pathRef: components/base.yaml#{right}")
        polyspec.lock(["train.yaml"])
        assert polyspec.compile("train.yaml").name == "train"
        write(project, components__base=OTHER)
        assert told(lambda: polyspec.compile("train.yaml"))[0][0] == "digest-mismatch"
        write(project, train=f"pathRef: components/base.yaml#{wrong}")
        assert told(lambda: polyspec.compile("train.yaml")) == [
            (
                "lock-changed",
                f"`pathRef: components/base.yaml` is locked to `{digest(TRAIN)}`, and pinned to `{digest(OTHER)}`",
                "review the change, then run `polyspec lock train.yaml --upgrade components/base.yaml`",
            )
        ]
        polyspec.lock(["train.yaml"])
        assert polyspec.compile("train.yaml").run.container.image == "alpine"


class TestLockedAgain:
    def test_documents_stay_as_they_were_locked(self, project: Path) -> None:
        first = polyspec.lock(["train.yaml"])
        write(project, train="pathRef: components/more.yaml", components__more="pathRef: base.yaml")
        second = polyspec.lock(["train.yaml"])
        assert set(first.entries) < set(second.entries)
        write(project, components__base=OTHER)
        assert [it[0] for it in told(lambda: polyspec.lock(["train.yaml"]))] == ["lock-changed"]
        assert polyspec.resolve.read_lock("polyspec.lock") == second

    def test_what_is_upgraded_is_looked_up_anew_and_nothing_else(self, project: Path) -> None:
        write(
            project,
            train="run: {kind: dag, operations: [{name: a, pathRef: a.yaml}, {name: b, pathRef: b.yaml}]}",
            a=TRAIN,
            b=TRAIN,
        )
        polyspec.lock(["train.yaml"])
        write(project, a=OTHER)
        upgraded = polyspec.lock(["train.yaml"], upgrade=["a.yaml"])
        assert [(entry.target, entry.digest) for entry in upgraded.entries] == [
            ("a.yaml", digest(OTHER)),
            ("b.yaml", digest(TRAIN)),
        ]
        write(project, a=TRAIN, b=OTHER)
        assert [it[1][:19] for it in told(lambda: polyspec.lock(upgrade=["a.yaml"]))] == ["`pathRef: b.yaml` i"]
        assert [entry.digest for entry in polyspec.lock(upgrade="*").entries] == [digest(TRAIN), digest(OTHER)]

    def test_a_component_may_be_upgraded_by_its_name_whatever_its_tag(self, project: Path, tmp_path: Path) -> None:
        write(project, train="hubRef: base:1")
        write(tmp_path / "hub", base__1=TRAIN)
        resolvers = Resolvers.default(hub=tmp_path / "hub")
        polyspec.lock(["train.yaml"], resolvers=resolvers)
        write(tmp_path / "hub", base__1=OTHER)
        assert polyspec.lock(upgrade=["base"], resolvers=resolvers).entries[0].digest == digest(OTHER)

    def test_one_text_is_one_file_and_one_name(self, project: Path) -> None:
        assert polyspec.lock("train.yaml").files == ("train.yaml",)
        write(project, components__base=OTHER)
        assert polyspec.lock("train.yaml", upgrade="components/base.yaml").entries[0].digest == digest(OTHER)
        assert polyspec.check_lock("train.yaml").entries == polyspec.vendor("copies", "train.yaml").entries

    def test_a_name_that_is_not_locked(self, project: Path) -> None:
        polyspec.lock(["train.yaml"])
        with pytest.raises(
            ValueError, match=r"^the lock holds no reference 'components/bose.yaml': did you mean `components/base.yaml`\?$"
        ):
            polyspec.lock(upgrade=["components/bose.yaml"])

    def test_a_url_is_upgraded_as_it_is_written(self, project: Path, tmp_path: Path) -> None:
        write(project, train="urlRef: https://e.com/a.yaml?token=NEEDLE")
        write(tmp_path, mirror__a=TRAIN)
        resolvers = Resolvers.default(mirrors={"https://e.com/": tmp_path / "mirror"})
        polyspec.lock(["train.yaml"], resolvers=resolvers)
        write(tmp_path, mirror__a=OTHER)
        upgraded = polyspec.lock(upgrade=["https://e.com/a.yaml?token=NEEDLE"], resolvers=resolvers)
        assert [entry.digest for entry in upgraded.entries] == [digest(OTHER)]
        with pytest.raises(ValueError, match=r"^the lock holds no reference 'https://e.com/a.yaml\?query-.*'") as caught:
            polyspec.lock(upgrade=["https://e.com/a.yaml?token=NEEDLE2"], resolvers=resolvers)
        assert "NEEDLE" not in str(caught.value)

    def test_the_files_of_before_stay_in_it(self, project: Path) -> None:
        write(project, other="pathRef: a.yaml", a=TRAIN)
        polyspec.lock(["train.yaml"])
        lock = polyspec.lock(["other.yaml"])
        assert (lock.files, len(lock.entries)) == (("other.yaml", "train.yaml"), 2)
        (project / "train.yaml").unlink()
        assert polyspec.lock().files == ("other.yaml",)
        assert [entry.target for entry in polyspec.lock().entries] == ["a.yaml"]

    def test_a_lock_that_says_the_same_is_not_written(self, project: Path) -> None:
        polyspec.lock(["train.yaml"])
        before = (project / "polyspec.lock").stat()
        polyspec.lock(["train.yaml"])
        assert (project / "polyspec.lock").stat().st_ino == before.st_ino

    def test_no_other_file_is_written_over(self, project: Path) -> None:
        (project / "polyspec.lock").write_text("mine\n")
        assert [it[0] for it in told(lambda: polyspec.lock(["train.yaml"]))] == ["lock-invalid"]
        assert [it[0] for it in told(lambda: polyspec.lock(["train.yaml"], "train.yaml"))] == ["lock-invalid"]
        assert (project / "polyspec.lock").read_text() == "mine\n"
        assert [path.name for path in project.iterdir() if path.name.startswith(".")] == []

    def test_a_lock_of_several_folders_has_to_be_named(self, project: Path) -> None:
        files = ["train.yaml", "components/base.yaml"]
        with pytest.raises(
            ValueError, match=r"^these files stand in several folders: say where their lock is to be \(`--lock`\)$"
        ):
            polyspec.lock(files)
        assert polyspec.lock(files, "polyspec.lock").files == ("components/base.yaml", "train.yaml")

    @pytest.mark.parametrize("file", ["https://example.com/a", "a\0b", "a#sha256=0"])
    def test_a_lock_is_for_files(self, file: str) -> None:
        with pytest.raises(ValueError, match=r"^a lock is for files, and "):
            polyspec.lock([file])

    def test_a_lock_that_cannot_be_written(self, project: Path) -> None:
        (project / "file").touch()
        assert told(lambda: polyspec.lock(["train.yaml"], "file/polyspec.lock")) == [
            ("not-written", "this file cannot be written: file exists", None)
        ]

    def test_a_document_that_changes_while_it_is_locked(self, project: Path) -> None:
        texts: Iterator[str] = iter([TRAIN, OTHER])
        write(project, train="pathRef: mem", other="pathRef: mem")
        resolvers = Resolvers.default().with_resolver("pathRef", lambda _: (next(texts), "mem:mem"))
        assert told(lambda: polyspec.lock(["train.yaml", "other.yaml"], resolvers=resolvers)) == [
            (
                "lock-changed",
                "`pathRef: mem` led to two documents while it was locked",
                "run the same again; a path that goes through a link to a folder is written without `..`",
            )
        ]


class TestChecked:
    def test_a_lock_that_holds(self, project: Path) -> None:
        lock = polyspec.lock(["train.yaml"])
        assert polyspec.check_lock() == lock
        assert polyspec.check_lock(["train.yaml"]) == lock

    def test_what_is_missing_and_what_nothing_reaches_is_told_at_once(self, project: Path) -> None:
        polyspec.lock(["train.yaml"])
        text = (project / "polyspec.lock").read_text()
        write(
            project,
            train="run: {kind: dag, operations: [{name: a, pathRef: a.yaml}, {name: b, pathRef: b.yaml}]}",
            a=TRAIN,
            b=TRAIN,
        )
        assert told(lambda: polyspec.check_lock(["train.yaml"])) == [
            ("lock-missing", "the lock has no `pathRef: a.yaml`", "run `polyspec lock train.yaml`"),
            ("lock-missing", "the lock has no `pathRef: b.yaml`", "run `polyspec lock train.yaml`"),
            ("lock-unused", "nothing reaches `pathRef: components/base.yaml` any more", "run `polyspec lock train.yaml`"),
        ]
        assert (project / "polyspec.lock").read_text() == text

    def test_what_has_changed(self, project: Path) -> None:
        polyspec.lock(["train.yaml"])
        write(project, components__base=OTHER)
        assert [it[0] for it in told(polyspec.check_lock)] == ["lock-changed"]
        write(project, components__base=TRAIN, train=f"pathRef: components/base.yaml#{digest(OTHER).replace(':', '=')}")
        assert [it[0] for it in told(polyspec.check_lock)] == ["digest-mismatch"]

    def test_where_there_is_no_lock(self, project: Path) -> None:
        assert told(polyspec.check_lock) == [("lock-not-found", "there is no lock", "run `polyspec lock`")]


def test_a_pin_holds_for_its_own_bytes_where_a_server_changes_its_mind() -> None:
    texts = iter([OTHER, TRAIN])
    resolvers = Resolvers.untrusted().with_resolver("urlRef", lambda _: (next(texts), "mem:mem"))
    pinned = f"x#{digest(TRAIN).replace(':', '=')}"
    operations = [{"name": "a", "urlRef": "x"}, {"name": "b", "urlRef": pinned}]
    spec = polyspec.compile({"run": {"kind": "dag", "operations": operations}}, resolvers=resolvers)
    images = [spec.graph.operations[name].run.container.image for name in ("a", "b")]
    assert images == ["alpine", "busybox"]


def test_a_registry_under_a_lock_answers_that_alone(tmp_path: Path) -> None:
    write(tmp_path, train="pathRef: a.yaml", a=TRAIN)
    lock = polyspec.lock([tmp_path / "train.yaml"])
    resolvers = Resolvers.default().with_lock(lock)
    fetched = resolvers.fetch(Reference("pathRef", "a.yaml", str(tmp_path / "train.yaml")))
    assert (fetched.data, fetched.held) == (TRAIN.encode(), True)
    assert resolvers.with_lock(None) == Resolvers.default()


def test_one_path_that_a_link_leads_to_two_documents(project: Path, tmp_path: Path) -> None:
    write(tmp_path, deep__inner__x=TRAIN, deep__b=TRAIN, project__b=OTHER)
    (project / "link").symlink_to(tmp_path / "deep/inner")
    write(project, train="run: {kind: dag, operations: [{name: a, pathRef: b.yaml}, {name: b, pathRef: link/../b.yaml}]}")
    ((code, message, hint),) = told(lambda: polyspec.lock(["train.yaml"]))
    assert (code, message) == ("lock-changed", "`pathRef: b.yaml` led to two documents while it was locked")
    assert hint == "run the same again; a path that goes through a link to a folder is written without `..`"


class TestALockOfOthers:
    """What a lock lists is no more than a reference: it opens no file that a `pathRef` beside it would not."""

    @pytest.mark.parametrize("call", [polyspec.lock, polyspec.check_lock, lambda **it: polyspec.vendor("out", **it)])
    @pytest.mark.parametrize("name", ["../secret.yaml", "../nothing.yaml", "components/link.yaml"])
    def test_lists_no_file_out_of_the_root(self, project: Path, call: Callable[..., object], name: str) -> None:
        write(project, **{"../secret": "NEEDLE: 1"})
        (project / "components/link.yaml").symlink_to(project / "../secret.yaml")
        lock = polyspec.lock(["train.yaml"])
        listed = lock.to_text().replace('"train.yaml"', f'"{name}"')
        (project / "polyspec.lock").write_text(listed)
        resolvers = Resolvers.untrusted(root=project)
        assert told(lambda: call(resolvers=resolvers)) == [
            (
                "reference-refused",
                f"`{name}` leads out of the folder that it must be in",
                "links are followed first: put the file itself under that folder",
            )
        ]
        assert told(lambda: call(resolvers=Resolvers.untrusted()))[0][1] == f"`{name}` is a local file, and none may be read"
        assert (project / "polyspec.lock").read_text() == listed

    def test_is_no_way_to_see_what_stands_elsewhere(self, project: Path) -> None:
        write(project, **{"../secret": "NEEDLE = 1"})
        polyspec.lock(["train.yaml"])
        text = (project / "polyspec.lock").read_text()
        (project / "polyspec.lock").write_text(text.replace('"train.yaml"', '"../secret.yaml"'))
        with pytest.raises(PolyspecError) as caught:
            polyspec.check_lock()
        assert str(caught.value.diagnostics[0].location) == f"{project.parent}/secret.yaml:1:1"
        assert "NEEDLE" not in str(caught.value)
        (project / "polyspec.lock").write_text(text)
        write(project, train="NEEDLE = 1")
        with pytest.raises(PolyspecError, match=r"1 \| NEEDLE = 1"):  # a file beside the lock is shown
            polyspec.check_lock()

    def test_what_a_caller_names_is_read_whatever_a_lock_lists(self, project: Path, tmp_path: Path) -> None:
        write(tmp_path, other__alone=TRAIN)
        lock = polyspec.lock(["train.yaml"])
        (project / "polyspec.lock").write_text(lock.to_text().replace('"train.yaml"', '"../other/alone.yaml"'))
        resolvers = Resolvers.untrusted(root=project)
        named = polyspec.lock([tmp_path / "other/alone.yaml"], "polyspec.lock", resolvers=resolvers)
        assert named.files == ("../other/alone.yaml",)

    def test_is_looked_through_until_there_are_as_many_problems_as_an_error_carries(self, project: Path) -> None:
        names = "".join(f'  "../{number}.yaml",\n' for number in range(10_000))
        (project / "polyspec.lock").write_text(f"version = 1\nfiles = [\n{names}]\n")
        limits = polyspec.Limits(diagnostics=3)
        assert len(told(lambda: polyspec.check_lock(resolvers=Resolvers.untrusted(root=project), limits=limits))) == 3

    def test_lists_no_more_files_than_one_writes(self, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        names = "".join(f'  "{number}.yaml",\n' for number in range(10_001))
        (project / "polyspec.lock").write_text(f"version = 1\nfiles = [\n{names}]\n")
        assert [it[1] for it in told(lambda: polyspec.compile("train.yaml"))] == [
            "this is no lock that can be used: it lists more than 10000 files"
        ]
        (project / "polyspec.lock").unlink()
        monkeypatch.setattr("polyspec.locking.MAX_LOCK_FILES", 0)
        assert told(lambda: polyspec.lock(["train.yaml"])) == [
            (
                "not-written",
                "the lock would be larger than 2097152 bytes, or list more than 0 files",
                "lock these files in parts, each by a lock of its own",
            )
        ]

    def test_does_not_say_by_a_link_where_another_is_written(self, project: Path, tmp_path: Path) -> None:
        (project / "polyspec.lock").symlink_to(tmp_path / "profile")
        with pytest.raises(ValueError, match=r"the lock 'polyspec\.lock' is a link that leads nowhere: remove it"):
            polyspec.lock(["train.yaml"])
        assert not (tmp_path / "profile").exists()
