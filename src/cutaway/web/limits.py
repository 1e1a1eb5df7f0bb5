"""How often one address may change something: a bucket that fills again with time."""

import threading
import time
from collections.abc import Callable

MOST_ADDRESSES = 10_000


class Limit:
    """At most `most` steps in `seconds`, for each address."""

    def __init__(self, most: int, seconds: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.most, self.seconds, self.clock = most, seconds, clock
        self.left: dict[str, tuple[float, float]] = {}
        self.lock = threading.Lock()

    def wait(self, address: str) -> float:
        """Take one step; returns 0, or how many seconds to wait before it can be taken."""
        with self.lock:
            now = self.clock()
            left, seen = self.left.pop(address, (float(self.most), now))
            left = min(float(self.most), left + (now - seen) * self.most / self.seconds)
            granted = left >= 1
            self.left[address] = (left - granted, now)
            while len(self.left) > MOST_ADDRESSES:
                self.left.pop(next(iter(self.left)))  # the one that was quiet longest
            return 0.0 if granted else (1 - left) * self.seconds / self.most
