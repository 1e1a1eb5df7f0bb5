"""Models on a GPU, on several devices, and offloaded: the same numbers, and edits whose values lie elsewhere.

What needs CUDA or accelerate runs where there is one. `device_map` is tested with parts offloaded to the disk, which
takes the same hooks on every part as several GPUs do.
"""

import copy

import pytest
import torch

import cutaway
from cutaway.errors.models import MissingAccelerateError, ModelFolderError, OffloadedWeightError
from cutaway.errors.transforms import TransformRefusedError
from cutaway.models import Model, wrap
from cutaway.models.accumulators import Moments, TopK
from cutaway.models.load import quietly
from tests.conformance.families import build

TOKENS = torch.tensor([[0, 5, 9, 5, 9, 33, 2, 60], [0, 7, 7, 1, 12, 40, 3, 8]])
READ = ["resid_pre", "pattern", "z", "mlp_out"]
LEAD = cutaway.logit_difference(5, 9)
FAMILIES = ["gpt2", "gpt_neo-local", "gptj", "llama", "gemma2", "bloom"]  # every way that attention is watched in

on_a_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")


def saved(name, folder, **options):
    with quietly():
        build(name).module.save_pretrained(folder, **options)
    return folder


def edits(where):
    """One of each kind, with values on the device that is named."""
    value = torch.linspace(-1, 1, 32, device=where)
    reference = torch.linspace(-1, 1, 2 * 8 * 32, device=where).view(2, 8, 32)
    return [
        cutaway.Replace("resid_pre.1", value, position=[2, 5]),
        cutaway.Add("resid_post.0", value),
        cutaway.Scale("attn_out.1", torch.tensor(0.5, device=where)),
        cutaway.Mean("mlp_out.0", reference),
        cutaway.Resample("attn_out.0", reference),
        cutaway.ProjectOut("resid_post.1", value),
        cutaway.Zero("z.2", head=[0, 3]),
    ]


def assert_same_numbers(found: Model, expected: Model, **tolerance):
    """Reads, edits, gradients, text and a scan of two models."""
    for edit in ([], edits("cpu")):
        new, old = (model.run(TOKENS, read=READ, edit=edit, gradient_of=LEAD) for model in (found, expected))
        torch.testing.assert_close(new.logits.cpu(), old.logits, **tolerance)
        for site in old:
            torch.testing.assert_close(new[site].cpu(), old[site], **tolerance)
            torch.testing.assert_close(new.grad[site].cpu(), old.grad[site], **tolerance)
    new, old = (model.generate(TOKENS, max_new_tokens=3, read="z.1") for model in (found, expected))
    assert torch.equal(new.tokens.cpu(), old.tokens)
    torch.testing.assert_close(new["z.1"].cpu(), old["z.1"], **tolerance)
    new, old = (model.scan([TOKENS], read="z.1", into=[Moments(), TopK(k=2)]) for model in (found, expected))
    torch.testing.assert_close(new.at("z.1")[0].mean.cpu(), old.at("z.1")[0].mean, **tolerance)


@pytest.mark.parametrize("edit", edits("cpu"), ids=lambda edit: type(edit).__name__)
def test_a_value_goes_to_the_device_of_the_activation(edit):
    """Shown with a device that every machine has, and that refuses sums with tensors of another."""
    elsewhere = torch.empty(2, 8, 4, 8, device="meta") if edit.head else torch.empty(2, 8, 32, device="meta")
    with pytest.raises(RuntimeError):
        elsewhere + torch.ones(elsewhere.shape[-1])
    axes = ("batch", "pos", "head", "d_head") if edit.head else ("batch", "pos", "d_model")
    changed = edit.apply(elsewhere, axes)
    assert changed.is_meta
    assert changed.shape == elsewhere.shape


# one GPU


@pytest.mark.gpu
@on_a_gpu
@pytest.mark.parametrize("name", FAMILIES)
def test_a_model_on_a_gpu_gives_the_numbers_that_it_gives_on_the_cpu(name):
    cpu = build(name)
    gpu = wrap(copy.deepcopy(cpu.module).to("cuda"), name=name)
    assert_same_numbers(gpu, cpu, rtol=1e-3, atol=1e-4)


