"""Every other example does what it says."""

import json
from pathlib import Path

import pytest

import polyspec

from .conftest import GITHUB, Command, Program

PRESETS = Path("examples/presets")


def test_a_preset_gives_orders_and_another_fills_gaps() -> None:
    spec = polyspec.compile(PRESETS / "train.yaml", presets=[PRESETS / "gpu.yaml", PRESETS / "defaults.yaml"]).to_dict()
    assert spec["queue"] == "cluster/gpu"
    assert spec["termination"] == {"maxRetries": 3}
    assert spec["run"]["environment"] == {"nodeSelector": {"accelerator": "a100"}}
    container = spec["run"]["container"]
    assert container["env"] == [{"name": "MODE", "value": "exact"}]
    assert container["resources"] == {"limits": {"nvidia.com/gpu": 1}}
    assert container["imagePullPolicy"] == "IfNotPresent"


def test_without_orders_the_gaps_are_filled() -> None:
    spec = polyspec.compile(PRESETS / "train.yaml", presets=[PRESETS / "defaults.yaml"]).to_dict()
    assert spec["queue"] == "cluster/general"


def test_every_example_is_fine(polyspec_command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    mirror = f"{GITHUB}=examples/quick-start/repository"
    assert polyspec_command("check", "examples", "--hub-base", "examples/hub/components", "--mirror", mirror) == 0
    assert capsys.readouterr().out == "9 files: 9 fine, 0 wrong; 0 errors, 2 warnings\n"


@pytest.mark.parametrize(
    ("source", "printed"),
    [
        (("examples/hub/operation.yaml",), "version 1.0, --epochs=3\n"),
        (("--hub", "train"), "version 1.1, --epochs=10 --seed=7\n"),
        (("--hub", "train:1.0", "-P", "epochs=1"), "version 1.0, --epochs=1\n"),
    ],
)
def test_a_folder_is_a_hub(
    source: tuple[str, ...], printed: str, polyspec_command: Command, capfd: pytest.CaptureFixture[str]
) -> None:
    assert polyspec_command("run", *source, "--hub-base", "examples/hub/components") == 0
    assert capfd.readouterr().out == printed


def test_a_strategy_and_a_rule_of_ones_own(run_program: Program) -> None:
    assert run_program("own_merging.py").splitlines() == [
        "maxRetries: 5",
        "timeout: 3600",
        "tags: ['nightly', 'nightly']",
    ]


def test_an_input_type_of_ones_own(run_program: Program) -> None:
    assert run_program("own_type.py").splitlines() == [
        "team/serve:2.1.0",
        "param `model`: expected a version such as `1.2.3`",
    ]


def test_what_strangers_send_is_answered_with_data(run_program: Program) -> None:
    decoder, text, answers = json.JSONDecoder(), run_program("untrusted.py"), []
    while text.strip():
        found, end = decoder.raw_decode(text.lstrip())
        answers.append(found)
        text = text.lstrip()[end:]
    fine, refused, wrong = answers
    assert fine["ok"] is True
    assert fine["operation"]["run"]["container"]["args"] == ["--epochs=2"]
    assert [(it["code"], it["line"]) for it in refused["problems"]] == [("reference-refused", 2)]
    assert wrong["problems"] == [
        {
            "code": "unknown-field",
            "message": "unknown field `runn` of an operation",
            "hint": "did you mean `run`?",
            "line": 2,
        }
    ]


def test_the_index_names_every_example(checkout: Path) -> None:
    index = (checkout / "examples" / "README.md").read_text(encoding="utf-8")
    names = [path.name + ("/" if path.is_dir() else "") for path in (checkout / "examples").iterdir() if path.name != "README.md"]
    assert [name for name in names if f"`{name}" not in index] == []
