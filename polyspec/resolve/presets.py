"""`presets`: named layers, one `{name}.yaml` each in a folder."""

import os

import attrs

from polyspec.errors import did_you_mean, shortened
from polyspec.late import late_pattern
from polyspec.record import record
from polyspec.resolve.files import names_in, read_file
from polyspec.resolve.path import real_folder
from polyspec.resolve.reference import Fetched, Reference, ReferenceFailed

_NAME = late_pattern(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")


@record
class NamedPresets:
    """Presets by name: `Resolvers.default().with_resolver("presets", NamedPresets("/folder"))`.

    Without a folder it holds none. Raises `ReferenceFailed`. Source of the rule: decisions.md, S41.
    """

    folder: str | None = attrs.field(default=None, converter=real_folder)

    def __call__(self, reference: Reference, /) -> Fetched:
        """The preset of that name."""
        name = reference.target
        if not _NAME.fullmatch(name):
            message = f"`{shortened(name)}` is no name of a preset"
            raise ReferenceFailed("reference-invalid", message, "names are made of letters, digits, `.`, `_` and `-`")
        if self.folder is None:
            hint = 'give a folder: `resolvers.with_resolver("presets", NamedPresets("/folder"))`, or `--preset-folder`'
            raise ReferenceFailed("reference-not-found", f"there is no preset `{shortened(name)}`: none are registered", hint)
        real = os.path.realpath(os.path.join(self.folder, f"{name}.yaml"))
        try:
            return Fetched(real, read_file(real, f"{name}.yaml", reference.limits.document_bytes, self.folder))
        except ReferenceFailed as error:
            if error.code != "reference-not-found":
                raise
            known = [found.removesuffix(".yaml") for found in names_in(self.folder) if found.endswith(".yaml")]
            hint = did_you_mean(name, known) or f"write it: `{shortened(name)}.yaml` in the folder of the presets"
            raise ReferenceFailed(error.code, f"there is no preset `{shortened(name)}`", hint) from None
