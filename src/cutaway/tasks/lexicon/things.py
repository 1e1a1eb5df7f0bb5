"""Everyday things and places, each with `the` or `a` before it in a sentence."""

PLACES = (
    "store", "park", "school", "office", "garden", "station", "market", "hospital", "library", "restaurant", "house",
    "beach", "church", "museum", "bank", "hotel", "farm", "bar", "theater", "kitchen",
)  # fmt: skip

THINGS = (
    "book", "drink", "ring", "letter", "key", "ball", "bag", "box", "phone", "pen", "cup", "card", "gift", "map",
    "ticket", "hat", "coat", "lamp", "clock", "knife",
)  # fmt: skip
