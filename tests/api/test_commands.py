"""The two commands of the README, and what else is typed by hand."""

import re
import time

import pytest

from support.process import Process, free_port, run, wait_for
from support.server import BINARY, ROOT, environment, new_data_directory


@pytest.mark.parametrize("command", ["run.sh", "test.sh"])
def test_help_says_what_a_command_takes(command, tmp_path):
    told = run(ROOT / command, "--help", cwd=tmp_path).stdout
    assert told.startswith("Usage: ./" + command)
    for option in {"run.sh": ["--build-only", "--data", "--listen"], "test.sh": ["unit", "api", "bench"]}[
        command
    ]:
        assert option in told


@pytest.mark.parametrize(
    "arguments",
    [
        ["run.sh", "--nonsense"],
        ["run.sh", "--data"],
        ["test.sh", "nonsense"],
        ["test.sh", "all", "name"],
        ["test.sh", "api", "a", "b"],
    ],
)
def test_a_wrong_argument_is_told_and_nothing_is_done(arguments, tmp_path):
    started = time.monotonic()
    done = run(ROOT / arguments[0], *arguments[1:], cwd=tmp_path, check=False)
    assert done.returncode == 2 and "Usage:" in done.stderr
    assert time.monotonic() - started < 3


def test_a_second_build_is_quick_and_needs_no_network(tmp_path):
    # A name server that is not there: whoever asks the network waits, or fails.
    env = {"npm_config_registry": "http://127.0.0.1:9/", "http_proxy": "http://127.0.0.1:9/"}
    started = time.monotonic()
    run(ROOT / "run.sh", "--build-only", cwd=tmp_path, env=env, timeout=120)
    assert time.monotonic() - started < 20


def test_run_sh_starts_the_server_from_any_directory(tmp_path):
    data = new_data_directory()
    ports = ["--https-port", free_port(), "--http-port", free_port()]
    command = [ROOT / "run.sh", "--data", data, "--listen", "127.0.0.1", *ports]
    process = Process(command, tmp_path / "log", env=environment(), cwd=tmp_path)
    wait_for(lambda: re.search(r"^ready https://\S+ http://\S+$", process.output, re.M), 60, says="`ready`")
    told = process.output
    for wanted in ("/setup#token=", "/acme/directory", "certbot", "lego", "curl"):
        assert wanted in told, told
    assert re.search(r"([0-9A-F]{2}:){31}[0-9A-F]{2}", told), "no fingerprint of the root"
    assert process.stop() == 0, process.output
    # A second start on the same data prints the same root.
    again = Process(command, tmp_path / "log2", env=environment(), cwd=tmp_path)
    wait_for(lambda: "\nready " in again.output, 60, says="the second `ready`")
    fingerprint = re.compile(r"([0-9A-F]{2}:){31}[0-9A-F]{2}")
    assert fingerprint.search(again.output).group(0) == fingerprint.search(told).group(0)
    again.stop()


def test_a_relative_data_directory_lies_where_the_command_was_typed(tmp_path):
    ports = ["--https-port", free_port(), "--http-port", free_port()]
    command = [ROOT / "run.sh", "--data", "here", "--listen", "127.0.0.1", *ports]
    process = Process(command, tmp_path / "log", env=environment(), cwd=tmp_path)
    wait_for(lambda: "\nready " in process.output, 60, says="`ready`")
    process.stop()
    assert (tmp_path / "here/certwright.db").exists()


def test_the_agent_tells_its_version():
    version = (ROOT / "VERSION").read_text().strip()
    for program in (BINARY, BINARY.with_name("certwright-agent")):
        assert version in run(program, "--version", env=environment()).output


def test_an_administrator_who_forgot_the_password_is_helped(make_server):
    server = make_server()
    with server:
        assert server.root_file.exists()
    told = run(BINARY, "admin", "reset-password", "--data", server.data, "admin", env=environment()).stdout
    password = told.strip().rsplit(" ", 1)[1]
    with server:
        answer = server.client().post("/auth/login/password", {"username": "admin", "password": password})
        assert answer.status == 200 and answer.data["force_password_change"] is True, answer
    refused = run(
        BINARY, "admin", "reset-password", "--data", server.data, "nobody", env=environment(), check=False
    )
    assert refused.returncode != 0 and "nobody" in refused.output
