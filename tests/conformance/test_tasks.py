"""What every task must keep: answers that a solver finds, corruptions that spoil, held-out prompts, honest controls."""

from random import Random

import pytest
import torch
from scipy import stats

from cutaway.errors import CutawayError
from cutaway.errors.tasks import MisfitPromptsError, SplitAnswerError
from cutaway.models import wrap
from cutaway.models.answers import NONE
from cutaway.models.toy import ToyConfig, ToyForCausalLM
from cutaway.tasks.find import all_tasks
from cutaway.tasks.symbolic import SymbolicTask, lengths
from cutaway.tasks.worded import WordedTask
from tests.tasks import tokenizers

TASKS = all_tasks()
WORDED = {name: task for name, task in TASKS.items() if isinstance(task, WordedTask)}
SYMBOLIC = {name: task for name, task in TASKS.items() if isinstance(task, SymbolicTask)}
EACH_CORRUPTION = [(name, change.name) for name, task in TASKS.items() for change in task.corruptions]
ROWS = 32


def small(task: SymbolicTask):
    """An untrained model that can read a task."""
    config = ToyConfig(
        vocab_size=len(task.symbols), n_ctx=task.length, d_model=8, d_head=4, n_heads=2, n_layers=1, bos_token_id=None
    )
    return wrap(ToyForCausalLM(config).eval(), name=f"small-{task.name}")


def solved(task: SymbolicTask, rows) -> bool:
    """Whether the solver gives exactly the answers of the sampler."""
    for row, ids in enumerate(rows.tokens.tolist()):
        real = len(ids) if rows.mask is None else int(rows.mask[row].sum())
        last = int(rows.answers.positions[row].max()) + 1
        right = [set(one) - {NONE} for one in rows.answers.right[row].tolist()]
        if task.solve(ids[: min(real, last)]) != [one for one in right if one]:
            return False
    return True


@pytest.fixture(scope="module", params=tokenizers.NAMES)
def reader(request):
    return tokenizers.stand_in(request.param)


@pytest.mark.parametrize("name", TASKS)
def test_task_says_what_it_is_and_what_each_corruption_is_blind_to(name):
    task = TASKS[name]
    assert task.says.endswith(".")
    assert task.asks.endswith(".")
    assert len(task.corruptions) >= 2
    assert len({change.name for change in task.corruptions}) == len(task.corruptions)
    for change in task.corruptions:
        assert change.says.endswith(".")
        assert len(change.blind_to) > 20
    assert any(change.changes_answer for change in task.corruptions)


@pytest.mark.parametrize(("name", "corruption"), EACH_CORRUPTION)
@pytest.mark.parametrize("split", ["train", "test"])
def test_solver_finds_the_answers_of_both_prompts_from_the_prompts_alone(name, corruption, split):
    task = TASKS[name]
    if isinstance(task, WordedTask):
        for one, other in task.prompts(rows=ROWS, seed=1, split=split, corruption=corruption):
            assert set(one.right) <= set(task.solve(one.text)), one
            assert not set(one.wrong) & set(task.solve(one.text)), one
            assert set(other.right) <= set(task.solve(other.text)), other
            assert one.text != other.text
            if task.corruption(corruption).changes_answer:
                assert not set(one.right) & set(task.solve(other.text)), (one.text, other.text)
        return
    clean, other = (rows for rows in task.both(rows=ROWS, seed=1, split=split, corruption=corruption))
    assert solved(task, clean)
    assert solved(task, other)
    assert clean.tokens.shape == other.tokens.shape
    assert bool((clean.tokens != other.tokens).any(dim=1).all())
    if task.corruption(corruption).changes_answer:
        assert bool((clean.answers.right != other.answers.right).flatten(1).any(dim=1).all())


@pytest.mark.parametrize("name", TASKS)
def test_same_seed_same_prompts_and_another_seed_others(name):
    task = TASKS[name]
    one, again, another = (task.examples(rows=16, seed=seed) for seed in (3, 3, 4))
    assert one == again
    assert one != another


@pytest.mark.parametrize("name", WORDED)
def test_held_out_templates_and_words_are_never_in_the_training_split(name):
    task = WORDED[name]
    train, test = (task.prompts(rows=400, split=split) for split in ("train", "test"))
    assert not {one.template for one, _ in train} & {one.template for one, _ in test}
    assert not {one.text for one, _ in train} & {one.text for one, _ in test}
    assert {one.template for one, _ in train} <= set(task.train_templates)
    for key, lexicon in task.lexicons.items():
        if not lexicon.closed:
            assert not set(task.words("train")[key]) & set(task.words("test")[key])


