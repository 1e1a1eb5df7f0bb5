"""The sweep: one base run and thousands of edited ones, of which only what can differ is computed."""

from cutaway.models.sweep.products import Product, each, patches
from cutaway.models.sweep.sweep import Chunk, SlowSweepWarning, Sweep, Swept, plan_sweep, sweep

__all__ = ["Chunk", "Product", "SlowSweepWarning", "Sweep", "Swept", "each", "patches", "plan_sweep", "sweep"]
