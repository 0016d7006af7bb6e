"""Diagnostics for machines: plain JSON, and SARIF 2.1.0 (OASIS), which code hosts and editors take."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import polyspec
from polyspec.errors import Diagnostic, Location, Note
from polyspec.tree import format_path

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def as_json(diagnostics: Sequence[Diagnostic], files: Sequence[str]) -> str:
    """The diagnostics as one JSON object: `diagnostics`, the `files` that were looked at, and a `summary`."""
    errors = sum(it.severity == "error" for it in diagnostics)
    summary = {"files": len(files), "errors": errors, "warnings": len(diagnostics) - errors}
    return _text({"diagnostics": [_plain(it) for it in diagnostics], "files": list(files), "summary": summary})


def _plain(diagnostic: Diagnostic) -> dict[str, Any]:
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        "location": _place(diagnostic.location),
        "path": format_path(diagnostic.path),
        "hint": diagnostic.hint,
        "notes": [{"message": note.message, "location": _place(note.location)} for note in diagnostic.notes],
    }


def _place(location: Location | None) -> dict[str, Any] | None:
    if location is None:
        return None
    line, column = location.line, location.column
    end_line, end_column = location.end_line, location.end_column
    return {"file": location.file, "line": line, "column": column, "endLine": end_line, "endColumn": end_column}


def as_sarif(diagnostics: Sequence[Diagnostic], files: Sequence[str]) -> str:
    """The diagnostics as a log of one run. Columns count characters."""
    codes = sorted({it.code for it in diagnostics})
    rules = [{"id": code, "help": {"text": f"`{code}` among the errors of polyspec's documents"}} for code in codes]
    driver = {"name": "polyspec", "semanticVersion": polyspec.__version__, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "artifacts": [{"location": {"uri": _uri(file)}} for file in files if not file.startswith("<")],
        "columnKind": "unicodeCodePoints",
        "results": [_result(it, codes.index(it.code)) for it in diagnostics],
    }
    return _text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _result(diagnostic: Diagnostic, rule: int) -> dict[str, Any]:
    hint = f"\n{diagnostic.hint}" if diagnostic.hint else ""
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "ruleIndex": rule,
        "level": diagnostic.severity,
        "message": {"text": diagnostic.message + hint},
    }
    physical, path = _physical(diagnostic.location), format_path(diagnostic.path)
    logical = {"logicalLocations": [{"fullyQualifiedName": path}]} if path else {}
    if physical or logical:
        result["locations"] = [{**physical, **logical}]
    related = [_related(note) for note in diagnostic.notes if _physical(note.location)]
    return {**result, "relatedLocations": related} if related else result


def _related(note: Note) -> dict[str, Any]:
    return {**_physical(note.location), "message": {"text": note.message}}


def _physical(location: Location | None) -> dict[str, Any]:
    """The place in a file; nothing for what was never in one."""
    if location is None or location.file.startswith("<"):
        return {}
    numbers = {
        "startLine": location.line,
        "startColumn": location.column,
        "endLine": location.end_line,
        "endColumn": location.end_column,
    }
    region = {key: number for key, number in numbers.items() if number is not None}
    where = {"artifactLocation": {"uri": _uri(location.file)}, **({"region": region} if region else {})}
    return {"physicalLocation": where}


def _uri(file: str) -> str:
    if "://" in file:
        return quote(file, safe=":/?#[]@!$&'()*+,;=%~-._")
    path = Path(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())


def _text(tree: Any) -> str:
    return json.dumps(tree, indent=2, ensure_ascii=False)
