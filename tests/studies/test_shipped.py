"""Full runs that come with the package: one of every study, of its claims as they stand, on the weights that ship."""

import json

import pytest

from cutaway.figures.body import figure_html
from cutaway.figures.redraw import read_folder
from cutaway.lab.lab import weights_hash
from cutaway.records.discover import find_study, shipped_records, study_headers
from cutaway.records.run_record import records_in
from cutaway.zoo.load import load

RECORDS = records_in([shipped_records()])
SLUGS = [header.slug for header in study_headers()]


def newest(slug):
    return max((folder for name, folder in RECORDS.items() if name.startswith(f"{slug}-")), default=None)


@pytest.mark.parametrize("slug", SLUGS)
def test_every_study_has_a_full_run_of_the_claims_that_it_states_today(slug):
    record, tables = read_folder(newest(slug))
    study = find_study(slug)
    assert (record.study, record.size, record.seed) == (slug, "full", 0)
    assert [answer.claim.sha256 for answer in record.answers] == [
        claim.sha256
        for claim in study.claims
        if claim.tier != "real"  # no real model ships
    ]
    assert (record.question, record.method) == (study.question, study.method)
    for number, figure in enumerate(study.figures, 1):
        assert f"figure-{number}" in figure_html(number, figure, tables)


@pytest.mark.parametrize("slug", SLUGS)
def test_every_failed_or_undecided_claim_is_explained(slug):
    record, _ = read_folder(newest(slug))
    for answer in record.answers:
        if answer.verdict in ("failed", "undecided"):
            assert find_study(slug).remark(answer.claim.key, answer.verdict), answer.claim.key


@pytest.mark.slow
@pytest.mark.parametrize("slug", SLUGS)
def test_it_was_measured_on_the_weights_that_ship(slug):
    record, _ = read_folder(newest(slug))
    for name, digest in record.models.items():
        assert weights_hash(load(name)) == digest, name


def test_records_say_nothing_of_the_machine_they_were_made_on_but_what_matters():
    for folder in RECORDS.values():
        run = json.loads((folder / "run.json").read_text())
        assert run["kept_in"] == "cutaway-data/records"
        assert run["command"] == f"cutaway run {run['id'].rsplit('-', 1)[0]}"
        assert "/" not in run["command"]
    assert sum(path.stat().st_size for path in shipped_records().rglob("*") if path.is_file()) < 3e6 * len(SLUGS)
