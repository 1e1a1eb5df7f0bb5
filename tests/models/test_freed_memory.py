"""Freed memory is used again: the system is asked for fewer pages."""

import ctypes
import subprocess
import sys

import pytest

SCRIPT = """
import resource
import torch
from cutaway.models.freed_memory import keep_freed_memory

def pages_taken():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(10):
        torch.ones(12_000_000)  # 48 MB
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

given_back = pages_taken()
keep_freed_memory()
pages_taken()
print(given_back, pages_taken())
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallopt"), reason="the C library of this machine is not glibc")
def test_freed_memory_is_kept_and_used_again():
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    given_back, kept = map(int, done.stdout.split())
    assert kept < given_back / 2
