"""Things by their kind."""

KINDS = {
    "fruits": (
        "apple", "pear", "orange", "lemon", "banana", "peach", "plum", "mango", "melon", "cherry", "grape", "fig",
    ),
    "tools": (
        "hammer", "saw", "drill", "knife", "brush", "shovel", "rope", "ladder", "axe", "needle", "wrench", "nail",
    ),
    "animals": (
        "dog", "cat", "horse", "cow", "sheep", "goat", "pig", "rabbit", "mouse", "bear", "fox", "wolf", "lion", "duck",
    ),
    "clothes": (
        "shirt", "hat", "coat", "dress", "skirt", "jacket", "scarf", "belt", "tie", "sweater", "vest", "glove",
    ),
    "instruments": (
        "piano", "guitar", "drum", "flute", "violin", "trumpet", "harp", "cello", "horn", "organ", "bell", "banjo",
    ),
}  # fmt: skip
