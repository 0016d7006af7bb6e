"""Pipelines: a matrix or a schedule is rendered itself, and leaves its run for each of its runs; a DAG is left whole."""

from .compiling import compiled, diagnostics, tree


class TestPipelines:
    MATRIX = """
    kind: operation
    name: sweep-{{ globals.project_name }}
    queue: "{{ where }}"
    matrix: {kind: mapping, values: [{lr: 0.1}, {lr: 0.2}], concurrency: "{{ n }}"}
    params: {where: gpu}
    component:
      inputs: [{name: lr, type: float}, {name: n, type: int, value: 2}]
      run: {kind: job, connections: ["{{ where }}"], container: {image: "a:{{ n }}", args: ["{{ lr }}", "{{ where }}"]}}
    """

    def test_keep_their_run_for_each_of_their_runs(self) -> None:
        found = compiled(self.MATRIX).to_dict()
        assert (found["name"], found["queue"], found["matrix"]["concurrency"]) == ("sweep-demo", "gpu", 2)
        assert found["run"]["container"] == {"image": "a:{{ n }}", "args": ["{{ lr }}", "{{ where }}"]}
        assert found["run"]["connections"] == ["{{ where }}"]

    def test_render_nothing_twice(self) -> None:
        """Values that look like templates are rendered neither in the sweep nor in its runs: they are data."""
        text = """
        kind: operation
        name: "{{ label }}"
        tags: ["{{ label }}", "x-{{ label }}"]
        matrix: {kind: mapping, values: [{lr: 1}]}
        component:
          inputs:
          - {name: lr, type: int}
          - {name: label, type: str}
          - {name: code, type: git, toInit: true}
          run: {kind: job, connections: ["{{ label }}"], container: {image: "{{ label }}", args: ["{{ lr }}"]}}
        """
        braces = "{{ lr }}"
        sweep = compiled(text, {"label": braces, "code": {"url": braces}})
        (child,) = sweep.expand()
        found = child.to_dict()
        assert (found["name"], found["tags"]) == (braces, [braces, f"x-{braces}"])
        assert found["run"] == {
            "kind": "job",
            "init": [{"git": {"url": braces}}],
            "connections": [braces],
            "container": {"image": braces, "args": ["1"]},
        }

    def test_keep_the_policy_of_params(self) -> None:
        assert compiled(self.MATRIX).to_dict()["strictParams"] is False
        assert compiled("{strictParams: true, schedule: {kind: interval, frequency: 5}, container: {image: a}}").to_dict()[
            "strictParams"
        ]
        assert "strictParams" not in compiled("{strictParams: true, container: {image: a}}").to_dict()

    def test_leave_what_uses_the_input_of_the_matrix(self) -> None:
        found = compiled(self.MATRIX.replace("sweep-{{ globals.project_name }}", "lr-{{ lr }}")).to_dict()
        assert found["name"] == "lr-{{ lr }}"

    def test_tell_of_other_unknown_names(self) -> None:
        (found,) = diagnostics(tree(self.MATRIX.replace("{{ globals.project_name }}", "{{ lrr }}")))
        assert (found.message, found.path) == ("unknown name `lrr`", ("name",))

    def test_give_each_of_their_runs_its_init_steps_once(self) -> None:
        text = """
        kind: operation
        matrix: {kind: mapping, values: [{lr: 1}]}
        params: {code: {value: {url: "https://g/x"}, toInit: true}}
        component:
          inputs: [{name: lr, type: int}, {name: code, type: git}]
          run: {kind: job, container: {image: a, args: ["{{ lr }}"]}}
        """
        (child,) = compiled(text).expand()
        assert child.to_dict()["run"] == {
            "kind": "job",
            "init": [{"git": {"url": "https://g/x"}}],
            "container": {"image": "a", "args": ["1"]},
        }

    def test_take_their_space_from_values_whatever_these_hold(self) -> None:
        text = """
        matrix: {kind: mapping, values: "{{ rows }}"}
        inputs: [{name: lr, type: str}, {name: rows, type: "List[dict]"}]
        container: {image: a, args: ["{{ lr }}"]}
        """
        sweep = compiled(text, {"rows": [{"lr": "{{ x }}"}, {"lr": "2"}]})
        assert [child.run.container.args for child in sweep.expand()] == [["{{ x }}"], ["2"]]

    def test_of_a_schedule_render_nothing_twice_either(self) -> None:
        text = """
        name: "{{ label }}"
        schedule: {kind: interval, frequency: 60}
        matrix: {kind: mapping, values: "{{ rows }}"}
        inputs: [{name: lr, type: str}, {name: rows, type: "List[dict]"}, {name: label, type: str}]
        container: {image: "{{ label }}", args: ["{{ lr }}"]}
        """
        braces = "{{ globals.schedule_at }}"
        scheduled = compiled(text, {"rows": [{"lr": braces}], "label": braces}).scheduled_run("2024-01-01")
        (child,) = scheduled.expand()
        assert (child.name, child.run.container.image, child.run.container.args) == (braces, braces, [braces])

    def test_of_a_dag_keep_the_whole_of_it(self) -> None:
        text = """
        kind: operation
        name: flow-{{ globals.name }}
        component:
          inputs: [{name: n, type: int, value: 2}]
          run:
            kind: dag
            operations: [{name: a, component: {run: {kind: job, container: {image: "{{ globals.uuid }}"}}}}]
        """
        found = compiled(text).to_dict()
        assert found["name"] == "flow-{{ globals.name }}"
        assert found["run"]["operations"][0]["component"]["run"]["container"]["image"] == "{{ globals.uuid }}"
