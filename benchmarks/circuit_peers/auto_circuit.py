"""auto-circuit: EAP as the gradient of its edge masks, and its ACDC, on a HookedTransformer of the same GPT-2 weights.

Called with a folder (weights, `prompts.json`), an output file, threads, and `eap` or `acdc`. Nothing is folded or
centred. Its scores are of the loss, minus the logit difference, so that they are ours with the other sign.
"""

import json
import sys
import time
from importlib.metadata import version
from pathlib import Path

import torch
import transformers as hf
from auto_circuit.data import PromptDataLoader, PromptDataset
from auto_circuit.prune_algos.ACDC import acdc_prune_scores
from auto_circuit.prune_algos.mask_gradient import mask_gradient_prune_scores
from auto_circuit.utils.graph_utils import patchable_model
from transformer_lens import HookedTransformer, HookedTransformerConfig
from transformer_lens.pretrained.weight_conversions import convert_gpt2_weights

THRESHOLD = (3, -2)  # 3e-2, in nats


def load(folder):
    source = hf.GPT2LMHeadModel.from_pretrained(folder).eval()
    c = source.config
    config = HookedTransformerConfig(
        n_layers=c.n_layer, d_model=c.n_embd, n_ctx=c.n_positions, d_head=c.n_embd // c.n_head, n_heads=c.n_head,
        d_mlp=4 * c.n_embd, d_vocab=c.vocab_size, act_fn="gelu_new", normalization_type="LN", eps=c.layer_norm_epsilon,
        device="cpu", default_prepend_bos=False,
    )  # fmt: skip
    model = HookedTransformer(config, move_to_device=False).eval()
    model.load_state_dict(convert_gpt2_weights(source, config), strict=False)
    for flag in ("set_use_attn_result", "set_use_split_qkv_input", "set_use_hook_mlp_in"):
        getattr(model, flag)(True)
    for weight in model.parameters():
        weight.requires_grad_(False)
    return patchable_model(model, factorized=True, slice_output="last_seq", separate_qkv=True)


def batches(folder):
    given = json.loads((folder / "prompts.json").read_text())
    clean, corrupted, right, wrong = (torch.tensor(given[name]) for name in ("clean", "corrupted", "right", "wrong"))
    rows = PromptDataset(clean, corrupted, list(right[:, None]), list(wrong[:, None]))
    return PromptDataLoader(rows, seq_len=clean.shape[1], diverge_idx=0, batch_size=len(clean), shuffle=False)


def eap(model, loader):
    return mask_gradient_prune_scores(
        model, loader, None, grad_function="logit", answer_function="avg_diff", mask_val=0.0
    )


def acdc(model, loader):
    return acdc_prune_scores(model, loader, None, tao_bases=[THRESHOLD[0]], tao_exps=[THRESHOLD[1]])


def scores(model, found):
    """By the names of both ends, as the library has them."""
    return {f"{edge.src.name} > {edge.dest.name}": float(edge.prune_score(found)) for edge in model.edges}


def main(folder, into, threads, what):
    torch.set_num_threads(int(threads))
    model, loader, work = load(folder), batches(Path(folder)), {"eap": eap, "acdc": acdc}[what]
    times = []
    for _ in range(1 if what == "acdc" else 3):
        for one in model.dest_wrappers:
            one.patch_mask.grad = None
        began = time.perf_counter()
        found = work(model, loader)
        times.append(time.perf_counter() - began)
    answer = {"version": version("auto-circuit"), "seconds": sorted(times)[len(times) // 2]}
    Path(into).write_text(json.dumps(answer | {"scores": scores(model, found)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
