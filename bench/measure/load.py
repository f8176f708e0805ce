"""Load by wrk: keep-alive connections that ask as fast as they are answered."""

import dataclasses
import json
import pathlib

from measure.cpu import Spent
from support.process import run

SCRIPT = pathlib.Path(__file__).with_name("wrk.lua")


@dataclasses.dataclass
class Load:
    requests: int
    seconds: float
    cpu_seconds: float  # of the server
    p50_ms: float
    p99_ms: float
    refused: int

    @property
    def rate(self):
        return self.requests / self.seconds

    @property
    def cpu_us(self):
        return self.cpu_seconds / self.requests * 1e6


def wrk(pid, url, seconds, connections, threads=2, headers=(), lines=None):
    """Asks the server that runs as `pid`. `lines` is a file of what to send: a path to ask for, or JSON to post."""
    command = ["wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", SCRIPT]
    for header in headers:
        command += ["-H", header]
    command += [url, "--", threads]
    if lines:
        command.append(lines)
    with Spent(pid) as spent:
        done = run(*command, timeout=seconds + 60)
    line = next(line for line in done.stdout.splitlines() if line.startswith("{"))
    found = json.loads(line)
    if found["broken"]:
        raise AssertionError(f"{found['broken']} connections broke:\n{done.output}")
    del found["broken"]
    return Load(cpu_seconds=spent.seconds, **found)
