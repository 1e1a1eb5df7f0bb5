"""`cutaway heads`: the head wiki of any decoder that loads, as a table."""

from pathlib import Path

import click

from cutaway.cli.output import print_rows, table_options

SHOWN = (
    "layer",
    "head",
    "role",
    "previous_token",
    "duplicate_token",
    "induction",
    "current_token",
    "first_token",
    "induction_kind",
    "copying_weights",
    "repeats_effect",
    "strongest",
)


@click.command("heads")
@click.argument("model")
@table_options
@click.option("--parquet", type=click.Path(dir_okay=False, path_type=Path), help="Write the table to this file.")
@click.option("--rows", type=click.IntRange(min=2), default=64, show_default=True, help="Prompts of each text.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of everything random.")
@click.option("--text", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Your own natural text.")
@click.option("--no-text", is_flag=True, help="Random tokens only: for a model without a tokenizer.")
@click.option("--ablate", type=click.Choice(["all", "sampled", "none"]), help="Heads to ablate; large models: sampled.")
@click.option(
    "--patterns-only", is_flag=True, help="Only where heads look: no weights, no roles in tasks; half the time."
)
def command(
    model: str,
    as_json: bool,
    as_csv: bool,
    parquet: Path | None,
    rows: int,
    seed: int,
    text: Path | None,
    no_text: bool,
    ablate: str | None,
    patterns_only: bool,
) -> None:
    """Score every head of MODEL: a zoo name, a folder, or a Hugging Face id that is in the local cache.

    Scores are shares of attention, 0 to 1; `_null` columns hold the 95th percentile of the best head of
    untrained twins; effects are nats per token that mean ablation costs. A head's role is the kind with its
    highest score beyond the null, from 0.1 up; a low score is a faint role.

    --json, --csv and --parquet hold all columns: what weights alone say (`_weights`), how heads do induction, and
    their roles in tasks that the model does (name movers, S-inhibition, copy suppression, ...) with control and p.

    \b
    Examples:
      cutaway heads attn-only-2l
      cutaway heads ./my-gpt2 --parquet heads.parquet
    """
    from cutaway.cli.progress import Bars
    from cutaway.techniques.detectors.head_wiki import head_wiki
    from cutaway.techniques.detectors.texts import texts_for
    from cutaway.zoo.load import load

    if parquet is not None and not parquet.absolute().parent.is_dir():
        raise click.UsageError(f"there is no folder {parquet.absolute().parent} to write {parquet.name} in.")
    own = [read_text(text)] if text else []
    loaded = load(model)
    loaded.resolve("pattern")  # a model without attention is refused before any text is made for it
    wiki = head_wiki(
        loaded,
        texts_for(loaded, rows=rows, seed=seed, own=own, random_only=no_text),
        seed=seed,
        ablate=ablate,  # type: ignore[arg-type]
        patterns_only=patterns_only,
        progress=Bars(),
    )
    for name, why in ({} if wiki.beyond is None else wiki.beyond.unasked).items():
        click.echo(f"not asked: {name}: {why}", err=True)
    frame = wiki.frame
    frame.insert(0, "model", loaded.name)
    if parquet is not None:
        frame.to_parquet(parquet, index=False)
        click.echo(f"{len(frame)} heads written to {parquet}", err=True)
        return
    plain = frame.astype(object).where(frame.notna(), None)
    found = [{str(name): value for name, value in row.items()} for row in plain.to_dict("records")]
    print_rows(found, as_json=as_json, as_csv=as_csv, columns=[name for name in SHOWN if name in frame.columns])


def read_text(path: Path) -> str:
    """A text file in UTF-8; anything else is refused, with the place of the first bad byte."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as fault:
        raise click.UsageError(
            f"{path} is not UTF-8 (byte {fault.start}).  Convert it: iconv -f LATIN1 -t UTF-8 {path}"
        ) from fault
