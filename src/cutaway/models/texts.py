"""Texts as token ids, and back, by a model's own tokenizer."""

from collections.abc import Iterable, Sequence
from typing import Any, Literal

import torch
from jaxtyping import Int
from torch import Tensor, nn
from transformers import PreTrainedTokenizerBase

from cutaway.errors.models import NoTokenizerError, PromptError
from cutaway.models.anatomy.layout import Layout
from cutaway.models.inputs import check_tokens


class Texts:
    """What a model knows of text."""

    name: str
    module: nn.Module
    layout: Layout
    tokenizer: PreTrainedTokenizerBase | None

    @property
    def bos(self) -> int | None:
        """The id that the model's texts begin with, if they begin with one that it can read."""
        config: Any = getattr(self.module, "config", None)
        known = self.tokenizer if self.tokenizer is not None else config
        found: int | None = getattr(known, "bos_token_id", None)
        return found if found is not None and found < self.layout.shape.d_vocab else None

    def encoded(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids of each text, with the special tokens that the tokenizer itself adds.

        Raises: NoTokenizerError; PromptError for an empty text.
        """
        if self.tokenizer is None:
            raise NoTokenizerError(self.name)
        if isinstance(texts, str):
            raise PromptError(self.name, "one text where a list of texts belongs", "Write model.tokens([text]).")
        if not texts or not all(texts):
            raise PromptError(self.name, "the text is empty", "Pass at least one character.")
        return [self.tokenizer.encode(text) for text in texts]

    def tokens(self, texts: Sequence[str]) -> Int[Tensor, "batch pos"]:
        """Token ids of texts of equal length.

        Raises: NoTokenizerError; PromptError for an empty text, unequal lengths or a text longer than the context.
        """
        rows = self.encoded(texts)
        lengths = sorted({len(row) for row in rows})
        if len(lengths) > 1:
            advice = "Pad them: tokens, mask = model.padded(texts), then model.run(tokens, mask=mask)."
            raise PromptError(self.name, f"the texts have {lengths} tokens", advice)
        tokens = torch.tensor(rows)
        check_tokens(self.name, self.layout.shape, tokens)
        return tokens

    def padded(
        self, texts: Sequence[str], *, side: Literal["left", "right"] = "right"
    ) -> tuple[Int[Tensor, "batch pos"], Int[Tensor, "batch pos"]]:
        """Token ids of texts of any lengths, and the mask, 1 at tokens and 0 at padding. To generate, pad on the left.

        Raises: as `tokens`.
        """
        return self.pad(self.encoded(texts), side=side)

    def pad(
        self, rows: Sequence[Sequence[int]], *, side: Literal["left", "right"] = "right"
    ) -> tuple[Int[Tensor, "batch pos"], Int[Tensor, "batch pos"]]:
        """The same for rows of token ids. What the padding is does not matter: the mask hides it."""
        length = max(len(row) for row in rows)
        filler = getattr(self.tokenizer, "pad_token_id", None) or 0
        tokens, mask = torch.full((len(rows), length), filler), torch.zeros(len(rows), length, dtype=torch.long)
        for number, row in enumerate(rows):
            place = slice(0, len(row)) if side == "right" else slice(length - len(row), length)
            tokens[number, place], mask[number, place] = torch.tensor(row), 1
        check_tokens(self.name, self.layout.shape, tokens)
        return tokens, mask

    def token_strings(self, tokens: Iterable[int] | Int[Tensor, "pos"]) -> list[str]:
        """Each token as text; its id in brackets where there is no tokenizer."""
        if self.tokenizer is None:
            return [f"[{int(token)}]" for token in tokens]
        return [str(self.tokenizer.decode([int(token)])) for token in tokens]
