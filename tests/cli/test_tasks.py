"""`cutaway tasks`, as it is typed."""

import io
import json
import subprocess
import sys

import pandas as pd
import pytest
from click.testing import CliRunner

from cutaway.cli import progress
from cutaway.cli.main import cutaway
from cutaway.cli.tasks import clipped
from cutaway.tasks.find import all_tasks
from cutaway.tasks.words.ioi import TASK as IOI_TASK

IOI = ("ioi", "--model", "attn-only-2l", "--rows", "12", "--score", "sequence")


def typed(*words):
    return CliRunner(env={"COLUMNS": "100"}).invoke(cutaway, ["tasks", *words], catch_exceptions=True)


def test_the_list_names_every_task_with_what_it_says_in_lines_of_100_characters():
    found = typed()
    assert found.exit_code == 0, found.output
    lines = found.stdout.splitlines()
    assert max(map(len, lines)) <= 100
    together = " ".join(found.stdout.split())
    for task in all_tasks().values():
        assert any(line.split()[:2] == [task.name, task.kind] for line in lines), task.name
        assert task.says in together
        assert all(change.name in together for change in task.corruptions)


def test_the_list_shows_a_pair_of_prompts_with_every_task():
    found = typed()
    lines = [line.strip() for line in found.stdout.splitlines()]
    assert max(map(len, found.stdout.splitlines())) <= 100
    for key in ("clean", "answer", "corrupted"):
        assert sum(line.startswith(f"{key} ") for line in lines) == len(all_tasks())
    assert IOI_TASK.examples(rows=1)[0]["clean"] in " ".join(lines)


def test_json_and_csv_have_everything_and_a_sample():
    rows = {row["task"]: row for row in json.loads(typed("--json").stdout)}
    assert list(rows) == list(all_tasks())
    ioi = rows["ioi"]
    assert ioi["samples"] == IOI_TASK.examples(rows=1)
    assert ioi["chance"] == 0.5
    assert ioi["corruptions"][0].keys() == {"name", "says", "blind_to", "changes_answer"}
    table = pd.read_csv(io.StringIO(typed("--csv").stdout)).set_index("task")
    assert list(table.index) == list(all_tasks())
    assert table.loc["modular-addition", "counts"] == "114 symbols, 4 positions"
    assert "other-actor: " in table.loc["ioi", "corruptions"]


def test_one_task_in_full_says_what_each_corruption_is_blind_to_and_shows_three_pairs():
    found = typed("ioi")
    together, task = " ".join(found.stdout.split()), IOI_TASK
    for part in (task.says, task.asks, task.source, "chance 0.5", "name (102, answer)"):
        assert part in together
    for change in task.corruptions:
        assert f"- {change.name} {change.says}" in together
        assert f"Blind to: {change.blind_to}" in together
    for pair in task.examples(rows=3):
        assert f"clean {pair['clean']} answer {pair['right']}, against {pair['wrong']}" in together
    assert max(map(len, found.stdout.splitlines())) <= 100


def test_the_pairs_shown_are_those_of_the_corruption_and_seed_that_are_asked_for():
    (pair,) = all_tasks()["modular-addition"].examples(rows=1, seed=5, corruption="traded")
    found = typed("modular-addition", "--corruption", "traded", "--seed", "5").stdout
    assert f"clean      {pair['clean']}\n" in found
    assert f"corrupted  {pair['corrupted']}\n" in found


def test_measuring_prints_every_case_with_its_interval_beside_chance():
    found = typed(*IOI, "--seed", "3", "--split", "train")
    assert found.exit_code == 0, found.output
    lines = found.stdout.splitlines()
    assert lines[0] == "task ioi, model attn-only-2l, split train, seed 3"
    assert lines[2].split()[:2] == ["case", "accuracy"]
    assert "answer_log_prob, nats [95 %]" in lines[2]
    cases = [line.split()[0] for line in lines[3:10]]
    assert cases == ["clean", "other-actor", "third-actor", "other-order", "other-names", "perfect", "null"]
    assert "perfect      1.000 [0.758, 1.000]  0.000 [0.000, 0.000]" in found.stdout  # Wilson's 12 / (12 + 1.96^2)
    assert lines[-1].startswith("chance 0.5;")
    assert found.stderr.startswith("name: ")
    assert "left out, which attn-only-2l cuts otherwise: " in found.stderr


