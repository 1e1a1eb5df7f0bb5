"""The vocabularies that worded tasks must work with, each on a stand-in model: GPT-2's, Pythia's, a Llama's, ours."""

import gzip
import json
import struct
from pathlib import Path

import pytest
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from cutaway.models import Model, wrap
from cutaway.models.toy import ToyConfig, ToyForCausalLM

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "tokenizers"
NAMES = ("gpt2", "pythia", "llama", "ours")


def gpt2() -> PreTrainedTokenizerFast:
    vocab = json.loads((FOLDER / "gpt2_encoder.json").read_text(encoding="utf-8"))
    lines = (FOLDER / "gpt2_vocab.bpe").read_text(encoding="utf-8").splitlines()[1:]
    return byte_level(vocab, [tuple(line.split()) for line in lines if line])


def pythia() -> PreTrainedTokenizerFast:
    with gzip.open(FOLDER / "gpt_neox_20b.json.gz", "rt", encoding="utf-8") as file:
        found = json.load(file)
    vocab = {piece: number for number, piece in enumerate(found["tokens"])}
    return byte_level(vocab, [tuple(pair.split(" ")) for pair in found["merges"]])


def byte_level(vocab: dict, merges: list) -> PreTrainedTokenizerFast:
    tokenizer = Tokenizer(models.BPE(vocab=vocab, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<|endoftext|>", eos_token="<|endoftext|>")


def llama() -> PreTrainedTokenizerFast:
    """Sentencepiece by byte pairs with a space before the text, from the vocabulary of the TinyStories Llama."""
    raw, at, pieces = (FOLDER / "tok512.bin").read_bytes(), 4, []
    while at < len(raw):
        score, length = struct.unpack("fi", raw[at : at + 8])
        pieces.append((raw[at + 8 : at + 8 + length].decode("utf-8", "replace"), score))
        at += 8 + length
    spelled = [piece.replace(" ", "▁") for piece, _ in pieces]
    spelled[:3] = ["<unk>", "<s>", "</s>"]
    spelled[3:259] = [f"<0x{byte:02X}>" for byte in range(256)]
    vocab = {piece: number for number, piece in reversed(list(enumerate(spelled)))}
    order = sorted(range(259, len(pieces)), key=lambda number: -pieces[number][1])
    merges = [
        (spelled[number][:cut], spelled[number][cut:])
        for number in order
        for cut in range(1, len(spelled[number]))
        if spelled[number][:cut] in vocab and spelled[number][cut:] in vocab
    ]
    tokenizer = Tokenizer(models.BPE(vocab=vocab, merges=merges, byte_fallback=True, unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", unk_token="<unk>")


def ours() -> PreTrainedTokenizerFast:
    from cutaway.zoo.load import load

    return load("attn-only-2l").tokenizer


def stand_in(name: str) -> Model:
    """A small untrained model with that vocabulary; skips where the shared data is absent."""
    if name != "ours" and not FOLDER.is_dir():
        pytest.skip(f"{FOLDER} is not here")
    tokenizer = {"gpt2": gpt2, "pythia": pythia, "llama": llama, "ours": ours}[name]()
    config = ToyConfig(vocab_size=len(tokenizer), n_ctx=512, d_model=16, d_head=8, n_heads=2, n_layers=1)
    return wrap(ToyForCausalLM(config).eval(), name=name, tokenizer=tokenizer)
