"""The text every machine has, its tokenizer, and windows over it."""

import hashlib
import sysconfig
from pathlib import Path

import torch

from cutaway.corpus import standard_library
from cutaway.corpus.bpe import BOS, train_bpe
from cutaway.corpus.windows import encode_all, even_windows, windows_at

TEXTS = ["def f(x):\n    return x + 1\n" * 30, "class A:\n    '''Déjà vu.'''\n" * 30]


def test_files_are_the_real_ones_with_their_hashes_and_no_tests():
    files = standard_library.source_files()
    paths = {file.path for file in files}
    assert {"json/decoder.py", "argparse.py", "asyncio/tasks.py"} <= paths
    assert not any("test" in Path(path).parts for path in paths)
    real = (Path(sysconfig.get_path("stdlib")) / "argparse.py").read_bytes()
    found = next(file for file in files if file.path == "argparse.py")
    assert found.sha256 == hashlib.sha256(real).hexdigest()
    assert found.text == real.decode()


def test_split_is_by_file_and_holds_out_about_one_in_sixteen():
    train, held = standard_library.texts(held_out=False), standard_library.texts(held_out=True)
    assert len(train) + len(held) == len(standard_library.source_files())
    assert 0.03 < len(held) / (len(train) + len(held)) < 0.11


def test_fingerprint_changes_with_any_file_and_not_with_their_order():
    pinned = {"a.py": "1", "b.py": "2"}
    assert standard_library.fingerprint(pinned) == standard_library.fingerprint({"b.py": "2", "a.py": "1"})
    assert standard_library.fingerprint(pinned) != standard_library.fingerprint(pinned | {"b.py": "3"})


def test_tokenizer_gives_back_every_byte_and_starts_texts_with_its_first_token():
    tokenizer = train_bpe(TEXTS, vocab_size=280)
    text = "déjà\tvu \U0001f40d\n\n    x"
    ids = tokenizer.encode(text)
    assert ids[0] == 0 == tokenizer.convert_tokens_to_ids(BOS)
    assert tokenizer.decode(ids[1:]) == text
    assert len(tokenizer) == 280


def test_stream_puts_the_first_token_before_each_text():
    tokenizer = train_bpe(TEXTS, vocab_size=300)
    stream = encode_all(["x", "x"], tokenizer, bos=0).tolist()
    assert stream[: len(stream) // 2] == stream[len(stream) // 2 :]
    assert stream[0] == 0


def test_windows_by_hand():
    stream = torch.arange(100, 120)
    assert windows_at(stream, torch.tensor([0, 7]), length=4, bos=9).tolist() == [
        [9, 100, 101, 102],
        [9, 107, 108, 109],
    ]
    assert windows_at(stream, torch.tensor([5]), length=3, bos=None).tolist() == [[105, 106, 107]]


def test_even_windows_do_not_overlap_and_span_the_stream():
    rows = even_windows(torch.arange(1000), rows=7, length=11, bos=5)
    assert rows.shape == (7, 11)
    body = rows[:, 1:].flatten().tolist()
    assert len(set(body)) == len(body)
    assert body[0] == 0
    assert body[-1] == 999
    assert even_windows(torch.arange(25), rows=7, length=11, bos=5).shape == (2, 11)
