"""Which head does what: can it be found automatically, and what is every head of a model doing?"""

from cutaway.lab import Lab
from cutaway.models import Model
from cutaway.records import (
    AttentionOnText,
    Bars,
    Claim,
    Control,
    ExamplesOnText,
    Finding,
    Heat,
    Points,
    Remark,
    SortableTable,
    Study,
)
from cutaway.stats.intervals import proportion
from cutaway.stats.rank import rank_agreement, shuffled_agreement
from cutaway.techniques.detectors.best_head import best_head
from cutaway.techniques.detectors.head_wiki import head_wiki
from cutaway.techniques.detectors.null import Null, count_beyond, head_null
from cutaway.techniques.detectors.planted_scores import planted_scores, shuffled_separation, worst_separation
from cutaway.techniques.detectors.texts import repeats_for, texts_for
from cutaway.techniques.detectors.wiki_tables import wiki_tables

STUDY = Study(
    slug="head-wiki",
    problems=("6.18", "6.19", "6.20", "6.26", "6.28"),
    question="Can previous-token, duplicate-token and induction heads be found automatically?",
    method=(
        "A head is scored by the attention its queries give to the keys that a head of the kind would look at, on "
        "random tokens repeated with periods and offsets never trained on, and on natural text never trained on. "
        "The null is the best head of an untrained twin: its 95th percentile over twenty twins. Beside each score "
        "stands what the head is worth: the loss that replacing its output by its mean adds. A head that must carry "
        "something to be of its kind counts as found only if that costs at least 0.01 nats. The detectors are first "
        "tried on models compiled by hand, whose heads are known and sit among decoys: heads at other fixed offsets, "
        "heads with the true patterns that copy nothing, and same-norm shuffles of the true heads."
    ),
    claims=(
        Claim(
            key="planted-heads-are-found",
            sentence="On planted models every detector, with ablation, separates its true heads from all other heads.",
            unit="AUROC of the worst detector",
            tier="planted",
            above=0.99,
            problems=("6.18", "6.19", "6.20"),
        ),
        Claim(
            key="pattern-alone",
            sentence="The same by attention alone, without ablation.",
            unit="AUROC of the worst detector",
            tier="planted",
            problems=("6.18", "6.19", "6.20"),
        ),
        Claim(
            key="untrained-twins-are-quiet",
            sentence="Of a hundred held-out untrained twins at most 15 have a head beyond the null, on any detector.",
            unit="twins of a hundred, worst detector",
            tier="trained",
            below=15.5,
            problems=("6.18", "6.19", "6.20"),
        ),
        Claim(
            key="two-layers-have-induction",
            sentence="The trained two-layer model has an induction head.",
            unit="induction score of its best head, chosen on other prompts",
            tier="trained",
            above=0.5,
            problems=("6.20",),
        ),
        Claim(
            key="one-layer-has-none",
            sentence="The trained one-layer model has no induction head.",
            unit="induction score of its best head",
            tier="trained",
            below=0.1,
            problems=("6.20",),
        ),
        Claim(
            key="scores-agree-with-ablation",
            sentence="A head's best previous-token, duplicate-token or induction score agrees in rank with its worth.",
            unit="Spearman correlation over trained heads",
            tier="trained",
            problems=("6.18", "6.19", "6.20", "6.26"),
        ),
    ),
    figures=(
        Heat(
            table="scores",
            x="detector",
            y="head",
            value="score",
            panel="model",
            says="Share of attention that each head gives to the keys each detector names, on repeated random tokens.",
        ),
        Points(
            table="effects",
            x="score",
            y="effect_nats",
            group="looks_like",
            panel="model",
            says="Of the kinds that matter on repeats, what a head looks most like, and what its ablation costs there.",
        ),
        Points(
            table="planted",
            x="by_pattern",
            y="by_both",
            group="truth",
            panel="detector",
            says=(
                "Planted heads: attention score (by pattern), and the same set to zero where ablation costs under "
                "0.01 nats (by both). Decoys that copy nothing fall; first-token heads need carry nothing."
            ),
        ),
        Bars(
            table="twins",
            x="detector",
            y="beyond_null_per_hundred",
            low="low",
            high="high",
            says=(
                "Untrained twins with a head beyond the null, of a hundred, with 95 % intervals and the count at "
                "their end; the null is made to let 5 through."
            ),
        ),
        SortableTable(
            table="heads",
            columns=(
                "model",
                "layer",
                "head",
                "role",
                "repeats_effect",
                "natural_effect",
                "strongest",
                "previous_token",
                "duplicate_token",
                "induction",
                "current_token",
                "first_token",
            ),
            says="Every head: nats per token that its ablation costs, its best example, its scores on repeated tokens.",
        ),
        AttentionOnText(
            table="attention",
            tokens_table="attention_tokens",
            says="Where the best head of each kind looks, on text never trained on.",
        ),
        ExamplesOnText(
            table="examples", says="Strongest places in real text: attention times the length of what is moved."
        ),
    ),
    remarks=(
        Remark(
            claim="untrained-twins-are-quiet",
            verdict="undecided",
            says=(
                "A null made of twenty twins lets more through than one of all twins would, most of all for "
                "induction. A hundred held-out twins are too few to say whether it is more than fifteen."
            ),
        ),
    ),
    limits=(
        "Two trained models of one seed each; the language they read is generated, with the standard library in it.",
        "A pattern is scored on random tokens: a head that looks so on text alone is missed.",
        "Ablation takes one head at a time, so heads that stand in for one another cost little.",
    ),
    next_steps=(
        "Add a model of your own: cutaway run head-wiki --model ./my-gpt2.",
        "Write a detector for another kind of head, one file in techniques/detectors, and see what planted decoys do.",
        "Ablate pairs of heads that look alike together (techniques/ablation/ablate_joint.py).",
    ),
    asks="trained",
    minutes=1.5,
)


