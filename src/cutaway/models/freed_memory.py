"""Freed memory is used again, and not given back to the system: a run that makes large tensors over and over is faster.

The C library of Linux (glibc) takes every block of 32 MB or more from the system, page by page, and gives it back when
it is freed. Logits are such blocks. A training step of a small language model spends a quarter of its time on that.
"""

import ctypes

KEEP_BELOW = 1 << 30  # bytes of a block that is kept
NEVER = (1 << 31) - 1  # bytes that must lie free at the end of memory before any are given back
TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3  # glibc's numbers of the two settings, see mallopt(3)


def keep_freed_memory() -> None:
    """From now on in this process, which then holds what it once had. Nothing where the C library is another."""
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        library.mallopt(MMAP_THRESHOLD, KEEP_BELOW)
        library.mallopt(TRIM_THRESHOLD, NEVER)
