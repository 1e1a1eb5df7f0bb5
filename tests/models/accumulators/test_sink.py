"""Both sinks: every sample on disk once, in whole parts of bounded size, never over another scan's."""

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file

from cutaway.errors.accumulators import AccumulatorSettingError, MergeError, SinkFolderError, SinkNameError
from cutaway.models.accumulators import ParquetSink, SafetensorsSink, Seen
from tests.models.accumulators.scans import chosen, corpus, scan

SAMPLE = 2 * 3 * 4 + 3 * 8  # bytes of six float32 and three int64


@pytest.fixture(params=[ParquetSink, SafetensorsSink], ids=lambda kind: kind.__name__)
def kind(request):
    return request.param


def rows_of(path):
    """Lines of (row, position, token, values...) in one part."""
    if path.suffix == ".parquet":
        table = pd.read_parquet(path)
        values = torch.tensor(np.stack(table["values"]), dtype=torch.float64)
        labels = torch.tensor(table[["row", "position", "token"]].to_numpy(dtype="float64"))
    else:
        part = load_file(path)
        values = part["values"].flatten(1).double()
        labels = torch.stack([part["row"], part["position"], part["token"]], dim=1).double()
    return torch.cat([labels, values], dim=1).tolist()


def rows_seen(seen):
    labels = torch.stack([seen.row, seen.position, seen.token], dim=1).double()
    return sorted(torch.cat([labels, seen.values.flatten(1).double()], dim=1).tolist())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(
    seed=st.integers(0, 10_000),
    samples=st.integers(1, 60),
    per_part=st.integers(1, 20),
    shards=st.integers(1, 3),
    cuts=st.integers(0, 8),
)
def test_any_split_writes_every_sample_once(kind, tmp_path_factory, seed, samples, per_part, shards, cuts):
    seen = corpus(samples, (2, 3), seed)
    sink = kind(tmp_path_factory.mktemp("scan"), part_bytes=per_part * SAMPLE)
    found = scan(
        sink, seen, shards=shards, cuts=cuts, seed=seed, start=lambda sink, shard: sink.named(f"shard-{shard}")
    )
    found.close()
    assert sorted(row for path in found.parts for row in rows_of(path)) == rows_seen(seen)
    assert max(len(rows_of(path)) for path in found.parts) <= per_part
    assert found.count == samples


def test_parts_are_full_but_for_the_last_which_waits_for_close(kind, tmp_path):
    sink = kind(tmp_path, part_bytes=10 * SAMPLE)
    seen = corpus(34, (2, 3), seed=1)
    for part in (slice(0, 4), slice(4, 9), slice(9, 34)):
        sink.add(chosen(seen, part))
    assert [len(rows_of(path)) for path in sink.parts] == [10, 10, 10]
    sink.close()
    sink.close()
    assert [len(rows_of(path)) for path in sink.parts] == [10, 10, 10, 4]
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [f"part-0000{number}{kind.SUFFIX}" for number in range(4)]


def test_more_can_be_added_after_close(kind, tmp_path):
    sink = kind(tmp_path)
    seen = corpus(20, (2, 3), seed=1)
    for part in (slice(0, 12), slice(12, 20)):
        sink.add(chosen(seen, part))
        sink.close()
    assert [len(rows_of(path)) for path in sink.parts] == [12, 8]


def test_what_waits_is_a_copy(kind, tmp_path):
    sink = kind(tmp_path)
    seen = corpus(5, (2, 3), seed=1)
    expected = rows_seen(seen)
    sink.add(seen)
    seen.values.zero_()
    sink.close()
    assert sorted(rows_of(sink.parts[0])) == expected


def test_an_interrupted_write_leaves_no_part(kind, tmp_path, monkeypatch):
    whole = kind._write

    def torn(self, path, samples):
        whole(self, path, samples)
        path.write_bytes(path.read_bytes()[:20])
        raise KeyboardInterrupt

    monkeypatch.setattr(kind, "_write", torn)
    sink = kind(tmp_path)
    sink.add(corpus(5, (2, 3), seed=1))
    with pytest.raises(KeyboardInterrupt):
        sink.close()
    assert sink.parts == ()
    assert not list(tmp_path.glob("part-*"))
    monkeypatch.undo()
    again = kind(tmp_path)
    again.add(corpus(5, (2, 3), seed=1))
    again.close()
    assert [path.name for path in tmp_path.iterdir()] == [f"part-00000{kind.SUFFIX}"]


def test_a_folder_with_parts_is_refused(kind, tmp_path):
    sink, late = kind(tmp_path), kind(tmp_path)
    sink.add(corpus(5, (2, 3), seed=1))
    sink.close()
    before = sink.parts[0].read_bytes()
    for start in (lambda: kind(tmp_path), sink.empty):
        with pytest.raises(SinkFolderError, match=r"already holds part-00000.*\n.*named"):
            start()
    late.add(corpus(6, (2, 3), seed=2))
    with pytest.raises(SinkFolderError, match="already holds part-00000"):
        late.close()
    assert sink.parts[0].read_bytes() == before


def test_names_are_folders_within_and_keep_the_settings(kind, tmp_path):
    sink = kind(tmp_path, part_bytes=99).named("z.5").named("shard-3")
    assert (sink.folder, sink.part_bytes) == (tmp_path / "z.5" / "shard-3", 99)
    assert sink.empty().settings() == sink.settings()


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "../a", "a\\b", "/etc"])
def test_a_name_cannot_leave_the_folder(kind, tmp_path, name):
    with pytest.raises(SinkNameError, match="cannot name the folder"):
        kind(tmp_path).named(name)


def test_parts_of_another_size_do_not_merge(kind, tmp_path):
    with pytest.raises(MergeError, match="settings differ"):
        kind(tmp_path).merge(kind(tmp_path / "other", part_bytes=99))


def test_a_part_has_a_size(kind, tmp_path):
    with pytest.raises(AccumulatorSettingError, match="part_bytes=0"):
        kind(tmp_path, part_bytes=0)


def test_nothing_is_made_on_disk_before_there_is_something_to_write(kind, tmp_path):
    sink = kind(tmp_path / "later")
    sink.add(Seen(torch.zeros(0, 2), row=torch.zeros(0, dtype=torch.long), position=torch.zeros(0, dtype=torch.long)))
    sink.close()
    assert list(tmp_path.iterdir()) == []