@pytest.mark.gpu
@on_a_gpu
def test_tokens_and_values_are_moved_to_the_model_and_what_is_read_stays_there():
    gpu = wrap(build("gpt2").module.to("cuda"), name="gpt2")
    for where in ("cpu", "cuda"):
        trace = gpu.run(TOKENS.to(where), read=READ, edit=edits(where), gradient_of=LEAD)
        assert {trace[site].device.type for site in trace} == {"cuda"}
        assert {trace.grad[site].device.type for site in trace} == {"cuda"}
        assert trace.logits.device.type == trace.score.device.type == "cuda"
    from_cpu, from_gpu = (gpu.run(TOKENS, edit=edits(where)).logits for where in ("cpu", "cuda"))
    torch.testing.assert_close(from_cpu, from_gpu)


@pytest.mark.gpu
@on_a_gpu
def test_weights_are_where_the_module_is_and_are_stacked_where_the_first_layer_is():
    module = build("gpt2").module.to("cuda")
    gpu = wrap(module, name="gpt2")
    assert gpu.device.type == gpu.weight("W_Q", 1).device.type == gpu.W_E.device.type == "cuda"
    expected = gpu.W_Q.cpu()
    module.transformer.h[2].to("cpu")
    assert gpu.weight("W_Q", 2).device.type == "cpu"
    assert gpu.W_Q.device.type == "cuda"
    assert torch.equal(gpu.W_Q.cpu(), expected)


@pytest.mark.gpu
@on_a_gpu
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_sixteen_bits_on_a_gpu(dtype):
    """Reading outside attention to the bit; inside, within 16 eps of the largest logit, as on the CPU."""
    gpu = wrap(build("llama").module.to("cuda", dtype), name="llama")
    with torch.no_grad():
        plain = gpu.module(TOKENS.cuda(), use_cache=False).logits
    trace = gpu.run(TOKENS, read=["resid_pre", "z", "mlp_post"])
    assert torch.equal(trace.logits, plain)
    assert {trace[site].dtype for site in trace} == {dtype}
    apart = (gpu.run(TOKENS, read="pattern").logits - plain).abs().max() / plain.abs().max()
    assert apart <= 16 * torch.finfo(dtype).eps


@pytest.mark.gpu
@on_a_gpu
def test_a_folder_is_loaded_straight_onto_a_gpu(tmp_path):
    pytest.importorskip("accelerate")
    model = cutaway.load(saved("llama", tmp_path), device_map="cuda")
    assert {weight.device.type for weight in model.module.parameters()} == {"cuda"}
    torch.testing.assert_close(model.run(TOKENS).logits.cpu(), build("llama").run(TOKENS).logits, rtol=1e-3, atol=1e-4)


# several devices, and the disk


def offloaded(name, folder):
    """A model whose every weight is on the disk and comes into memory for the call of its own module alone."""
    accelerate = pytest.importorskip("accelerate")
    model = cutaway.load(saved(name, folder / "model"))
    accelerate.disk_offload(model.module, folder / "offloaded", execution_device="cpu")
    assert all(weight.is_meta for weight in model.module.parameters())
    return model


@pytest.mark.parametrize("name", FAMILIES)
def test_an_offloaded_model_gives_the_numbers_that_it_gives_in_memory(name, tmp_path):
    model = offloaded(name, tmp_path)
    assert_same_numbers(model, build(name), rtol=0, atol=0)
    assert_same_numbers(model, build(name), rtol=0, atol=0)  # and is left as it was found


@pytest.mark.parametrize("name", FAMILIES)
def test_a_model_placed_by_a_device_map_gives_the_numbers_of_one_that_is_not(name, tmp_path):
    pytest.importorskip("accelerate")
    model = cutaway.load(saved(name, tmp_path), device_map={"": "cpu"})
    assert_same_numbers(model, build(name), rtol=0, atol=0)


