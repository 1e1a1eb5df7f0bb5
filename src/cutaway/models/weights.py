"""The weights of a model in the field's convention, as views where the layout allows."""

from collections.abc import Mapping

import torch
from jaxtyping import Float
from torch import Tensor, nn

from cutaway.errors.models import AbsentWeightError, OffloadedWeightError
from cutaway.models.anatomy.layout import Layout
from cutaway.models.sites import Site


class Weights:
    """`model.weight("W_O", 1)`, and all layers stacked: `model.W_O`."""

    name: str
    module: nn.Module
    layout: Layout

    @property
    def device(self) -> torch.device:
        """Where inputs go: to the first weight that is in memory. Parts that are offloaded fetch theirs."""
        first = next((weight for weight in self.module.parameters() if not weight.is_meta), None)
        return torch.device("cpu") if first is None else first.device

    @property
    def dtype(self) -> torch.dtype:
        """The precision of the first weight that has one."""
        return next((weight.dtype for weight in self.module.parameters() if weight.is_floating_point()), torch.float32)

    @property
    def parameters(self) -> int:
        """How many weights there are."""
        return sum(weight.numel() for weight in self.module.parameters())

    def weight(self, name: str, layer: int | None = None, *, group: str = "") -> Tensor:
        """One weight by convention; a view where the layout allows, a copy where heads share keys or values.

        W_Q, W_K, W_V [head, d_model, d_head], W_O [head, d_head, d_model], W_in, W_gate [d_model, d_mlp],
        W_out [d_mlp, d_model] of a layer (experts come first where there are experts); W_E [d_vocab, d_model],
        W_pos [pos, d_model], W_U [d_model, d_vocab] of the model; b_Q, b_K, b_V, b_O, b_in, b_gate, b_out, b_U.
        Raises: AbsentWeightError with the reason; OffloadedWeightError for one whose numbers are not in memory.
        """
        made = self.layout.weights.get(Site(name, layer, group))
        if made is None:
            raise AbsentWeightError(name, layer, self.name, self.why_no_weight(name, layer, group), self.weight_names)
        found = made()
        if found.is_meta:
            raise OffloadedWeightError(name, layer, self.name)
        return found

    def why_no_weight(self, name: str, layer: int | None, group: str) -> str:
        """The reason the layout gives, for this layer or for all."""
        absent: Mapping[str, str] = self.layout.absent
        reason = absent.get(str(Site(name, layer, group))) or absent.get(str(Site(name, None, group)))
        if (
            reason is None
            and name.startswith("b_")
            and any(site.name == f"W_{name[2:]}" for site in self.layout.weights)
        ):
            reason = "this map has no bias"
        return reason or "there is no such weight"

    @property
    def weight_names(self) -> list[str]:
        """What can be asked for, without layers."""
        return list(dict.fromkeys(site.name for site in self.layout.weights))

    def stacked(self, name: str) -> Float[Tensor, "layer ..."]:
        """A weight of all layers as one tensor, where the first layer is; a copy."""
        if not self.layout.shape.n_layers:
            raise AbsentWeightError(name, None, self.name, "only the sites of its modules are known", ["module.*"])
        layers = [self.weight(name, layer) for layer in range(self.layout.shape.n_layers)]
        return torch.stack([weight.to(layers[0].device) for weight in layers])

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
    def W_gate(self) -> Float[Tensor, "layer d_model d_mlp"]:  # noqa: N802
        return self.stacked("W_gate")

    @property
    def W_out(self) -> Float[Tensor, "layer d_mlp d_model"]:  # noqa: N802
        return self.stacked("W_out")

    @property
    def W_E(self) -> Float[Tensor, "d_vocab d_model"]:  # noqa: N802
        return self.weight("W_E")

    @property
    def W_pos(self) -> Float[Tensor, "pos d_model"]:  # noqa: N802
        return self.weight("W_pos")

    @property
    def W_U(self) -> Float[Tensor, "d_model d_vocab"]:  # noqa: N802
        return self.weight("W_U")
