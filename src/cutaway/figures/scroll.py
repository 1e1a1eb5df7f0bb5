"""What is wider than the page scrolls in a box of its own, which the keyboard can reach."""

from html import escape


def scrolling(content: str, *, label: str, tall: bool = False) -> str:
    """HTML in a scrolling box with a name for those who cannot see it."""
    kind = "scroll tall" if tall else "scroll"
    return f'<div class="{kind}" role="region" tabindex="0" aria-label="{escape(label)}">{content}</div>'
