"""The head wiki of a planted model: roles, nulls, effects and examples where they must be."""

import pandas as pd
import pytest
import torch

from cutaway.planted import two_layer
from cutaway.techniques.detectors.beyond_patterns import beyond_patterns
from cutaway.techniques.detectors.head_wiki import head_wiki
from cutaway.techniques.detectors.texts import Texts, natural_for, repeats_for, texts_for
from cutaway.techniques.detectors.wiki_tables import attention_rows, notable_heads, wiki_tables
from tests.conformance.families import build

DETECTORS = ("current_token", "duplicate_token", "first_token", "induction", "previous_token")


@pytest.fixture(scope="module")
def planted():
    return two_layer(seed=4, vocab=20, context=48)


@pytest.fixture(scope="module")
def wiki(planted):
    natural = planted.text(12, 48, 0)
    return head_wiki(planted.model, Texts(repeats_for(planted.model, rows=12, seed=0), natural))


def test_frame_has_a_row_a_head_and_for_each_detector_a_score_and_its_null(wiki):
    frame = wiki.frame
    assert len(frame) == 18
    assert not frame.duplicated(["layer", "head"]).any()
    for name in DETECTORS:
        for column in (name, f"{name}_null", f"{name}_natural", f"{name}_natural_null"):
            assert frame[column].between(0, 1).all(), column


def test_beside_patterns_stand_weights_kinds_and_roles_each_with_its_control(wiki, planted):
    frame = wiki.frame.set_index(["layer", "head"])
    for name in DETECTORS:
        assert frame[[f"{name}_weights", f"{name}_weights_null"]].notna().all().all(), name
    for head in planted.truth.playing("induction"):
        kind = "pointer" if head.name == "pointer" else "classic"  # both look alike; one is told by a duplicate head
        assert frame.loc[head.layer, head.head]["induction_kind"] == kind
        assert (frame.loc[head.layer, head.head]["induction_weights"] > 0.4) == (kind == "classic")
    assert frame[["copying_weights", "copying_weights_control"]].notna().all().all()
    # before layer 0 this model never predicts what it said, so its heads cannot suppress that
    in_text = frame[["copy_suppression", "copy_suppression_control", "copy_suppression_p"]]
    assert (in_text.notna().all(axis=1) == (frame.index.get_level_values("layer") == 1)).all()


def test_what_a_model_cannot_be_asked_is_said(wiki):
    assert "no tokenizer" in wiki.beyond.unasked["successor"]
    assert "name_mover" in wiki.beyond.unasked
    assert "name_mover" not in wiki.frame


@pytest.mark.parametrize("family", ["llama", "qwen3"])
def test_every_family_gets_a_table_and_a_reason_for_what_is_not_in_it(family):
    model = build(family)
    found = beyond_patterns(model, texts_for(model, rows=4, random_only=True))
    assert len(found.frame) == model.shape.n_layers * model.shape.n_heads
    assert found.frame["induction_weights"].notna().all()
    without = {"copy suppression by weights"} if family == "qwen3" else set()  # its queries have a norm of their own
    assert {"copying", "copy suppression by weights"} & set(found.unasked) == without


def test_attention_on_text_is_drawn_without_the_sink():
    model = build("gpt_oss")
    natural = torch.randint(1, 61, (4, 12), generator=torch.Generator().manual_seed(0))
    texts = Texts(repeats_for(model, rows=4, seed=0), natural)
    cells, tokens = attention_rows(head_wiki(model, texts, ablate="none", patterns_only=True), [(1, 2)])
    assert {cell["key"] for cell in cells} <= {token["position"] for token in tokens} == set(range(12))


def test_true_heads_get_their_role(wiki, planted):
    for head in planted.truth.heads:
        if not head.is_decoy:
            assert wiki.role(head.layer, head.head) == head.role, head


def test_shuffled_heads_get_no_strong_role(wiki, planted):
    for head in planted.truth.heads:
        if head.role.startswith("shuffled_"):
            row = wiki.frame.query("layer == @head.layer and head == @head.head")
            assert row[list(DETECTORS)].to_numpy().max() < 0.4, head


