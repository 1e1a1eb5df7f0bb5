"""Sites of any module by its path: `module:layer4.1.conv2`, `module:h.3.mlp:in`, `module:relu#2`."""

import re

from torch import Tensor, nn

from cutaway.errors.models import UnknownSiteError
from cutaway.models.anatomy.tap import Call, Tap
from cutaway.models.sites import MODULE, Site

SPELLING = re.compile(r"module:(?P<path>[^:#]*)(#(?P<number>[1-9]\d*))?(:(?P<side>in|out)(?P<entry>(\.\d+)*))?")


def module_tap(site: Site, module: nn.Module, *, model: str) -> Tap:
    """The tap of a site that names a module.

    A read copies the value, because nobody knows whether the model goes on to write over it.
    Raises: UnknownSiteError if there is no such module.
    """
    found = SPELLING.fullmatch(site.name)
    paths = [path for path, _ in module.named_modules(remove_duplicate=False)]
    if found is None or found["path"] not in paths:
        raise UnknownSiteError(str(site), model, [f"{MODULE}{path}" for path in paths if path])
    entry = tuple(int(number) for number in (found["entry"] or "").split(".") if number)

    def get(call: Call) -> Tensor:
        return call.input if found["side"] == "in" else call.result

    return Tap(
        path=found["path"],
        when="before" if found["side"] == "in" else "after",
        get=get,
        put=lambda _, new: new,
        whole=True,
        fleeting=True,
        axes=("batch",),
        number=int(found["number"] or 0) or None,
        entry=entry,
        once=True,
    )
