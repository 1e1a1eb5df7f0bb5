"""A user's own text: every form of it gives the same documents, one by one, and says what is wrong with it."""

import gzip
import json

import pandas as pd
import pytest

from cutaway.corpus import own_text
from cutaway.corpus.own_text import texts
from cutaway.errors.corpus import TextSourceError

STORIES = ["Once.", "Twice, in two\nlines.", "Déjà vu."]


@pytest.fixture
def folder(tmp_path):
    for number, story in enumerate(STORIES):
        (tmp_path / f"{number}.txt").write_text(story, encoding="utf-8")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    return tmp_path


def test_a_folder_gives_its_text_files_in_the_order_of_their_names(folder):
    assert list(texts(folder)) == STORIES
    assert list(texts(str(folder))) == STORIES


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.parquet"])
def test_tables_give_the_field_that_is_asked_for(tmp_path, name):
    rows = [{"story": story, "other": 1} for story in STORIES]
    path = tmp_path / name
    if name.endswith("parquet"):
        pd.DataFrame(rows).to_parquet(path)
    else:
        opening = gzip.open if name.endswith("gz") else open
        with opening(path, "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(row) + "\n" for row in rows)
    assert list(texts(path, field="story")) == STORIES
    with pytest.raises(TextSourceError, match="other"):
        list(texts(path, field="body"))


def test_a_dataset_in_memory_is_anything_that_gives_rows():
    assert list(texts([{"text": story} for story in STORIES])) == STORIES
    assert list(texts(iter(STORIES))) == STORIES
    with pytest.raises(TextSourceError, match="row 2"):
        list(texts([{"text": "a"}, {"text": None}]))


def test_documents_come_one_by_one(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "first"}\nnot json\n')
    stream = texts(path)
    assert next(stream) == "first"
    with pytest.raises(TextSourceError, match="line 2 is no JSON"):
        next(stream)


def test_parquet_is_read_a_few_rows_at_a_time(tmp_path, monkeypatch):
    pd.DataFrame({"text": [str(n) for n in range(1000)]}).to_parquet(tmp_path / "a.parquet")
    monkeypatch.setattr(own_text, "ROWS", 10)
    assert list(texts(tmp_path / "a.parquet")) == [str(n) for n in range(1000)]


def test_bad_sources_say_what_is_wrong(tmp_path):
    with pytest.raises(TextSourceError, match="no such file"):
        texts(tmp_path / "nothing.txt")
    with pytest.raises(TextSourceError, match=r"\.jsonl"):
        texts(tmp_path)
    (tmp_path / "a.txt").write_bytes("Déjà".encode("latin-1"))
    with pytest.raises(TextSourceError, match="iconv"):
        list(texts(tmp_path))
    (tmp_path / "b.parquet").write_bytes(b"no")
    with pytest.raises(TextSourceError, match="no Parquet"):
        list(texts(tmp_path / "b.parquet"))


def test_a_name_of_the_hub_is_only_asked_for_with_download():
    with pytest.raises(TextSourceError, match="download=True"):
        texts("someone/some-dataset")
