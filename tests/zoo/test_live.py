"""A recipe trained in memory: the same model as one trained to disk, seen at the right steps, and meddled with."""

import torch
from safetensors.torch import load_file

from cutaway.zoo.live import live
from tests.zoo.test_train import TINY, train


def test_it_is_the_model_that_training_to_disk_gives(tmp_path):
    end = {}
    for _, model in live(TINY, seed=1, every=4):
        torch.rand(3)  # what is drawn while looking does not change its dropout
        end = {name: weight.clone() for name, weight in model.state_dict().items()}
    train(tmp_path, "disk", seed=1)
    stored = load_file(tmp_path / "disk-out" / "tiny" / "seed-1" / "model.safetensors")
    for name, weight in stored.items():
        assert torch.equal(end[name], weight), name


def test_it_is_seen_at_the_start_every_few_steps_and_at_the_end():
    assert [step for step, _ in live(TINY, seed=0, every=5)] == [0, 5, 10, 12]
    assert all(not model.training for _, model in live(TINY, seed=0, every=6))


def test_meddling_happens_before_the_first_step_and_after_every_one():
    calls = []

    def silence(model):
        calls.append(1)
        model.unembed.weight.data.zero_()

    seen = [
        float(model.unembed.weight.detach().abs().max()) for _, model in live(TINY, seed=0, every=4, meddle=silence)
    ]
    assert seen == [0.0] * 4
    assert len(calls) == 13
