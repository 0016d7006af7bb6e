"""Text to documents and back: the only room that knows YAML. Positions, node limits, canonical JSON, YAML out."""

from polyspec.source.adopt import adopt
from polyspec.source.document import Document, parse, read_text
from polyspec.source.secrets import holds_secret, is_secret, leads_to_secret
from polyspec.source.write import canonical_json, to_json, to_yaml, yaml_lines

__all__ = [
    "Document",
    "adopt",
    "canonical_json",
    "holds_secret",
    "is_secret",
    "leads_to_secret",
    "parse",
    "read_text",
    "to_json",
    "to_yaml",
    "yaml_lines",
]
