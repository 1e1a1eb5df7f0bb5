"""Freed memory is used again: the system is asked for fewer pages."""

import ctypes
import resource

import pytest
import torch

from cutaway.models.freed_memory import MMAP_THRESHOLD, keep_freed_memory

LIBRARY = ctypes.CDLL(None)


@pytest.mark.skipif(not hasattr(LIBRARY, "mallopt"), reason="the C library of this machine is not glibc")
def test_freed_memory_is_kept_and_used_again():
    LIBRARY.mallopt(MMAP_THRESHOLD, 1 << 17)  # as it is from the start
    given_back = pages_taken()
    keep_freed_memory()
    pages_taken()
    assert pages_taken() < given_back / 2


def pages_taken():
    """How many pages the system hands out while a block of 48 MB is filled and freed ten times."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(10):
        torch.ones(12_000_000)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
