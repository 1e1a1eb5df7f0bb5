"""The duplicate-token circuit looks at the earlier copy and says YES; without one it rests and says NO."""

import pytest
import torch

from cutaway.planted import circuit
from cutaway.planted.circuits.duplicate_token import NO, YES

AGAIN = torch.tensor([[0, 4, 7, 9, 7]])
NEW = torch.tensor([[0, 4, 7, 9, 5]])


@pytest.mark.parametrize(("tokens", "place", "answer"), [(AGAIN, 2, YES), (NEW, 0, NO)])
def test_it_looks_at_the_copy_or_rests_and_answers(tokens, place, answer):
    planted = circuit("duplicate-token")
    run = planted.model.run(tokens, read=["pattern"])
    head = planted.truth.part("duplicate")
    row = run[f"pattern.{head.layer}"][0, head.head, -1]
    assert int(row.argmax()) == place
    assert float(row.max()) > 0.9
    assert int(run.logits[0, -1].argmax()) == answer


def test_its_decoy_looks_at_the_same_place_and_tells_nobody():
    planted = circuit("duplicate-token")
    patterns = planted.model.run(AGAIN, read=["pattern"])["pattern.0"][0]
    true, decoy = planted.truth.part("duplicate"), planted.truth.part("copies nowhere")
    torch.testing.assert_close(patterns[true.head], patterns[decoy.head])
    assert all(edge.sender != "copies nowhere" for edge in planted.truth.edges)
