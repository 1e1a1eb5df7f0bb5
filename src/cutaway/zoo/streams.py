"""The text that language models of the zoo read: shards of generated text, kept on disk, and the standard library."""

import hashlib
import os
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Int
from safetensors.torch import load_file, save_file
from torch import Tensor

from cutaway.corpus import standard_library
from cutaway.corpus.bpe import tokenizer
from cutaway.corpus.document import Document
from cutaway.corpus.generated import Corpus
from cutaway.models.cache import cache_folder

DOCUMENTS = 4000  # in a shard: about a million tokens
SAMPLED = 300  # documents by which two generators are told apart
HELD_OUT = 1000  # seed of the text that models are measured on; training reads seeds below
BOS = 0


@cache
def fingerprint() -> str:
    """Sixteen hexadecimal digits that change with the generator's text or its tokens."""
    digest = hashlib.sha256(tokenizer().backend_tokenizer.to_str().encode())
    for document in islice(Corpus(seed=0).documents(), SAMPLED):
        digest.update(document.text.encode())
    return digest.hexdigest()[:16]


def encoded(documents: Iterator[Document]) -> Int[Tensor, "token"]:
    """Documents as one stream of ids, a beginning-of-text token before each."""
    encode, parts = tokenizer().backend_tokenizer, []
    while texts := [one.text for one in islice(documents, 64)]:
        parts += [np.array(one.ids, dtype=np.int32) for one in encode.encode_batch_fast(texts)]
    return torch.from_numpy(np.concatenate(parts))


@cache
def shard(seed: int, number: int) -> Int[Tensor, "token"]:
    """One shard of generated text, written on first use to the user's cache.

    Cost: 20 seconds the first time; 4 MB of disk.
    """
    path = cache_folder() / "corpus" / f"{fingerprint()}-{seed}-{number}.safetensors"
    if path.is_file():
        return load_file(path)["ids"]
    first = number * DOCUMENTS
    ids = encoded(islice(Corpus(seed=seed).documents(first), DOCUMENTS))
    keep(path, ids)
    return ids


def keep(path: Path, ids: Int[Tensor, "token"]) -> None:
    """Write a shard, whole or not at all; two runs that make the same one do not disturb one another."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    save_file({"ids": ids}, partial)
    partial.replace(path)


@cache
def library(*, held_out: bool) -> Int[Tensor, "token"]:
    """One side of the standard library as one stream of ids."""
    encode = tokenizer().backend_tokenizer
    parts = [np.array(encode.encode(text).ids, dtype=np.int32) for text in standard_library.texts(held_out=held_out)]
    return torch.from_numpy(np.concatenate(parts))


def windows(stream: Int[Tensor, "token"], length: int) -> Int[Tensor, "window pos"]:
    """A stream cut into rows that do not overlap, each with a beginning-of-text token first."""
    rows = len(stream) // (length - 1)
    inside = stream[: rows * (length - 1)].view(rows, length - 1).long()
    return torch.cat([torch.full((rows, 1), BOS), inside], dim=1)
