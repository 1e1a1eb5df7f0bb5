"""`cutaway serve` in a process of its own: what it says, whom it lets in, and how it ends."""

import re
import signal
import socket
import subprocess
import sys

import httpx2
import pytest
from click.testing import CliRunner

from cutaway.cli.main import cutaway
from cutaway.errors.web import OpenHostError, PortTakenError


@pytest.fixture
def server(tmp_path):
    """A running site and the lines that it said."""
    command = [sys.executable, "-m", "cutaway", "serve", "--no-open", "--port", "0", "--data", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    said = [process.stdout.readline() for _ in range(3)]
    yield process, said
    if process.poll() is None:
        process.kill()
    process.wait()
    process.stdout.close()
    process.stderr.close()


def address_in(line):
    return re.search(r"http://\S+", line)[0]


def test_it_says_where_it_is_and_the_start_link_makes_a_moderator_once(server):
    _, (address, start, where) = server
    with httpx2.Client(base_url=address_in(address), follow_redirects=True) as first:
        assert first.get("/moderate").status_code == 403
        first.get(address_in(start))
        assert first.get("/moderate").status_code == 200
    with httpx2.Client(base_url=address_in(address), follow_redirects=True) as second:
        assert second.get(address_in(start)).status_code == 403
    assert "cutaway.sqlite" in where


def test_ctrl_c_ends_it_without_a_traceback(server):
    process, (address, *_) = server
    httpx2.get(address_in(address))
    process.send_signal(signal.SIGINT)
    _, complaints = process.communicate(timeout=10)
    assert "Traceback" not in complaints


def test_a_local_site_is_not_opened_to_others(tmp_path):
    with pytest.raises(OpenHostError, match="--mode lab"):
        CliRunner().invoke(
            cutaway, ["serve", "--host", "0.0.0.0", "--port", "0", "--data", str(tmp_path)], catch_exceptions=False
        )
    assert list(tmp_path.iterdir()) == []


def test_a_port_that_is_taken_is_said_to_be_taken(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortTakenError, match=f"--port {port + 1}"):
            CliRunner().invoke(cutaway, ["serve", "--port", str(port), "--data", str(tmp_path)], catch_exceptions=False)
