"""The hook names of TransformerLens: they mean the sites that Cutaway says, in tensors and in edits.

Both libraries run the same random weights. Attention is theirs to work out, so sums come in another order: float32
keeps 24 bits, a few dozen sums of a few dozen terms lose four or five of them, and 1e-5 of the largest number is
what two right answers may differ by. Where a name means something else to them, the difference is written down
here and must stay as it is.
"""

import pytest
import torch

import cutaway
from tests.conformance.families import build
from tests.peers.bridges import LAYERS, TOKENS, bridge_of, cached, hooked, named_hooks

# Their norms say that an edited divisor enters by another route than the model's own kernel.
pytestmark = pytest.mark.filterwarnings("ignore:A forward hook edited hook_scale:UserWarning")

TOLERANCE = 1e-5
HIDDEN = -1e30  # scores below it are behind a mask
FAMILIES = (
    "gpt2",
    "gpt_neo-local",
    "gptj",
    "gpt_neox-parallel",
    "gpt_neox-sequential",
    "opt",
    "bloom",
    "falcon-multi-query",
    "phi",
    "llama",
    "mistral-sliding",
    "mixtral",
    "qwen2",
    "qwen3",
    "gemma2",
    "gemma3",
    "olmo2",
    "gpt_oss",
)

# Site -> what their hook of that name shows instead.
AFTER_THE_NORM = {"q": "queries before the norm that they have of their own", "k": "keys, likewise"}
ONLY_SHOWN = {"scores": "the pattern, after the fact"}
NO_SINK = {"scores": "no column for the sink", "pattern": "no column for the sink"}
OTHERWISE = {
    "qwen3": AFTER_THE_NORM,
    "gemma3": AFTER_THE_NORM,
    "olmo2": AFTER_THE_NORM,
    "gpt_neo-local": ONLY_SHOWN,
    "gptj": ONLY_SHOWN,
    "opt": ONLY_SHOWN | {"ln2_scale": "batch and position as one axis"},
    "bloom": {"embed": "the embedding after the norm that follows it"},
    "gpt_oss": NO_SINK,
}
NEVER_CALLED = {"gpt_neox-parallel", "gpt_neox-sequential", "gptj", "falcon-multi-query"}  # hook_rot_q, hook_rot_k
HIDDEN_NORMS = {"olmo2"}  # ln1.hook_scale, ln2.hook_scale: their names are ln1_post and ln2_post
DISCARDED = {"opt", "gpt_neo-local", "gptj"}  # an edit of the pattern, which they say when it is made
NOT_EDITED = {"logits", "resid_mid"}  # nothing follows the one, and the other has a test of its own


@pytest.fixture(params=FAMILIES)
def name(request):
    return request.param


def both(name):
    """Our model, and every hook of theirs that a site of ours stands for: its values, and the site."""
    model, (_, cache) = build(name), cached(bridge_of(name))
    return model, {hook: site for hook, site in named_hooks().items() if hook in cache and has(model, site)}, cache


def has(model, site):
    return site in {str(known) for known in model.sites}


def agree(theirs, ours):
    """Within TOLERANCE of the largest; what a mask hides may be as low as each likes."""
    theirs = theirs[: len(ours)]  # they repeat the embeddings of positions for every row
    if theirs.shape != ours.shape or not torch.equal(ours > HIDDEN, theirs > HIDDEN):
        return False
    seen = ours > HIDDEN
    return bool((theirs - ours)[seen].abs().max() <= TOLERANCE * ours[seen].abs().max())


def kinds(sites):
    return {site.partition(".")[0] for site in sites}


def test_every_hook_shows_the_tensor_of_its_site_but_for_the_differences_written_down(name):
    model, meant, cache = both(name)
    trace = model.run(TOKENS, read=list(meant))
    unlike = [site for hook, site in meant.items() if not agree(cache[hook], trace[hook])]
    assert kinds(unlike) == set(OTHERWISE.get(name, {}))


def test_hooks_that_they_do_not_call_are_the_ones_written_down(name):
    model, meant, _ = both(name)
    silent = kinds(str(site) for site in model.sites if str(site) not in meant.values())
    expected = {"result"}  # theirs is only worked out when asked for: the next test but one
    expected |= {"q_rot", "k_rot"} if name in NEVER_CALLED else set()
    expected |= {"ln1_scale", "ln2_scale"} if name in HIDDEN_NORMS else set()
    assert silent == expected


def test_every_name_in_our_table_is_met_in_some_family():
    met = {hook for name in ("gpt2", "llama") for hook in both(name)[1]}
    results = {f"blocks.{layer}.attn.hook_result" for layer in range(LAYERS)}
    assert met | results == set(named_hooks())


