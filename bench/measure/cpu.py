"""What processes have cost so far, from /proc: it survives a machine that is busy with other things."""

import os
import pathlib

_TICKS = os.sysconf("SC_CLK_TCK")


def _tree(pid):
    yield pid
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield from _tree(int(child))


def cpu_seconds(pid):
    """User and system time of a process, its children and those that it has waited for."""
    ticks = 0
    for each in _tree(pid):
        fields = pathlib.Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        ticks += sum(int(field) for field in fields[11:15])
    return ticks / _TICKS


def resident_mb(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise ValueError(f"process {pid} has no memory")


def written_bytes(pid):
    """What the process has sent to the storage layer."""
    for line in pathlib.Path(f"/proc/{pid}/io").read_text().splitlines():
        if line.startswith("write_bytes:"):
            return int(line.split()[1])
    return 0


class Spent:
    """The CPU seconds that a process spends in a `with` block."""

    def __init__(self, pid):
        self.pid = pid
        self.seconds = 0.0

    def __enter__(self):
        self.start = cpu_seconds(self.pid)
        return self

    def __exit__(self, *_):
        self.seconds = cpu_seconds(self.pid) - self.start
