"""What every test shares: one thread, no network, small models, shapes checked, the same cases in every run."""

import os
from pathlib import Path

import jaxtyping
import pytest
from hypothesis import settings

import tests.shapes

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ["CUTAWAY_CACHE"] = str(Path(__file__).parent.parent / ".pytest_cache")

settings.register_profile("steady", derandomize=True, deadline=None)  # the same cases in every run
settings.load_profile("steady")
tests.shapes.switch_on()


def pytest_sessionstart(session):
    """As a study's run does; tests take less time by it."""
    from cutaway.models.freed_memory import keep_freed_memory

    keep_freed_memory()


@pytest.fixture
def unchecked(monkeypatch):
    """Without the checks of annotations: for tests of bad input, which see what a user sees."""
    monkeypatch.setattr(jaxtyping.config, "jaxtyping_disable", True)