def test_measurements_as_json_and_csv_have_everything():
    asked = ("modular-addition", "--model", "attn-only-2l")
    assert "its tokens are words" in str(typed(*asked).exception)
    rows = json.loads(typed(*IOI, "--corruption", "other-order", "--json").stdout)
    assert [row["case"] for row in rows] == ["clean", "other-order", "perfect", "null"]
    ends = {f"{key}{end}" for key in ("accuracy", "metric") for end in ("", "_low", "_high")}
    assert ends | {"unit", "n", "seed", "model", "task", "split", "chance", "metric_name"} <= set(rows[0])
    table = pd.read_csv(io.StringIO(typed(*IOI, "--corruption", "other-order", "--csv").stdout))
    assert table["accuracy"].tolist() == [row["accuracy"] for row in rows]


def test_words_of_ones_own_are_used_and_words_without_a_solver_are_told():
    found = typed(*IOI, "--words", "name=Zo, Ka,Na,Ba")
    assert found.exit_code == 0, found.output
    assert found.stderr == "no controls: the task's solver does not know 'Zo', 'Ka', 'Na', 'Ba'\n"
    assert "perfect" not in found.stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["iooi"], "nearest: ioi"),
        (["ioi", "--corruption", "other-acter"], "nearest: other-actor"),
        (["ioi", "--rows", "9"], "--rows says how a model is measured"),
        (["ioi", "--words", "name=Mary"], "--words says how a model is measured"),
        (["--model", "attn-only-2l"], "Name the task too"),
        (["ioi", "--file", __file__], "is not made of a file"),
        (["ioi", "--model", "attn-only-2"], "attn-only-2l"),
        (["greater-than", "--model", "attn-only-2l"], "--score sequence"),
        ([*IOI, "--words", "name"], "Write it as --words name="),
        ([*IOI, "--words", "names=Mary"], "its lists: name, place, thing"),
        (["modular-addition", "--model", "attn-only-2l", "--score", "token"], "its prompts are symbols"),
    ],
)
def test_mistakes_say_what_to_type(words, says):
    found = typed(*words)
    assert found.exit_code != 0
    assert says in f"{found.output}{found.exception}"


def test_a_long_text_is_shown_by_its_beginning_and_end_at_whole_words():
    words = [f"w{number}" for number in range(200)]
    shown = clipped(" ".join(words))
    first, last = shown.split(" ... ")
    assert words[: len(first.split())] == first.split()
    assert words[-len(last.split()) :] == last.split()
    assert len(shown) < 200
    assert clipped("as it is") == "as it is"


def test_a_phase_is_shown_only_when_it_takes_long(monkeypatch, capsys):
    clock = iter([0.0, 0.0, 1.0, 2.5, 3.0, 4.0, 5.0])
    monkeypatch.setattr(progress, "monotonic", lambda: next(clock))
    with progress.Bars(after=2.0).phase("quick", 2) as tick:
        tick()  # after a second
    assert capsys.readouterr().err == ""
    with progress.Bars(after=2.0).phase("slow", 9) as tick:  # begins at 2.5
        tick()
        assert capsys.readouterr().err == ""
        tick()
        tick()
    assert capsys.readouterr().err == "slow: 9\n"


def test_help_of_the_command_loads_no_torch():
    code = "import sys; from cutaway.cli.main import cutaway; cutaway(['tasks', '--help'], standalone_mode=False)\n"
    code += "print('torch' in sys.modules, file=sys.stderr)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stderr.strip() == "False"
