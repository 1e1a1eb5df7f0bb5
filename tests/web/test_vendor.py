"""The files that pages load and that are not ours: each is the one of the lock, with version and licence."""

import runpy
import shutil
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOL = runpy.run_path(str(ROOT / "tools" / "vendor.py"))
check, VendorError, VENDOR = TOOL["check"], TOOL["VendorError"], TOOL["VENDOR"]
LOCK = tomllib.loads((ROOT / VENDOR / "vendor.lock").read_text())["package"]


@pytest.fixture
def copy(tmp_path):
    """What is vendored, in a folder that a test may damage."""
    for folder in (VENDOR, Path("tests/vendor")):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def test_every_file_is_the_one_of_the_lock():
    check(ROOT)


def test_a_changed_byte_is_found(copy):
    path = copy / VENDOR / "htmx.min.js"
    path.write_bytes(path.read_bytes().replace(b"htmx", b"htmy", 1))
    with pytest.raises(VendorError, match=r"htmx\.min\.js is not the file of the lock"):
        check(copy)


def test_a_file_that_nobody_locked_is_found(copy):
    (copy / VENDOR / "more.js").write_text("1")
    with pytest.raises(VendorError, match=r"more\.js is not in the lock"):
        check(copy)


def test_a_version_that_was_not_fetched_is_found(copy):
    path = copy / VENDOR / "vendor.toml"
    path.write_text(path.read_text().replace('"4.0.1"', '"4.0.2"'))
    with pytest.raises(VendorError, match=r"htmx\.org 4\.0\.\d is not in both"):
        check(copy)


@pytest.mark.parametrize("package", LOCK, ids=lambda package: package["name"])
def test_each_package_has_version_licence_and_its_text(package):
    assert package["version"][0].isdigit()
    assert package["licence"] in {"0BSD", "BSD-3-Clause", "OFL-1.1", "MPL-2.0"}
    assert package["integrity"].startswith("sha512-")
    folder = ROOT / package.get("folder", VENDOR)
    assert any(name.endswith(".LICENSE.txt") and (folder / name).stat().st_size > 300 for name in package["sha256"])


@pytest.mark.parametrize("path", sorted((ROOT / VENDOR).glob("*.js")), ids=lambda path: path.name)
def test_no_script_makes_a_browser_ask_for_a_source_map(path):
    assert b"sourceMappingURL" not in path.read_bytes()
