"""`python -m fuzz.guided load|template|lock|address [MINUTES]`: input that atheris mutates, guided by coverage.

It begins with the folder of that name in `fuzz/corpus`. What it finds on its way goes into a folder of its own, which is
printed; an input that breaks the promise is left there as `crash-…`.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import atheris

from fuzz.seeds import CORPUS, texts

with atheris.instrument_imports(include=["polyspec", "jinja2"]):
    from fuzz import inputs, oracles, references
    from polyspec.source import parse

_MAX_BYTES = {"load": 4096, "template": 512, "lock": 2048, "address": 256}


def load(data: bytes) -> None:
    """The promise for one text, read as a document and compiled."""
    oracles.hold_text(data, seconds=oracles.MAX_SECONDS)
    tree = oracles.outcome(lambda: parse(data, "<fuzz>").tree)
    if isinstance(tree, dict):
        oracles.hold_compile(tree, {"lr": 1}, seconds=oracles.MAX_SECONDS)


def template(data: bytes) -> None:
    """The promise for one template."""
    text = data.decode("utf-8", "ignore")
    oracles.hold_template(text, inputs.NAMES, seconds=oracles.MAX_SECONDS)


def lock(data: bytes) -> None:
    """The promise for the text of a lock."""
    references.hold_lock(data, seconds=oracles.MAX_SECONDS)


def address(data: bytes) -> None:
    """The promise for one text as a URL, and as the target of a reference."""
    text = data.decode("utf-8", "ignore")
    references.hold_address(text, seconds=oracles.MAX_SECONDS)
    references.hold_reference("urlRef", text, seconds=oracles.MAX_SECONDS)


_TARGETS: dict[str, Callable[[bytes], None]] = {"load": load, "template": template, "lock": lock, "address": address}


def main(target: str, minutes: float = 20) -> None:
    """Fuzz one target for so many minutes; does not return, for libFuzzer ends the process."""
    work = Path(tempfile.mkdtemp(prefix=f"fuzz-{target}-"))
    print(f"what is found goes into {work}", flush=True)
    seeds = work / "seeds"
    seeds.mkdir()
    if target == "load":
        for index, text in enumerate(texts()):
            (seeds / f"{index}.yaml").write_text(text, encoding="utf-8")
    options = [f"-max_total_time={int(minutes * 60)}", f"-max_len={_MAX_BYTES[target]}", f"-artifact_prefix={work}/"]
    options += ["-timeout=20", "-rss_limit_mb=2048", "-print_final_stats=1"]
    found = work / "found"
    found.mkdir()
    folders = [str(found), str(CORPUS / target), str(seeds)]
    atheris.Setup([sys.argv[0], *options, *folders], _TARGETS[target])
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], *map(float, sys.argv[2:3]))
