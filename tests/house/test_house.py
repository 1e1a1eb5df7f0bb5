"""Rules of the house that a linter does not know."""

import ast
import importlib
import pkgutil
import re
import tomllib
from pathlib import Path

import pytest

import cutaway

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "cutaway"
FILES = sorted([*PACKAGE.rglob("*.py"), *(ROOT / "tests").rglob("*.py"), *(ROOT / "benchmarks").rglob("*.py")])
BANNED = {"utils", "util", "helpers", "common", "misc", "core"}


def relative(path):
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_file_is_at_most_600_lines_and_says_what_it_is(path):
    text = path.read_text()
    assert text.count("\n") <= 600
    assert path.stem not in BANNED
    if path.name != "__init__.py" or text.strip():
        assert ast.get_docstring(ast.parse(text)), "a module opens with what it is"


def test_no_function_of_the_package_is_longer_than_60_lines():
    long = []
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= 60:
                long.append(f"{relative(path)}: {node.name}")
    allowed = {"src/cutaway/models/adapters/gpt2.py: layout", "src/cutaway/models/adapters/llama.py: layout"}
    allowed |= {"src/cutaway/models/adapters/toy.py: layout", "src/cutaway/models/adapters/gpt_neox.py: layout"}
    assert set(long) <= allowed, "only an adapter's table of sites may be this long"


def test_no_string_annotations_by_decree():
    for path in PACKAGE.rglob("*.py"):
        assert "from __future__ import annotations" not in path.read_text(), relative(path)


@pytest.mark.parametrize("package", [p.name for p in pkgutil.iter_modules(cutaway.__path__, "cutaway.") if p.ispkg])
def test_what_a_package_exports_is_what_it_imports_for_others(package):
    module = importlib.import_module(package)
    exported = getattr(module, "__all__", None)
    if exported is not None:
        assert list(exported) == sorted(exported, key=lambda name: (not name.isupper(), name.islower(), name))
        assert all(hasattr(module, name) for name in exported)


def test_every_public_name_of_cutaway_can_be_had():
    for name in cutaway.__all__:
        assert getattr(cutaway, name) is not None
    with pytest.raises(AttributeError, match="it has"):
        _ = cutaway.nothing


def headings(name):
    return set(re.findall(r"^## (\S+)", (ROOT / "docs" / name).read_text(), flags=re.MULTILINE))


def test_every_command_has_its_heading_in_the_docs_and_an_example_in_its_help():
    from cutaway.cli.main import cutaway as group

    commands = group.list_commands(None)
    assert headings("commands.md") == set(commands)
    for name in commands:
        assert "Example" in group.get_command(None, name).help, name


def test_every_family_of_techniques_has_its_page_in_the_docs_and_its_line_in_the_list_of_them():
    folders = {path.name for path in (PACKAGE / "techniques").iterdir() if path.is_dir() and path.name[0] != "_"}
    pages = {path.stem for path in (ROOT / "docs" / "techniques").iterdir()}
    listed = set(re.findall(r"^\| \[(\w+)\]\(techniques/\1\.md\)", (ROOT / "docs" / "techniques.md").read_text(), re.M))
    assert pages == listed == folders


def test_every_marker_is_explained():
    markers = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]["markers"]
    text = (ROOT / "docs" / "testing.md").read_text()
    for marker in markers:
        assert f"`{marker.split(':')[0]}`" in text


def test_readme_is_one_screen_and_names_the_commands_that_ci_runs():
    readme = (ROOT / "README.md").read_text()
    assert readme.count("\n") <= 60
    for line in (ROOT / ".ci" / "run").read_text().splitlines():
        if line.startswith("make "):
            assert line in readme, line


def test_nothing_needs_pickle_to_load():
    for path in PACKAGE.rglob("*"):
        assert path.suffix not in {".pt", ".pth", ".bin", ".pkl"}, relative(path)
