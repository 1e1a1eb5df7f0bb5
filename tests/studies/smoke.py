"""A study's smallest run, as a user starts it: every claim answered, every figure drawn, the record readable."""

from cutaway.jobs.local import run_study
from cutaway.records.run_record import read_record


def run_smoke(study, folder, **how):
    """The run, after its record and report were looked at."""
    done = run_study(study, records=folder, command=f"cutaway run {study.slug} --smoke", smoke=True, **how)
    record = read_record(done.folder)
    may_lack = [claim for claim in study.claims if claim.tier == "real"] if record.missing else []
    answered = [answer.claim for answer in record.answers]
    assert answered == [claim for claim in study.claims if claim in answered or claim not in may_lack]
    report = (done.folder / "report.html").read_text()
    for number, figure in enumerate(study.figures, 1):
        assert len(done.tables[figure.table]) > 0
        assert f'id="figure-{number}"' in report
        assert figure.says.split("<")[0][:40] in report.replace("&#x27;", "'")
    assert not list(folder.glob(".unfinished/*"))
    return done
