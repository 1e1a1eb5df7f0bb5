"""Encoders, two stacks, images and convolutions: the values at their sites, worked out by hand from the weights."""

import pytest
import torch
from torch.nn import functional

import cutaway
from cutaway.models import Replace, Zero
from tests.conformance.encoders import BUILDERS, DECODER_TOKENS, TOKENS, VOCAB, at, build, family, given, plain, stacks

TRANSFORMERS = sorted(name for name in BUILDERS if not name.startswith(("convnext", "resnet")))


@pytest.fixture(scope="module", params=TRANSFORMERS)
def transformer(request):
    return build(request.param)


def norm_of(model, group, layer, half):
    """The norm module of a half, by its own name in each family."""
    name = family(model)
    names = {
        "bert": f"encoder.layer.{layer}." + ("attention.output.LayerNorm" if half == 1 else "output.LayerNorm"),
        "roberta": f"encoder.layer.{layer}." + ("attention.output.LayerNorm" if half == 1 else "output.LayerNorm"),
        "vit": f"layers.{layer}." + ("layernorm_before" if half == 1 else "layernorm_after"),
        "dinov2": f"encoder.layer.{layer}.norm{half}",
        "clip": f"encoder.layers.{layer}.layer_norm{half}",
    }
    if name == "t5":
        number = {1: 0, 2: 2 if group == "decoder" else 1, "cross": 1}[half]
        return model.module.get_submodule(f"{group or 'encoder'}.block.{layer}.layer.{number}.layer_norm")
    base = getattr(model.module, f"{group}_model") if model.name == "clip" else model.module.base_model
    return base.get_submodule(names[name])


def normed(norm, stream):
    """The output of a norm, worked out here."""
    if isinstance(norm, torch.nn.LayerNorm):
        centred = stream - stream.mean(-1, keepdim=True)
        return centred / (stream.var(-1, unbiased=False, keepdim=True) + norm.eps).sqrt() * norm.weight + norm.bias
    return stream / (stream.pow(2).mean(-1, keepdim=True) + norm.variance_epsilon).sqrt() * norm.weight


@torch.no_grad()
def test_stream_adds_up(transformer):
    """In BERT and RoBERTa through the norms, worked out here."""
    trace = transformer.run(given(transformer), read=transformer.sites)
    after = family(transformer) in ("bert", "roberta")
    for group, _, layers in stacks(transformer):
        for layer in range(layers):
            mid = trace[at(group, f"resid_pre.{layer}")] + trace[at(group, f"attn_out.{layer}")]
            mid = normed(norm_of(transformer, group, layer, 1), mid) if after else mid
            torch.testing.assert_close(trace[at(group, f"resid_mid.{layer}")], mid, rtol=1e-4, atol=1e-4)
            if group == "decoder":
                mid = mid + trace[f"cross.attn_out.{layer}"]
                torch.testing.assert_close(trace[f"cross.resid_mid.{layer}"], mid, rtol=1e-4, atol=1e-4)
            post = mid + trace[at(group, f"mlp_out.{layer}")]
            post = normed(norm_of(transformer, group, layer, 2), post) if after else post
            torch.testing.assert_close(trace[at(group, f"resid_post.{layer}")], post, rtol=1e-4, atol=1e-4)


@torch.no_grad()
def test_editing_the_middle_of_the_stream_also_edits_the_skip(transformer):
    for group, width, _ in stacks(transformer):
        shape = transformer.run(given(transformer), read=at(group, "resid_mid.1"))[at(group, "resid_mid.1")].shape
        assert shape[-1] == width
        new = torch.randn(shape, generator=torch.Generator().manual_seed(2))
        silent = [Zero(at(group, "mlp_out.1"))] + ([Zero("cross.attn_out.1")] if group == "decoder" else [])
        post = at(group, "resid_post.1")
        trace = transformer.run(given(transformer), edit=[Replace(at(group, "resid_mid.1"), new), *silent], read=post)
        expected = normed(norm_of(transformer, group, 1, 2), new) if "bert" in family(transformer) else new
        torch.testing.assert_close(trace[post], expected)
        if group == "decoder":
            edits = [Replace("cross.resid_mid.1", new), Zero("decoder.mlp_out.1")]
            torch.testing.assert_close(transformer.run(given(transformer), edit=edits, read=post)[post], new)


def halves(model):
    """(group of the sites, group of the queries' stream, which norm) of every attention."""
    found = [(group, group, 1) for group, _, _ in stacks(model)]
    return [*found, ("cross", "decoder", "cross")] if "cross" in model.layout.shapes else found


