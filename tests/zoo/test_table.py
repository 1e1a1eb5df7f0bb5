"""The table of all that ships: every row from a card, and the one in the docs is today's."""

from pathlib import Path

from cutaway.zoo.shipped import card_of
from cutaway.zoo.table import markdown, shipped_cards

DOCS = Path(__file__).resolve().parents[2] / "docs" / "zoo.md"


def test_the_table_in_the_docs_is_that_of_the_cards():
    assert markdown() in DOCS.read_text(encoding="utf-8"), (
        "put into docs/zoo.md what cutaway.zoo.table.markdown() gives"
    )


def test_every_shipped_model_and_seed_has_a_row_with_its_own_numbers():
    rows = {row.split("`")[1]: row for row in markdown().splitlines() if "`" in row}
    addresses = [card["address"] for card in shipped_cards()]
    assert set(rows) == set(addresses)
    assert len(addresses) == len(set(addresses))
    assert f"{card_of('gelu-2l')['measured']['generated_loss_nats']:.2f}" in rows["gelu-2l"]
    assert f"{card_of('sort@seed=1')['measured']['rows_right']:.1%}" in rows["sort@seed=1"]
