"""Random corpora, and scans of them in any split: shuffled batches, spread over shards, merged in any order."""

import random
from itertools import pairwise

import torch

from cutaway.models.accumulators import Seen


def corpus(samples, shape, seed, *, levels=None):
    """Samples of sequences of 7 tokens each; with `levels`, values tie often."""
    dice = torch.Generator().manual_seed(seed)
    values = torch.randn((samples, *shape), generator=dice)
    if levels is not None:
        values = (values * levels).round() / levels
    index = torch.arange(samples)
    token = torch.randint(0, 1000, (samples,), generator=dice)
    return Seen(values, row=index // 7, position=index % 7, token=token)


def chosen(seen, index):
    token = None if seen.token is None else seen.token[index]
    return Seen(seen.values[index], seen.row[index], seen.position[index], token)


def in_batches(seen, size):
    return [chosen(seen, index) for index in torch.arange(len(seen.row)).split(size)]


def scan(template, seen, *, shards=1, cuts=0, seed=0, start=lambda template, shard: template.empty()):
    """Shuffle, cut into batches, deal them to shards, merge the shards pair by pair until one is left."""
    dice = random.Random(seed)
    samples = len(seen.row)
    order = torch.tensor(dice.sample(range(samples), samples), dtype=torch.long)
    places = [0, *sorted(dice.randint(0, samples) for _ in range(cuts)), samples]
    begun = [start(template, shard) for shard in range(shards)]
    for low, high in pairwise(places):
        dice.choice(begun).add(chosen(seen, order[low:high]))
    while len(begun) > 1:
        dice.shuffle(begun)
        begun[0].merge(begun.pop())
    return begun[0]


def held_bytes(thing):
    """Bytes of all tensors that an accumulator holds; a view counts for all that it keeps alive."""
    if isinstance(thing, torch.Tensor):
        return thing.untyped_storage().nbytes()
    if isinstance(thing, list | tuple):
        return sum(held_bytes(part) for part in thing)
    return sum(held_bytes(part) for part in vars(thing).values()) if hasattr(thing, "_features") else 0
