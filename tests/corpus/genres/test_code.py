"""Other code: brackets close, JSON and TOML and INI parse, shell variables are set before, columns exist."""

import configparser
import json
import re
import tomllib

from cutaway.corpus.code.configuration import write_flat, write_tree
from cutaway.corpus.code.curly import write_curly
from cutaway.corpus.code.shell import write_shell
from cutaway.corpus.code.sql import write_sql
from cutaway.corpus.document import Document, Page
from cutaway.corpus.draw import Draw
from cutaway.corpus.genres.code import GENRE
from tests.corpus.genres.exact_tags import faults_of_code, written

DOCUMENTS = [GENRE.document(seed) for seed in range(200)]


def written_by(write, seeds=40, **how) -> list[Document]:
    documents = []
    for seed in range(seeds):
        page = Page("code", "code")
        write(page, Draw(seed), **how)
        documents.append(page.finished())
    return documents


def is_balanced(text: str) -> bool:
    waiting = []
    for character in text:
        if character in "([{":
            waiting.append({"(": ")", "[": "]", "{": "}"}[character])
        elif character in ")]}" and (not waiting or waiting.pop() != character):
            return False
    return not waiting


def test_every_bracket_closes():
    assert [document.text for document in DOCUMENTS if not is_balanced(document.text)] == []


def test_json_parses_and_its_sections_are_objects():
    for document in written_by(write_tree, is_json=True):
        tree = json.loads(document.text)
        assert all(isinstance(value, dict) for value in tree.values())


def test_toml_parses():
    for document in written_by(write_flat, is_toml=True):
        assert all(isinstance(value, dict) for value in tomllib.loads(document.text).values())


def test_ini_parses():
    for document in written_by(write_flat, is_toml=False):
        parser = configparser.ConfigParser()
        parser.read_string(document.text)
        assert all(len(parser[section]) >= 2 for section in parser.sections())


def test_yaml_gives_each_key_a_value_or_deeper_lines():
    for document in written_by(write_tree, is_json=False):
        lines = document.text.rstrip("\n").split("\n")
        for line, after in zip(lines, [*lines[1:], ""], strict=True):
            if line.endswith(":"):
                assert len(after) - len(after.lstrip()) > len(line) - len(line.lstrip())
            else:
                assert re.fullmatch(r" *(- )?(\w+: )?[\w ]+", line)


def test_shell_uses_only_variables_that_were_set_above():
    seen = 0
    for document in written_by(write_shell):
        known = {"1"}
        for line in document.text.split("\n"):
            if line.endswith("() {"):
                before = known
            elif line == "}":
                known = before
            used = re.findall(r"\$\{?(\w+)", line)
            assert set(used) <= known
            seen += len(used)
            known = known | set(re.findall(r"^ *(?:local )?(\w+)=", line)) | set(re.findall(r"^ *for (\w+) in", line))
    assert seen > 200


def test_shell_blocks_close():
    for document in written_by(write_shell):
        words = [text for text, pos in written(document, "pos") if pos == "keyword"]
        assert words.count("if") == words.count("fi") == words.count("then")
        assert words.count("for") == words.count("do") == words.count("done")


def test_sql_inserts_one_value_a_column_into_columns_that_exist():
    seen = 0
    for document in written_by(write_sql):
        text = document.text.lower()
        columns = {
            name: re.findall(r"^  (\w+)", body, re.M)
            for name, body in re.findall(r"create table (\w+) \((.*?)\n\);", text, re.S)
        }
        for name, listed, body in re.findall(r"insert into (\w+) \((.*?)\) values(.*?);", text, re.S):
            assert listed.split(", ") == columns[name]
            for row in re.findall(r"\((.*?)\)", body):
                assert len(row.split(", ")) == len(columns[name])
                seen += 1
        for name, column in re.findall(r"update (\w+) set (\w+)", text):
            assert column in columns[name]
    assert seen > 40


def test_c_calls_give_as_many_arguments_as_the_function_takes():
    seen = 0
    for document in written_by(write_curly, is_c=True):
        text = document.text
        takes = dict(re.findall(r"^(?:int |void |const char \*)(\w+)\((.*)\) \{", text, re.M))
        for name, parameters in takes.items():
            for call in re.findall(rf"^ .*?\b{name}\(([^()]*)\)", text, re.M):
                assert call.count(",") == parameters.count(",")
                seen += 1
    assert seen > 10


def test_script_reads_only_what_was_declared_above():
    for document in written_by(write_curly, is_c=False):
        seen: dict[int | str, str] = {}
        fields = {start for kind, start, _, value in document.spans if kind == "part" and value == "attribute"}
        spans = [span for span in document.spans if span[0] == "entity" and span[1] not in fields]
        for _, start, end, value in sorted(spans, key=lambda span: span[1]):
            before = document.text[:start]
            if value not in seen:
                assert re.search(r"(function|const|let|import \{|catch \(|\(|, )\s*$", before), before[-40:]
            assert seen.setdefault(value, document.text[start:end]) == document.text[start:end]


def test_tags_are_exact():
    assert [fault for document in DOCUMENTS for fault in faults_of_code(document)] == []
