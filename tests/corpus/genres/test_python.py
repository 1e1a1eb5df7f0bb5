"""Python documents: they parse, names are defined above their use, calls fit, docstrings name the arguments."""

import ast
import builtins
import re

from cutaway.corpus.genres.python import GENRE
from tests.corpus.genres.exact_tags import faults_of_code, written

DOCUMENTS = [GENRE.document(seed) for seed in range(120)]
TREES = [ast.parse(document.text) for document in DOCUMENTS]


def names(node: ast.AST, context: type) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, context)}


def undefined(body: list[ast.stmt], known: set[str]) -> set[str]:
    """Names that are read though nothing above sets them; what a branch or a loop sets counts within it only."""
    missing: set[str] = set()
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            known = known | {node.name}
        elif isinstance(node, ast.Import):
            known = known | {one.name for one in node.names}
        head = [part for part in ast.iter_child_nodes(node) if not isinstance(part, (ast.stmt, ast.ExceptHandler))]
        inner = known | {one.arg for part in head for one in ast.walk(part) if isinstance(one, ast.arg)}
        inner = inner.union(*(names(part, ast.Store) for part in head))
        missing = missing.union(*(names(part, ast.Load) - inner for part in head))
        for part in ("body", "orelse", "finalbody"):
            missing |= undefined(getattr(node, part, []), inner)
        for handler in getattr(node, "handlers", []):
            missing |= undefined(handler.body, known | {handler.name or ""})
        if isinstance(node, (ast.Assign, ast.AugAssign)):
            missing |= names(node.value, ast.Load) - known - comprehended(node)
            known = inner
        elif isinstance(node, ast.With):
            known = inner | names(node, ast.Store)
    return missing


def comprehended(node: ast.AST) -> set[str]:
    return set().union(*(names(one.target, ast.Store) for one in ast.walk(node) if isinstance(one, ast.comprehension)))


BEFORE = set(dir(builtins)) | {"__name__"}


def test_what_is_read_was_set_above():
    assert set().union(*(undefined(tree.body, BEFORE) for tree in TREES)) == set()


def test_the_check_for_undefined_names_finds_one():
    assert undefined(ast.parse("def f(a):\n    if a:\n        b = 1\n    return b\n").body, BEFORE) == {"b"}
    assert undefined(ast.parse("c = c + 1\n").body, BEFORE) == {"c"}
    assert undefined(ast.parse("for d in e:\n    print(d)\nprint(d)\n").body, BEFORE) == {"d", "e"}


def test_calls_give_what_the_function_takes():
    seen = 0
    for tree in TREES:
        takes = {node.name: node.args for node in tree.body if isinstance(node, ast.FunctionDef)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in takes:
                arguments = takes[node.func.id]
                names = [one.arg for one in arguments.args]
                least = len(names) - len(arguments.defaults)
                given = names[: len(node.args)] + [one.arg for one in node.keywords]
                assert len(node.args) <= len(names)
                assert len(set(given)) == len(given)
                assert set(names[:least]) <= set(given) <= set(names)
                seen += 1
    assert seen > 60


def test_docstrings_name_the_arguments_in_order():
    seen = 0
    for tree in TREES:
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and "Args:" in (ast.get_docstring(node) or ""):
                part = ast.get_docstring(node).split("Args:")[1].split("Returns:")[0]
                assert re.findall(r"^    (\w+):", part, re.M) == [
                    one.arg for one in node.args.args if one.arg != "self"
                ]
                seen += 1
    assert seen > 60


def test_init_keeps_what_it_is_given():
    seen = 0
    for tree in TREES:
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name == "__init__":
                kept = [(line.targets[0].attr, line.value.id) for line in node.body]
                assert kept == [(one.arg, one.arg) for one in node.args.args[1:]]
                seen += 1
    assert seen > 20


def test_tags_are_exact():
    assert [fault for document in DOCUMENTS for fault in faults_of_code(document)] == []


def test_in_a_comprehension_its_variable_is_one_entity():
    seen = 0
    for document, tree in zip(DOCUMENTS, TREES, strict=True):
        entities = {start: value for kind, start, _, value in document.spans if kind == "entity"}
        lines = [0, *(found.end() for found in re.finditer("\n", document.text))]
        for node in ast.walk(tree):
            if isinstance(node, (ast.ListComp, ast.GeneratorExp, ast.DictComp)):
                inner = node.generators[0].target.id
                named = [one for one in ast.walk(node) if isinstance(one, ast.Name) and one.id == inner]
                assert len({entities[lines[one.lineno - 1] + one.col_offset] for one in named}) == 1
                seen += 1
    assert seen > 60


def test_no_loop_takes_the_variable_of_a_loop_around_it():
    for tree in TREES:
        for node in ast.walk(tree):
            if isinstance(node, ast.For):
                around = names(node.target, ast.Store)
                inside = [one for line in node.body for one in ast.walk(line) if isinstance(one, ast.For)]
                assert all(not around & names(one.target, ast.Store) for one in inside)


def test_one_entity_is_one_name():
    for document in DOCUMENTS:
        names: dict[str | int, set[str]] = {}
        for text, value in written(document, "entity"):
            names.setdefault(value, set()).add(text)
        assert all(len(texts) == 1 for texts in names.values())


def test_keywords_are_keywords():
    for document, tree in zip(DOCUMENTS, TREES, strict=True):
        keywords = [text for text, pos in written(document, "pos") if pos == "keyword"]
        assert keywords.count("return") == sum(isinstance(node, ast.Return) for node in ast.walk(tree))
        assert keywords.count("def") == sum(isinstance(node, ast.FunctionDef) for node in ast.walk(tree))
