"""`cutaway.load`: a zoo name such as `gelu-2l@step=400`, a folder, a Hugging Face id, or a module in memory."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from torch import nn

from cutaway.errors.models import ModelFolderError, UnknownModelError
from cutaway.models.load import load_folder, load_pretrained
from cutaway.models.model import Model
from cutaway.models.wrap import wrap
from cutaway.zoo.address import address, is_zoo_name
from cutaway.zoo.derived import follows, written_out
from cutaway.zoo.recipe import all_recipes
from cutaway.zoo.shipped import check_hash, folder_of


def load(source: str | Path | nn.Module, *, download: bool = False, **pretrained: Any) -> Model:
    """A model you can look into; weights are never copied or converted.

    `pretrained` goes to `from_pretrained` (`dtype`, `device_map`). Nothing is fetched unless `download` is True.
    Raises: UnknownModelError, ModelFolderError, UnsupportedFamilyError, and the zoo's own errors.
    """
    if isinstance(source, nn.Module):
        return wrap(source, name=type(source).__name__)
    name = str(source)
    if not isinstance(source, Path) and is_zoo_name(name, all_recipes()):
        return load_shipped(name, **pretrained)
    folder = Path(source).expanduser()
    if folder.is_dir():
        return load_folder(folder, **pretrained)
    if isinstance(source, Path) or name.startswith((".", "/", "~")):
        raise ModelFolderError(name, "there is no such folder", "The zoo's own models: cutaway zoo")
    try:
        return load_pretrained(name, name=name, download=download, **pretrained)
    except OSError as fault:
        raise UnknownModelError(name, all_recipes()) from fault


def load_shipped(name: str, **pretrained: Any) -> Model:
    """A zoo model, in float32 unless `pretrained`, which goes to `from_pretrained`, says otherwise.

    Raises: as `address` and `shipped.folder_of`; DamagedZooModelError if the weights are not those of the card.
    """
    at = address(name)
    folder = folder_of(at)
    options = {"dtype": torch.float32} | pretrained
    if follows(at):
        with TemporaryDirectory(ignore_cleanup_errors=True) as place:
            return load_folder(written_out(at, Path(place)), name=at.name, **options)
    check_hash(at)
    return load_folder(folder, name=at.name, **options)
