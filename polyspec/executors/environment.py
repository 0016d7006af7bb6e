"""The environment of a run's process, and the references to it that Kubernetes expands."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from polyspec.executors.base import ContextLike

PASSED_THROUGH = ("PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "TZ", "VIRTUAL_ENV")
"""The variables of this process that a run inherits unless told otherwise: what programs need to be found and to speak."""

OFFLINE = ".offline"
"""The folder under the context path that Polyaxon's client is given while it works offline."""

_REFERENCE = re.compile(r"\$\$|\$\(([^)]*)\)")


def expanded(text: str, variables: Mapping[str, str]) -> str:
    """The text with `$(NAME)` replaced and `$$` made one dollar; an unknown name stays as written. Rule: Kubernetes.

    >>> expanded("$(A) $$(A) $(B)", {"A": "1"})
    '1 $(A) $(B)'
    """
    return _REFERENCE.sub(lambda match: "$" if match[1] is None else variables.get(match[1], match[0]), text)


def expanded_in_order(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The variables of a list in which each value may refer to those before it; the last of one name counts."""
    variables: dict[str, str] = {}
    for name, value in pairs:
        variables[name] = expanded(value, variables)
    return variables


def as_text(value: Any) -> str:
    """A value as the text of a variable: text as it is, anything else as JSON. Rule: Polyaxon's converters."""
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def inherited(parent: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """The listed variables of the parent, and no others."""
    return {name: parent[name] for name in names if name in parent}


def run_variables(wire: Mapping[str, Any], context: ContextLike, uuid: str, root: str) -> list[tuple[str, str]]:
    """What Polyaxon tells every process about its run. `root` is the context path as the spec knows it.

    `IS_OFFLINE` keeps Polyaxon's client from looking for a server: it writes what is tracked under `OFFLINE_ROOT`.
    """
    plugins = wire.get("plugins") or {}
    flags = {"COLLECT_ARTIFACTS": "collectArtifacts", "COLLECT_RESOURCES": "collectResources"}
    facts = {
        "K8S_NODE_NAME": "process-agent",
        "K8S_NAMESPACE": context.namespace or "default",
        "K8S_POD_ID": f"plx-operation-{uuid}",
        "RUN_INSTANCE": f"{context.owner.split('/')[0]}.{context.project}.runs.{uuid}",
        "CONTEXT_ROOT": root,
        "OFFLINE_ROOT": f"{root}/{OFFLINE}",
        "IS_MANAGED": "true",
        "IS_OFFLINE": "true",
        **{name: "true" for name, key in flags.items() if plugins.get(key) is not False},
    }
    if plugins.get("logLevel"):
        facts["LOG_LEVEL"] = as_text(plugins["logLevel"])
    if context.artifacts_store is not None:
        facts["ARTIFACTS_STORE_NAME"] = context.artifacts_store.name
    return [(f"POLYAXON_{name}", value) for name, value in facts.items()]
