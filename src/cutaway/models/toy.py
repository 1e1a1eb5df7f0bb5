"""A small decoder with nothing hidden: the architecture of the zoo and of the planted models.

Attention-only or with GELU, ReLU or SoLU MLPs; learned, shortformer or rotary positions; LayerNorm or
none. It is an ordinary Hugging Face model: `from_pretrained`, `save_pretrained`, `generate`.

SoLU: Elhage et al. 2022, "Softmax Linear Units". Shortformer (positions enter queries and keys only,
never the residual stream): Press, Smith & Lewis 2021, arXiv:2012.15832. Rotary: Su et al. 2021, arXiv:2104.09864.
"""

from typing import Any, ClassVar

import torch
from huggingface_hub.dataclasses import strict
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from transformers import PreTrainedConfig, PreTrainedModel
from transformers.activations import ACT2FN
from transformers.cache_utils import Cache, DynamicCache
from transformers.generation import GenerationMixin
from transformers.masking_utils import create_causal_mask
from transformers.modeling_outputs import CausalLMOutputWithPast
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

ROTARY_BASE = 10_000.0


@strict
class ToyConfig(PreTrainedConfig):  # type: ignore[misc]
    """Shape of a toy transformer; `d_mlp=0` means attention only.

    `dropout`, in training only: share of the embeddings, of attention and of what each part writes that is left out.
    """

    model_type = "cutaway_toy"
    attribute_map: ClassVar[dict[str, str]] = {
        "hidden_size": "d_model",
        "head_dim": "d_head",
        "max_position_embeddings": "n_ctx",
        "num_attention_heads": "n_heads",
        "num_hidden_layers": "n_layers",
    }

    vocab_size: int = 2048
    n_ctx: int = 128
    d_model: int = 128
    d_head: int = 32
    n_heads: int = 4
    n_layers: int = 2
    d_mlp: int = 0
    activation: str = "gelu"
    positions: str = "shortformer"
    layer_norm: bool = True
    attention_scale: float | None = None
    dropout: float = 0.0
    initializer_range: float = 0.02
    tie_word_embeddings: bool = False
    bos_token_id: int | None = 0
    eos_token_id: int | list[int] | None = 0
    pad_token_id: int | None = None

    def validate_architecture(self) -> None:
        """Refuse a shape nobody implements; called when the config is made."""
        if self.positions not in ("learned", "shortformer", "rotary"):
            raise ValueError(f"positions must be learned, shortformer or rotary, not {self.positions!r}")
        if self.activation not in ("gelu", "relu", "solu", "solu_ln"):
            raise ValueError(f"activation must be gelu, relu, solu or solu_ln, not {self.activation!r}")


def rotate(x: Tensor, position_ids: Tensor) -> Tensor:
    """Turn each pair of features of `x` [batch, head, pos, d_head] by an angle that grows with position."""
    half = x.shape[-1] // 2
    speed = ROTARY_BASE ** (-torch.arange(half, device=x.device, dtype=torch.float32) / half)
    angle = position_ids[:, None, :, None].float() * speed
    cos, sin = angle.cos().to(x.dtype), angle.sin().to(x.dtype)
    left, right = x[..., :half], x[..., half:]
    return torch.cat((left * cos - right * sin, right * cos + left * sin), dim=-1)


def eager_attention_forward(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    scaling: float,
    dropout: float = 0.0,
    **_: Any,
) -> tuple[Tensor, Tensor]:
    """Attention written out, so that scores and pattern exist as tensors."""
    scores = torch.matmul(query, key.transpose(2, 3)) * scaling
    if attention_mask is not None:
        scores = scores + attention_mask
    pattern = nn.functional.softmax(scores, dim=-1)
    pattern = nn.functional.dropout(pattern, p=dropout, training=module.training)
    return torch.matmul(pattern, value).transpose(1, 2).contiguous(), pattern


class ToyAttention(nn.Module):
    """Multi-head attention; positions arrive added (shortformer) or as a rotation (rotary)."""

    def __init__(self, config: ToyConfig, layer_idx: int) -> None:
        super().__init__()
        self.config, self.layer_idx, self.is_causal = config, layer_idx, True
        self.scaling = config.d_head**-0.5 if config.attention_scale is None else config.attention_scale
        width = config.n_heads * config.d_head
        self.q_proj = nn.Linear(config.d_model, width, bias=False)
        self.k_proj = nn.Linear(config.d_model, width, bias=False)
        self.v_proj = nn.Linear(config.d_model, width, bias=False)
        self.o_proj = nn.Linear(width, config.d_model, bias=False)

    @property
    def dropped(self) -> float:
        """Share of attention that is left out, now."""
        return self.config.dropout if self.training else 0.0

    def forward(
        self,
        x: Tensor,
        positions: Tensor | None,
        position_ids: Tensor,
        attention_mask: Tensor | None,
        cache: Cache | None,
    ) -> Tensor:
        placed = x if positions is None else x + positions
        heads = (*x.shape[:-1], self.config.n_heads, self.config.d_head)
        query = self.q_proj(placed).view(heads).transpose(1, 2)
        key = self.k_proj(placed).view(heads).transpose(1, 2)
        value = self.v_proj(x).view(heads).transpose(1, 2)
        if self.config.positions == "rotary":
            query, key = rotate(query, position_ids), rotate(key, position_ids)
        if cache is not None:
            key, value = cache.update(key, value, self.layer_idx)
        scaling = self.scaling
        if not scaling:  # fused attention divides by its scale on the way back
            query, scaling = torch.zeros_like(query), 1.0
        attend = ALL_ATTENTION_FUNCTIONS.get_interface(self.config._attn_implementation, eager_attention_forward)
        z, _ = attend(self, query, key, value, attention_mask, scaling=scaling, dropout=self.dropped)
        out: Tensor = self.o_proj(z.reshape(*x.shape[:-1], -1))
        return out


