"""Byte-level byte-pair encoding, trained on the spot or the one that comes with the package.

Words, single digits, single marks and stretches of white space are never joined, so that no token reaches over the end
of a tagged word. Sennrich, Haddow & Birch 2016, arXiv:1508.07909; the byte-level variant of GPT-2.
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

BOS = "<|bos|>"
SHIPPED = Path(__file__).parent / "tokenizer" / "tokenizer.json"
PIECES = r" ?\p{L}+| ?\p{N}| ?[^\s\p{L}\p{N}]|\s+(?!\S)|\s+"  # what is encoded each by itself


def train_bpe(texts: Iterable[str], *, vocab_size: int) -> PreTrainedTokenizerFast:
    """A tokenizer with `vocab_size` entries; id 0 is the beginning-of-text token, which it puts before every text."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PIECES), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size,
        special_tokens=[BOS],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(single=f"{BOS} $A", special_tokens=[(BOS, 0)])
    return wrapped(tokenizer)


def wrapped(tokenizer: Tokenizer) -> PreTrainedTokenizerFast:
    """As transformers knows it."""
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token=BOS, eos_token=BOS)


@cache
def tokenizer() -> PreTrainedTokenizerFast:
    """The tokenizer of the corpus and of every language model of the zoo: 2048 entries."""
    return wrapped(Tokenizer.from_file(str(SHIPPED)))
