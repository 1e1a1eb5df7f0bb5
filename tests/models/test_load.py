"""Loading from folders: what works, and a clear error for each thing that does not."""

import json

import pytest
import torch
import transformers as hf
from safetensors.torch import load_file

import cutaway
from cutaway.errors.models import (
    AbsentSiteError,
    ModelFolderError,
    SiteNotReadError,
    UnknownModelError,
    UnsupportedFamilyError,
)
from cutaway.errors.zoo import DamagedZooModelError
from cutaway.models.load import load_folder, quietly
from cutaway.zoo import shipped
from tests.conformance.families import build

TOKENS = torch.tensor([[0, 5, 9, 5]])


@pytest.fixture
def folder(tmp_path):
    with quietly():
        build("gpt2").module.save_pretrained(tmp_path)
    return tmp_path


def test_folder_gives_the_numbers_of_the_model_that_was_saved(folder):
    torch.testing.assert_close(cutaway.load(folder).run(TOKENS).logits, build("gpt2").run(TOKENS).logits)


def test_weights_are_not_copied(folder):
    model = cutaway.load(folder)
    assert model.W_E.data_ptr() == model.module.transformer.wte.weight.data_ptr()
    assert model.weight("W_O", 1).data_ptr() == model.module.transformer.h[1].attn.c_proj.weight.data_ptr()


def test_name_that_is_nothing_names_the_nearest_zoo_model():
    with pytest.raises(UnknownModelError, match="nearest in the zoo: attn-only-2l"):
        cutaway.load("attn-only-2")


def test_folder_without_config(tmp_path):
    with pytest.raises(ModelFolderError, match=r"no config\.json"):
        cutaway.load(tmp_path)


def test_folder_without_weights(folder):
    next(folder.glob("*.safetensors")).unlink()
    with pytest.raises(ModelFolderError, match="no weights"):
        cutaway.load(folder)


def test_folder_with_only_pickled_weights_is_refused_unread(folder):
    next(folder.glob("*.safetensors")).unlink()
    (folder / "pytorch_model.bin").write_bytes(b"cos\nsystem\n(S'exit 1'\ntR.")
    with pytest.raises(ModelFolderError, match="loading a pickle can run code"):
        cutaway.load(folder)


@pytest.mark.parametrize("damage", [lambda raw: raw[: len(raw) // 2], lambda raw: b"\xff" * 100, lambda _: b""])
def test_damaged_weights(folder, damage):
    weights = next(folder.glob("*.safetensors"))
    weights.write_bytes(damage(weights.read_bytes()))
    with pytest.raises(ModelFolderError, match="damaged"):
        cutaway.load(folder)


def test_config_that_is_not_json(folder):
    (folder / "config.json").write_text("{")
    with pytest.raises(ModelFolderError, match=r"config\.json"):
        cutaway.load(folder)


def test_family_without_an_adapter_names_those_with_one(folder):
    config = json.loads((folder / "config.json").read_text()) | {"model_type": "mobilenet_v2"}
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(UnsupportedFamilyError, match=r"'mobilenet_v2'.*\n  families: .*gpt2"):
        load_folder(folder)


def test_module_that_is_no_transformer_has_the_sites_of_its_parts():
    module = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU())
    x = torch.tensor([[1.0, -2.0]])
    trace = cutaway.load(module).run(x, read=["module:0", "module:1:in"])
    torch.testing.assert_close(trace["module:0"], module[0](x).detach())
    torch.testing.assert_close(trace["module:1:in"], module[0](x).detach())
    torch.testing.assert_close(trace.logits, module(x).detach())


def test_model_without_unembedding_has_every_site_but_logits():
    module = hf.GPT2Model(build("gpt2").module.config).eval()
    model = cutaway.load(module)
    trace = model.run(TOKENS, read=["resid_post.2", "ln_final_scale"])
    torch.testing.assert_close(trace.output.last_hidden_state, module(TOKENS, use_cache=False).last_hidden_state)
    with pytest.raises(SiteNotReadError, match="logits"):
        _ = trace.logits
    with pytest.raises(AbsentSiteError, match="no unembedding"):
        model.run(TOKENS, read=["logits"])


def test_zoo_weights_that_are_not_those_of_the_card_are_refused(tmp_path, monkeypatch):
    import shutil

    shutil.copytree(shipped.SHIPPED / "attn-only-1l", tmp_path / "attn-only-1l")
    weights = tmp_path / "attn-only-1l" / "model.safetensors"
    raw = bytearray(weights.read_bytes())
    raw[-1] ^= 1
    weights.write_bytes(raw)
    monkeypatch.setattr(shipped, "SHIPPED", tmp_path)
    with pytest.raises(DamagedZooModelError, match="hash on its card"):
        cutaway.load("attn-only-1l")


def test_zoo_model_is_its_float16_file_in_float32():
    model = cutaway.load("attn-only-2l")
    stored = load_file(shipped.SHIPPED / "attn-only-2l" / "model.safetensors")
    assert {weight.dtype for weight in stored.values()} == {torch.float16}
    for name, weight in model.module.state_dict().items():
        torch.testing.assert_close(weight, stored[name].float(), rtol=0, atol=0)


def test_zoo_model_comes_in_the_precision_that_is_asked_for():
    model = cutaway.load("attn-only-1l", dtype=torch.bfloat16)
    assert {weight.dtype for weight in model.module.parameters()} == {torch.bfloat16}


def test_importing_cutaway_is_quick_and_loads_no_torch():
    import subprocess
    import sys

    code = "import time; t = time.perf_counter(); import cutaway; took = time.perf_counter() - t; import sys; "
    code += "print(took, 'torch' in sys.modules)"
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(3)]
    seconds, torch_loaded = zip(*(run.stdout.split() for run in runs), strict=True)
    assert set(torch_loaded) == {"False"}
    assert min(map(float, seconds)) < 0.3


def test_weight_that_is_missing_is_refused_rather_than_drawn_at_random(folder):
    from safetensors.torch import save_file

    path = next(folder.glob("*.safetensors"))
    kept = {name: weight for name, weight in load_file(path).items() if "h.1.attn.c_attn.weight" not in name}
    save_file(kept, path, metadata={"format": "pt"})
    with pytest.raises(ModelFolderError, match="weights are missing"):
        cutaway.load(folder)


def test_damaged_tokenizer_is_refused_by_name(tmp_path):
    import shutil

    folder = shutil.copytree(shipped.SHIPPED / "attn-only-1l", tmp_path / "copy")
    (folder / "tokenizer.json").write_text('{"version"')
    with pytest.raises(ModelFolderError, match=r"tokenizer\.json is damaged"):
        cutaway.load(folder)
