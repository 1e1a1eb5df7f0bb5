"""Commands as a user types them: what they print, and how they fail."""

import io
import json
import signal
import subprocess
import sys

import pandas as pd
import pytest
import transformers

from cutaway.models.load import quietly
from tests.cli.typed import done, refused
from tests.conformance.families import build

CUTAWAY = [sys.executable, "-m", "cutaway"]


def process(*words, cwd):
    """The same in a process of its own, where that is what is tested."""
    return subprocess.run([*CUTAWAY, *map(str, words)], capture_output=True, text=True, cwd=cwd, timeout=300)


@pytest.fixture(scope="module")
def gpt2(tmp_path_factory):
    folder = tmp_path_factory.mktemp("gpt2")
    with quietly():
        build("gpt2").module.save_pretrained(folder)
    return folder


def test_version_and_help_name_every_command(tmp_path):
    assert process("--version", cwd=tmp_path).stdout.startswith("cutaway")
    shown = process("--help", cwd=tmp_path).stdout
    for command in ("heads", "problems", "report", "run", "sites", "studies", "zoo"):
        assert command in shown


def test_studies_as_json_are_the_headers(tmp_path):
    found = json.loads(done("studies", "--json", cwd=tmp_path).stdout)
    assert {"6.18", "6.19", "6.20", "6.26", "6.28"} <= set(
        next(s for s in found if s["study"] == "head-wiki")["problems"]
    )


def test_zoo_lists_models_with_what_they_reach(tmp_path):
    found = pd.read_csv(io.StringIO(done("zoo", "--csv", cwd=tmp_path).stdout)).set_index("name")
    assert found.loc["attn-only-2l", "measured"] == "generated_loss_nats"
    assert found.loc["attn-only-2l", "value"] < found.loc["attn-only-1l", "value"]


@pytest.mark.slow
def test_sites_of_several_stacks_are_listed_by_group_with_their_own_axes(tmp_path):
    from tests.conformance import encoders

    for name in ("t5", "convnext"):
        with quietly():
            encoders.build(name).module.save_pretrained(tmp_path / name)
    rows = {row["site"]: row for row in json.loads(done("sites", tmp_path / "t5", "--json", cwd=tmp_path).stdout)}
    assert rows["cross.pattern"]["where"].startswith("cross.pattern.0 to cross.pattern.")
    assert rows["encoder.logits"]["where"] == "absent: an encoder has no unembedding"
    assert "decoder.mlp_out" in rows["cross.mlp_out"]["where"]
    maps = {row["site"]: row for row in json.loads(done("sites", tmp_path / "convnext", "--json", cwd=tmp_path).stdout)}
    assert maps["resid_pre"]["axes"] == "batch channel height width"


def test_sites_says_what_is_there_and_why_the_rest_is_not(tmp_path, gpt2):
    found = {row["site"]: row["where"] for row in json.loads(done("sites", gpt2, "--json", cwd=tmp_path).stdout)}
    assert found["pattern"] == "pattern.0 to pattern.2"
    zoo = {
        row["site"]: row["where"] for row in json.loads(done("sites", "attn-only-2l", "--json", cwd=tmp_path).stdout)
    }
    assert zoo["mlp_out"] == "absent: this model is attention only"


@pytest.mark.slow
def test_heads_of_a_folder_as_json_csv_and_parquet_are_one_table(tmp_path, gpt2):
    words = ("heads", gpt2, "--no-text", "--rows", 4, "--ablate", "none")
    as_json = pd.DataFrame(json.loads(done(*words, "--json", cwd=tmp_path).stdout))
    as_csv = pd.read_csv(io.StringIO(done(*words, "--csv", cwd=tmp_path).stdout))
    done(*words, "--parquet", "heads.parquet", cwd=tmp_path)
    as_parquet = pd.read_parquet(tmp_path / "heads.parquet")
    assert len(as_json) == len(as_csv) == len(as_parquet) == 12
    assert list(as_json.columns) == list(as_csv.columns) == list(as_parquet.columns)
    for column in ("induction", "previous_token_null"):
        assert as_json[column].tolist() == pytest.approx(as_parquet[column].tolist())
        assert as_csv[column].tolist() == pytest.approx(as_parquet[column].tolist())


@pytest.fixture(scope="module")
def smoke(tmp_path_factory):
    """A folder in which a study ran at its smallest, with records in `mine`, and what was said."""
    folder = tmp_path_factory.mktemp("smoke")
    told = json.loads(done("run", "6.18", "--smoke", "--json", "--data", "mine", cwd=folder).stdout)
    return folder, told[0]


@pytest.mark.slow
def test_run_by_problem_number_writes_a_whole_record(smoke):
    where, told = smoke
    folder = where / told["folder"]
    assert {path.name for path in folder.iterdir()} == {"claims.json", "run.json", "tables", "figures", "report.html"}
    assert {claim["verdict"] for claim in told["claims"]} <= {"held", "failed", "undecided", "reported"}
    assert "http-equiv" in (folder / "report.html").read_text()
    listed = json.loads(done("report", "--data", "mine", "--json", cwd=where).stdout)
    assert told["id"] in [row["id"] for row in listed]


@pytest.mark.slow
def test_report_of_another_data_folder_names_it_in_its_commands(smoke):
    where, told = smoke
    page = (where / told["report"]).read_text()
    assert f"cutaway report mine/records/{told['id']}" in page
    again = done("report", f"mine/records/{told['id']}", cwd=where).stdout.strip()
    assert (where / again).read_text() == page


