"""A head wiki as pictures, for notebooks: scores of all heads, and where one head looks."""

import pandas as pd

from cutaway.figures.attention import attention_html
from cutaway.figures.inline import Chart, Shown
from cutaway.figures.vega import draw
from cutaway.records import AttentionOnText, Heat
from cutaway.techniques.detectors.head_wiki import HeadWiki
from cutaway.techniques.detectors.wiki_tables import attention_rows, score_rows


def score_picture(wiki: HeadWiki) -> Chart:
    """A cell for each head and detector: share of attention on repeated random tokens."""
    says = f"Heads of {wiki.model.name}: share of attention on the keys each detector names."
    header = Heat(table="scores", x="detector", y="head", value="score", says=says)
    return Chart(draw(header, pd.DataFrame(score_rows(wiki))))


def attention_picture(wiki: HeadWiki, layer: int, head: int) -> Shown:
    """Where one head looks, on the text of its strongest example; needs a wiki with natural text."""
    cells, tokens = attention_rows(wiki, [(layer, head)])
    header = AttentionOnText(table="attention", tokens_table="tokens", says=f"Head {layer}.{head}")
    return Shown(attention_html(header, pd.DataFrame(cells), pd.DataFrame(tokens)))