class SoLU(nn.Module):
    """x * softmax(x) over the neurons, with the LayerNorm of the original paper if asked."""

    def __init__(self, d_mlp: int, layer_norm: bool) -> None:
        super().__init__()
        self.ln = nn.LayerNorm(d_mlp) if layer_norm else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.ln(x * x.softmax(dim=-1))
        return out


class ToyMLP(nn.Module):
    """Two linear maps and one nonlinearity."""

    def __init__(self, config: ToyConfig) -> None:
        super().__init__()
        self.up = nn.Linear(config.d_model, config.d_mlp)
        solu = config.activation.startswith("solu")
        self.act = SoLU(config.d_mlp, config.activation == "solu_ln") if solu else ACT2FN[config.activation]
        self.down = nn.Linear(config.d_mlp, config.d_model)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.down(self.act(self.up(x)))
        return out


class ToyBlock(nn.Module):
    """Attention, then the MLP where there is one, each added to the residual stream."""

    def __init__(self, config: ToyConfig, layer_idx: int) -> None:
        super().__init__()
        self.ln1 = nn.LayerNorm(config.d_model) if config.layer_norm else nn.Identity()
        self.attn = ToyAttention(config, layer_idx)
        if config.d_mlp:
            self.ln2 = nn.LayerNorm(config.d_model) if config.layer_norm else nn.Identity()
            self.mlp = ToyMLP(config)
        self.dropout = config.dropout

    def forward(self, x: Tensor, **attention: Any) -> Tensor:
        x = x + self.some(self.attn(self.ln1(x), **attention))
        return x + self.some(self.mlp(self.ln2(x))) if hasattr(self, "mlp") else x

    def some(self, written: Tensor) -> Tensor:
        """What is left of it in training with dropout."""
        return nn.functional.dropout(written, self.dropout) if self.training and self.dropout else written


class ToyForCausalLM(PreTrainedModel, GenerationMixin):  # type: ignore[misc]
    """The toy transformer with its unembedding."""

    config_class = ToyConfig
    base_model_prefix = "toy"
    main_input_name = "input_ids"
    _supports_sdpa = True
    _supports_attention_backend = True
    _no_split_modules: ClassVar[list[str]] = ["ToyBlock"]

    def __init__(self, config: ToyConfig) -> None:
        super().__init__(config)
        self.embed = nn.Embedding(config.vocab_size, config.d_model)
        if config.positions != "rotary":
            self.pos_embed = nn.Embedding(config.n_ctx, config.d_model)
        self.blocks = nn.ModuleList(ToyBlock(config, layer) for layer in range(config.n_layers))
        self.ln_final = nn.LayerNorm(config.d_model) if config.layer_norm else nn.Identity()
        self.unembed = nn.Linear(config.d_model, config.vocab_size, bias=False)
        self.post_init()

    def get_input_embeddings(self) -> nn.Module:
        return self.embed

    def get_output_embeddings(self) -> nn.Module:
        return self.unembed

    def forward(
        self,
        input_ids: Tensor | None = None,
        attention_mask: Tensor | None = None,
        position_ids: Tensor | None = None,
        inputs_embeds: Tensor | None = None,
        past_key_values: Cache | None = None,
        labels: Tensor | None = None,
        use_cache: bool | None = None,
        logits_to_keep: int | Tensor = 0,
        **_: Any,
    ) -> CausalLMOutputWithPast:
        """Logits [batch, pos, vocab] and, with labels, the mean next-token loss in nats."""
        x: Tensor = self.embed(input_ids) if inputs_embeds is None else inputs_embeds
        if use_cache and past_key_values is None:
            past_key_values = DynamicCache(config=self.config)
        if position_ids is None:
            seen = past_key_values.get_seq_length() if past_key_values is not None else 0
            position_ids = (torch.arange(x.shape[1], device=x.device) + seen).unsqueeze(0)
        mask = create_causal_mask(
            config=self.config,
            inputs_embeds=x,
            attention_mask=attention_mask,
            past_key_values=past_key_values,
            position_ids=position_ids,
        )
        positions: Tensor | None = None
        if self.config.positions == "learned":
            x = x + self.pos_embed(position_ids)
        elif self.config.positions == "shortformer":
            positions = self.pos_embed(position_ids)
        if self.training and self.config.dropout:
            x = nn.functional.dropout(x, self.config.dropout)
        for block in self.blocks:
            x = block(x, positions=positions, position_ids=position_ids, attention_mask=mask, cache=past_key_values)
        x = self.ln_final(x)
        kept = x[:, -logits_to_keep:] if isinstance(logits_to_keep, int) else x[:, logits_to_keep]
        logits: Tensor = self.unembed(kept)
        loss = None if labels is None else cross_entropy(logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten())
        return CausalLMOutputWithPast(loss=loss, logits=logits, past_key_values=past_key_values)