@pytest.mark.parametrize("name", SYMBOLIC)
def test_held_out_rows_are_never_in_the_training_split(name):
    task = SYMBOLIC[name]
    train, test = (task.sample(rows=400, seed=7, split=split) for split in ("train", "test"))
    assert not set(map(tuple, train.tokens.tolist())) & set(map(tuple, test.tokens.tolist()))


@pytest.mark.parametrize("name", SYMBOLIC)
def test_answers_that_follow_are_the_next_tokens(name):
    rows = SYMBOLIC[name].sample(rows=ROWS)
    if rows.answers_follow:
        counts, at = rows.answers.counts, rows.answers.positions
        following = rows.tokens.gather(1, at + 1)
        assert torch.equal(following[counts], rows.answers.right[..., 0][counts])
    assert int(rows.tokens.min()) >= 0
    assert int(rows.tokens.max()) < len(SYMBOLIC[name].symbols)
    assert rows.tokens.shape[1] <= SYMBOLIC[name].length


@pytest.mark.parametrize(("name", "corruption"), EACH_CORRUPTION)
def test_perfect_control_is_always_right(name, corruption):
    task = TASKS[name]
    pairs, d_vocab = asked(task, rows=32, corruption=corruption)
    assert pairs.clean.shape == pairs.corrupted.shape
    assert float(pairs.accuracy(task.spoken(pairs, "perfect", d_vocab=d_vocab)).min()) == 1.0


@pytest.mark.parametrize("name", SYMBOLIC)
def test_null_control_of_symbols_is_at_chance(name):
    task = TASKS[name]
    pairs, d_vocab = asked(task, rows=200)
    hits = pairs.accuracy(task.spoken(pairs, "null", d_vocab=d_vocab, seed=5)).numpy()
    error = max(hits.std(ddof=1), (task.chance * (1 - task.chance)) ** 0.5) / len(hits) ** 0.5
    assert abs(hits.mean() - task.chance) <= 3.5 * error + 1e-3


@pytest.mark.parametrize("name", WORDED)
def test_null_control_of_words_is_at_chance(name):
    task, rng, rows = WORDED[name], Random(5), 600
    hits = sum(task.guess(one.text, rng) in one.right for one, _ in task.prompts(rows=rows, seed=2))
    low, high = stats.binomtest(hits, rows).proportion_ci(0.9999, method="exact")
    assert low <= task.chance <= high


def asked(task, **settings):
    """Pairs of a task for a model that can read them, and how many tokens that knows."""
    symbolic = isinstance(task, SymbolicTask)
    model = small(task) if symbolic else tokenizers.stand_in("ours")
    return task.pairs(model, seed=2, **settings, **({} if symbolic else {"score": "sequence"})), model.shape.d_vocab


@pytest.mark.parametrize("name", WORDED)
def test_worded_task_works_with_every_vocabulary(reader, name):
    task = WORDED[name]
    for change in task.corruptions:
        try:
            pairs = task.pairs(reader, rows=16, corruption=change.name)
        except (SplitAnswerError, MisfitPromptsError):
            if reader.name in ("gpt2", "pythia"):  # only small vocabularies may split so many words
                raise
            pairs = task.pairs(reader, rows=16, corruption=change.name, score="sequence")
        assert len(pairs) == 16
        said = task.spoken(pairs, "perfect", d_vocab=reader.shape.d_vocab)
        assert float(pairs.accuracy(said).min()) == 1.0
        right = [reader.token_strings(ids[ids != NONE]) for ids in pairs.answers.right[:, :, 0]]
        for row, text in enumerate(pairs.frame["clean"]):
            real = lengths(pairs)[row]
            whole = reader.tokenizer.decode(pairs.clean[row, :real].tolist(), skip_special_tokens=True)
            assert whole.replace(" ", "").startswith(text.replace(" ", "")), whole
            if pairs.answers.is_one and len(right[row]) > 1:  # the pieces of a whole answer, put together
                joined = reader.tokenizer.decode(pairs.answers.right[row, :, 0][pairs.answers.counts[row]].tolist())
                assert joined.strip() == pairs.frame["right"][row][0].strip()


STRANGE = ("horse", "table", "green", "seven", "river", "music", "paper", "train", "glass", "bread", "cloud", "stone")


@pytest.mark.parametrize("name", WORDED)
def test_words_that_mean_nothing_to_a_task_are_refused_and_others_are_taken(name):
    task, reader = WORDED[name], tokenizers.stand_in("gpt2")
    for key, lexicon in task.lexicons.items():
        for change in task.corruptions:
            if lexicon.known or lexicon.closed:
                with pytest.raises(CutawayError, match="Choose from its own"):
                    task.pairs(reader, rows=8, corruption=change.name, words={key: STRANGE})
                continue
            try:
                pairs = task.pairs(reader, rows=8, corruption=change.name, words={key: STRANGE})
            except CutawayError:
                continue  # it says why; anything else is a fault
            assert len(pairs) == 8
