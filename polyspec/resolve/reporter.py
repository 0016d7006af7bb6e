"""What is told of fetches while somebody waits for them."""


class Reporter:
    """Is told of each fetch; does nothing of it. A subclass that shows something has the methods that it wants.

    `place` is the URL without its query. The methods are called in the thread that fetches, and a fetch waits for them.
    """

    def fetching(self, place: str) -> None:
        """A fetch begins."""

    def received(self, place: str, count: int) -> None:
        """So many bytes of the body are there."""

    def waiting(self, place: str, seconds: float, why: str) -> None:
        """The fetch failed and is tried again after so many seconds."""

    def fetched(self, place: str) -> None:
        """The fetch is over, well or not."""


NOBODY = Reporter()
"""Shows nothing."""
