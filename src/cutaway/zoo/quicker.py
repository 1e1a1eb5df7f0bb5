"""Products of matrices twice as fast, and the same but for rounding, where a model is trained on an AMD processor.

The library that PyTorch asks for them (MKL) leaves half of such a processor idle, and the other one it comes with
(oneDNN) does not. PyTorch asks that one only where it may round to bfloat16. Without units for bfloat16 it computes in
float32 all the same, which is tried here and not believed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import torch

from cutaway.models.toy import ToyConfig

LARGE = 50_000_000  # multiplications of a step's unembedding, from which on oneDNN is worth its beginning
EXACT = 1e-4  # largest error of a product of 256 terms in float32; in bfloat16 it is a hundred times that


def worthwhile(config: ToyConfig, rows: int) -> bool:
    """Whether a model's products are large enough, and are sooner done and as exact on this machine."""
    large = rows * config.n_ctx * config.d_model * config.vocab_size >= LARGE
    return large and is_amd() and is_exact()


@contextmanager
def by_onednn() -> Iterator[None]:
    """Products of float32 matrices by oneDNN, until the block ends. Fused attention is slower meanwhile."""
    settings = torch.backends.mkldnn.matmul  # type: ignore[attr-defined]
    before = settings.fp32_precision
    settings.fp32_precision = "bf16"
    try:
        yield
    finally:
        settings.fp32_precision = before


@cache
def is_amd() -> bool:
    """Whether the processor is one on which this was measured to help."""
    cpu = Path("/proc/cpuinfo")
    return cpu.is_file() and "AuthenticAMD" in cpu.read_text(encoding="utf-8")


@cache
def is_exact() -> bool:
    """Whether oneDNN computes in float32 here."""
    generator = torch.Generator().manual_seed(0)
    one, other = (torch.randn(256, 256, generator=generator) for _ in range(2))
    with by_onednn():
        found = one @ other
    return float((found - (one.double() @ other.double())).abs().max()) < EXACT
