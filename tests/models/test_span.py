"""What directions span, by hand and against least squares."""

import numpy as np
import pytest
import torch

from cutaway.models.span import basis_of

PLANE = torch.tensor([[3.0, 0.0, 4.0, 0.0], [0.0, 2.0, 0.0, 0.0]])  # (0.6, 0, 0.8, 0) and the second axis


@pytest.mark.parametrize(
    ("directions", "rank"),
    [
        (torch.zeros(2, 4), 0),
        (PLANE[:1], 1),
        (torch.stack([PLANE[0], PLANE[0]]), 1),
        (torch.stack([PLANE[0], torch.zeros(4), -7 * PLANE[0]]), 1),
        (PLANE, 2),
        (torch.stack([PLANE[0], PLANE[1], PLANE[0] + 0.1 * PLANE[1]]), 2),
        (torch.stack([1e6 * PLANE[0], 1e-6 * PLANE[1]]), 2),
        (torch.cat((torch.eye(4), PLANE)), 4),
    ],
)
def test_a_basis_has_as_many_directions_as_are_independent_and_spans_them_all(directions, rank):
    basis = basis_of(directions)
    assert basis.shape == (4, rank)
    torch.testing.assert_close(basis.T @ basis, torch.eye(rank))
    torch.testing.assert_close(directions @ basis @ basis.T, directions)


def test_a_basis_projects_as_least_squares_do():
    draw = np.random.default_rng(0)
    directions, value = draw.normal(size=(3, 9)), draw.normal(size=9)
    basis = basis_of(torch.tensor(np.concatenate((directions, directions[:2].sum(0, keepdims=True))))).numpy()
    fitted = directions.T @ np.linalg.lstsq(directions.T, value, rcond=None)[0]
    np.testing.assert_allclose(basis @ basis.T @ value, fitted, atol=1e-12)


@pytest.mark.parametrize("start", [torch.eye(4)[:2], PLANE, torch.tensor([[1.0, 1, 0, 0], [1.0, 0.9, 0, 0.2]])])
def test_the_gradient_of_a_projection_is_that_of_finite_differences_also_from_orthogonal_directions(start):
    def project(directions):
        basis = basis_of(directions)
        return torch.tensor([1.0, -2.0, 0.5, 3.0], dtype=torch.float64) @ basis @ basis.T

    assert torch.autograd.gradcheck(project, start.double().requires_grad_(True))
