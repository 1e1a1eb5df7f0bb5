"""Load a Hugging Face model from a folder or from the local cache, weights untouched."""

import json
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import transformers
from safetensors import SafetensorError
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase
from transformers.utils import is_accelerate_available, logging

from cutaway.errors.models import MissingAccelerateError, ModelFolderError, UnsupportedFamilyError
from cutaway.models.adapters import families
from cutaway.models.model import Model
from cutaway.models.toy import ToyConfig, ToyForCausalLM
from cutaway.models.wrap import wrap

INDEX = ".index.json"  # beside weights in several files: which file holds which
PICKLED = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")

AutoConfig.register(ToyConfig.model_type, ToyConfig, exist_ok=True)
AutoModelForCausalLM.register(ToyConfig, ToyForCausalLM, exist_ok=True)


def load_folder(folder: Path, *, name: str | None = None, **pretrained: Any) -> Model:
    """A model saved with `save_pretrained`: config.json and safetensors, with or without a tokenizer.

    `pretrained` goes to `from_pretrained`, for `dtype` or `device_map`.
    Raises: ModelFolderError if there is no config, no weights, a file of weights missing, only pickled weights, or
        damaged ones; UnsupportedFamilyError if transformers has no class for it; MissingAccelerateError.
    """
    if not (folder / "config.json").is_file():
        raise ModelFolderError(str(folder), "it holds no config.json", "Save one there: model.save_pretrained(folder)")
    if not list(folder.glob("*.safetensors")):
        refuse_missing_weights(folder)
    refuse_missing_files(folder)
    return load_pretrained(str(folder), name=name or str(folder), **pretrained)


def refuse_missing_weights(folder: Path) -> None:
    """Say why a folder without safetensors is no model."""
    pickled = sorted(path.name for pattern in PICKLED for path in folder.glob(pattern))
    if pickled:
        raise ModelFolderError(
            str(folder),
            f"its weights are pickled ({pickled[0]}), and loading a pickle can run code",
            "Convert it where you trust it: from_pretrained(folder).save_pretrained(new_folder)",
        )
    raise ModelFolderError(
        str(folder), "it holds no weights (*.safetensors)", "Save them: model.save_pretrained(folder)"
    )


def refuse_missing_files(folder: Path) -> None:
    """Raises: ModelFolderError with the first of several files of weights that is listed and not there."""
    for index in sorted(folder.glob(f"*.safetensors{INDEX}")):
        if (folder / index.name.removesuffix(INDEX)).is_file():
            continue  # all of it in one file, which goes first
        try:
            listed = set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values())
        except (ValueError, KeyError, TypeError, AttributeError) as fault:
            raise ModelFolderError(
                str(folder), f"its {index.name} is damaged ({fault})", "Copy or download the file again."
            ) from fault
        if missing := sorted(name for name in listed if not (folder / name).is_file()):
            reason = f"{len(missing)} of its {len(listed)} files of weights are missing ({missing[0]})"
            raise ModelFolderError(str(folder), reason, "Copy or download the missing files.")


def load_pretrained(source: str, *, name: str, download: bool = False, **pretrained: Any) -> Model:
    """A model from a folder or from the local Hugging Face cache; only `download=True` asks another host.

    Raises: OSError if nothing of that name is in the cache; else as `load_folder`.
    """
    if pretrained.get("device_map") is not None and not is_accelerate_available():
        raise MissingAccelerateError(name)
    only_here = {"local_files_only": not download}
    try:
        config = AutoConfig.from_pretrained(source, **only_here)
    except (OSError, ValueError) as fault:
        if not Path(source).is_dir():
            raise
        raise ModelFolderError(source, str(fault).splitlines()[0], "Is its config.json whole?") from fault
    with quietly():
        try:
            module, info = class_of(config, name).from_pretrained(
                source, config=config, use_safetensors=True, output_loading_info=True, **only_here, **pretrained
            )
        except (SafetensorError, RuntimeError) as fault:
            raise ModelFolderError(
                source, f"its weights are damaged ({str(fault).splitlines()[0]})", "Copy or download the file again."
            ) from fault
        except OSError as fault:
            if not Path(source).is_dir():
                raise
            raise ModelFolderError(
                source, str(fault).splitlines()[0].rstrip("."), "Copy or download the missing files."
            ) from fault
    if missing := sorted(info["missing_keys"]):
        raise ModelFolderError(
            source, f"{len(missing)} of its weights are missing ({missing[0]})", "Copy or download the files again."
        )
    refuse_lost_biases(source, module, info["unexpected_keys"])
    if lost := sorted(info["unexpected_keys"]):
        left = f"{len(lost)} tensors of {source} have no place in {type(module).__name__} and were left out"
        warnings.warn(f"{left} ({lost[0]})", stacklevel=2)
    reads_text = module.main_input_name == "input_ids"
    return wrap(module, name=name, tokenizer=tokenizer_of(source, **only_here) if reads_text else None)


def refuse_lost_biases(source: str, module: Any, unexpected: Iterable[str]) -> None:
    """Raises: ModelFolderError for a bias in the file whose map has none in this architecture: it would be dropped."""
    parts = dict(module.named_modules())
    for name in sorted(unexpected):
        path, _, kind = name.rpartition(".")
        if kind == "bias" and getattr(parts.get(path), "weight", None) is not None:
            raise ModelFolderError(
                source,
                f"it holds {name}, for which this architecture has no place, so its numbers would change",
                "If it is a model with folded norms: load the original, then cutaway.fold_layer_norm(model)",
            )


def class_of(config: Any, name: str) -> Any:
    """The class that the config names, if transformers has it and it takes such a config; else that of a decoder.

    Raises: UnsupportedFamilyError if there is neither.
    """
    found: Any = getattr(transformers, (config.architectures or [""])[0], None)
    is_model = isinstance(found, type) and issubclass(found, PreTrainedModel)
    if is_model and isinstance(config, found.config_class):
        return found
    if type(config) not in AutoModelForCausalLM._model_mapping:
        raise UnsupportedFamilyError(config.model_type, name, families())
    return AutoModelForCausalLM


def tokenizer_of(source: str, **only_here: bool) -> PreTrainedTokenizerBase | None:
    """The tokenizer saved beside a model, if one is."""
    folder = Path(source)
    if folder.is_dir() and not list(folder.glob("tokenizer*")) and not list(folder.glob("vocab*")):
        return None
    for path in sorted(folder.glob("tokenizer*.json")) if folder.is_dir() else ():
        try:
            json.loads(path.read_text(encoding="utf-8"))
        except ValueError as fault:
            raise ModelFolderError(source, f"its {path.name} is damaged ({fault})", "Copy the file again.") from fault
    tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(source, **only_here)
    return tokenizer


@contextmanager
def quietly() -> Iterator[None]:
    """Without the progress bars and reports of transformers; what matters in them is said in our own words."""
    shown, verbosity = logging.is_progress_bar_enabled(), logging.get_verbosity()
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if shown:
            logging.enable_progress_bar()