def captured(model, path, *, entry=0):
    """What a module is given in a plain run, seen by a hook of its own."""
    seen = []
    handle = model.module.get_submodule(path).register_forward_pre_hook(
        lambda _, args, kwargs: seen.append([*args, *kwargs.values()][entry]), with_kwargs=True
    )
    plain(model)
    handle.remove()
    return seen[0]


@torch.no_grad()
def test_attention_is_what_its_weights_say(transformer):
    """From the stream to the result of each head, with the weights of the field, but for T5's position biases."""
    model, layer = transformer, 1
    trace = model.run(given(model), read=model.sites)
    for group, stream, half in halves(model):
        name = "resid_mid" if group == "cross" else "resid_pre"
        source = trace[at(stream, f"{name}.{layer}")]
        if "bert" not in family(model):
            source = normed(norm_of(model, stream, layer, half), source)
        memory = encoded(model, trace) if group == "cross" else source
        for letter, entering in (("q", source), ("k", memory), ("v", memory)):
            by_hand = torch.einsum("bpm,hmd->bphd", entering, model.weight(f"W_{letter.upper()}", layer, group=group))
            if family(model) != "t5":
                by_hand = by_hand + model.weight(f"b_{letter.upper()}", layer, group=group)
            torch.testing.assert_close(trace[at(group, f"{letter}.{layer}")], by_hand, rtol=1e-4, atol=1e-4)
        q, k, v = (trace[at(group, f"{letter}.{layer}")] for letter in "qkv")
        pattern = trace[at(group, f"pattern.{layer}")]
        if family(model) != "t5":
            scores = torch.einsum("bqhd,bkhd->bhqk", q, k) / q.shape[-1] ** 0.5
            seen = pattern > 0
            torch.testing.assert_close(trace[at(group, f"scores.{layer}")][seen], scores[seen], rtol=1e-4, atol=1e-4)
        by_hand = torch.softmax(trace[at(group, f"scores.{layer}")], -1)
        torch.testing.assert_close(pattern, by_hand, rtol=1e-4, atol=1e-5)
        z = torch.einsum("bhqk,bkhd->bqhd", pattern, v)
        torch.testing.assert_close(trace[at(group, f"z.{layer}")], z, rtol=1e-4, atol=1e-4)
        result = torch.einsum("bphd,hdm->bphm", z, model.weight("W_O", layer, group=group))
        torch.testing.assert_close(trace[at(group, f"result.{layer}")], result, rtol=1e-4, atol=1e-4)
        added = result.sum(2) + (0.0 if family(model) == "t5" else model.weight("b_O", layer, group=group))
        if family(model) == "dinov2":
            added = added * model.module.base_model.encoder.layer[layer].layer_scale1.lambda1
        torch.testing.assert_close(trace[at(group, f"attn_out.{layer}")], added, rtol=1e-4, atol=1e-4)


def encoded(model, trace):
    """What T5's decoder attends to: the normed end of the encoder."""
    return normed(model.module.encoder.final_layer_norm, trace["encoder.resid_post.2"])


@pytest.mark.parametrize(("group", "layer"), [("encoder", 1), ("decoder", 1), ("cross", 1), ("encoder", 0)])
@torch.no_grad()
def test_scores_of_t5_are_products_without_a_scale_plus_the_bias_of_the_first_layer(group, layer):
    """Two keys at one distance from their queries have one bias; cross attention has none."""
    trace = (model := build("t5")).run(given(model), read=["q", "k", "scores"])
    q, k = trace[f"{group}.q.{layer}"], trace[f"{group}.k.{layer}"]
    bias = trace[f"{group}.scores.{layer}"] - torch.einsum("bqhd,bkhd->bhqk", q, k)
    if group == "cross":
        torch.testing.assert_close(bias, torch.zeros_like(bias), rtol=0, atol=1e-5)
        return
    bucket = {distance: distance for distance in range(8)}  # exact for short distances: its first buckets
    table = getattr(model.module, group).block[0].layer[0].SelfAttention.relative_attention_bias.weight
    for query in range(bias.shape[2]):
        for key in range(query + 1):
            torch.testing.assert_close(bias[0, :, query, key], table[bucket[query - key]], rtol=1e-3, atol=1e-4)


ACTIVATIONS = {
    "t5": functional.relu,
    "t5-gated": lambda x: functional.gelu(x, approximate="tanh"),
    "dinov2-swiglu": functional.silu,
    "clip": lambda x: x * torch.sigmoid(1.702 * x),
}


