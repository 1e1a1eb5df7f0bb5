"""The pretrained TinyStories Llama of the shared data, turned into a Hugging Face folder, and its tokenizer."""

import gzip
import json
import struct
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
import transformers as hf

DATA = Path(__file__).parents[3] / "shared" / "data"
MODEL, TOKENIZER = DATA / "models" / "stories260K.bin", DATA / "tokenizers" / "tok512.bin"
STORIES = DATA / "text" / "tinystories_1000.jsonl.gz"


def build() -> hf.LlamaForCausalLM:
    """The file's floats in the modules of transformers, which rotates halves where the file rotates neighbours."""
    raw = MODEL.read_bytes()
    dim, hidden, layers, heads, shared, vocab, context = struct.unpack("7i", raw[:28])
    numbers, at = torch.from_numpy(np.frombuffer(raw, "<f4", offset=28).copy()), 0

    def take(*shape):
        nonlocal at
        size = int(np.prod(shape))
        at += size
        return numbers[at - size : at].view(*shape)

    def halves(weight, count):
        return weight.view(layers, count, dim // heads // 2, 2, dim).transpose(2, 3).reshape(weight.shape)

    kv = dim * shared // heads
    embedding, norm1 = take(abs(vocab), dim), take(layers, dim)
    q, k, v, o = (take(layers, out, dim) for out in (dim, kv, kv, dim))
    norm2, gate, down, up = (
        take(layers, dim),
        take(layers, hidden, dim),
        take(layers, dim, hidden),
        take(layers, hidden, dim),
    )
    weights = {"model.embed_tokens.weight": embedding, "model.norm.weight": take(dim), "lm_head.weight": embedding}
    for layer in range(layers):
        for name, stack in {
            "input_layernorm": norm1,
            "post_attention_layernorm": norm2,
            "self_attn.q_proj": halves(q, heads),
            "self_attn.k_proj": halves(k, shared),
            "self_attn.v_proj": v,
            "self_attn.o_proj": o,
            "mlp.gate_proj": gate,
            "mlp.down_proj": down,
            "mlp.up_proj": up,
        }.items():
            weights[f"model.layers.{layer}.{name}.weight"] = stack[layer]
    config = hf.LlamaConfig(
        vocab_size=abs(vocab),
        hidden_size=dim,
        intermediate_size=hidden,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        num_key_value_heads=shared,
        max_position_embeddings=context,
        rms_norm_eps=1e-5,
        bos_token_id=1,
        eos_token_id=2,
        tie_word_embeddings=True,
    )
    module = hf.LlamaForCausalLM(config)
    module.load_state_dict(weights)
    return module.eval()


def pieces() -> list[tuple[bytes, float]]:
    """Bytes and score of every token."""
    raw, at, found = TOKENIZER.read_bytes(), 4, []
    while at < len(raw):
        score, length = struct.unpack("fi", raw[at : at + 8])
        found.append((raw[at + 8 : at + 8 + length], score))
        at += 8 + length
    return found


def encode(text: str) -> list[int]:
    """Begin, a space, characters, then the neighbours whose union scores highest, again and again."""
    table = pieces()
    number = {piece: at for at, (piece, _) in reversed(list(enumerate(table)))}
    ids = [number[b" "]]
    for character in text:
        coded = character.encode()
        ids += [number[coded]] if coded in number else [byte + 3 for byte in coded]
    while True:
        unions = [(number.get(table[one][0] + table[two][0]), at) for at, (one, two) in enumerate(pairwise(ids))]
        best = max(((table[union][1], -at, union) for union, at in unions if union is not None), default=None)
        if best is None:
            return [1, *ids]
        at = -best[1]
        ids[at : at + 2] = [best[2]]


def decode(ids: list[int]) -> str:
    table = pieces()
    return b"".join(table[number][0] for number in ids if number > 2).decode(errors="replace")


def stories(count: int) -> list[str]:
    with gzip.open(STORIES, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for _, line in zip(range(count), lines, strict=False)]
    return [row if isinstance(row, str) else row["text"] for row in rows]
