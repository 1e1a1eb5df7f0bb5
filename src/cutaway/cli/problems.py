"""`cutaway problems`: find a problem worth your time, and read all that is known of it."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import click

from cutaway.catalog.contents import Catalog
from cutaway.catalog.load import load_catalog
from cutaway.catalog.problem import ATTRIBUTION, CONFIDENCES, SOURCES, Problem, Work
from cutaway.catalog.query import ORDERS, Filters, arrange, select
from cutaway.catalog.record import as_record
from cutaway.cli.output import print_rows, table_options, wrapped
from cutaway.errors import nearest
from cutaway.records.study import Study

Studies = Mapping[str, Sequence[Study]]

FLAGS = {
    "chapter": ("--chapter",),
    "subcategory": ("--subcategory",),
    "difficulty": ("--difficulty",),
    "has_prior_work": ("--has-prior-work", "--no-prior-work"),
    "is_worked_on": ("--currently-working", "--not-currently-working"),
    "is_help_wanted": ("--help-wanted",),
    "has_study": ("--has-study", "--no-study"),
    "search": ("--search",),
}


@click.command()
@click.argument("numbers", nargs=-1, metavar="[NUMBER]...")
@click.option("--chapter", type=click.IntRange(1, 9), help="Only this chapter.")
@click.option("--subcategory", metavar="TEXT", help="Part of a subcategory's name, or 'none': those without one.")
@click.option(
    "--difficulty",
    metavar="RATING",
    help="A letter A (easier) to D, which also finds starred ratings and ranges that include it (B finds A-C*); "
    "an exact rating such as 'B-C*'; or 'unrated'.",
)
@click.option("--has-prior-work/--no-prior-work", default=None, help="With, or without, a published work listed.")
@click.option(
    "--currently-working/--not-currently-working",
    "is_worked_on",
    default=None,
    help="With, or without, somebody's note of working on it; those are from 2023 and 2024 and may have lapsed.",
)
@click.option("--help-wanted", "is_help_wanted", flag_value=True, default=None, help="Where help is asked for.")
@click.option("--has-study/--no-study", default=None, help="With, or without, a study to run.")
@click.option("--search", metavar="WORDS", help="All words, in the statement, its headings or its prior work.")
@click.option(
    "--sort",
    "order",
    type=click.Choice(list(ORDERS)),
    help="difficulty (the default): easier first, unrated last; number; prior-work: most first; "
    "chapter: by chapter, each easier first.",
)
@table_options
def command(numbers: tuple[str, ...], order: str | None, as_json: bool, as_csv: bool, **asked: Any) -> None:
    """List the open problems, or show those with the given NUMBERs in full.

    \b
    Example: cutaway problems --difficulty A --no-prior-work
    Example: cutaway problems 6.18
    """
    filters = Filters(**asked)
    if numbers and (order or filters.active()):
        raise click.UsageError("Give numbers, or filters and --sort, but not both.")
    catalog = load_catalog()
    needs_studies = bool(numbers) or as_json or as_csv or filters.has_study is not None
    studies = studies_by_number() if needs_studies else {}
    if numbers:
        problems = [catalog.problem(number) for number in dict.fromkeys(numbers)]
    else:
        problems = arrange(catalog, select(catalog, filters, studied=studies.keys()), order or "difficulty")

    if not problems:
        if as_json:
            click.echo("[]")
        elif as_csv:
            click.echo(",".join(export_row(catalog, catalog.problems[0], studies, as_csv=True)))
        click.echo("\n".join(why_empty(catalog, filters, studies)), err=as_json or as_csv)
    elif as_json or as_csv:
        rows = [export_row(catalog, problem, studies, as_csv=as_csv) for problem in problems]
        print_rows(rows, as_json=as_json, as_csv=as_csv)
    elif numbers:
        click.echo("\n\n".join("\n".join(page(catalog, problem, studies)) for problem in problems))
    else:
        print_rows([list_row(catalog, problem) for problem in problems], as_json=False, as_csv=False)
        count = f"{len(problems)} of {len(catalog.problems)} problems"
        click.echo(f"\n{count}; one in full: cutaway problems {problems[0].number}")


def studies_by_number() -> Studies:
    """The headers of the studies of each problem that has one."""
    from cutaway.records.discover import study_headers

    found: dict[str, list[Study]] = {}
    for study in study_headers():
        for number in study.problems:
            found.setdefault(number, []).append(study)
    return found


def list_row(catalog: Catalog, problem: Problem) -> dict[str, Any]:
    """One line of the list."""
    return {
        "number": problem.number,
        "difficulty": problem.rating,
        "prior work": len(catalog.works_on(problem.number)),
        "statement": problem.text,
    }


def export_row(catalog: Catalog, problem: Problem, studies: Studies, *, as_csv: bool) -> dict[str, Any]:
    """Everything about a problem; in CSV, a work or a study is one line of text."""
    record = as_record(catalog, problem)
    found = studies.get(problem.number, [])
    if as_csv:
        works = [f"{cited(work)} {work.url}" for work in catalog.works_on(problem.number)]
        return {**record, "prior_work": works, "studies": [study.slug for study in found]}
    headers = [
        {"slug": study.slug, "question": study.question, "minutes": study.minutes, "run": f"cutaway run {study.slug}"}
        for study in found
    ]
    return {**record, "studies": headers}


def why_empty(catalog: Catalog, filters: Filters, studies: Studies) -> Iterator[str]:
    """Which filters are on, what each of them costs, and what to type instead."""
    active = filters.active()
    yield f"No problem passes {' '.join(typed(active))}"
    if (asked := filters.subcategory) and not select(catalog, Filters(subcategory=asked)):
        names = dict.fromkeys(problem.subcategory for problem in catalog.problems if problem.subcategory)
        yield f"  no subcategory has '{asked}' in its name; nearest: {nearest(asked, names)}"
    for name in active if len(active) > 1 else ():
        fewer = replace(filters, **{name: None})
        if count := len(select(catalog, fewer, studied=studies.keys())):
            less = " ".join(typed({name: active[name]}))
            yield f"  without {less}, {count} do: cutaway problems {' '.join(typed(fewer.active()))}"
    yield f"  to clear all filters, for {len(catalog.problems)} problems: cutaway problems"


def typed(active: Mapping[str, Any]) -> list[str]:
    """Active filters as they are typed."""
    return [
        FLAGS[name][0 if value else 1] if isinstance(value, bool) else f"{FLAGS[name][0]} {shlex.quote(str(value))}"
        for name, value in active.items()
    ]


def page(catalog: Catalog, problem: Problem, studies: Studies) -> Iterator[str]:
    """One problem in full."""
    yield f"Problem {problem.number}"
    yield ""
    yield from wrapped(problem.text, "  > ")
    yield from wrapped(f"Quoted from {ATTRIBUTION}.", "    ")
    yield ""
    for name, value in facts(catalog, problem):
        yield from wrapped(value, f"  {name:<15} ")
    works = catalog.works_on(problem.number)
    yield ""
    yield (
        f"Prior work: {len(works)} listed, each on a part of the problem at least"
        if works
        else ("Prior work: none listed, which does not show that there is none")
    )
    for work in works:
        yield from wrapped(cited(work), "  - ")
        yield f"    {work.url}"
        yield from wrapped(work.note, "    ")
    found = studies.get(problem.number, [])
    yield ""
    yield f"Studies: {len(found)}" if found else "Studies: none yet"
    for study in found:
        yield from wrapped(f"{study.slug}: {study.question}", "  - ")
        yield f"    {study.minutes:g} min: cutaway run {study.slug}"


def facts(catalog: Catalog, problem: Problem) -> Iterator[tuple[str, str]]:
    """The fields of a problem with their names, cells as written."""
    yield "chapter", f"{problem.chapter.number}, {problem.chapter.title}"
    yield "subcategory", problem.subcategory or "none"
    yield "difficulty", rating_explained(problem)
    yield "post", problem.chapter.post_url
    if problem.post_number:
        yield "", f"there its number is {problem.post_number}"
    yield "existing work", quoted(problem.existing_work)
    yield "being worked on", quoted(problem.currently_working)
    if problem.claimed_by:
        day = f"on {problem.claimed_on}" if problem.claimed_on else "on a day that cannot be read with certainty"
        yield "", f"that is, {problem.claimed_by} {day}; the note may have lapsed"
    yield "help wanted", quoted(problem.help_wanted)
    yield "refers to", ", ".join(catalog.references(problem.number)) or "no other problem"
    yield "referred to by", ", ".join(catalog.referenced_by(problem.number)) or "no other problem"


def rating_explained(problem: Problem) -> str:
    """The rating, where it is from, and how sure that is."""
    source, confidence = problem.difficulty_source, problem.difficulty_confidence
    if problem.difficulty is None or source is None or confidence is None:
        return problem.rating
    star = ", the star without a stated meaning" if problem.difficulty.has_star else ""
    return (
        f"{problem.difficulty}, on a scale from A (easier) to D{star}; "
        f"source: {source}, {SOURCES[source]}; confidence: {confidence}, {CONFIDENCES[confidence]}"
    )


def cited(work: Work) -> str:
    """A work in one line."""
    return f"{work.title} ({work.authors}, {work.year})"


def quoted(cell: str | None) -> str:
    """A cell of the list as written."""
    return f'"{cell}"' if cell else "nothing written"