def test_a_model_with_one_layer_on_the_disk_gives_the_numbers_that_it_gives_in_memory(tmp_path):
    pytest.importorskip("accelerate")
    parts = ["transformer.wte", "transformer.wpe", "transformer.h.0", "transformer.h.2", "transformer.ln_f", "lm_head"]
    where = dict.fromkeys(parts, "cpu") | {"transformer.h.1": "disk"}
    folder = saved("gpt2", tmp_path / "model")
    model = cutaway.load(folder, device_map=where, offload_folder=tmp_path / "offloaded")
    assert model.device.type == "cpu"
    assert_same_numbers(model, build("gpt2"), rtol=0, atol=0)
    assert torch.equal(model.weight("W_O", 2), build("gpt2").weight("W_O", 2))
    with pytest.raises(OffloadedWeightError, match=r"weight W_O\.1 of"):
        _ = model.W_O


def test_the_weights_of_an_offloaded_part_are_refused_by_name(tmp_path):
    model = offloaded("gpt2", tmp_path)
    with pytest.raises(OffloadedWeightError, match=r"weight W_Q\.1 of model .* is not in memory"):
        model.weight("W_Q", 1)
    with pytest.raises(OffloadedWeightError, match="weight W_E of"):
        _ = model.W_E
    with pytest.raises(TransformRefusedError, match="not in memory"):
        cutaway.fold_layer_norm(model)


@pytest.mark.parametrize("name", ["W_Q", "b_Q", "W_O", "W_in"])
def test_a_weight_without_numbers_is_refused_and_the_others_are_given(name):
    module = build("gpt2").module
    module.transformer.h[1].to("meta")
    model = wrap(module, name="gpt2")
    with pytest.raises(OffloadedWeightError, match=rf"weight {name}\.1 of model 'gpt2'"):
        model.weight(name, 1)
    assert torch.equal(model.weight(name, 0), build("gpt2").weight(name, 0))


def test_a_device_map_without_accelerate_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr("cutaway.models.load.is_accelerate_available", lambda: False)
    with pytest.raises(MissingAccelerateError, match=r"pip install 'cutaway\[sharded\]'"):
        cutaway.load(saved("gpt2", tmp_path), device_map="auto")


# weights in several files


def test_a_model_in_several_files_is_the_model_that_was_saved(tmp_path):
    saved("llama", tmp_path, max_shard_size="20KB")
    assert len(list(tmp_path.glob("*.safetensors"))) > 2
    assert torch.equal(cutaway.load(tmp_path).run(TOKENS).logits, build("llama").run(TOKENS).logits)


def test_a_missing_file_of_several_is_named(tmp_path):
    second = sorted(saved("llama", tmp_path, max_shard_size="20KB").glob("*.safetensors"))[1]
    second.unlink()
    with pytest.raises(ModelFolderError, match=rf"1 of its \d+ files of weights are missing \({second.name}\)"):
        cutaway.load(tmp_path)


@pytest.mark.parametrize("damage", ["{", "[]", '{"metadata": {}}'])
def test_a_damaged_list_of_files_is_named(tmp_path, damage):
    saved("llama", tmp_path, max_shard_size="20KB")
    (tmp_path / "model.safetensors.index.json").write_text(damage)
    with pytest.raises(ModelFolderError, match=r"its model\.safetensors\.index\.json is damaged"):
        cutaway.load(tmp_path)


def test_several_files_without_their_list_are_refused(tmp_path):
    saved("llama", tmp_path, max_shard_size="20KB")
    (tmp_path / "model.safetensors.index.json").unlink()
    with pytest.raises(ModelFolderError, match=r"no file named model\.safetensors"):
        cutaway.load(tmp_path)


def test_one_file_goes_before_a_list_that_was_left_behind(tmp_path):
    saved("llama", tmp_path, max_shard_size="20KB")
    for shard in tmp_path.glob("*.safetensors"):
        shard.unlink()
    index = (tmp_path / "model.safetensors.index.json").read_text()
    saved("llama", tmp_path)
    (tmp_path / "model.safetensors.index.json").write_text(index)
    assert torch.equal(cutaway.load(tmp_path).run(TOKENS).logits, build("llama").run(TOKENS).logits)
