"""Mistakes in serving the site."""

from cutaway.errors.base import CutawayError


class OpenHostError(CutawayError):
    """A local site, where the first visitor may be a moderator, was to be opened to the network."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"a local site is for this machine only, and '{host}' can be reached from others.\n"
            "  With accounts: cutaway serve --mode lab --host ...\n"
            "  To read and propose only: cutaway serve --mode public --host ...\n"
            "  Accounts are made by: cutaway store account NAME --role moderator"
        )


class PortTakenError(CutawayError):
    """Another program listens already."""

    def __init__(self, host: str, port: int, fault: str) -> None:
        super().__init__(
            f"cannot listen at {host}:{port}: {fault}.\n  Choose another port: cutaway serve --port {port + 1}"
        )


class PageError(CutawayError):
    """A page that is not there, or a request that cannot be served; `status` is that of HTTP."""

    def __init__(self, status: int, said: str, advice: str = "") -> None:
        super().__init__(f"{said}\n  {advice}" if advice else said)
        self.status, self.said, self.advice = status, said, advice


class SnapshotError(CutawayError):
    """A snapshot of the site that cannot be written."""

    def __init__(self, target: str, fault: str, advice: str) -> None:
        super().__init__(f"no snapshot could be written to '{target}': {fault}.\n  {advice}")
