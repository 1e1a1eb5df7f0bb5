"""Settings with a few named values: a misspelt one is refused by every technique, and never means another."""

import pytest
import torch

from cutaway.errors.choices import UnknownChoiceError
from cutaway.models import logit_difference
from cutaway.models.answers import Answers
from cutaway.models.pairs import Pairs
from cutaway.planted import circuit
from cutaway.planted.graph import graph_of
from cutaway.planted.sum_network import sum_network
from cutaway.techniques.ablation.greedy import ablate_greedily
from cutaway.techniques.ablation.losses import loss_on
from cutaway.techniques.ablation.optimal import Fit
from cutaway.techniques.ablation.unit import every_head
from cutaway.techniques.ablation.values import Ablation
from cutaway.techniques.attribution.atp_star import atp_star
from cutaway.techniques.attribution.attribution_patching import attribution_patching
from cutaway.techniques.circuits.acdc import acdc
from cutaway.techniques.circuits.acdc_scores import acdc_scores
from cutaway.techniques.circuits.curves import Curve, faithfulness_curve
from cutaway.techniques.circuits.edge_attribution_ig import edge_attribution_ig
from cutaway.techniques.circuits.edge_masks import edge_masks
from cutaway.techniques.circuits.faithfulness import faithfulness
from cutaway.techniques.circuits.node_scores import node_scores
from cutaway.techniques.circuits.question import Question
from cutaway.techniques.circuits.random_edges import random_edges
from cutaway.techniques.detectors.detector import Detector, equal_tokens
from cutaway.techniques.detectors.head_wiki import head_wiki
from cutaway.techniques.detectors.roles.role import Role
from cutaway.techniques.detectors.texts import texts_for
from cutaway.techniques.detectors.weights.copy_suppression import copy_suppression
from cutaway.techniques.detectors.weights.successor import successor
from cutaway.techniques.fourier.dissect import dissect
from cutaway.techniques.patching.directions import patch_along
from cutaway.techniques.patching.grid import patch_grid
from cutaway.techniques.patching.path import patch_paths
from cutaway.techniques.patching.subspace import split_subspace
from cutaway.techniques.patching.windows import patch_windows
from tests.conformance.families import build

pytestmark = pytest.mark.usefixtures("unchecked")

DIRECTION = torch.ones(32)
ABLATION = {
    "of": lambda **given: Ablation("mean", **given),
    "per": lambda **given: Fit(**given),
    "loss": lambda **given: Fit(**given),
}
BY_DIRECTION = {
    "attribution_patching": lambda model, pairs, **given: attribution_patching(model, pairs, **given),
    "atp_star": lambda model, pairs, **given: atp_star(model, pairs, **given),
    "patch_grid": lambda model, pairs, **given: patch_grid(
        model, clean=pairs.clean, corrupted=pairs.corrupted, site="z", metric=logit_difference(5, 9), **given
    ),
    "patch_paths": lambda model, pairs, **given: patch_paths(model, pairs, **given),
    "patch_windows": lambda model, pairs, **given: patch_windows(model, pairs, site="z", width=1, **given),
    "patch_along": lambda model, pairs, **given: patch_along(
        model, pairs, {"one": DIRECTION}, site="resid_post.1", **given
    ),
    "split_subspace": lambda model, pairs, **given: split_subspace(
        model, pairs, DIRECTION[:8], site="z.1", head=0, **given
    ),
}


@pytest.fixture(scope="module")
def gpt2():
    tokens = torch.randint(2, 61, (4, 6), generator=torch.Generator().manual_seed(0))
    at, right, wrong = torch.full((4, 1), 5), torch.full((4, 1, 1), 5), torch.full((4, 1, 1), 9)
    return build("gpt2"), Pairs(tokens, tokens.flip(0), Answers(at, right, wrong))


@pytest.fixture(scope="module")
def question():
    planted = circuit("previous-token")
    return Question(graph_of(planted), planted.sample(8, 0))


@pytest.mark.parametrize("name", sorted(ABLATION))
def test_what_an_ablation_and_a_fit_are_of(name):
    with pytest.raises(UnknownChoiceError, match=f"{name}='misspelt'"):
        ABLATION[name](**{name: "misspelt"})


def test_the_message_names_the_nearest_and_all(gpt2):
    with pytest.raises(UnknownChoiceError, match=r"nearest: lower\n  all 3: lower, higher, same"):
        ablate_greedily(*gpt2, every_head(gpt2[0]), toward="lowest")
    with pytest.raises(UnknownChoiceError, match="all 2: kl, metric"):
        loss_on(*gpt2, "KL")


@pytest.mark.parametrize("name", sorted(BY_DIRECTION))
def test_no_patch_goes_in_a_direction_that_nobody_named(gpt2, name):
    with pytest.raises(UnknownChoiceError, match="nearest: denoising"):
        BY_DIRECTION[name](*gpt2, direction="denoise")


def test_questions_about_circuits(question):
    scores = random_edges(question, seed=0)
    curve = Curve("none", "size", (0.5, 1.0), (0.5, 1.0))
    asked = {
        "ablation": [lambda: question.under("resample"), lambda: faithfulness(None, question, ablations=["resample"])],
        "objective": [
            lambda: acdc(question, 0.1, objective="KL"),
            lambda: acdc_scores(question, objective="KL"),
            lambda: edge_masks(question, objective="KL"),
        ],
        "along": [lambda: edge_attribution_ig(question, along="input")],
        "ranking": [lambda: faithfulness_curve(scores, question, ranking="helps")],
        "axis": [lambda: curve.cpr("logarithmic"), lambda: curve.cmd("logarithmic")],
        "how": [lambda: node_scores(scores, "max")],
    }
    for name, calls in asked.items():
        for call in calls:
            with pytest.raises(UnknownChoiceError, match=f"{name}='"):
                call()


def test_what_is_asked_of_heads(gpt2):
    model, _ = gpt2
    texts = texts_for(model, rows=2, random_only=True)
    asked = {
        "ablate": lambda: head_wiki(model, texts, ablate="some"),
        "embedding": lambda: copy_suppression(model, embedding="after-first-mlp"),
        "looks": lambda: Role("new", "wrong", "raises", (), "none"),
        "does": lambda: Role("new", "right", "raise", (), "none"),
        "matters_on": lambda: Detector("new", equal_tokens, "repeat", True, "none"),
    }
    for name, call in asked.items():
        with pytest.raises(UnknownChoiceError, match=f"{name}='"):
            call()
    with pytest.raises(UnknownChoiceError, match="embedding='"):
        successor(model, {"some": range(1, 9)}, embedding="after-first-mlp")


def test_what_is_kept_of_waves():
    found = dissect(sum_network(13, {2: 1.0}), p=13, scored=torch.ones(13, 13, dtype=torch.bool))
    with pytest.raises(UnknownChoiceError, match="nearest: excluded"):
        found.losses("exclude")
