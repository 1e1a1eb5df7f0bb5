"""TransformerLens: its own patching helpers on a TransformerBridge, which keep one value a prompt (`reduce="none"`).

Its z is [batch, position, head, d_head], the input of the output projection, and `attn_head_out_all_pos` replaces one
head of it at every position. The clean run keeps only the site that is patched. Eager attention, as the bridge wants.
"""

from importlib.metadata import version

import pandas as pd
import torch
import transformers as hf
from sweep_peers.setting import score, serve
from transformer_lens import patching
from transformer_lens.model_bridge.sources import build_bridge_from_module


def load(path):
    module = hf.GPT2LMHeadModel.from_pretrained(path, attn_implementation="eager").eval()
    return build_bridge_from_module(module, "GPT2LMHeadModel", hf_config=module.config).eval()


@torch.no_grad()
def helped(helper, axes, hook, model, clean, corrupted, cells):
    """The helper over its whole grid, or over a table of cells where only some are asked for."""
    _, cache = model.run_with_cache(clean, names_filter=lambda name: name.endswith(hook))
    whole = (model.cfg.n_layers, corrupted.shape[1] if axes[1] == "pos" else model.cfg.n_heads)
    if len(cells) == whole[0] * whole[1]:
        return helper(model, corrupted, cache, score, reduce="none").values.flatten(0, 1)
    some = {"index_axis_names": None, "index_df": pd.DataFrame(cells, columns=axes)}
    return helper(model, corrupted, cache, score, reduce="none", **some).values


def resid_pre(model, clean, corrupted, cells):
    helper = patching.get_act_patch_resid_pre
    return helped(helper, ("layer", "pos"), "hook_resid_pre", model, clean, corrupted, cells)


def z(model, clean, corrupted, cells):
    helper = patching.get_act_patch_attn_head_out_all_pos
    return helped(helper, ("layer", "head"), "hook_z", model, clean, corrupted, cells)


@torch.no_grad()
def z_each(model, clean, corrupted, cells):
    _, cache = model.run_with_cache(clean, names_filter=lambda name: name.endswith("hook_z"))
    heads = model.cfg.n_heads
    table = pd.DataFrame([(layer, *divmod(column, heads)) for layer, column in cells], columns=("layer", "pos", "head"))
    helper = patching.get_act_patch_attn_head_out_by_pos
    some = {"index_axis_names": None, "index_df": table}
    return helper(model, corrupted, cache, score, reduce="none", **some).values


if __name__ == "__main__":
    serve(load, {"resid_pre": resid_pre, "z": z, "z_each": z_each}, version("transformer-lens"))
