"""Records: read back as written, and never half there."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pandas as pd
import pytest

from cutaway.errors.records import DamagedRecordError, UnknownRecordError
from cutaway.records import Answer, Claim, Control, Finding, Measured, RunRecord
from cutaway.records.run_record import read_record, whole_folder, write_json


def record():
    claim = Claim(key="k", sentence="It holds.", unit="u", tier="trained", below=1.0)
    finding = Finding(Measured(0.5, 0.4, 0.6, 12), null=(0.1, 0.2), control=Control("c", 2.0), key="k")
    return RunRecord(
        id="head-wiki-1",
        study="head-wiki",
        problems=("6.18",),
        question="q",
        method="m",
        command="cutaway run head-wiki",
        seed=3,
        size="smoke",
        code_sha256="0" * 64,
        models={"attn-only-2l": "1" * 64},
        answers=(Answer(claim, finding),),
        tables=("gain",),
        missing=("gpt2",),
        environment={"threads": 1},
    )


@pytest.fixture
def folder(tmp_path):
    with whole_folder(tmp_path / "records" / "head-wiki-1") as partial:
        write_json(record(), partial)
        (partial / "tables").mkdir()
        pd.DataFrame({"x": [1.0]}).to_parquet(partial / "tables" / "gain.parquet")
    return tmp_path / "records" / "head-wiki-1"


def test_record_reads_back_as_it_was_written(folder):
    assert read_record(folder) == record()


def test_verdict_is_derived_again_and_not_believed(folder):
    stored = json.loads((folder / "claims.json").read_text())
    stored["claims"][0]["verdict"] = "failed"
    (folder / "claims.json").write_text(json.dumps(stored))
    assert read_record(folder).answers[0].verdict == "held"


def test_record_from_before_missing_subjects_were_kept_still_reads(folder):
    stored = json.loads((folder / "claims.json").read_text())
    del stored["missing"]
    (folder / "claims.json").write_text(json.dumps(stored))
    assert read_record(folder).missing == ()


@pytest.mark.parametrize("missing", ["run.json", "tables/gain.parquet"])
def test_record_with_a_part_missing_is_called_damaged(folder, missing):
    (folder / missing).unlink()
    with pytest.raises(DamagedRecordError, match="cutaway run"):
        read_record(folder)


WRONG = {
    "seed": ("claims.json", '"seed": 3', '"seed": [3]'),
    "tier": ("claims.json", '"tier": "trained"', '"tier": "real-ish"'),
    "value": ("claims.json", '"value": 0.5', '"value": "0.5"'),
    "problems": ("claims.json", '"6.18"', "6.18"),
    "claims": ("claims.json", '"claims": [', '"claims": ["x", '),
    "command": ("run.json", '"command": "cutaway run head-wiki"', '"command": null'),
    "seconds": ("run.json", '"threads": 1', '"wall_seconds": "long"'),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_record_whose_values_are_of_the_wrong_kind_is_called_damaged(folder, wrong):
    name, good, bad = WRONG[wrong]
    text = (folder / name).read_text()
    assert good in text
    (folder / name).write_text(text.replace(good, bad, 1))
    with pytest.raises(DamagedRecordError):
        read_record(folder)


@pytest.mark.parametrize("name", ["claims.json", "run.json"])
@pytest.mark.parametrize("body", [b"\xff\xfe\x00", b"null", b'"x"', b"[1]"])
def test_record_of_other_bytes_is_called_damaged(folder, name, body):
    (folder / name).write_bytes(body)
    with pytest.raises(DamagedRecordError):
        read_record(folder)


@pytest.mark.parametrize("text", ["{", "[]", "{}"])
def test_record_with_unreadable_claims_is_called_damaged(folder, text):
    (folder / "claims.json").write_text(text)
    with pytest.raises(DamagedRecordError):
        read_record(folder)


def test_folder_that_is_no_record(tmp_path):
    with pytest.raises(UnknownRecordError, match="cutaway report"):
        read_record(tmp_path)


def test_failing_block_leaves_nothing(tmp_path):
    def fail():
        with whole_folder(tmp_path / "r") as partial:
            (partial / "half").write_text("x")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_killed_process_leaves_nothing_that_looks_whole_and_the_next_run_sweeps_up(tmp_path):
    code = (
        "import sys, time; from pathlib import Path; from cutaway.records.run_record import whole_folder\n"
        "with whole_folder(Path(sys.argv[1]) / 'r') as partial:\n"
        "    (partial / 'claims.json').write_text('{}'); print('ready', flush=True); time.sleep(60)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"ready\n"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    time.sleep(0.05)
    assert not (tmp_path / "r").exists()
    assert all(path.name.startswith(".partial-") for path in tmp_path.iterdir())
    with whole_folder(tmp_path / "next") as partial:
        (partial / "claims.json").write_text("{}")
    assert [path.name for path in tmp_path.iterdir()] == ["next"]


def test_folder_that_cannot_be_written_is_refused_before_the_work(tmp_path):
    from cutaway.errors.records import UnwritableDataError
    from cutaway.records.run_record import prepare

    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UnwritableDataError, match="--data DIR"):
        prepare(tmp_path / "file" / "records")


def test_a_claim_that_was_changed_after_its_run_is_refused(folder):
    path = folder / "claims.json"
    stored = json.loads(path.read_text())
    assert stored["claims"][0]["sha256"] == record().answers[0].claim.sha256
    stored["claims"][0]["below"] = 0.45
    path.write_text(json.dumps(stored))
    with pytest.raises(DamagedRecordError, match="claim 'k' was changed after the run"):
        read_record(folder)


def test_the_hash_of_a_claim_is_of_everything_that_was_fixed():
    claim = record().answers[0].claim
    changes = (
        {"sentence": "It may hold."},
        {"below": 1.1},
        {"unit": "v"},
        {"tier": "planted"},
        {"problems": ("6.18",)},
    )
    assert len({claim.sha256, *(replace(claim, **change).sha256 for change in changes)}) == 6
