"""What the lab hands out, and what it remembers."""

import pandas as pd
import torch

from cutaway.lab import Lab
from cutaway.lab.lab import weights_hash
from tests.conformance.families import build


def test_size_follows_the_run():
    assert Lab(smoke=True).size(smoke=2, full=50) == 2
    assert Lab().size(smoke=2, full=50) == 50


def test_models_by_role_are_remembered_with_the_hash_of_their_weights():
    lab = Lab()
    model = lab.model("attn-only-1l")
    assert lab.models == {"attn-only-1l": weights_hash(model)}
    with torch.no_grad():
        model.module.embed.weight[0, 0] += 1
    assert weights_hash(model) != lab.models["attn-only-1l"]


def test_guests_come_after_the_study_s_own_models():
    guest = build("gpt2")
    lab = Lab(guests=[guest])
    assert [model.name for model in lab.subjects("attn-only-1l")] == ["attn-only-1l", "gpt2"]
    assert set(lab.models) == {"attn-only-1l", "gpt2"}


def test_twins_depend_on_the_seed_and_sets_of_them_do_not_overlap():
    model = build("gpt2")

    def first_weights(lab, first):
        return [float(twin.W_E[0, 0].detach()) for twin in lab.untrained_twins(model, count=3, first=first)]

    assert first_weights(Lab(), 0) == first_weights(Lab(), 0)
    assert first_weights(Lab(), 1)[:2] == first_weights(Lab(), 0)[1:]
    assert not set(first_weights(Lab(), 0)) & set(first_weights(Lab(), 1000))


def test_tables_are_frames_with_a_fresh_index():
    lab = Lab()
    lab.table("gain", [{"x": 1}, {"x": 2}])
    lab.table("kept", pd.DataFrame({"y": [1, 2]}, index=[7, 9]))
    assert lab.tables["gain"]["x"].tolist() == [1, 2]
    assert lab.tables["kept"].index.tolist() == [0, 1]


def test_model_named_twice_is_looked_at_once():
    guest = build("gpt2")
    lab = Lab(guests=[guest, guest])
    assert [model.name for model in lab.subjects("attn-only-1l", "gpt2")] == ["attn-only-1l", "gpt2"]


def test_what_a_study_needs_and_does_not_find_is_remembered():
    lab = Lab()
    assert lab.missing == []
    lab.lacks("gpt2")
    assert lab.missing == ["gpt2"]


def test_seeds_and_checkpoints_of_a_model_come_in_order_and_a_smoke_run_takes_fewer():
    assert [model.name for model in Lab().seeds("sort")] == ["sort", "sort@seed=1", "sort@seed=2"]
    assert [model.name for model in Lab(smoke=True).seeds("sort")] == ["sort", "sort@seed=1"]
    steps = [step for step, _ in Lab().checkpoints("mod-add")]
    assert (steps[0], steps[-1], len(steps)) == (0, 2600, 12)
    assert steps == sorted(steps)
    assert len(Lab(smoke=True).checkpoints("mod-add")) < len(steps)