@pytest.mark.slow
def test_same_seed_gives_the_same_claims_tables_and_figures_byte_for_byte(tmp_path, smoke):
    where, told = smoke
    again = process("run", "head-wiki", "--smoke", cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    one, two = where / told["folder"], next((tmp_path / "cutaway-data" / "records").iterdir())
    steady = [
        "claims.json",
        *(path.relative_to(one) for kind in ("tables", "figures") for path in (one / kind).iterdir()),
    ]
    assert len(steady) > 10
    for name in steady:
        assert (one / name).read_bytes() == (two / name).read_bytes(), name


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_run_that_is_stopped_leaves_nothing_that_looks_whole(tmp_path, how):
    running = subprocess.Popen(
        [*CUTAWAY, "run", "head-wiki", "--smoke"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    for line in running.stderr:
        if b"planted models" in line:
            break
    running.send_signal(how)
    running.communicate(timeout=60)
    assert running.returncode == (130 if how == signal.SIGINT else -9)
    records = tmp_path / "cutaway-data" / "records"
    assert not records.exists() or all(path.name.startswith(".partial-") for path in records.iterdir())


def test_unknown_things_name_the_nearest_and_the_command_that_lists_all(tmp_path):
    assert "cutaway studies" in refused("run", "head-wikki", cwd=tmp_path)
    assert "cutaway problems" in refused("problems", "6.999", cwd=tmp_path)
    assert "attn-only-2l" in refused("heads", "attn-only-2", cwd=tmp_path)
    assert "cutaway zoo" in refused("zoo", "train", "attn-only-9l", cwd=tmp_path)
    assert "cutaway report" in refused("report", "nothing", cwd=tmp_path)
    assert "No such command 'runn'" in refused("runn", cwd=tmp_path)


def test_model_without_tokenizer_is_told_how_to_go_on(tmp_path, gpt2):
    said = refused("heads", gpt2, cwd=tmp_path)
    assert "no tokenizer" in said
    assert "--no-text" in said


def test_damaged_pickled_and_empty_folders(tmp_path, gpt2):
    import shutil

    broken = shutil.copytree(gpt2, tmp_path / "broken")
    (broken / "model.safetensors").write_bytes(b"x" * 50)
    assert "damaged" in refused("heads", broken, cwd=tmp_path)
    (broken / "model.safetensors").rename(broken / "pytorch_model.bin")
    assert "pickle" in refused("sites", broken, cwd=tmp_path)
    (tmp_path / "empty").mkdir()
    assert "no config.json" in refused("heads", "empty", cwd=tmp_path)


def test_model_without_attention(tmp_path):
    config = transformers.RwkvConfig(vocab_size=61, hidden_size=32, num_hidden_layers=2, context_length=16)
    transformers.RwkvForCausalLM(config).save_pretrained(tmp_path / "rwkv")
    said = refused("heads", "rwkv", "--no-text", cwd=tmp_path)
    assert "no adapter knows its family 'rwkv'" in said
    assert "module:" in said


def test_empty_text_is_refused(tmp_path):
    (tmp_path / "empty.txt").write_text("")
    assert "text" in refused("heads", "attn-only-1l", "--text", "empty.txt", cwd=tmp_path)


def test_debug_shows_the_traceback(tmp_path):
    assert process("run", "head-wikki", cwd=tmp_path).returncode == 2
    run = process("run", "head-wikki", "--debug", cwd=tmp_path)
    assert run.returncode == 1
    assert "Traceback" in run.stderr


def test_commands_about_the_list_load_no_torch(tmp_path):
    code = "import sys\nfrom cutaway.cli.main import main\nsys.argv = ['cutaway', 'studies']\n"
    code += "try:\n    main()\nexcept SystemExit:\n    print('torch' in sys.modules, file=sys.stderr)\n"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert run.stderr.strip() == "False"


@pytest.mark.slow
def test_text_that_is_not_utf8_and_places_that_are_not_there_are_refused_before_the_work(tmp_path):
    (tmp_path / "latin.txt").write_bytes("été ".encode("latin-1") * 2000)
    assert "not UTF-8 (byte 0)" in refused("heads", "attn-only-1l", "--text", "latin.txt", cwd=tmp_path)
    assert "there is no folder" in refused("heads", "attn-only-1l", "--parquet", "nowhere/h.parquet", cwd=tmp_path)
    assert "no such folder" in refused("heads", "./my-gpt2", cwd=tmp_path)
    assert "--rows" in refused("heads", "attn-only-1l", "--rows", "1", cwd=tmp_path)
    (tmp_path / "file").write_text("in the way")
    assert "--data DIR" in refused("run", "head-wiki", "--smoke", "--data", "file/inside", cwd=tmp_path)


def test_problem_that_does_not_exist_is_not_called_unstudied(tmp_path):
    assert "6.99" in refused("run", "6.99", cwd=tmp_path)
    assert "no study attacks" not in refused("run", "6.99", cwd=tmp_path)
    assert "no study attacks" in refused("run", "9.60", cwd=tmp_path)


def test_a_study_that_grows_its_own_models_says_that_it_cannot_look_at_yours(tmp_path):
    said = refused("run", "5.12", "--model", "attn-only-1l", cwd=tmp_path)
    assert "cannot look at attn-only-1l" in said
    assert "head-wiki" in said


def test_a_model_that_was_taught_something_else_is_refused_by_a_study_of_arithmetic(tmp_path):
    said = refused("run", "modular-arithmetic", "--smoke", "--model", "sort", cwd=tmp_path)
    assert "'sort' cannot be asked for arithmetic" in said