@torch.no_grad()
def test_neurons_are_what_the_weights_of_the_mlp_say(transformer):
    model, layer = transformer, 1
    trace = model.run(given(model), read=model.sites)
    biased = family(model) != "t5"
    for group, _, _ in stacks(model):
        stream = at("cross" if group == "decoder" else group, f"resid_mid.{layer}")
        entering = trace[stream]
        if "bert" not in family(model):
            entering = normed(norm_of(model, group, layer, 2), entering)

        def linear(value, name, group=group):
            bias = model.weight(f"b_{name}", layer, group=group) if biased else 0.0
            return value @ model.weight(f"W_{name}", layer, group=group) + bias

        gated = model.name in ("t5-gated", "dinov2-swiglu")
        act = ACTIVATIONS.get(model.name, ACTIVATIONS.get(family(model), functional.gelu))
        pre = linear(entering, "gate" if gated else "in")
        post = act(pre) * linear(entering, "in") if gated else act(pre)
        out = linear(post, "out")
        if family(model) == "dinov2":
            out = out * model.module.base_model.encoder.layer[layer].layer_scale2.lambda1
        for name, by_hand in (("mlp_pre", pre), ("mlp_post", post), ("mlp_out", out)):
            torch.testing.assert_close(trace[at(group, f"{name}.{layer}")], by_hand, rtol=1e-3, atol=1e-3, msg=name)
        if gated:
            found = trace[at(group, f"mlp_linear.{layer}")]
            torch.testing.assert_close(found, linear(entering, "in"), rtol=1e-4, atol=1e-4)


@torch.no_grad()
def test_norm_scales_are_the_divisors_of_the_norms(transformer):
    """Of what enters each norm, seen by a hook of the test's own."""
    model = transformer
    paths = {part: path for path, part in model.module.named_modules()}
    trace = model.run(given(model), read=["ln1_scale", "ln2_scale"])
    for group, stream, half in [*halves(model), *((group, group, 2) for group, _, _ in stacks(model))]:
        norm = norm_of(model, stream, 1, half)
        entered = captured(model, paths[norm])
        centred = entered - entered.mean(-1, keepdim=True) if isinstance(norm, torch.nn.LayerNorm) else entered
        by_hand = centred.pow(2).mean(-1, keepdim=True).sqrt()  # eps is far smaller than these
        site = at(group, "ln2_scale.1" if half == 2 else "ln1_scale.1")
        torch.testing.assert_close(trace[site], by_hand, rtol=1e-3, atol=1e-3)


LAST_NORM = {
    "bert": "cls.predictions.transform.LayerNorm",
    "roberta": "lm_head.layer_norm",
    "vit": "vit.layernorm",
    "dinov2": "dinov2.layernorm",
    "clip-text": "final_layer_norm",
    "clip-vision": "post_layernorm",
    "convnext": "convnext.layernorm",
}


@pytest.mark.parametrize("name", sorted(LAST_NORM))
def test_last_scale_is_the_divisor_of_the_last_norm(name):
    model = build(name)
    entered = captured(model, LAST_NORM[name])
    found = model.run(given(model), read="ln_final_scale")["ln_final_scale"]
    by_hand = entered.std(-1, unbiased=False, keepdim=True)
    torch.testing.assert_close(found, by_hand, rtol=1e-3, atol=1e-4)


def test_last_scales_of_two_stacks():
    model = build("clip")
    trace = model.run(given(model), read="ln_final_scale")
    for site, path in (("text", "text_model.final_layer_norm"), ("vision", "vision_model.post_layernorm")):
        by_hand = captured(model, path).std(-1, unbiased=False, keepdim=True)
        torch.testing.assert_close(trace[f"{site}.ln_final_scale"], by_hand, rtol=1e-3, atol=1e-4)
    model = build("t5")
    trace = model.run(given(model), read="ln_final_scale")
    for group in ("encoder", "decoder"):
        by_hand = captured(model, f"{group}.final_layer_norm").pow(2).mean(-1, keepdim=True).sqrt()
        torch.testing.assert_close(trace[f"{group}.ln_final_scale"], by_hand, rtol=1e-3, atol=1e-4)


