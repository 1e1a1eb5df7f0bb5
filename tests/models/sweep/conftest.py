"""What the tests of sweeps share."""

from importlib import import_module

import pytest

SWEEP = import_module("cutaway.models.sweep.sweep")  # by name: `cutaway.models.sweep` itself is the function


@pytest.fixture
def trusting(monkeypatch):
    """Every short cut is on, whatever a trial on a small copy would say: what is tested is the engine itself."""
    monkeypatch.setattr(SWEEP, "verdict_of", lambda *_, **__: {})


@pytest.fixture
def untold(monkeypatch):
    """Nobody has been told yet which models are slow."""
    monkeypatch.setattr(SWEEP, "TOLD", set())