def test_results_of_heads_are_theirs_once_they_are_asked_to_work_them_out():
    bridge = bridge_of("llama")
    bridge.set_use_attn_result(True)
    cache, trace = cached(bridge)[1], build("llama").run(TOKENS, read="result")
    for layer in range(LAYERS):
        assert agree(cache[f"blocks.{layer}.attn.hook_result"], trace[f"result.{layer}"])


def test_queries_and_keys_after_their_own_norm_have_another_name_there():
    for name in ("qwen3", "gemma3"):
        cache, trace = cached(bridge_of(name))[1], build(name).run(TOKENS, read=["q", "k"])
        for letter in "qk":
            theirs = cache[f"blocks.1.attn.hook_{letter}_normed"].transpose(1, 2)
            assert agree(theirs, trace[f"{letter}.1"])


def test_an_edit_at_a_hook_gives_the_logits_of_an_edit_at_its_site(name):
    """Noise on one head, neuron or direction after another: where it lands matters, not only how large it is."""
    (model, meant, cache), bridge = both(name), bridge_of(name)
    for hook, site in meant.items():
        kind = site.partition(".")[0]
        if kind in OTHERWISE.get(name, {}) or kind in NOT_EDITED or (kind == "pattern" and name in DISCARDED):
            continue
        noise = noise_like(cache[hook])
        theirs = hooked(bridge, hook, lambda value, noise=noise: value + noise.to(value.dtype))
        ours = model.run(TOKENS, edit=cutaway.Add(hook, noise[:1] if site == "pos_embed" else noise)).logits
        assert agree(theirs, ours), hook


def noise_like(value):
    """The same at every call, the same for every row, and another for every position, head and direction."""
    noise = torch.randn(value.shape[1:], generator=torch.Generator().manual_seed(1)) * 0.1
    return noise.expand(value.shape)


def test_ablating_a_head_by_hook_and_by_edit_is_the_same(name):
    def without_head_two(z):
        z = z.clone()
        z[:, :, 2] = 0.0
        return z

    bridge, model = bridge_of(name), build(name)
    theirs = hooked(bridge, "blocks.1.attn.hook_z", without_head_two)
    ours = model.run(TOKENS, edit=cutaway.Zero("blocks.1.attn.hook_z", head=2)).logits
    assert agree(theirs, ours)
    assert not agree(theirs, model.run(TOKENS).logits)


def test_patching_one_position_by_hook_and_by_edit_is_the_same(name):
    bridge, model = bridge_of(name), build(name)
    other = cached(bridge)[1]["blocks.1.hook_resid_pre"].flip(0)

    def patch(stream):
        stream = stream.clone()
        stream[:, 4] = other[:, 4]
        return stream

    theirs = hooked(bridge, "blocks.1.hook_resid_pre", patch)
    ours = model.run(TOKENS, edit=cutaway.Replace("resid_pre.1", other[:, 4], position=4)).logits
    assert agree(theirs, ours)
    assert not agree(theirs, model.run(TOKENS).logits)


@pytest.mark.filterwarnings("ignore:A hook on .* returned a modified tensor:UserWarning")  # which is what is shown here
@pytest.mark.parametrize("name", sorted(DISCARDED))
def test_where_they_only_show_the_pattern_our_edit_of_it_still_counts(name):
    bridge, model = bridge_of(name), build(name)
    plain = cached(bridge)[0]
    assert torch.equal(hooked(bridge, "blocks.1.attn.hook_pattern", lambda pattern: pattern * 0), plain)
    assert not agree(plain, model.run(TOKENS, edit=cutaway.Zero("pattern.1")).logits)


def test_their_edit_of_the_middle_of_the_stream_stays_inside_the_mlp_and_ours_does_not():
    """Zero there: theirs still adds the old stream to what the MLP makes of zero, ours adds zero."""
    bridge, model = bridge_of("gpt2"), build("gpt2")
    theirs = {}

    def keep(value, hook):
        theirs[hook.name] = value

    hooks = [("blocks.1.hook_resid_mid", lambda value, hook: value * 0)]
    hooks += [("blocks.1.mlp.hook_out", keep), ("blocks.1.hook_out", keep)]
    with torch.no_grad():
        bridge.run_with_hooks(TOKENS, fwd_hooks=hooks)
    before = model.run(TOKENS, read="resid_mid.1")["resid_mid.1"]
    assert agree(theirs["blocks.1.hook_out"] - theirs["blocks.1.mlp.hook_out"], before)

    trace = model.run(TOKENS, read=["mlp_out.1", "resid_post.1"], edit=cutaway.Zero("resid_mid.1"))
    assert torch.equal(trace["resid_post.1"], trace["mlp_out.1"])
    assert agree(theirs["blocks.1.mlp.hook_out"], trace["mlp_out.1"])
