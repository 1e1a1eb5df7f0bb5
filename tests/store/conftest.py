"""A store on each database, and a clock that tests move."""

import os
import shutil
import subprocess
import tempfile
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from cutaway.catalog import load_catalog
from cutaway.store.contribution import read_draft
from cutaway.store.contributions import propose
from cutaway.store.migrate import open_store
from cutaway.store.search import index_catalog

PROGRAMS = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
BEGAN = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Clock:
    """Stands still until it is moved."""

    def __init__(self):
        self.at = BEGAN

    def __call__(self):
        return self.at

    def pass_by(self, **time):
        self.at += timedelta(**time)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(scope="session")
def postgres():
    """The address of a PostgreSQL server of our own, without the name of a database."""
    if PROGRAMS is None or not (PROGRAMS / "initdb").exists():
        pytest.skip("needs the programs of a PostgreSQL server below /usr/lib/postgresql")
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # a socket's path must be short
    folder.chmod(0o777)

    def run(program, *words):
        subprocess.run([*as_user, str(PROGRAMS / program), *words], check=True, capture_output=True, cwd=folder)

    run("initdb", "-D", f"{folder}/data", "-U", "postgres", "--auth=trust", "--no-sync")
    options = f"-k {folder} -c listen_addresses='' -c fsync=off"
    run("pg_ctl", "-D", f"{folder}/data", "-w", "-l", f"{folder}/log", "-o", options, "start")
    yield f"?host={folder}&user=postgres"
    run("pg_ctl", "-D", f"{folder}/data", "-m", "immediate", "stop")
    shutil.rmtree(folder)


class Lent:
    """Databases of one server, lent empty, and emptied when they come back: quicker than a new one for each test."""

    def __init__(self, address):
        self.address = address
        self.idle, self.out = [], []

    def __call__(self):
        if not self.idle:
            self.idle.append(f"test_{uuid.uuid4().hex[:12]}")
            self.tell("postgres", f"CREATE DATABASE {self.idle[-1]}")
        self.out.append(self.idle.pop())
        return f"postgresql:///{self.out[-1]}{self.address}"

    def take_back(self):
        while self.out:
            self.idle.append(self.out.pop())
            self.tell(
                self.idle[-1],
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()",
                "DROP SCHEMA public CASCADE",
                "CREATE SCHEMA public",
            )

    def tell(self, name, *words):
        import psycopg

        with psycopg.connect(f"postgresql:///{name}{self.address}", autocommit=True) as server:
            for word in words:
                server.execute(word)


@pytest.fixture(scope="session")
def lent_postgres(postgres):
    return Lent(postgres)


@pytest.fixture
def fresh_postgres(lent_postgres):
    """Makes empty databases and returns their addresses."""
    yield lent_postgres
    lent_postgres.take_back()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def fresh(request, tmp_path):
    """Makes empty databases of each kind and returns their addresses."""
    if request.param == "postgresql":
        return request.getfixturevalue("fresh_postgres")
    names = count()
    return lambda: f"sqlite:///{tmp_path}/store{next(names) or ''}.sqlite"


@pytest.fixture
def url(fresh):
    """The address of an empty database of each kind."""
    return fresh()


@pytest.fixture(scope="session")
def new_file(tmp_path_factory):
    """A SQLite store with the catalog's words in its index: a copy of it is made quicker than another."""
    path = tmp_path_factory.mktemp("new") / "store.sqlite"
    made = open_store(f"sqlite:///{path}")
    index_catalog(made, load_catalog())
    made.close()
    return path


@pytest.fixture
def store(url, clock, new_file):
    """A new store with the catalog's words in its index, its clock ours."""
    if url.startswith("sqlite"):
        shutil.copy(new_file, url.removeprefix("sqlite:///"))
    made = replace(open_store(url), clock=clock)
    index_catalog(made, load_catalog())
    yield made
    made.close()


def add(store, kind="comment", problem="6.18", owner="somebody", **fields):
    """A contribution with whatever its kind needs."""
    needed = {
        "work": {"form": "paper", "title": "On heads", "url": "https://example.org/heads"},
        "claim": {"form": "idea"},
        "help": {"form": "mentors", "text": "With probes."},
        "result": {"form": "positive", "text": "It worked."},
        "difficulty": {"rating": "B", "text": "By feel."},
    }.get(kind, {"text": "Look at zebras."})
    return propose(store, read_draft(problem, kind, {"author": "Ada"} | needed | fields), owner=owner)
