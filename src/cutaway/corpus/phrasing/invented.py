"""Invented words: labels and codes that mean nothing until a document says what."""

from cutaway.corpus.kinds import words
from cutaway.corpus.phrasing.grammar import Word

LABELS = tuple(
    Word(text, "noun")
    for text in words(
        "wug dax bim zorp fep tolma quin rudd mave sull pim torv gax lurn nib oskel vash drim yort hask bleen"
        " plom krell sorn tiff ulm wend zabe cheem froll glep jurn moak neen prell skarn thrid vop brask dulf"
    )
)
LETTERS = tuple(Word(text, "name") for text in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
CODES = tuple(Word(f"{letter}{digit}", "name") for digit in range(1, 10) for letter in "bcdfghjkmnpqrstvwxyz")