@torch.no_grad()
def test_embeddings_are_rows_of_their_tables():
    model = build("bert")
    trace = model.run(given(model), read=["embed", "pos_embed", "resid_pre.0"])
    part = model.module.bert.embeddings
    torch.testing.assert_close(trace["embed"], model.W_E[TOKENS])
    torch.testing.assert_close(trace["pos_embed"][0], model.W_pos[:8])
    total = trace["embed"] + trace["pos_embed"] + part.token_type_embeddings.weight[0]
    torch.testing.assert_close(trace["resid_pre.0"], normed(part.LayerNorm, total), rtol=1e-4, atol=1e-5)

    model = build("roberta")
    found = model.run(given(model), read="pos_embed")["pos_embed"]
    torch.testing.assert_close(found, model.W_pos[2:10].expand(2, 8, 32))  # the first two rows belong to padding

    model = build("t5")
    trace = model.run(given(model), read="embed")
    torch.testing.assert_close(trace["encoder.embed"], model.module.shared.weight[TOKENS])
    torch.testing.assert_close(trace["decoder.embed"], model.module.shared.weight[DECODER_TOKENS])

    model = build("clip")
    trace = model.run(given(model), read=["text.embed", "text.pos_embed", "vision.embed", "vision.pos_embed"])
    words, pixels = model.module.text_model.embeddings, model.module.vision_model.embeddings
    torch.testing.assert_close(trace["text.embed"], words.token_embedding.weight[TOKENS])
    torch.testing.assert_close(trace["text.pos_embed"][0], words.position_embedding.weight[:8])
    patches = pixels.patch_embedding(given(model)["pixel_values"]).flatten(2).transpose(1, 2)
    whole = torch.cat((pixels.class_embedding.expand(2, 1, 40), patches), 1) + pixels.position_embedding.weight
    torch.testing.assert_close(trace["vision.embed"], whole)
    torch.testing.assert_close(trace["vision.pos_embed"][0], pixels.position_embedding.weight)


def test_one_embedding_module_for_both_stacks_of_t5_is_told_apart():
    """Resizing the vocabulary leaves encoder and decoder with the same module."""
    module = build("t5").module
    module.resize_token_embeddings(VOCAB + 3, mean_resizing=False)
    assert module.encoder.embed_tokens is module.decoder.embed_tokens
    model = cutaway.load(module)
    trace = model.run(given(build("t5")), read="embed")
    torch.testing.assert_close(trace["encoder.embed"], module.shared.weight[TOKENS].detach())
    torch.testing.assert_close(trace["decoder.embed"], module.shared.weight[DECODER_TOKENS].detach())


HEADS = {
    "bert": ("cls.predictions.decoder", "logits"),
    "roberta": ("lm_head.decoder", "logits"),
    "t5": ("lm_head", "decoder.logits"),
    "vit": ("classifier", "logits"),
    "dinov2": ("classifier", "logits"),
    "convnext": ("classifier", "logits"),
    "resnet": ("classifier.1", "logits"),
}


@pytest.mark.parametrize("name", sorted(HEADS))
@torch.no_grad()
def test_unembedding_makes_the_logits(name):
    path, site = HEADS[name]
    model = build(name)
    group = "decoder" if name == "t5" else ""
    by_hand = captured(model, path) @ model.weight("W_U", group=group)
    if name != "t5":
        by_hand = by_hand + model.weight("b_U")
    torch.testing.assert_close(model.run(given(model), read=site)[site], by_hand, rtol=1e-4, atol=1e-4)


@torch.no_grad()
def test_block_of_convnext_by_hand():
    model = build("convnext")
    trace = model.run(given(model), read=model.sites)
    for layer, (stage, block) in enumerate([(0, 0), (1, 0), (1, 1)]):
        part = model.module.convnext.encoder.stages[stage].layers[block]
        spread = part.dwconv(trace[f"resid_pre.{layer}"]).movedim(1, -1)
        scale = (spread.var(-1, unbiased=False, keepdim=True) + 1e-6).sqrt()
        torch.testing.assert_close(trace[f"ln2_scale.{layer}"], scale, rtol=1e-4, atol=1e-5)
        pre = normed(part.layernorm, spread) @ model.weight("W_in", layer) + model.weight("b_in", layer)
        torch.testing.assert_close(trace[f"mlp_pre.{layer}"], pre, rtol=1e-4, atol=1e-4)
        post = functional.gelu(pre)
        torch.testing.assert_close(trace[f"mlp_post.{layer}"], post, rtol=1e-4, atol=1e-4)
        out = (post @ model.weight("W_out", layer) + model.weight("b_out", layer)) * part.layer_scale_parameter
        torch.testing.assert_close(trace[f"mlp_out.{layer}"], out.movedim(-1, 1), rtol=1e-4, atol=1e-4)
        total = trace[f"resid_pre.{layer}"] + trace[f"mlp_out.{layer}"]
        torch.testing.assert_close(trace[f"resid_post.{layer}"], total, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", ["resnet", "resnet-basic"])
@torch.no_grad()
def test_block_of_resnet_by_hand(name):
    model = build(name)
    trace = model.run(given(model), read=model.sites)
    for layer, (stage, block) in enumerate([(0, 0), (1, 0), (1, 1)]):
        part = model.module.resnet.encoder.stages[stage].layers[block]
        stream = trace[f"resid_pre.{layer}"]
        by_hand = functional.relu(part.layer(stream) + part.shortcut(stream))
        torch.testing.assert_close(trace[f"resid_post.{layer}"], by_hand, rtol=1e-4, atol=1e-4)
