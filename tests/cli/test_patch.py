"""`cutaway patch`, as it is typed."""

import json

import pandas as pd
import pytest
from click.testing import CliRunner

from cutaway.cli.main import cutaway

PAIR = ["--clean", "When Mary saw John, John saw", "--corrupted", "When Mary saw John, Mary saw"]
TOKENS = ["--answer", " Mary", "--against", " John"]


def typed(*words):
    return CliRunner().invoke(cutaway, ["patch", "attn-only-2l", *PAIR, *words], catch_exceptions=True)


def test_a_grid_for_eyes_has_layers_down_and_tokens_across():
    found = typed(*TOKENS)
    assert found.exit_code == 0, found.output
    head, *lines = found.stdout.splitlines()
    assert head.split()[0] == "layer"
    assert "John" in head
    assert [line.split()[0] for line in lines] == ["0", "1"]


def test_json_has_every_cell():
    rows = json.loads(typed(*TOKENS, "--json").stdout)
    assert {"layer", "head", "position", "token", "metric", "value", "base", "share"} <= set(rows[0])
    first = [row for row in rows if row["layer"] == 0]
    assert sum(row["share"] for row in first) == pytest.approx(1.0, abs=1e-4)


def test_heads_and_files(tmp_path):
    table, picture = tmp_path / "heads.parquet", tmp_path / "heads.svg"
    found = typed(
        *TOKENS, "--site", "z", "--per", "layer,head", "--noising", "--parquet", str(table), "--figure", str(picture)
    )
    assert found.exit_code == 0, found.output
    assert len(pd.read_parquet(table)) == 8
    assert picture.read_text().startswith("<svg")


def test_explain_runs_nothing_and_says_what_it_would():
    found = typed(*TOKENS, "--explain")
    assert "16 runs asked" in found.stdout
    assert "answered from the base run" in found.stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--site", "resid_pst", *TOKENS], "nearest"),
        (["--per", "layer,head", *TOKENS], "no sweep over each head"),
        (["--answer", " Mary", "--against", " Mary"], "same"),
        ([*TOKENS, "--figure", "x.gif"], "no kind of picture"),
        ([*TOKENS, "--figure", "nowhere/x.svg"], "there is no folder"),
        ([*TOKENS, "--corrupted", "one more"], "texts have"),
    ],
)
def test_mistakes_say_what_to_type(words, says):
    found = typed(*words)
    assert found.exit_code != 0
    assert says in f"{found.output}{found.exception}"
