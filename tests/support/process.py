"""Programs that the tests start: they die with the tests, and their output is kept for the report."""

import ctypes
import itertools
import os
import pathlib
import random
import signal
import socket
import subprocess
import time

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


def _die_with_parent():
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _ports():
    """Below the ports that the system gives to clients, and for each test process its own."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    first, count = 10_000 + 2_500 * (number % 4), 2_500
    for offset in itertools.count(random.randrange(count)):
        yield first + offset % count


_next_port = _ports()


def free_port():
    """A TCP and UDP port that nobody uses right now."""
    for port in _next_port:
        with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
            try:
                tcp.bind(("127.0.0.1", port))
                udp.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no port is free")


def wait_for(condition, seconds=10, step=0.05, says="the condition"):
    """Waits until the condition gives something true, and returns that."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"{says} did not hold within {seconds} s")
        time.sleep(step)


def answers(port, host="127.0.0.1"):
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


class Process:
    """A program in the background, with its output in a file."""

    def __init__(self, command, log, env=None, cwd=None):
        self.command = [str(part) for part in command]
        self.log = pathlib.Path(log)
        with open(self.log, "ab") as output:
            self.popen = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=env,
                cwd=cwd,
                preexec_fn=_die_with_parent,
            )

    @property
    def output(self):
        return self.log.read_text(errors="replace")

    @property
    def pid(self):
        return self.popen.pid

    def running(self):
        return self.popen.poll() is None

    def stop(self, seconds=10):
        """Asks it to end; returns its exit status. Kills it when it does not listen."""
        if self.running():
            self.popen.send_signal(signal.SIGTERM)
        try:
            return self.popen.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            return None

    def kill(self):
        if self.running():
            self.popen.kill()
        self.popen.wait()


def run(*command, timeout=90, check=True, cwd=None, env=None, stdin=None):
    """Runs a program to its end and returns it with its output as text; fails with that output."""
    done = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        errors="replace",
        timeout=timeout,
        cwd=cwd,
        env={**os.environ, **(env or {})},
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
    )
    done.output = done.stdout + done.stderr
    if check:
        assert done.returncode == 0, f"{' '.join(done.args)} ended with {done.returncode}:\n{done.output}"
    return done
