"""The files that pages load and that are not ours: each is the one of the lock, with version and licence."""

import base64
import hashlib
import io
import os
import runpy
import shutil
import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOL = runpy.run_path(str(ROOT / "tools" / "vendor.py"))
check, fetch, VendorError, VENDOR = TOOL["check"], TOOL["fetch"], TOOL["VendorError"], TOOL["VENDOR"]
AXE = Path("tests/vendor")
PACKAGES = tomllib.loads((ROOT / VENDOR / "vendor.lock").read_text())["package"]
SCRIPTS = sorted((*(ROOT / VENDOR).glob("*.js"), *(ROOT / AXE).glob("*.js")))
ASKED = """[[package]]
name = "thing"
version = "1.0.0"
licence = "MIT"
files = { "dist/thing.min.js" = "thing.js" }
"""


@pytest.fixture
def copy(tmp_path):
    """What is vendored, and the tool, in a folder that a test may damage."""
    for folder in (VENDOR, AXE, Path("tools")):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


@pytest.fixture
def registry(tmp_path, monkeypatch):
    """An `npm` that has one package, and a folder that asks for it."""
    files = {"dist/thing.min.js": b"let thing\n//# sourceMappingURL=thing.min.js.map\n", "LICENSE": b"do as you like"}
    publish(tmp_path, files)
    npm = tmp_path / "bin" / "npm"
    npm.parent.mkdir()
    npm.write_text(
        f'#!/bin/sh\nif [ $1 = view ]; then cat {tmp_path}/stated; else cp {tmp_path}/a.tgz "$5"; echo a.tgz; fi'
    )
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", str(npm.parent), prepend=os.pathsep)
    (tmp_path / VENDOR).mkdir(parents=True)
    (tmp_path / VENDOR / "vendor.toml").write_text(ASKED)
    return tmp_path


def publish(root, files):
    """Put a package into the registry; npm states its hash."""
    with tarfile.open(root / "a.tgz", "w:gz") as archive:
        for name, body in files.items():
            entry = tarfile.TarInfo(f"package/{name}")
            entry.size = len(body)
            archive.addfile(entry, io.BytesIO(body))
    hashed = hashlib.sha512((root / "a.tgz").read_bytes()).digest()
    (root / "stated").write_text(f"sha512-{base64.b64encode(hashed).decode()}\n")


