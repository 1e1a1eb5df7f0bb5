"""`cutaway problems`, as a user meets it: list, filters, one problem, JSON, CSV, advice and speed."""

import csv
import io
import json
import re
import shlex
import subprocess
import sys
import time
from types import ModuleType, SimpleNamespace

import pytest
from click.testing import CliRunner

from cutaway.cli.problems import command
from cutaway.errors.catalog import UnknownProblemError

PROCESS = """
import sys
from cutaway.cli.main import main
try:
    main()
finally:
    print(*sorted({"torch", "pandas", "transformers", "numpy"} & set(sys.modules)), file=sys.stderr)
"""
FIELDS = [
    *["number", "chapter", "category", "subcategory", "text", "difficulty", "difficulty_source"],
    *["difficulty_confidence", "post_url", "post_number", "existing_work", "currently_working", "help_wanted"],
    *["claimed_by", "claimed_on", "references", "referenced_by", "prior_work", "studies"],
]


@pytest.fixture(autouse=True)
def discover(monkeypatch):
    """Two studies, whatever the package has."""
    module = ModuleType("cutaway.records.discover")
    studies = [
        SimpleNamespace(slug="find-heads", problems=("6.18", "6.19"), question="Are they found?", minutes=2.5),
        SimpleNamespace(slug="wiki", problems=("6.18", "6.26"), question="Is it a table?", minutes=10.0),
    ]
    module.study_headers = lambda: studies
    monkeypatch.setitem(sys.modules, "cutaway.records.discover", module)


def typed(*words: str, code: int = 0):
    result = CliRunner().invoke(command, words)
    assert result.exit_code == code, result.output
    return result


def listed(*words: str) -> list[str]:
    return [row["number"] for row in json.loads(typed(*words, "--json").stdout)]


