"""Docs of the engine, tasks, planted circuits, corpus, zoo, techniques: their Python runs; the hooks are the code's."""

import re
from pathlib import Path

import pytest

from cutaway.models.sites import VOCABULARY, parse
from cutaway.models.transformer_lens import IN_LAYER, TRANSFORMER_LENS

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "instrument.md").read_text(encoding="utf-8")


TECHNIQUES = sorted(f"techniques/{path.name}" for path in (DOCS / "techniques").glob("*.md"))


@pytest.mark.parametrize(
    "name", ["instrument.md", "sweep.md", "tasks.md", "planted.md", "corpus.md", "zoo.md", *TECHNIQUES]
)
def test_the_calls_of_the_page_run_as_they_are_written(name):
    code = "\n".join(re.findall(r"```python\n(.*?)```", (DOCS / name).read_text(encoding="utf-8"), flags=re.DOTALL))
    assert code.count("\n") > 5
    exec(compile(code, f"docs/{name}", "exec"), {})


def test_every_hook_that_is_understood_is_on_the_page_and_leads_to_a_site():
    for hook, site in (IN_LAYER | TRANSFORMER_LENS).items():
        asked = hook if hook in TRANSFORMER_LENS else f"blocks.5.{hook}"
        _, name, layer = parse(asked, ())
        assert (name, layer) == (site, "5" if hook in IN_LAYER else "")
        assert name in VOCABULARY
        if name != "logits":
            assert hook.rpartition(".")[2] in PAGE
            assert f"`{name}" in PAGE
