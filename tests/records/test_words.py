"""A finding in words, spelled out by hand."""

from cutaway.records import Answer, Claim, Control, Finding, Measured
from cutaway.records.words import in_words


def test_number_interval_n_unit_line_null_and_control_are_all_said():
    claim = Claim(key="k", sentence="It is so.", unit="nats", tier="trained", below=0.5)
    finding = Finding(Measured(0.25, 0.2, 0.3, 12), null=(0.1,), control=Control("the decoy", 2.0))
    assert in_words(Answer(claim, finding)) == (
        "0.250 [0.200, 0.300], n=12 (nats); must be below 0.5; null 0.100; the decoy: 2.000"
    )


def test_a_reported_number_has_no_line():
    claim = Claim(key="k", sentence="It is so.", unit="nats", tier="trained")
    assert in_words(Answer(claim, Finding(Measured(1.0, 1.0, 1.0, 3)))) == "1.000 [1.000, 1.000], n=3 (nats)"
