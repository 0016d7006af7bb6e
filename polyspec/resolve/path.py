"""`pathRef`: a local file, relative to the document that names it."""

import os

import attrs

from polyspec.errors import shortened
from polyspec.limits import Limits
from polyspec.record import record
from polyspec.resolve.files import is_under, outside, read_file, real_path
from polyspec.resolve.reference import Fetched, Reference, ReferenceFailed

_EXTENSIONS = (".yaml", ".yml", ".json")


def real_folder(folder: str | os.PathLike[str] | None) -> str | None:
    """The absolute path of a folder, links followed; None stays None."""
    return None if folder is None else os.path.realpath(os.fspath(folder))


@record
class PathResolver:
    """Local files, relative to the document that holds the reference, or to the working folder for objects built in Python.

    With `root`, only relative paths to `.yaml`, `.yml` and `.json` files that stand under it once links are followed; with
    `closed` and no `root`, none at all. A document from elsewhere names no local file. Raises `ReferenceFailed`.
    Source of the rule: contract.md, "Resolvers".
    """

    root: str | None = attrs.field(default=None, converter=real_folder)
    closed: bool = False

    def __call__(self, reference: Reference, /) -> Fetched:
        """The file that the reference names."""
        self._admit(reference)
        folder = os.path.dirname(reference.base) if reference.base and os.path.isabs(reference.base) else os.getcwd()
        real = real_path(folder, reference.target, reference.target)
        if self.root is not None:
            _check_confined(real, reference.target, self.root)
        return Fetched(real, read_file(real, reference.target, reference.limits.document_bytes, self.root))

    def _admit(self, reference: Reference) -> None:
        name = shortened(reference.target)
        if reference.remote:
            message = f"`{name}` is a local file, and a document that came from elsewhere names none"
            raise ReferenceFailed("reference-refused", message, "name the component by its `urlRef` or `hubRef`")
        if not reference.target:
            raise ReferenceFailed("reference-invalid", f"an empty `{reference.kind}` names no file")
        if self.root is None and self.closed:
            message = f"`{name}` is a local file, and none may be read"
            raise ReferenceFailed(
                "reference-refused", message, "give the folder that may be read: `Resolvers.untrusted(root=...)`"
            )
        if self.root is not None and (os.path.isabs(reference.target) or reference.target.startswith("~")):
            message = f"`{name}` is no relative path, and local files are read from one folder alone"
            raise ReferenceFailed("reference-refused", message, "write it relative to this document")


def read_path(path: str, limits: Limits) -> Fetched:
    """The file that a caller names: any regular one, relative to the working folder. Raises `ReferenceFailed`."""
    if not path:
        raise ReferenceFailed("reference-invalid", "an empty path names no file")
    real = real_path(os.getcwd(), path, path)
    return Fetched(real, read_file(real, path, limits.document_bytes))


def _check_confined(real: str, name: str, root: str) -> None:
    if not is_under(real, root):
        raise outside(name)
    if not real.endswith(_EXTENSIONS):
        message = f"`{shortened(name)}` is no spec by its name: expected `.yaml`, `.yml` or `.json`"
        raise ReferenceFailed("reference-refused", message, "rename the file")
