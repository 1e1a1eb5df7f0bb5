"""What the forms say: names of kinds and fields, and what each kind is for."""

from cutaway.store.contribution import Kind

KIND_NAMES: dict[str | None, str] = {
    "work": "existing work",
    "claim": "claim to work on it",
    "help": "call for help",
    "result": "result",
    "difficulty": "difficulty estimate",
    "correction": "correction",
    "comment": "comment",
    None: "something",
}
VERBS = {"undone": "undid the last step on", "withdrawn": "withdrew"}  # where the past tense is not the participle
HEADINGS: dict[Kind, str] = {
    "work": "Add existing work",
    "claim": "Say that you work on it",
    "help": "Ask for help",
    "result": "Report a result",
    "difficulty": "Estimate the difficulty",
    "correction": "Correct something",
    "comment": "Comment",
}
EXPLAINED: dict[Kind, str] = {
    "work": "A finished post or paper that addresses this problem, at least in part.",
    "claim": "A draft, an idea, or the wish to start, so that others can find you. It stands for ninety days; you can "
    "renew or release it from this browser.",
    "help": "Collaborators or a mentor: say for what, and how you can be found.",
    "result": "What you found, also when it did not work. The problem's standing follows runs of its studies only.",
    "difficulty": "Your estimate stands beside the original, which never changes. Say what it rests on.",
    "correction": "What is wrong here: the statement, a cell, the prior work, a link.",
    "comment": "A thought, a question, a hint.",
}
LABELS = {
    "author": "Your name",
    "tool": "Tool or model that did part of it",
    "form": "What it is",
    "title": "Title",
    "url": "Web address",
    "rating": "Difficulty",
    "text": "In your words",
    "kind": "Kind",
    "name": "Name",
    "address": "Address",
}
HINTS = {
    "author": "As others should see it. E-mail addresses are taken out.",
    "tool": "If a program wrote or found some of this, name it.",
    "rating": "A letter from A (easier) to D (harder), or a range: B, B-C, B-C*",
    "text": "Markdown; pictures are left out. At most 8,000 characters.",
    "url": "Beginning with https://",
}


def did(action: str, kind: str | None) -> str:
    """What somebody did, up to the name of the kind: "approved a", "withdrew"."""
    return VERBS.get(action, action) + ("" if kind == "work" else " a")
