"""What is wrong with the tags of a document, found from its text alone."""

from cutaway.corpus.document import Document
from cutaway.corpus.values import values_of

PUNCTUATION = set("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")


def faults(document: Document) -> list[str]:
    """Each way in which the tags do not fit the text; none for a good document."""
    text, found = document.text, list[str]()
    if not text.isascii():
        found.append("not ASCII")
    if not 300 <= len(text) <= 3000:
        found.append("length")
    covered = [0] * len(text)
    for kind, start, end, value in document.spans:
        piece = text[start:end]
        if not piece or piece != piece.strip():
            found.append(f"{kind} span {piece!r} has spaces at its edges")
        allowed = values_of(kind)
        if not (isinstance(value, int) and value > 0 if allowed is None else value in allowed):
            found.append(f"{kind}={value}")
        if kind == "pos":
            for at in range(start, end):
                covered[at] += 1
            if set(piece) & PUNCTUATION and len(piece) > 1:
                found.append(f"marks within one span: {piece!r}")
    wrong = [at for at in range(len(text)) if covered[at] != (not text[at].isspace())]
    found += [f"covered {covered[at]} times: {text[max(0, at - 20) : at + 20]!r}" for at in wrong[:3]]
    return found
