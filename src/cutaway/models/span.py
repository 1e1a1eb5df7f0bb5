"""What some directions span, of whatever lengths, and however many of them follow from the others."""

import torch
from jaxtyping import Float
from torch import Tensor


def basis_of(directions: Float[Tensor, "direction feature"]) -> Float[Tensor, "feature rank"]:
    """An orthonormal basis of their span, without a column for what follows from others up to rounding.

    Its projection is differentiable in the directions, also where they are orthogonal already.
    """
    plain = directions.detach()
    lengths = plain.norm(dim=-1, keepdim=True).clamp(min=torch.finfo(plain.dtype).tiny)
    left, sizes, _ = torch.linalg.svd(plain / lengths, full_matrices=False)  # a short direction counts like a long one
    least = sizes[:1] * max(plain.shape) * torch.finfo(plain.dtype).eps
    independent = left[:, sizes > least]
    basis: Tensor = torch.linalg.qr((directions / lengths).T @ independent).Q
    return basis
