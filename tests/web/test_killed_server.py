"""Two hundred submissions to a real server that is killed at random moments: what was acknowledged is there."""

import random
import re
import signal
import subprocess
import sys
import threading
import time

import httpx2
import pytest

from cutaway.store.backup import check
from cutaway.store.contributions import of_problem
from cutaway.store.migrate import open_store
from cutaway.store.open import url_of

WANTED, WRITERS, KILLS = 200, 4, 8


def start(data):
    """A server and its address."""
    command = [sys.executable, "-m", "cutaway", "serve", "--no-open", "--port", "0", "--data", str(data)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    return process, re.search(r"http://\S+", process.stdout.readline())[0]


class Writer(threading.Thread):
    """Proposes comments one after the other, and remembers those whose answer came."""

    def __init__(self, name, server):
        super().__init__(daemon=True)
        self.mark, self.server, self.kept, self.ended = name, server, [], threading.Event()

    def run(self):
        number = 0
        while not self.ended.is_set():
            number += 1
            text = f"writer {self.mark} says {number}"
            try:
                form = {"author": "w", "text": text}
                where = f"{self.server['at']}/problems/6.18/propose/comment"
                answer = httpx2.post(where, data=form, timeout=5, verify=False)  # certificates take longest to read
            except httpx2.HTTPError:
                time.sleep(0.05)
                continue
            if answer.status_code == 303:
                self.kept.append(text)


@pytest.mark.slow
def test_a_server_killed_at_random_moments_loses_nothing_that_it_acknowledged(tmp_path):
    rng = random.Random(7)
    process, address = start(tmp_path)
    server = {"at": address}
    writers = [Writer(name, server) for name in range(WRITERS)]
    for writer in writers:
        writer.start()
    kills, until = 0, time.monotonic() + 120
    while (kills < KILLS or sum(len(writer.kept) for writer in writers) < WANTED) and time.monotonic() < until:
        time.sleep(rng.uniform(0.05, 0.6))
        if kills < KILLS:
            process.send_signal(signal.SIGKILL)
            process.wait()
            process.stdout.close()
            kills += 1
            process, server["at"] = start(tmp_path)
    for writer in writers:
        writer.ended.set()
        writer.join()
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()

    kept = [text for writer in writers for text in writer.kept]
    assert len(kept) >= WANTED
    store = open_store(url_of(tmp_path))
    with store.read() as db:
        there = [one.text for one in of_problem(db, "6.18")]
    assert set(kept) <= set(there)
    assert check(store) == []
    store.close()
