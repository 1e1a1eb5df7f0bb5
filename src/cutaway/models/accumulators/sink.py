"""Activations to disk, in parts of bounded size: memory stays flat, the disk grows."""

from abc import abstractmethod
from pathlib import Path
from typing import Any, ClassVar, Self

import torch

from cutaway.errors.accumulators import AccumulatorSettingError, SinkFolderError, SinkNameError
from cutaway.models.accumulators.base import Accumulator, Samples

PART_BYTES = 64 * 2**20


class Sink(Accumulator):
    """Writes every sample to `folder`, in parts named part-00000 and on; `close()` writes the last.

    A part is written under another name and renamed when it is whole, so a reader never meets half of one. One sink
    has one folder: use `named` for each site and shard. Merging takes over the list of parts, wherever they are;
    no file moves. Values are kept as they are, NaN and infinities too.
    Cost: memory of a part (`part_bytes`) and of one batch, twice over while a part is written.
    Raises: SinkFolderError if the folder already holds parts that this sink did not write.
    """

    SUFFIX: ClassVar[str]

    def __init__(self, folder: str | Path, part_bytes: int = PART_BYTES) -> None:
        super().__init__()
        if part_bytes < 1:
            raise AccumulatorSettingError(
                f"{type(self).__name__}(part_bytes={part_bytes})", "a part has a size", "part_bytes=64 * 2**20"
            )
        self.folder = Path(folder)
        self.part_bytes = part_bytes
        self._parts: list[Path] = []
        self._waiting: list[Samples] = []
        self._number = 0
        found = min(self.folder.glob(f"part-*{self.SUFFIX}"), default=None)
        if found is not None:
            raise SinkFolderError(type(self).__name__, str(self.folder), found.name)

    @abstractmethod
    def _write(self, path: Path, samples: Samples) -> None:
        """One part, whole, to this path."""

    def settings(self) -> dict[str, Any]:
        return {"folder": self.folder, "part_bytes": self.part_bytes}

    @property
    def parts(self) -> tuple[Path, ...]:
        """The files written so far, here and by those merged in."""
        return tuple(sorted(self._parts))

    def named(self, name: str) -> Self:
        """A sink for another site or shard, in a folder of this name within this one's.

        Raises: SinkNameError if the name is not that of one folder.
        """
        if not name.strip(".") or any(mark in name for mark in "/\\\0"):
            raise SinkNameError(name)
        return type(self)(self.folder / name, part_bytes=self.part_bytes)

    def close(self) -> None:
        """Write what still waits; more may be added after, into further parts."""
        if self._waiting:
            self._write_part(self._drained())

    def _take(self, samples: Samples) -> None:
        samples = Samples(*(part.to("cpu", copy=True) for part in samples))
        self._waiting.append(samples)
        per_part = max(1, self.part_bytes // sum(part[0].nbytes for part in samples))
        if sum(len(waiting.row) for waiting in self._waiting) < per_part:
            return
        waiting = self._drained()
        whole = len(waiting.row) // per_part * per_part
        for start in range(0, whole, per_part):
            self._write_part(waiting.chosen(slice(start, start + per_part)))
        if whole < len(waiting.row):
            self._waiting = [Samples(*(part.clone() for part in waiting.chosen(slice(whole, None))))]

    def _drained(self) -> Samples:
        waiting, self._waiting = self._waiting, []
        return Samples(*(torch.cat(parts) for parts in zip(*waiting, strict=True)))

    def _write_part(self, samples: Samples) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        final = self.folder / f"part-{self._number:05d}{self.SUFFIX}"
        if final.exists():
            raise SinkFolderError(type(self).__name__, str(self.folder), final.name)
        partial = final.with_name(f".{final.name}.partial")
        self._write(partial, samples)
        partial.rename(final)
        self._number += 1
        self._parts.append(final)

    def _join(self, other: Self) -> None:
        other.close()
        self._parts += other._parts

    def _terms(self) -> dict[str, Any]:
        return {"part_bytes": self.part_bytes}
