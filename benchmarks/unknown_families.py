"""How many decoders of transformers without an adapter are understood from a small copy, and how far.

Not a matter of speed, and so not in `make bench`: some ten minutes. Each family is built small, in a process of its
own with a time limit, described by structure and verified. Run it after an upgrade of transformers.
"""

import multiprocessing
import queue
import warnings
from collections import Counter

import torch
import transformers as hf
from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES
from transformers.utils import logging

from cutaway.errors.models import StructureError
from cutaway.models import VOCABULARY, wrap
from cutaway.models.adapters import families
from cutaway.models.structure.layout import layout
from cutaway.models.verify.small import small_config
from cutaway.models.verify.verify import examine

SECONDS = 60
NOT_EVERYWHERE = {"pos_embed", "q_rot", "k_rot", "mlp_linear"}  # there in some families only, by their nature


def small_module(family):
    name = MODEL_FOR_CAUSAL_LM_MAPPING_NAMES[family]
    made = getattr(hf, name if isinstance(name, str) else name[0])
    torch.manual_seed(0)
    return made(small_config(made.config_class())).eval()


def outcome(family):
    """One word, and what is missing or wrong."""
    try:
        module = small_module(family)
    except Exception as fault:  # noqa: BLE001 -- what a config without its sizes runs into is theirs
        return "not built", type(fault).__name__
    try:
        layout(module)
    except StructureError as fault:
        return "refused", fault.reason
    model = wrap(module, name=family)
    faults = examine(model)
    absent = set(VOCABULARY) - NOT_EVERYWHERE - {site.name for site in model.sites}
    if not absent and not faults:
        return "whole", ""
    return "in part", f"absent {', '.join(sorted(absent)) or 'nothing'}; faulty {', '.join(faults) or 'nothing'}"


def answer(family, answers):
    logging.set_verbosity_error()
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    answers.put(outcome(family))


def asked(family):
    """The outcome, from a process that may be stopped."""
    context = multiprocessing.get_context("fork")
    answers = context.Queue()
    process = context.Process(target=answer, args=(family, answers))
    process.start()
    try:
        return answers.get(timeout=SECONDS)
    except queue.Empty:
        return "no answer", f"in {SECONDS} seconds"
    finally:
        process.kill()
        process.join()


if __name__ == "__main__":
    counts = Counter()
    for family in sorted(set(MODEL_FOR_CAUSAL_LM_MAPPING_NAMES) - set(families())):
        word, detail = asked(family)
        counts[word] += 1
        print(f"{family}: {word}  {detail}", flush=True)
    print(", ".join(f"{number} {word}" for word, number in counts.most_common()))
