"""A resolver of your own: components from a git repository, as `gitRef: v1.2:components/train.yaml`."""

import subprocess

from polyspec.resolve import Reference, ReferenceFailed, Resolver, Resolvers


def git_resolver(repository: str) -> Resolver:
    """Reads `REVISION:PATH` from a local repository."""

    def resolve(reference: Reference) -> tuple[bytes, str]:
        if reference.target.startswith("-") or ":" not in reference.target:
            raise ReferenceFailed(
                "reference-invalid", "a `gitRef` is a revision and a path", "write `gitRef: v1.2:components/train.yaml`"
            )
        command = ["git", "-C", repository, "show", reference.target]
        shown = subprocess.run(command, check=False, capture_output=True, timeout=10)  # noqa: S603 - a list, no shell, no option
        if shown.returncode:
            raise ReferenceFailed("reference-not-found", f"git has no `{reference.target}`")
        return shown.stdout, f"git:{reference.target}"

    return resolve


if __name__ == "__main__":
    resolvers = Resolvers.default().with_resolver("gitRef", git_resolver("."))
    print(resolvers.fetch(Reference("gitRef", "HEAD:README.md")).data.decode())
