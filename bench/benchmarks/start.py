"""Start-up on existing databases, and what an idle server keeps in memory."""

import time

from measure import million
from measure.cpu import cpu_seconds, resident_mb
from measure.report import Table, median, verdict
from measure.world import folder, new_server

TITLE = f"start-up until `ready`, and idle memory: a new database and one of {million.ROWS:,} certificates"

ROUNDS = 5
IDLE_SECONDS = 5
GOAL_SECONDS = 1
GOAL_MB = 60


def start_once(data):
    """Seconds until ready, CPU seconds until then, megabytes when it has been idle, CPU ms per idle second."""
    server = new_server(data)
    started = time.monotonic()
    try:
        # Asked every 2 ms: Server.start waits in longer steps.
        server.spawn()
        while "\nready " not in "\n" + server.output:
            assert server.process.running() and time.monotonic() < started + 30, server.output
            time.sleep(0.002)
        ready = time.monotonic() - started
        spent = cpu_seconds(server.pid)
        time.sleep(IDLE_SECONDS)
        idle = cpu_seconds(server.pid) - spent
        return ready, spent, resident_mb(server.pid), idle / IDLE_SECONDS * 1000
    finally:
        server.stop()
        server.log.unlink()


def run():
    full = million.data_directory()
    with folder() as path:
        small = path / "data"
        with new_server(small):
            pass
        (small.with_name("data.log")).unlink()
        databases = {"as made by the first start": small, f"{million.ROWS:,} certificates": full}
        full.with_name("data.log").unlink(missing_ok=True)
        measured = {name: [] for name in databases}
        for _ in range(ROUNDS):
            for name, data in databases.items():
                measured[name].append(start_once(data))
    rows = [
        [name, *(median(column) for column in zip(*rounds, strict=True))] for name, rounds in measured.items()
    ]
    seconds, megabytes = max(row[1] for row in rows), max(row[3] for row in rows)
    return [
        Table(
            ["database", "s until ready", "CPU s", "idle MB", "CPU ms per idle second"],
            rows,
            [
                f"Start {verdict(seconds < GOAL_SECONDS, f'under {GOAL_SECONDS} s')}; idle memory "
                f"{verdict(megabytes < GOAL_MB, f'under {GOAL_MB} MB')}. Memory is the resident set {IDLE_SECONDS} s after "
                f"`ready`, libraries included; {ROUNDS} rounds; the files are in the page cache."
            ],
        )
    ]
