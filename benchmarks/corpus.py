"""How fast the corpus is written and tagged, one thread: seconds a million tokens. `python benchmarks/corpus.py`."""

import csv
import os
import time
from pathlib import Path

os.environ["TOKENIZERS_PARALLELISM"] = "false"

from cutaway.corpus.bpe import tokenizer
from cutaway.corpus.generated import Corpus
from cutaway.corpus.genre import all_genres

RESULTS = Path(__file__).parent / "results" / "corpus.csv"
SAMPLE, ALL = 50_000, 1_000_000
BAR_SECONDS = 20.0  # for a million tokens


def seconds_a_million(corpus: Corpus, tokens: int) -> float:
    """Time for so many tokens with their tags, as for a million."""
    began, seen = time.perf_counter(), 0
    for batch in corpus.batches(tokens):
        seen += len(batch)
    return (time.perf_counter() - began) / seen * 1e6


def main() -> None:
    """Print and keep seconds for a million tokens."""
    tokenizer()
    Corpus(seed=1).tagged(20_000)  # lists are built on first use
    rows = [
        {"genre": name, "seconds": round(seconds_a_million(Corpus(seed=1, genres=(name,)), SAMPLE), 2)}
        for name in all_genres()
    ]
    rows.append({"genre": "all", "seconds": round(seconds_a_million(Corpus(seed=1), ALL), 2)})
    for row in rows:
        print(f"{row['genre']:12} {row['seconds']:6.2f} s a million tokens (bar {BAR_SECONDS:g})")
    with RESULTS.open("w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=["genre", "seconds"])
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