def process(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", PROCESS, *words], capture_output=True, text=True, check=False)


def test_the_list_is_whole_easier_first_and_unrated_last():
    rows = json.loads(typed("--json").stdout)
    assert len(rows) == 339
    letters = [row["difficulty"][0] if row["difficulty"] else "Z" for row in rows]
    assert letters == sorted(letters)
    assert letters.count("Z") == 133


def test_the_last_line_counts_and_says_what_to_type():
    lines = typed("--search", "previous token heads", "--sort", "number").output.splitlines()
    assert lines[-1] == f"{len(lines) - 3} of 339 problems; one in full: cutaway problems {lines[1].split()[0]}"


def test_difficulty_is_listed_with_its_source():
    lines = typed("--chapter", "4", "--sort", "number").output.splitlines()
    assert all("not rated" in line for line in lines[1:46])
    line = next(line for line in typed("--chapter", "1").output.splitlines() if line.startswith("1.1 "))
    assert "B-C (summary)" in line


@pytest.mark.parametrize(
    ("words", "count"),
    [
        (["--chapter", "8"], 22),
        (["--subcategory", "none"], 21),
        (["--subcategory", "alphazero"], 4),
        (["--difficulty", "unrated"], 133),
        (["--difficulty", "b*"], 45),
        (["--difficulty", "D"], 6 + 3 + 2 + 2 + 1 + 1),  # D* C-D* D B-D* B-D A-D*, counted in the source table
        (["--has-prior-work"], 169),
        (["--no-prior-work"], 170),
        (["--currently-working"], 12),
        (["--not-currently-working"], 327),
        (["--has-study"], 3),
        (["--no-study"], 336),
    ],
)
def test_each_filter_passes_as_many_as_the_source_has(words, count):
    assert len(listed(*words)) == count


def test_filters_join():
    assert listed("--has-study", "--search", "wiki", "--sort", "number") == ["6.26"]


def test_one_problem_is_shown_in_full():
    output = " ".join(typed("2.25").output.split())
    for part in (
        "Problem 2.25",
        "> GPT-Neo wasn't trained with dropout - check 2.24 on this.",
        'Quoted from "200 Concrete Open Problems in Mechanistic Interpretability" by Neel Nanda',
        "chapter 2, Circuits In The Wild",
        "subcategory Extensions to IOI paper",
        "difficulty B*, on a scale from A (easier) to D, the star without a stated meaning; source: summary,",
        "https://www.alignmentforum.org/s/yivyHaCAmMJ3CqSyj/p/XNjRwEX9kxbpzWFWd there its number is 2.24",
        "refers to 2.24",
        "Studies: none yet",
    ):
        assert part in output


def test_cells_and_claims_are_shown_as_written_and_as_read():
    output = " ".join(typed("4.1", "3.21").output.split())
    assert 'existing work "Post"' in output
    assert '"14 April 2023: Kunvar (firstuserhere)" that is, Kunvar (firstuserhere) on 2023-04-14' in output
    assert "difficulty not rated" in output
    assert "that is, Eric on a day that cannot be read with certainty" in output


def test_prior_work_and_studies_are_shown_with_what_to_run():
    output = " ".join(typed("6.18").output.split())
    assert "referred to by 6.26" in output
    assert "(Bailey and TransformerLens contributors, 2023)" in output
    assert "https://github.com/TransformerLensOrg/TransformerLens/pull/235 Adds scored detection" in output
    assert "- find-heads: Are they found? 2.5 min: cutaway run find-heads" in output
    assert "- wiki: Is it a table? 10 min: cutaway run wiki" in output


def test_several_problems_are_shown_in_the_order_asked_each_once():
    assert listed("6.18", "1.10", "6.18") == ["6.18", "1.10"]
    output = typed("6.18", "1.10").output
    assert output.index("Problem 6.18") < output.index("Problem 1.10")


@pytest.mark.parametrize("words", [["6.18", "6.26"], ["--chapter", "3"]])
def test_json_and_csv_hold_every_field(words):
    rows = json.loads(typed(*words, "--json").stdout)
    lines = list(csv.DictReader(io.StringIO(typed(*words, "--csv").stdout)))
    assert [line["number"] for line in lines] == [row["number"] for row in rows]
    assert [line["text"] for line in lines] == [row["text"] for row in rows]
    assert list(rows[0]) == list(lines[0]) == FIELDS


def test_json_keeps_lists_and_csv_joins_them():
    row = json.loads(typed("6.26", "--json").stdout)[0]
    line = next(csv.DictReader(io.StringIO(typed("6.26", "--csv").stdout)))
    assert row["references"] == [f"6.{place}" for place in range(18, 26)]
    assert line["references"] == "; ".join(row["references"])
    assert row["studies"] == [
        {"slug": "wiki", "question": "Is it a table?", "minutes": 10.0, "run": "cutaway run wiki"}
    ]
    assert line["studies"] == "wiki"
    assert row["prior_work"][0]["url"] in line["prior_work"]


def test_an_empty_result_says_which_filters_are_on_and_how_to_clear_them():
    lines = typed("--chapter", "4", "--help-wanted", "--search", "a' b").output.splitlines()
    assert lines[0] == "No problem passes --chapter 4 --help-wanted --search 'a'\"'\"' b'"
    assert lines[-1] == "  to clear all filters, for 339 problems: cutaway problems"


def test_an_empty_result_names_the_filter_that_is_in_the_way():
    lines = typed("--chapter", "4", "--help-wanted").output.splitlines()
    assert "  without --help-wanted, 45 do: cutaway problems --chapter 4" in lines
    assert not any("without --chapter" in line for line in lines)  # nobody asks for help in any chapter


def test_an_unknown_subcategory_is_answered_with_the_nearest():
    assert "nearest: AlphaZero" in typed("--subcategory", "AlphaZeros").output


def test_an_empty_result_is_still_json_and_csv():
    assert json.loads(typed("--help-wanted", "--json").stdout) == []
    assert next(csv.reader(io.StringIO(typed("--help-wanted", "--csv").stdout))) == FIELDS
    assert "No problem passes --help-wanted" in typed("--help-wanted", "--json").stderr


@pytest.mark.parametrize(
    "words",
    [
        ["--chapter", "8", "--has-study", "--no-prior-work"],
        ["--currently-working", "--difficulty", "B-C*", "--chapter", "4"],
        ["--currently-working", "--search", "a 'quoted' word", "--no-study"],
        ["--subcategory", "circuits in code", "--difficulty", "unrated", "--has-prior-work"],
    ],
)
def test_advice_can_be_typed_and_keeps_its_promise(words):
    lines = typed(*words).output.splitlines()
    assert len(lines) > 2
    for line in lines[1:]:
        promise, _, advice = line.partition("cutaway problems")
        count = int(re.findall("[0-9]+ (?=do:|problems:)", promise)[0])
        assert len(listed(*shlex.split(advice))) == count > 0


def test_numbers_and_filters_do_not_mix():
    assert "Give numbers, or filters" in typed("6.18", "--chapter", "6", code=2).output
    assert "Give numbers, or filters" in typed("6.18", "--sort", "number", code=2).output


@pytest.mark.parametrize(
    ("asked", "advice"),
    [
        ("6.60", ["nearest: 6.6", "all 59 of chapter 6, 6.1 to 6.59: cutaway problems --chapter 6"]),
        ("1.100", ["nearest: 1.10", "all 23 of chapter 1, 1.1 to 1.23: cutaway problems --chapter 1"]),
        ("12.1", ["nearest: 2.1", "all 339 problems: cutaway problems"]),
        ("induction heads", ["such as 6.18", "cutaway problems --search 'induction heads'"]),
    ],
)
def test_an_unknown_number_is_answered_with_what_to_type(asked, advice):
    error = CliRunner().invoke(command, [asked]).exception
    assert isinstance(error, UnknownProblemError)
    assert str(error).startswith(f"the catalog has no problem '{asked}'.")
    for part in advice:
        assert part in str(error)


def test_help_has_an_example():
    assert "Example: cutaway problems 6.18" in typed("--help").output


def test_an_unknown_number_exits_with_two_and_no_traceback():
    result = process("problems", "6.60")
    assert result.returncode == 2
    assert result.stderr.startswith("the catalog has no problem '6.60'.")
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("words", [["problems"], ["problems", "6.18"], ["problems", "--json"]])
def test_neither_torch_nor_tables_are_loaded(words):
    result = process(*words)
    assert result.returncode == 0
    assert result.stderr.strip() == ""


def test_the_whole_process_takes_under_half_a_second():
    def seconds() -> float:
        start = time.perf_counter()
        process("problems")
        return time.perf_counter() - start

    assert min(seconds() for _ in range(3)) < 0.5
