"""What n-grams of the same text reach: the lines beside a model's loss.

python -m cutaway.zoo.baselines    # measure them again and write weights/ngrams.json
"""

import json
from collections.abc import Mapping
from functools import cache
from math import ceil
from pathlib import Path
from typing import Any

from cutaway.corpus.bpe import tokenizer
from cutaway.zoo.language import MEASURED_ROWS, ROWS_A_SHARD, Language, held_out_rows
from cutaway.zoo.ngrams import fitted
from cutaway.zoo.streams import library, shard

SHIPPED = Path(__file__).parent / "weights" / "ngrams.json"
ORDERS = {"unigram": 1, "bigram": 2, "5-gram": 5}


def ngram_losses(data: Language, *, rows: int, seed: int = 0) -> dict[str, dict[str, float]]:
    """Nats a token of each n-gram model on held-out text, trained on all text that training reads in so many rows.

    Cost: a minute, and 4 GB for twenty million tokens.
    """
    shards = range(ceil(rows / ROWS_A_SHARD))
    streams = [shard(seed, number).numpy() for number in shards] + [library(held_out=False).numpy()]
    texts = held_out_rows(data.length, MEASURED_ROWS)
    found: dict[str, dict[str, float]] = {}
    for name, order in ORDERS.items():
        model = fitted(streams, order=order, vocab=len(tokenizer()))
        found[name] = {text: round(float(model.losses(held.numpy()).mean()), 4) for text, held in texts.items()}
    return found


def measured(data: Language, *, rows: int) -> dict[str, Any]:
    """The same with the text that it was measured on, as it ships."""
    text = {name: data.identity()[name] for name in ("generated", "library")}
    return {"text": text | {"rows": rows}, "nats": ngram_losses(data, rows=rows)}


@cache
def shipped() -> Mapping[str, Mapping[str, float]]:
    """The losses that come with the package, by n-gram and text."""
    found: dict[str, dict[str, float]] = json.loads(SHIPPED.read_text(encoding="utf-8"))["nats"]
    return found


if __name__ == "__main__":
    from cutaway.zoo.recipes.language import DATA, SCHEDULE

    rows_read = DATA.read_before(SCHEDULE.steps, rows=SCHEDULE.rows)
    SHIPPED.write_text(json.dumps(measured(DATA, rows=rows_read), indent=1) + "\n")
