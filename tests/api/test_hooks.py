"""Commands that are told of events: configured by the operator, run without a shell."""

import json
import stat

import pytest

from support.acme import fresh_name
from support.process import run, wait_for
from support.server import BINARY


def write(path, text):
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def issue(boss, **more):
    name = fresh_name()
    answer = boss.post("/certificates", {"common_name": name, "san_dns": [name], **more})
    assert answer.status == 201, answer
    return answer.data


def test_a_command_is_told_and_survives_a_crash(make_server, tmp_path):
    told = tmp_path / "told"
    hook = write(tmp_path / "hook", f'cat >>{told}; echo >>{told}; env >{tmp_path}/env; echo "noted $#"\n')
    server = make_server(
        CERTWRIGHT_HOOKS_COMMANDS=hook,
        CERTWRIGHT_HOOKS_EVENTS="certificate.issued",
        CERTWRIGHT_MASTER_KEY="5" * 64,
    ).start()
    boss = server.admin()
    first = issue(boss, description="$(touch /tmp/never); `x` '\"")

    def events():
        return [json.loads(line) for line in told.read_text().splitlines()] if told.exists() else []

    wait_for(events, 15, says="the first event")
    second = issue(boss)
    server.kill()
    server.start()
    wait_for(lambda: len(events()) >= 2, 40, says="the second event, after the crash")
    ids = [each["data"]["certificate"]["id"] for each in events()]
    assert set(ids) == {first["id"], second["id"]}
    assert {each["event"] for each in events()} == {"certificate.issued"}
    environment = (tmp_path / "env").read_text()
    assert "CERTWRIGHT_EVENT=certificate.issued" in environment
    assert "MASTER_KEY" not in environment and "ADMIN_PASSWORD" not in environment
    wait_for(lambda: "noted 0" in server.output, 10, says="what it printed, in the log")
    server.stop()


def test_a_command_that_fails_or_hangs_is_tried_again_and_stops_nobody(make_server, tmp_path):
    tries = tmp_path / "tries"
    hangs = write(tmp_path / "hangs", "exec sleep 60\n")
    failing = write(
        tmp_path / "failing", f"echo x >>{tries}; [ $(wc -l <{tries}) -ge 2 ] || {{ echo no; exit 4; }}\n"
    )
    server = make_server(
        CERTWRIGHT_HOOKS_COMMANDS=f"{hangs},{failing}",
        CERTWRIGHT_HOOKS_EVENTS="certificate_issued",
        CERTWRIGHT_HOOKS_TIMEOUT=1,
    ).start()
    boss = server.admin()
    issue(boss)
    wait_for(lambda: tries.exists() and len(tries.read_text().splitlines()) == 2, 25, says="a second try")
    wait_for(lambda: "not done within 1000 ms" in server.output, 15)
    assert "ended with status 4" in server.output
    assert issue(boss)
    server.stop()


@pytest.mark.parametrize("setting, value", [("COMMANDS", "relative/path"), ("COMMANDS", "/nonexistent")])
def test_a_command_that_cannot_run_stops_the_start(tmp_path, setting, value):
    done = run(
        BINARY,
        "serve",
        "--data",
        tmp_path / "data",
        "--https-port",
        "0",
        "--http-port",
        "0",
        env={f"CERTWRIGHT_HOOKS_{setting}": value},
        check=False,
        timeout=30,
    )
    assert done.returncode != 0 and value in done.output


def test_the_interface_has_no_way_to_name_a_command(admin, document):
    for path, methods in document["paths"].items():
        for method, described in methods.items():
            if method not in ("post", "put", "patch") or not path.startswith("/api/v2"):
                continue
            assert "hooks.commands" not in json.dumps(described), path
    answer = admin.put("/settings/general", {"hooks_commands": ["/bin/sh"]})
    assert answer.status in (400, 404, 405)