def test_effects_are_large_exactly_for_heads_that_matter(wiki, planted):
    in_natural_text = {"current_token"}  # raises the usual successor, which is of no use on repeats
    useful = [head for head in planted.truth.heads if head.carries or head.role in in_natural_text]
    matter = {(head.layer, head.head) for head in useful}
    for row in wiki.frame.itertuples():
        worth = max(row.repeats_effect, row.natural_effect)
        assert (worth > 0.05) == ((row.layer, row.head) in matter), row


def test_without_natural_text_there_are_no_natural_columns_and_no_examples():
    model = build("llama")
    frame = head_wiki(model, texts_for(model, rows=4, random_only=True), ablate="none", patterns_only=True).frame
    assert not [column for column in frame.columns if "natural" in column or "effect" in column]
    assert "strongest" not in frame.columns


def test_sampled_ablation_leaves_the_others_empty(monkeypatch):
    from cutaway.techniques.detectors import head_wiki as wikis

    monkeypatch.setattr(wikis, "SAMPLED_HEADS", 6)
    model = build("llama")
    frame = head_wiki(model, texts_for(model, rows=4, random_only=True), ablate="sampled", patterns_only=True).frame
    assert frame["repeats_effect"].notna().sum() == 6


def test_notable_heads_hold_the_best_of_each_detector(wiki, planted):
    roles = {head.role for head in planted.truth.heads if (head.layer, head.head) in notable_heads(wiki)}
    assert {"current_token", "first_token", "induction"} <= roles


def test_tables_agree_with_one_another(wiki):
    tables = wiki_tables([wiki])
    scores = tables["scores"].query("detector == 'induction'")["score"].tolist()
    assert scores == tables["heads"]["induction"].tolist()
    cells, tokens = tables["attention"], tables["attention_tokens"]
    assert set(cells["text"]) == set(tokens["text"])
    sums = cells.groupby(["text", "query"])["weight"].sum()
    assert sums.max() < 1.01
    for text, rows in tokens.groupby("text"):
        assert rows["position"].tolist() == list(range(len(rows)))
        assert cells.query("text == @text")[["query", "key"]].to_numpy().max() < len(rows)


def test_examples_mark_the_tokens_the_head_moved_between(wiki):
    examples = wiki_tables([wiki])["examples"]
    assert (examples["rank"] >= 1).all()
    for row in examples.itertuples():
        assert 0 <= row.key < len(row.tokens)
        assert 0 <= row.query < len(row.tokens)
    assert isinstance(examples, pd.DataFrame)


def test_text_shorter_than_a_window_is_refused():
    import cutaway
    from cutaway.errors.models import PromptError

    with pytest.raises(PromptError, match="at least 128"):
        natural_for(cutaway.load("attn-only-1l"), rows=4, texts=["too short"])


def test_in_a_notebook_table_scores_and_attention_show_themselves_without_the_network(wiki, planted):
    from cutaway.techniques.detectors.wiki_views import attention_picture, score_picture

    head = planted.truth.playing("induction")[0]
    shown = wiki._repr_html_(), attention_picture(wiki, head.layer, head.head)._repr_html_()
    picture = score_picture(wiki)._repr_mimebundle_()
    assert "<table" in shown[0]
    assert "<svg" in shown[1]
    assert "<svg" in picture["image/svg+xml"]
    for html in shown:
        assert "src=" not in html
        assert "href=" not in html


def test_best_head_in_words_is_query_then_key(wiki):
    layer, head = 1, 0
    pair = wiki.pairs[layer, head][0]
    row = wiki.natural_tokens[pair.text].tolist()
    assert wiki.example(layer, head) == f"'[{row[pair.query]}]' looks at '[{row[pair.key]}]'"


def test_example_rows_point_at_the_tokens_of_their_pair(wiki):
    for row in wiki_tables([wiki])["examples"].itertuples():
        pair = wiki.pairs[row.layer, row.head][row.rank - 1]
        ids = wiki.natural_tokens[pair.text].tolist()
        assert row.tokens[row.query] == f"[{ids[pair.query]}]"
        assert row.tokens[row.key] == f"[{ids[pair.key]}]"


