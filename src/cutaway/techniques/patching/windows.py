"""Patch several neighbouring layers at once: what a part of one layer lacks, its neighbours may make up for.

A window is centred on its layer and cut off at the first and the last, as in ROME. A window finds more than its layers
do alone, so that its peak says little about one layer: look at widths of one, three and all beside each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cutaway.errors.patching import WindowError
from cutaway.models import Model, Product, Site, patches
from cutaway.models.model import Sites
from cutaway.models.pairs import Pairs
from cutaway.records.progress import SILENT, Progress
from cutaway.techniques.attribution.direction import Direction, source_and_base
from cutaway.techniques.patching.grid import PatchGrid, run_grid


@dataclass(frozen=True, repr=False)
class Windows(Product):
    """A product whose axis of layers stands for a window of `width` layers around each."""

    width: int = 1

    def covers(self, layer: int, site: Site) -> bool:
        return site.layer in window(layer, self.width)


def window(layer: int, width: int) -> range:
    """The layers of a window; an even one reaches one further down than up. It may stand out at either end."""
    first = layer - width // 2
    return range(first, first + width)


def windows(product: Product, width: int) -> Windows:
    """The same edits, of a window of layers each.

    Raises: WindowError.
    """
    site = str(product.sites[0])
    if width < 1:
        raise WindowError(width, site, "a window has at least one layer")
    if "layer" not in product.axes:
        raise WindowError(width, site, "per= does not name the layer")
    return Windows(product.sites, product.axes, product.make, width)


def patch_windows(
    model: Model,
    pairs: Pairs,
    *,
    site: Sites,
    width: int,
    per: Sequence[str] = ("layer", "position"),
    direction: Direction = "denoising",
    progress: Progress = SILENT,
) -> PatchGrid:
    """Patch `site` in `width` neighbouring layers at once, around every layer, and score each run by `pairs.metric`.

    `per`: layer, and any of position, head, neuron, each the same in every layer of a window. The grid's layer is the
    middle one; of even windows the upper one of the two.
    Units, Cost: as of `patch_grid`.
    Raises: WindowError; as of `patch_grid`.
    Reference: Meng et al. 2022, arXiv:2202.05262; Zhang & Nanda 2023, arXiv:2309.16042, section 5 (sums of single
        layers against windows).
    """
    source, base = source_and_base(direction, pairs.clean, pairs.corrupted)
    sites = model.resolve(site)
    product = windows(patches(model, source, sites, per=per, mask=pairs.mask), width)
    name = site if isinstance(site, str) else ", ".join(map(str, sites))
    return run_grid(
        model,
        product,
        (base, source),
        pairs.metric,
        site=name if width == 1 else f"{name}, {width} layers",
        direction=direction,
        mask=pairs.mask,
        progress=progress,
    )
