"""Reading and editing while a model writes on, its cache and its own sampling untouched."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor

from cutaway.errors.models import PromptError
from cutaway.models.anatomy.tap import Tap
from cutaway.models.edits import Edit
from cutaway.models.inputs import check_mask, check_tokens
from cutaway.models.observer import Observer
from cutaway.models.passes import Passes
from cutaway.models.run import observe
from cutaway.models.sites import Site
from cutaway.models.trace import Outcome, Trace
from cutaway.models.weights import Weights

TWICE = ("assistant_model", "prompt_lookup_num_tokens", "guidance_scale", "return_dict_in_generate")


def generate(
    model: Weights,
    tokens: Tensor,
    read: Sequence[Site],
    edits: Mapping[Site, Sequence[Edit]],
    taps: Mapping[Site, Tap],
    *,
    mask: Tensor | None,
    max_new_tokens: int,
    options: Mapping[str, Any],
) -> Trace:
    """See `Model.generate`.

    Raises: PromptError if the model cannot write, or the padding is on the right, or beams would mix rows.
    """
    refuse(model, tokens, mask, max_new_tokens, options)
    decoder = len(model.layout.inputs.names) > 1  # beside an encoder it writes on from one start token
    passes = Passes(tokens.shape[0], 1 if decoder else tokens.shape[1], growing=True)
    observer = Observer(taps, read, edits, passes)
    module: Any = model.module
    ids = "decoder_input_ids" if decoder else "input_ids"
    counter = module.register_forward_pre_hook(passes.follow(ids), with_kwargs=True)
    given = tokens.to(model.device)
    attention = torch.ones_like(given) if mask is None else mask.to(model.device).long()
    chosen = {"do_sample": False} | dict(options) | {"pad_token_id": filler(module, options)}
    try:
        with torch.no_grad():
            whole = observe(
                module,
                lambda: module.generate(given, attention_mask=attention, max_new_tokens=max_new_tokens, **chosen),
                observer,
                name=model.name,
                softmax=model.layout.softmax,
            )
    finally:
        counter.remove()
    values = {site: passes.together(site, pieces) for site, pieces in observer.pieces.items()}
    return Trace(values, Outcome(tokens=whole))


def refuse(
    model: Weights, tokens: Tensor, mask: Tensor | None, max_new_tokens: int, options: Mapping[str, Any]
) -> None:
    """Raises: PromptError for what cannot be written on."""
    if not getattr(model.module, "can_generate", bool)():
        raise PromptError(model.name, "it does not write text", "Read it with model.run.")
    if not model.layout.inputs.names:
        raise PromptError(model.name, "only the sites of its modules are known", "Read it with model.run.")
    check_tokens(model.name, model.layout.shape, tokens)
    if mask is not None and model.layout.inputs.no_padding:
        raise PromptError(model.name, model.layout.inputs.no_padding, "Run prompts of one length, without a mask.")
    if max_new_tokens < 1:
        raise PromptError(model.name, f"max_new_tokens={max_new_tokens}", "Ask for at least one.")
    length, context = tokens.shape[1], model.layout.shape.n_ctx
    if length + max_new_tokens > context:
        fault = f"{length} tokens and {max_new_tokens} more are longer than its context of {context}"
        raise PromptError(model.name, fault, "Ask for fewer new tokens, or cut the prompt.")
    if mask is not None:
        check_mask(model.name, tokens, mask)
    if mask is not None and not bool(mask[:, -1].all()):
        raise PromptError(model.name, "the padding is on the right", "model.padded(texts, side='left')")
    refuse_other_passes(model, options)


def filler(module: Any, options: Mapping[str, Any]) -> int:
    """What is written after the end of a row: the padding, or else the end of a text again, or else 0."""
    pad, end = (setting(module, options, name) for name in ("pad_token_id", "eos_token_id"))
    end = next(iter(end), None) if isinstance(end, Sequence) else end  # some models have several
    return next((found for found in (pad, end) if found is not None), 0)


def setting(module: Any, options: Mapping[str, Any], name: str) -> Any:
    """How the module will write: as the options say, or else their config, or else its own."""
    configs = (options.get("generation_config"), module.generation_config)
    every = (options.get(name), *(getattr(config, name, None) for config in configs))
    return next((found for found in every if found is not None), None)


def refuse_other_passes(model: Weights, options: Mapping[str, Any]) -> None:
    """Raises: PromptError unless each pass reads exactly the tokens that are new, row by row."""
    set_to = partial(setting, model.module, options)
    if any((set_to(name) or 1) != 1 for name in ("num_beams", "num_return_sequences")):
        raise PromptError(model.name, "beams mix the rows of a batch", "Set num_beams=1, num_return_sequences=1.")
    if set_to("use_cache") is False:
        raise PromptError(model.name, "without its cache every pass reads the whole text", "Set use_cache=True.")
    for name in TWICE:
        if set_to(name):
            raise PromptError(model.name, f"{name} changes what a pass reads or gives", f"Leave out {name}.")
    for name in ("attention_mask", "input_ids"):
        if name in options:
            raise PromptError(model.name, f"{name} is given twice", "The prompt comes first; padding is mask=...")
