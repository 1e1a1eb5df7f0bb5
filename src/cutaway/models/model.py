"""A model you can look into: an unmodified module, its tokenizer, and the names of everything inside."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from transformers import PreTrainedTokenizerBase

from cutaway.errors.models import AbsentSiteError, NoTokenizerError, PromptError
from cutaway.models.edits import Edit
from cutaway.models.layout import Layout, Shape
from cutaway.models.run import Observer, observe
from cutaway.models.sites import VOCABULARY, Site, resolve, resolve_one
from cutaway.models.tap import Tap
from cutaway.models.trace import Trace


@dataclass(frozen=True, repr=False)
class Model:
    """Everything that computes. Weights are never copied or converted; numbers are the original's."""

    name: str
    module: nn.Module
    layout: Layout
    tokenizer: PreTrainedTokenizerBase | None = None

    def __repr__(self) -> str:
        shape = self.shape
        return f"Model('{self.name}', {shape.n_layers} layers x {shape.n_heads} heads, d_model {shape.d_model})"

    @property
    def shape(self) -> Shape:
        return self.layout.shape

    @property
    def bos(self) -> int | None:
        """The id that the model's texts begin with, if they begin with one that it can read."""
        if self.tokenizer is not None:
            found: int | None = self.tokenizer.bos_token_id
        else:
            found = getattr(self.module.config, "bos_token_id", None)
        return found if found is not None and found < self.shape.d_vocab else None

    @cached_property
    def taps(self) -> dict[Site, Tap]:
        """Every site and where it lives, in the order of the computation."""
        return self.layout.taps()

    @property
    def sites(self) -> list[Site]:
        return list(self.taps)

    def tokens(self, texts: Sequence[str]) -> Int[Tensor, "batch pos"]:
        """Token ids of texts of equal length, with the special tokens that the tokenizer itself adds.

        Raises: NoTokenizerError; PromptError for an empty text, unequal lengths or a text longer than the context.
        """
        if self.tokenizer is None:
            raise NoTokenizerError(self.name)
        if isinstance(texts, str):
            raise PromptError(self.name, "one text where a list of texts belongs", "Write model.tokens([text]).")
        if not texts or not all(texts):
            raise PromptError(self.name, "the text is empty", "Pass at least one character.")
        rows = [self.tokenizer.encode(text) for text in texts]
        lengths = sorted({len(row) for row in rows})
        if len(lengths) > 1:
            raise PromptError(
                self.name, f"the texts have {lengths} tokens", "Pass texts of equal length, or one at a time."
            )
        tokens = torch.tensor(rows)
        self.check(tokens)
        return tokens

    def token_strings(self, tokens: Iterable[int]) -> list[str]:
        """Each token as text; its id in brackets where there is no tokenizer."""
        if self.tokenizer is None:
            return [f"[{int(token)}]" for token in tokens]
        return [str(self.tokenizer.decode([int(token)])) for token in tokens]

    def check(self, tokens: Int[Tensor, "batch pos"]) -> None:
        """Refuse tokens the model cannot read.

        Raises: PromptError if they are none, too many, or outside the vocabulary.
        """
        if not isinstance(tokens, Tensor) or tokens.is_floating_point():
            raise PromptError(self.name, "token ids must be a tensor of integers", "Write model.tokens([text]).")
        if tokens.ndim != 2 or not tokens.numel():
            raise PromptError(self.name, f"tokens of shape {tuple(tokens.shape)}", "Pass token ids [batch, pos].")
        if tokens.shape[1] > self.shape.n_ctx:
            raise PromptError(
                self.name,
                f"{tokens.shape[1]} tokens are longer than its context of {self.shape.n_ctx}",
                f"Cut the text: tokens[:, :{self.shape.n_ctx}]",
            )
        lowest, highest = int(tokens.min()), int(tokens.max())
        if lowest < 0 or highest >= self.shape.d_vocab:
            raise PromptError(
                self.name,
                f"token id {lowest if lowest < 0 else highest} is outside its vocabulary of {self.shape.d_vocab}",
                "Encode the text with this model's own tokenizer: model.tokens([text])",
            )

    def resolve(self, asked: str | Site | Iterable[str | Site]) -> list[Site]:
        """The sites that one or several spellings name; a name without a layer means every layer.

        Raises: AbsentSiteError with the reason, or UnknownSiteError with the nearest names.
        """
        words = [asked] if isinstance(asked, (str, Site)) else list(asked)
        for word in words:
            name = str(word).partition(".")[0]
            if name in self.layout.absent and name in VOCABULARY:
                raise AbsentSiteError(str(word), self.name, self.layout.absent[name])
        return resolve(words, self.taps, model=self.name)

    def run(
        self,
        tokens: Int[Tensor, "batch pos"],
        *,
        read: str | Site | Sequence[str | Site] = (),
        edit: Edit | Sequence[Edit] = (),
        logits: bool = True,
    ) -> Trace:
        """One forward pass; reads and edits what is named. Without `logits` it stops at the last site read.

        Cost: the model's own forward pass; patterns and scores need its eager attention and [batch, head, pos, pos].
        Raises: UnknownSiteError, AbsentSiteError, EditError, PromptError, SilentEditError.
        """
        self.check(tokens)
        edits: dict[Site, list[Edit]] = {}
        for change in [edit] if isinstance(edit, Edit) else edit:
            self.resolve([change.site])
            edits.setdefault(resolve_one(change.site, self.taps, model=self.name), []).append(change)
        observer = Observer(self.taps, self.resolve(read), edits, stop_early=not logits)
        found = observe(self.module, {"input_ids": tokens.to(self.device)}, observer, name=self.name)
        return Trace(observer.values, found)

    @property
    def device(self) -> torch.device:
        return next(self.module.parameters()).device

    @property
    def parameters(self) -> int:
        """How many weights there are."""
        return sum(weight.numel() for weight in self.module.parameters())

    def weight(self, name: str, layer: int) -> Tensor:
        """One layer's weight by convention, a view where the layout allows: `model.weight("W_O", 1)`."""
        return self.layout.weights[name](layer)

    def stacked(self, name: str) -> Tensor:
        """A weight of all layers as one tensor; a copy."""
        return torch.stack([self.weight(name, layer) for layer in range(self.shape.n_layers)])

    @property
    def W_Q(self) -> Float[Tensor, "layer head d_model d_head"]:  # noqa: N802
        return self.stacked("W_Q")

    @property
    def W_K(self) -> Float[Tensor, "layer head d_model d_head"]:  # noqa: N802
        return self.stacked("W_K")

    @property
    def W_V(self) -> Float[Tensor, "layer head d_model d_head"]:  # noqa: N802
        return self.stacked("W_V")

    @property
    def W_O(self) -> Float[Tensor, "layer head d_head d_model"]:  # noqa: N802
        return self.stacked("W_O")

    @property
    def W_in(self) -> Float[Tensor, "layer d_model d_mlp"]:  # noqa: N802
        return self.stacked("W_in")

    @property
    def W_out(self) -> Float[Tensor, "layer d_mlp d_model"]:  # noqa: N802
        return self.stacked("W_out")

    @property
    def W_E(self) -> Float[Tensor, "d_vocab d_model"]:  # noqa: N802
        return self.layout.W_E

    @property
    def W_U(self) -> Float[Tensor, "d_model d_vocab"]:  # noqa: N802
        return self.layout.W_U
