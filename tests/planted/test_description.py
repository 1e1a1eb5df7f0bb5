"""Descriptions that cannot be compiled are refused at the line that is wrong, with what would do."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from cutaway.errors.planted import DescriptionError
from cutaway.models.graph import Edge
from cutaway.planted.compile import compile_circuit
from cutaway.planted.description import Circuit, Head, Layer, Look, Move, Neuron, Neurons, Space
from cutaway.planted.flow import edges_of
from cutaway.planted.looks import back, equal, rest, scaled
from cutaway.planted.stream import placed

VOCAB, CONTEXT = 6, 5
PREVIOUS = Head("previous", (back(1), rest()), (Move("token", "previous"),))
INDUCTION = Head("induction", (equal("token", "previous"), rest()), (Move("token", "logits", scaled(4.0)),))


OWN = (Space("previous", VOCAB),)


def described(*layers, spaces=OWN, **settings):
    return Circuit("drawn", VOCAB, CONTEXT, tuple(spaces), tuple(layers), **settings)


def line_of(text):
    """Where a line of this file stands."""
    lines = Path(__file__).read_text().splitlines()
    return f"test_description.py:{next(number for number, line in enumerate(lines, 1) if text in line)}"


def test_a_head_that_reads_what_nothing_wrote_is_named_with_its_line():
    with pytest.raises(DescriptionError) as refused:
        compile_circuit(described(Layer((INDUCTION,)), Layer((PREVIOUS,))))
    message = str(refused.value)
    assert "'induction' in layer 0 reads 'previous', which nothing before it writes" in message
    assert line_of("INDUCTION = Head") in message
    assert "written before it: token, position" in message


def test_heads_of_one_layer_do_not_read_each_other_and_neurons_read_the_heads_of_theirs():
    fires = Neurons("fires", (Neuron({("previous", 2): 1.0}, 0.5, {("logits", 3): 1.0}),))
    assert Edge("previous", "fires", "in") in edges_of(described(Layer((PREVIOUS,), (fires,))))
    with pytest.raises(DescriptionError, match="reads 'previous'"):
        edges_of(described(Layer((PREVIOUS, INDUCTION))))


def test_spaces_that_do_not_fit_say_how_much_they_need():
    with pytest.raises(DescriptionError, match=r"need 23 dimensions \(token 6, position 5, logits 6, previous 6\)"):
        compile_circuit(described(Layer((PREVIOUS,)), d_model=22))
    assert compile_circuit(described(Layer((PREVIOUS,)), d_model=30)).model.shape.d_model == 30


@pytest.mark.parametrize(
    ("layers", "settings", "message"),
    [
        ([Layer((replace(PREVIOUS, moves=(Move("token", "nowhere"),)),))], {}, "there is no space 'nowhere'"),
        ([Layer((PREVIOUS, PREVIOUS))], {}, "two parts are called 'previous'"),
        ([Layer((replace(PREVIOUS, name="embed"),))], {}, "two parts are called 'embed'"),
        ([Layer((), (Neurons("n", (Neuron({("token", 6): 1.0}, 0.0, {}),)),))], {}, "axis 6 of 'token', which has 6"),
        ([Layer((PREVIOUS,))], {"spaces": (Space("previous", 6), Space("previous", 6))}, "is there twice"),
        ([Layer((PREVIOUS,))], {"spaces": (Space("previous", 6, inside="gone"),)}, "there is no space 'gone'"),
        ([Layer((PREVIOUS,))], {"spaces": (Space("previous", 6, dims=1),)}, "cannot be told apart"),
        ([Layer((PREVIOUS,))], {"positions": "rotary"}, "'position'"),
    ],
)
def test_other_mistakes_are_named(layers, settings, message):
    with pytest.raises(DescriptionError, match=message):
        compile_circuit(described(*layers, **settings))


def test_rotary_heads_compare_no_contents():
    same = Head("same", (equal("token", "token"),), (Move("token", "previous"),))
    with pytest.raises(DescriptionError, match="compares contents"):
        compile_circuit(described(Layer((same,)), positions="rotary"))


def test_edges_are_those_that_share_an_axis():
    circuit = described(
        Layer((PREVIOUS,)),
        Layer((INDUCTION,), (Neurons("n", (Neuron({("token", 1): 1.0}, 0.0, {("logits", 1): 1.0}),)),)),
    )
    assert set(edges_of(circuit, idle=False)) == {
        Edge("positions", "previous", "q"),
        Edge("positions", "previous", "k"),
        Edge("embed", "previous", "v"),
        Edge("embed", "induction", "q"),
        Edge("previous", "induction", "k"),
        Edge("embed", "induction", "v"),
        Edge("embed", "n", "in"),
        Edge("induction", "logits", "logits"),
        Edge("n", "logits", "logits"),
    }
    resting = set(edges_of(circuit)) - set(edges_of(circuit, idle=False))
    assert resting == {Edge("positions", "induction", "q"), Edge("positions", "induction", "k")}


def test_spaces_are_orthogonal_unless_they_share():
    spaces = (Space("previous", VOCAB), Space("crowded", 12, dims=6), Space("guest", 4, inside="previous"))
    stream = placed(described(spaces=spaces), torch.Generator().manual_seed(0))
    axes = torch.cat([stream.directions[name] for name in ("token", "position", "logits", "previous")])
    torch.testing.assert_close(axes @ axes.T, torch.eye(len(axes)), rtol=0, atol=1e-5)
    crowded, guest = stream.directions["crowded"], stream.directions["guest"]
    torch.testing.assert_close(crowded.norm(dim=1), torch.ones(12), rtol=0, atol=1e-5)
    assert int(torch.linalg.matrix_rank(crowded, atol=1e-4)) == 6
    torch.testing.assert_close(crowded @ axes.T, torch.zeros(12, len(axes)), rtol=0, atol=1e-5)
    inside = guest @ stream.directions["previous"].T  # wholly in the dimensions of its host
    torch.testing.assert_close(inside.norm(dim=1), torch.ones(4), rtol=0, atol=1e-5)
    assert stream.d_model == 6 + 5 + 6 + 6 + 6


def test_a_gelu_with_a_steep_slope_is_a_relu():
    fires = Neurons("fires", (Neuron({("token", 2): 1.0}, 0.5, {("logits", 3): 1.0}),))
    tokens = torch.tensor([[2, 1, 2]])
    relu, gelu = (
        compile_circuit(described(Layer((), (fires,)), activation=activation, slope=slope)).model.run(tokens).logits
        for activation, slope in (("relu", 1.0), ("gelu", 40.0))
    )
    torch.testing.assert_close(relu[0, :, 3], torch.tensor([0.5, 0.0, 0.5]), rtol=0, atol=1e-5)
    torch.testing.assert_close(gelu, relu, rtol=0, atol=1e-4)


def test_the_look_of_a_caller_is_the_line_of_the_caller():
    assert Look("token", "token", lambda n, m: torch.eye(n, m)).line.startswith("test_description.py:")
    assert back(1).line == line_of("assert back(1).line == line_of")
