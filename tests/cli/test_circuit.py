"""`cutaway circuit`, as it is typed."""

import json

import pytest
from click.testing import CliRunner

import cutaway
from cutaway.cli.main import cutaway as command
from cutaway.models.graph import Graph
from cutaway.techniques.circuits.circuit import Circuit

FEW = ["--rows", "8", "--method", "edge-patching"]


def typed(*words, model="ioi-2l", task="symbolic-ioi"):
    return CliRunner().invoke(command, ["circuit", model, task, *words], catch_exceptions=True)


def test_edges_judgement_file_and_picture(tmp_path):
    saved, picture = tmp_path / "ioi.json", tmp_path / "ioi.svg"
    found = typed(*FEW, "--json", "--save", str(saved), "--figure", str(picture))
    assert found.exit_code == 0, found.output
    facts = json.loads(found.stdout)
    judged = {row["measure"]: row["value"] for row in facts["judged"]}
    assert judged["faithfulness"] > 0.8  # on prompts that it was not found on, nine tenths on its own
    assert judged["edges"] == len(facts["edges"]) < 40
    sizes = [abs(row["score"]) for row in facts["edges"]]
    assert sizes == sorted(sizes, reverse=True)
    circuit = Circuit.load(saved)
    assert len(circuit.edges) == len(facts["edges"])
    assert circuit.kept(Graph.of(cutaway.load("ioi-2l"))).sum() == len(circuit.edges)
    assert picture.read_text().startswith("<svg")


def test_for_eyes_the_judgement_stands_before_the_edges():
    found = typed(*FEW, "--edges", "5")
    lines = found.stdout.splitlines()
    assert lines[0].split() == ["measure", "value", "beside"]
    assert lines[6].split() == ["sender", "receiver", "slot", "score"]
    assert len(lines) == 12


def test_one_threshold_of_acdc_has_no_scores():
    found = typed("--rows", "8", "--threshold", "0.5", "--csv")
    assert found.exit_code == 0, found.output
    assert found.stdout.splitlines()[0] == "sender,receiver,slot"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--method", "acd"], "there is no method 'acd'"),
        (["--keeps", "2"], "2.0 is not in the range"),
        (["--corruption", "nothing"], "has no corruption 'nothing'"),
        (["--threshold", "0.5"], "--threshold is ACDC's"),
        (["--figure", "x.gif"], "no kind of picture"),
        (["--save", "nowhere/x.json"], "there is no folder"),
    ],
)
def test_mistakes_are_told(words, says):
    found = typed("--rows", "4", "--method", "eap", *words)
    assert says in found.output + str(found.exception)
    assert found.exit_code != 0


def test_a_threshold_that_leaves_no_edge_is_told():
    found = typed("--rows", "4", "--threshold", "1e9")
    assert "has no edges" in str(found.exception)


def test_a_task_of_other_symbols_is_refused():
    found = typed(model="attn-only-2l")
    assert "cannot be asked of model" in str(found.exception)


def test_edges_by_position_are_found_where_the_names_stand():
    found = typed("--rows", "8", "--method", "eap", "--positions", "--json")
    assert found.exit_code == 0, found.output
    facts = json.loads(found.stdout)
    last = {edge["position"] for edge in facts["edges"] if edge["receiver"] == "logits"}
    assert len(last) == 1  # the answer is read at one place
    assert all(edge["position"] <= min(last) for edge in facts["edges"])
    assert {row["measure"]: row["value"] for row in facts["judged"]}["faithfulness"] > 0.8
