"""Headers read from the syntax tree are the headers that Python would give."""

import importlib

import pytest

from cutaway.catalog import load_catalog
from cutaway.errors.studies import DuplicateStudyError, StudyHeaderError, UnknownStudyError
from cutaway.records.discover import find_study, module_of, read_folder, study_headers
from cutaway.records.header import read_header

GOOD = """
STUDY = Study(
    slug="{slug}", problems=("1.1",), question="q", method="a " "b", claims=(), asks="trained", minutes=1.0,
)
"""

STRAY = GOOD.format(slug="s").replace(
    "claims=()", 'claims=(Claim(key="k", sentence="s", unit="u", tier="planted", problems=("1.1", "2.1")),)'
)
REMARKED = GOOD.format(slug="s").replace(
    "claims=()", 'claims=(), remarks=(Remark(claim="k", verdict="failed", says="x"),)'
)


def test_both_readings_of_every_study_agree():
    headers = study_headers()
    assert headers
    for header in headers:
        assert header == importlib.import_module(module_of(header.slug)).STUDY


def test_every_study_names_problems_of_the_catalog_and_claims_by_unique_keys():
    known = {problem.number for problem in load_catalog().problems}
    for header in study_headers():
        assert set(header.problems) <= known
        keys = [claim.key for claim in header.claims]
        assert len(set(keys)) == len(keys) > 0


def test_reading_headers_loads_no_torch():
    import subprocess
    import sys

    code = (
        "import sys; from cutaway.records.discover import study_headers; study_headers(); print('torch' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("x = 1", "no STUDY"),
        ("STUDY = 3", "not a Study"),
        ("STUDY = Study(slug=name)", "literals only"),
        ("STUDY = Study(slug=print('x'))", "literals only"),
        (STRAY, "'k' speaks of 2.1, which is not a problem of the study"),
        (REMARKED, "a remark speaks of 'k', which is not a claim of the study"),
    ],
)
def test_header_that_is_not_literals_is_refused_with_its_line(tmp_path, source, fault):
    path = tmp_path / "s.py"
    path.write_text(source)
    with pytest.raises(StudyHeaderError, match=fault):
        read_header(path)


def test_two_studies_of_one_slug_are_refused(tmp_path):
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text(GOOD.format(slug="same"))
    with pytest.raises(DuplicateStudyError, match=r"a\.py\n.*b\.py"):
        read_folder(tmp_path)


def test_study_is_found_by_slug_and_by_problem():
    assert find_study("head-wiki") == find_study("6.18") == find_study("6.28")


def test_unknown_study_names_the_nearest():
    with pytest.raises(UnknownStudyError, match="nearest: head-wiki"):
        find_study("head-wikki")


def test_problem_without_a_study_is_told_where_to_read_it():
    with pytest.raises(UnknownStudyError, match=r"cutaway problems 9\.60"):
        find_study("9.60")
