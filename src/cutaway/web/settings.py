"""How a site is served: to whom, from which data, under which names."""

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from cutaway.errors.web import OpenHostError
from cutaway.records.discover import shipped_records

Mode = Literal["local", "lab", "public"]
MODES: tuple[Mode, ...] = get_args(Mode)
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One site.

    `names` are the host names it answers to: without that check, a hostile page could reach a site on this machine
    through a name of its own (DNS rebinding). `url` is where others reach it, if that differs from what a request says.
    `is_snapshot` leaves out all that needs a server. `shipped`: the full runs that come with the package, if they show.
    """

    data: Path
    mode: Mode = "local"
    host: str = "127.0.0.1"
    names: tuple[str, ...] = ()
    url: str = ""
    store_url: str | None = None
    is_snapshot: bool = False
    shipped: Path | None = field(default_factory=shipped_records)

    def __post_init__(self) -> None:
        if self.mode == "local" and not is_loopback(self.host):
            raise OpenHostError(self.host)

    @property
    def records(self) -> Path:
        return self.data / "records"

    @property
    def record_folders(self) -> tuple[Path, ...]:
        """Where records are shown from: the site's own, then those that come with the package."""
        return (self.records,) if self.shipped is None else (self.records, self.shipped)

    @property
    def hosts(self) -> frozenset[str]:
        """Every host name that a request may be addressed to, in lower case."""
        own = (f"[{self.host}]" if ":" in self.host else self.host,)
        return frozenset(name.lower() for name in (*LOOPBACK, *own, *self.names))


def is_loopback(host: str) -> bool:
    """Whether only programs on this machine can reach an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