def run(lab: Lab) -> list[Finding]:
    """The tables of the wiki first; then planted truth, the null, the trained models, and ablation."""
    one, two, *guests = lab.subjects("attn-only-1l", "attn-only-2l")
    rows = lab.size(smoke=8, full=64)
    wikis = [
        head_wiki(
            model,
            texts_for(model, rows=rows, seed=lab.seed),
            seed=lab.seed,
            patterns_only=True,
            progress=lab.progress,
        )
        for model in (two, one, *guests)
    ]
    for name, table in wiki_tables(wikis).items():
        lab.table(name, table)
    null = wikis[0].repeats_null
    return [*on_planted(lab), on_twins(lab, two, null), *on_trained(lab, one, two, null), on_ablation(lab, one, two)]


def on_planted(lab: Lab) -> list[Finding]:
    """Do the detectors find the heads that are known, with ablation and without?"""
    planted = lab.planted_two_layer(lab.size(smoke=2, full=12))
    table = planted_scores(planted, rows=lab.size(smoke=8, full=32), seed=lab.seed, progress=lab.progress)
    lab.table("planted", table)
    both, pattern = (
        Finding(worst_separation(table, score, seed=lab.seed), null=shuffled_separation(table, score, seed=lab.seed))
        for score in ("by_both", "by_pattern")
    )
    return [both.answers("planted-heads-are-found"), pattern.answers("pattern-alone")]


def on_twins(lab: Lab, model: Model, null: Null) -> Finding:
    """How many twins that the null has not seen go beyond it? Planted models show that going beyond is possible."""
    rows, count = lab.size(smoke=8, full=64), lab.size(smoke=10, full=100)
    tokens = repeats_for(model, rows=rows, seed=lab.seed).tokens
    twins = lab.untrained_twins(model, count=count, first=1000)
    beyond = count_beyond(null, twins, tokens, count=count, progress=lab.progress)
    shares = {name: proportion(hits, count, per=100) for name, hits in beyond.items()}
    lab.table(
        "twins",
        [
            {"detector": name, "beyond_null_per_hundred": share.value, "low": share.low, "high": share.high}
            for name, share in shares.items()
        ],
    )
    planted = [case.model for case in lab.planted_two_layer(3)]
    planted_tokens = repeats_for(planted[0], rows=rows, seed=lab.seed).tokens
    planted_null = head_null(planted[0], planted_tokens, seed=lab.seed, progress=lab.progress)
    seen = count_beyond(planted_null, planted, planted_tokens, count=3, progress=lab.progress)
    control = Control("planted models beyond their null, of a hundred, worst detector", 100 * min(seen.values()) / 3)
    worst = max(shares.values(), key=lambda share: share.value)
    return Finding(worst, control=control).answers("untrained-twins-are-quiet")


def on_trained(lab: Lab, one: Model, two: Model, null: Null) -> list[Finding]:
    """The best induction head of each trained model, chosen on one half of the prompts, measured on the other."""
    rows = lab.size(smoke=32, full=256)
    best = {
        model.name: best_head(model, repeats_for(model, rows=rows, seed=lab.seed + 1).tokens, "induction")
        for model in (one, two)
    }
    lab.table("best_induction_heads", [{"model": name} | found.row for name, found in best.items()])
    with_two, with_one = best[two.name].score, best[one.name].score
    return [
        Finding(with_two, null=tuple(null.largest["induction"])).answers("two-layers-have-induction"),
        Finding(with_one, control=Control("the two-layer model", with_two.value)).answers("one-layer-has-none"),
    ]


def on_ablation(lab: Lab, *models: Model) -> Finding:
    """Do heads of these models that look like something cost more when they are taken out?"""
    table = lab.tables["effects"]
    table = table[table["model"].isin([model.name for model in models])]
    score, worth = table["score"].to_numpy(), table["effect_nats"].to_numpy()
    null = shuffled_agreement(score, worth, seed=lab.seed)
    return Finding(rank_agreement(score, worth, seed=lab.seed), null=tuple(null)).answers("scores-agree-with-ablation")