def test_attention_table_is_the_pattern_of_that_head_on_that_text(wiki):
    tables = wiki_tables([wiki])
    for (layer, head, text), cells in tables["attention"].groupby(["layer", "head", "text"]):
        tokens = tables["attention_tokens"].query("text == @text")["token"]
        ids = torch.tensor([[int(token.strip("[]")) for token in tokens]])
        pattern = wiki.model.run(ids, read=["pattern"])[f"pattern.{layer}"][0, head]
        for cell in cells.itertuples():
            assert cell.weight == pytest.approx(float(pattern[cell.query, cell.key]), abs=1e-4)


def test_nulls_of_the_two_texts_are_measured_each_on_its_own(wiki, planted):
    from cutaway.techniques.detectors.null import head_null

    own = head_null(planted.model, wiki.natural_tokens, seed=0)
    assert wiki.natural_null.largest == own.largest
    assert wiki.natural_null.largest != wiki.repeats_null.largest


def test_null_beside_a_score_is_that_of_its_detector(wiki):
    for row in wiki_tables([wiki])["scores"].itertuples():
        assert row.null == wiki.repeats_null.line(row.detector)


def test_effect_table_looks_only_at_kinds_that_matter_on_repeats(wiki):
    kinds = set(wiki_tables([wiki])["effects"]["looks_like"])
    assert kinds <= {"previous_token", "duplicate_token", "induction"}


def test_effects_on_repeats_are_counted_on_second_showings(planted):
    from cutaway.techniques.ablation.mean import mean_ablate_each

    repeats = repeats_for(planted.model, rows=6, seed=1)
    wiki = head_wiki(planted.model, Texts(repeats, None), seed=0, patterns_only=True)
    by_hand = mean_ablate_each(planted.model, repeats.tokens, counted=repeats.repeated)
    torch.testing.assert_close(wiki.effects["repeats"].mean, by_hand.mean)


def test_sample_of_heads_holds_the_best_of_every_detector(wiki):
    from cutaway.techniques.detectors.head_wiki import sample_heads

    sampled = sample_heads(wiki.repeats, seed=0)
    for name in DETECTORS:
        assert divmod(int(wiki.repeats.of(name).argmax()), 9) in sampled
    assert len(sampled) == len(set(sampled)) == 16


def test_natural_text_is_held_out_and_repeats_are_of_untrained_periods():
    import cutaway
    from cutaway.corpus import standard_library
    from cutaway.tasks.symbols import repeated_tokens

    model = cutaway.load("attn-only-1l")
    held_out = "".join(standard_library.texts(held_out=True))
    for row in natural_for(model, rows=5)[:, 1:].tolist():
        for piece in model.tokenizer.decode(row).split("<|bos|>"):
            assert piece.strip("\ufffd") in held_out
    repeats = repeats_for(model, rows=64, seed=0)
    assert not set(repeats.period.tolist()) & set(repeated_tokens.TRAIN_PERIODS)
    assert not set(repeats.offset.tolist()) & set(repeated_tokens.TRAIN_OFFSETS)


def test_head_under_the_null_has_no_role_however_high_it_scores(wiki, planted):
    import dataclasses

    from cutaway.techniques.detectors.null import Null

    head = planted.truth.playing("induction")[0]
    raised = Null({name: [0.9999] * 20 for name in DETECTORS}, narrow=False)
    assert wiki.role(head.layer, head.head) == "induction"
    assert dataclasses.replace(wiki, repeats_null=raised).role(head.layer, head.head) == ""


def test_every_head_has_its_examples_and_the_text_of_the_strongest(wiki):
    examples = wiki_tables([wiki])["examples"]
    assert {(row.layer, row.head) for row in examples.itertuples()} == set(wiki.heads)
    for row in wiki.frame.itertuples():
        pair = wiki.pairs[row.layer, row.head][0]
        assert row.strongest_text.endswith(f"[{int(wiki.natural_tokens[pair.text, pair.query])}]")
