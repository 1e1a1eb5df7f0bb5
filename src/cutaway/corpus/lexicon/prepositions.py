"""Prepositions that go with a place by its concept: in the kitchen, on the hill, by the river, under the table."""

_DEFAULT_AT = ("in", "near", "behind", "beside", "outside")
_DEFAULT_TO = ("to", "from", "towards", "past")

AT: dict[str, tuple[str, ...]] = {
    "room": ("in", "outside", "near"),
    "building": ("in", "outside", "near", "behind", "at", "beside", "opposite"),
    "settlement": ("in", "near", "outside"),
    "region": ("in",),
    "place": ("near", "by", "at", "beside", "beyond"),
    "water": ("by", "near", "in", "beside", "beyond"),
    "furniture": ("on", "under", "behind", "near", "beside", "in front of"),
    "container": ("in", "beside", "behind", "under"),
    "vehicle": ("in", "behind", "near", "beside", "in front of"),
    "tree": ("under", "near", "behind", "in", "beside"),
    "plant": ("near", "under", "behind", "beside"),
    "flower": ("near", "beside", "under"),
    "event": ("at", "during", "before", "after"),
    "organisation": ("at", "in"),
    "group": ("in", "behind", "with"),
    "person": ("with", "behind", "beside", "near", "next to"),
    "profession": ("with", "behind", "beside", "near", "next to"),
    "relative": ("with", "behind", "beside", "near", "next to"),
}
"""Where somebody or something is, common ones first; some are of several words."""

TO: dict[str, tuple[str, ...]] = {
    "room": ("into", "to", "out of", "through", "from", "past"),
    "building": ("to", "into", "out of", "past", "from", "towards", "around"),
    "settlement": ("to", "through", "from", "towards", "into", "around"),
    "region": ("to", "through", "from", "across"),
    "place": ("to", "across", "towards", "past", "from", "along"),
    "water": ("to", "across", "towards", "along", "around", "past", "away from"),
    "furniture": ("to", "around", "towards", "past", "under"),
    "container": ("into", "out of", "from"),
    "vehicle": ("to", "into", "out of", "towards", "past"),
    "tree": ("to", "around", "past", "towards", "under"),
    "plant": ("past", "around", "towards", "over"),
    "flower": ("past", "around", "towards"),
}
"""Where somebody or something goes, common ones first; some are of several words."""


def at(concept: str) -> tuple[str, ...]:
    """Prepositions of being somewhere, for a place of this concept."""
    return AT.get(concept, _DEFAULT_AT)


def towards(concept: str) -> tuple[str, ...]:
    """Prepositions of going somewhere, for a place of this concept."""
    return TO.get(concept, _DEFAULT_TO)