def run(root, *arguments):
    command = [sys.executable, str(root / "tools" / "vendor.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, env={"PATH": "/nowhere"})


def replace(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_every_file_is_the_one_of_the_lock():
    check(ROOT)


@pytest.mark.parametrize(
    ("folder", "name"), [(VENDOR, "htmx.min.js"), (AXE, "axe.min.js"), (VENDOR, "vega.LICENSE.txt")]
)
def test_a_changed_byte_is_found(copy, folder, name):
    path = copy / folder / name
    body = path.read_bytes()
    path.write_bytes(body[:-1] + bytes([body[-1] ^ 1]))
    with pytest.raises(VendorError, match=f"{name} is not the file of the lock"):
        check(copy)


def test_a_file_that_is_gone_is_found(copy):
    (copy / VENDOR / "vega.min.js").unlink()
    with pytest.raises(VendorError, match=r"vega\.min\.js is missing"):
        check(copy)


@pytest.mark.parametrize("name", ["more.js", "more.py", ".partial-htmx.min.js"])
@pytest.mark.parametrize("folder", [VENDOR, AXE], ids=str)
def test_a_file_that_nobody_locked_is_found(copy, folder, name):
    (copy / folder / name).write_text("1")
    with pytest.raises(VendorError, match=f"{folder / name} is not in the lock"):
        check(copy)


def test_a_folder_that_nobody_locked_is_found(copy):
    (copy / VENDOR / "maps").mkdir()
    with pytest.raises(VendorError, match="maps is not in the lock"):
        check(copy)


@pytest.mark.parametrize(
    ("old", "new"),
    [('"4.0.1"', '"4.0.2"'), ('"0BSD"', '"MIT"'), ('"htmx.min.js" }', '"htmx.min.js", "dist/htmx.js" = "htmx.js" }')],
)
def test_a_change_that_was_not_fetched_is_found(copy, old, new):
    replace(copy / VENDOR / "vendor.toml", old, new)
    with pytest.raises(VendorError, match=r"htmx\.org is not the same in vendor\.toml and in vendor\.lock"):
        check(copy)


@pytest.mark.parametrize(("old", "new"), [("licence = ", "license = "), ('name = "htmx.org"', 'name = "htmx')])
@pytest.mark.parametrize("name", ["vendor.toml", "vendor.lock"])
def test_a_damaged_list_is_refused_by_name(copy, name, old, new):
    replace(copy / VENDOR / name, old, new)
    with pytest.raises(VendorError, match=name):
        check(copy)


def test_the_command_says_which_file_and_what_to_type(copy):
    assert run(copy, "--check").returncode == 0
    (copy / VENDOR / "htmx.min.js").write_text("1")
    refused = run(copy, "--check")
    assert refused.returncode == 1
    assert (
        refused.stderr
        == f"{VENDOR}/htmx.min.js is not the file of the lock.\n  Fetch it again: python tools/vendor.py\n"
    )


def test_a_mistyped_flag_fetches_nothing(copy):
    assert run(copy, "--chek-all").returncode == 2


def test_without_npm_a_fetch_says_so(copy):
    refused = run(copy)
    assert refused.returncode == 1
    assert "npm is not installed" in refused.stderr


def test_what_is_fetched_is_locked_without_its_source_map(registry):
    fetch(registry)
    check(registry)
    [package] = tomllib.loads((registry / VENDOR / "vendor.lock").read_text())["package"]
    assert (registry / VENDOR / "thing.js").read_bytes() == b"let thing\n"
    assert (registry / VENDOR / "thing.LICENSE.txt").read_bytes() == b"do as you like"
    assert package["files"]["thing.js"] == {"bytes": 10, "sha256": hashlib.sha256(b"let thing\n").hexdigest()}
    assert package["integrity"] == (registry / "stated").read_text().strip()


def test_a_second_fetch_writes_the_same_lock(registry):
    fetch(registry)
    once = (registry / VENDOR / "vendor.lock").read_bytes()
    fetch(registry)
    assert (registry / VENDOR / "vendor.lock").read_bytes() == once


def test_a_package_without_the_hash_that_npm_states_is_refused(registry):
    (registry / "stated").write_text("sha512-another")
    with pytest.raises(VendorError, match="npm states sha512-another"):
        fetch(registry)
    assert [path.name for path in (registry / VENDOR).iterdir()] == ["vendor.toml"]


def test_a_locked_version_whose_package_was_replaced_is_refused(registry):
    fetch(registry)
    publish(registry, {"dist/thing.min.js": b"let other", "LICENSE": b"do as you like"})
    with pytest.raises(VendorError, match=r"thing@1\.0\.0 is not the package that was locked"):
        fetch(registry)
    check(registry)


@pytest.mark.parametrize("lacking", ["dist/thing.min.js", "LICENSE"])
def test_a_package_without_a_file_or_its_licence_is_refused(registry, lacking):
    files = {"dist/thing.min.js": b"let thing", "LICENSE": b"do as you like"}
    publish(registry, {name: body for name, body in files.items() if name != lacking})
    with pytest.raises(VendorError, match=f"has no file {lacking}"):
        fetch(registry)


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package["name"])
def test_each_package_has_version_licence_and_its_text(package):
    assert package["version"][0].isdigit()
    assert package["licence"] in {"0BSD", "BSD-3-Clause", "OFL-1.1", "MPL-2.0"}
    assert package["integrity"].startswith("sha512-")
    texts = [name for name in package["files"] if name.endswith(".LICENSE.txt")]
    assert len(texts) == 1
    assert package["files"][texts[0]]["bytes"] > 300


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_script_makes_a_browser_ask_for_a_source_map(path):
    assert b"sourceMappingURL" not in path.read_bytes()
