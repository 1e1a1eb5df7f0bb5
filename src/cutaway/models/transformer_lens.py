"""The hook names of TransformerLens, read as the sites they mean: `blocks.5.attn.hook_pattern` is `pattern.5`."""

import re

TRANSFORMER_LENS = {
    "hook_embed": "embed",
    "hook_pos_embed": "pos_embed",
    "ln_final.hook_scale": "ln_final_scale",
    "unembed.hook_out": "logits",
}

IN_LAYER = {
    "hook_resid_pre": "resid_pre",
    "ln1.hook_scale": "ln1_scale",
    "attn.hook_q": "q",
    "attn.hook_k": "k",
    "attn.hook_v": "v",
    "attn.hook_rot_q": "q_rot",
    "attn.hook_rot_k": "k_rot",
    "attn.hook_attn_scores": "scores",
    "attn.hook_pattern": "pattern",
    "attn.hook_z": "z",
    "attn.hook_result": "result",
    "hook_attn_out": "attn_out",
    "hook_resid_mid": "resid_mid",
    "ln2.hook_scale": "ln2_scale",
    "mlp.hook_pre": "mlp_pre",
    "mlp.hook_pre_linear": "mlp_linear",
    "mlp.hook_post": "mlp_post",
    "hook_mlp_out": "mlp_out",
    "hook_resid_post": "resid_post",
}

BLOCK = re.compile(r"blocks\.(\d+)\.(.+)")


def in_layer(hook: str) -> str | None:
    """The site of a hook inside a block, if it is one of theirs."""
    found = BLOCK.fullmatch(hook)
    name = IN_LAYER.get(found[2]) if found else None
    return f"{name}.{found[1]}" if found and name else None
