"""One self-contained HTML page: style and script inside, and a policy that lets it load nothing else."""

import base64
import hashlib
from functools import cache
from html import escape
from importlib.resources import files

STYLES = ("tokens.css", "parts.css", "report.css")  # of a page of its own: colours and ground, parts, the page


@cache
def asset(name: str) -> str:
    """The text of a style or script that comes with the package."""
    return (files("cutaway.figures") / "assets" / name).read_text(encoding="utf-8")


def sha256(text: str) -> str:
    """A hash as Content-Security-Policy writes it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def page(*, title: str, body: str, styles: tuple[str, ...], scripts: tuple[str, ...] = ()) -> str:
    """A whole page; `styles` and `scripts` name assets."""
    style = "".join(asset(name) for name in styles)
    script = "".join(asset(name) for name in scripts)
    policy = f"default-src 'none'; style-src {sha256(style)}; img-src data:; base-uri 'none'; form-action 'none'"
    if script:
        policy += f"; script-src {sha256(script)}"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
        f'<link rel="icon" href="data:,">\n<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n'
        f'<body class="cutaway">\n{body}\n' + (f"<script>{script}</script>\n" if script else "") + "</body>\n</html>\n"
    )
