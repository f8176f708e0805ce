"""The audit log, forwarded to a real rsyslog: by datagrams, TCP and TLS; nothing is lost on the way."""

import json
import re
import socket
import subprocess
import uuid

import pytest

from support.process import Process, answers, free_port, wait_for
from support.tls import ServerFiles

HEADER = re.compile(
    r"^<(\d+)>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ) (\S+) certwright - (\S+) \[meta sequenceId=\"(\d+)\"\] (.*)$"
)


class Rsyslog:
    """Takes UDP, TCP and TLS, and writes each message as it came."""

    def __init__(self, folder, files):
        self.folder = folder
        self.out = folder / "out.log"
        self.udp, self.tcp, self.tls = free_port(), free_port(), free_port()
        self.process = None
        (folder / "rsyslog.conf").write_text(
            f"""
global(workDirectory="{folder}" maxMessageSize="16k" parser.escapeControlCharactersOnReceive="off"
       defaultNetstreamDriverCAFile="{files.root}" defaultNetstreamDriverCertFile="{files.certificate}"
       defaultNetstreamDriverKeyFile="{files.key}")
module(load="imudp")
module(load="imtcp")
template(name="raw" type="string" string="%rawmsg%\\n")
ruleset(name="write") {{ action(type="omfile" file="{self.out}" template="raw") }}
input(type="imudp" address="127.0.0.1" port="{self.udp}" ruleset="write")
input(type="imtcp" address="127.0.0.1" port="{self.tcp}" ruleset="write")
input(type="imtcp" address="127.0.0.1" port="{self.tls}" ruleset="write"
      streamdriver.name="ossl" streamdriver.mode="1" streamdriver.authmode="anon")
"""
        )

    def start(self):
        command = ["rsyslogd", "-n", "-f", str(self.folder / "rsyslog.conf"), "-i", str(self.folder / "pid")]
        self.process = Process(command, self.folder / "rsyslog.log")
        wait_for(lambda: answers(self.tcp) and answers(self.tls), 15, says="rsyslogd listening")
        return self

    def stop(self):
        self.process.stop()

    @property
    def messages(self):
        text = self.out.read_text(errors="replace") if self.out.exists() else ""
        return [HEADER.match(line) for line in text.splitlines() if line.startswith("<")]

    def bodies(self):
        return [json.loads(match[6]) for match in self.messages if match and match[6].startswith("{")]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return ServerFiles(tmp_path_factory.mktemp("syslog-tls"))


@pytest.fixture(scope="module")
def rsyslog(tmp_path_factory, files):
    rsyslog = Rsyslog(tmp_path_factory.mktemp("rsyslog"), files).start()
    yield rsyslog
    rsyslog.stop()


@pytest.fixture(scope="module")
def site(make_server):
    return make_server().start()


@pytest.fixture(scope="module")
def boss(site):
    return site.admin()


def configure(boss, **body):
    answer = boss.put("/system/audit/syslog", {"host": "127.0.0.1", "enabled": True, **body})
    assert answer.status == 200, answer
    return answer.data


def act(boss):
    """Something that leaves one entry; returns what it is found by."""
    name = "s" + uuid.uuid4().hex[:10]
    assert boss.post("/groups", {"name": name}).status == 201
    return name


def arrived(rsyslog, name):
    return [body for body in rsyslog.bodies() if body["resource_name"] == name]


@pytest.mark.parametrize("kind", ["udp", "tcp octet", "tcp line", "tls"])
def test_entries_arrive(boss, rsyslog, files, kind):
    protocol, _, framing = kind.partition(" ")
    configure(
        boss,
        port={"udp": rsyslog.udp, "tcp": rsyslog.tcp, "tls": rsyslog.tls}[protocol],
        protocol="udp" if protocol == "udp" else "tcp",
        framing=framing or "octet",
        tls=protocol == "tls",
        ca_certificate=files.root_pem,
    )
    name = act(boss)
    found = wait_for(lambda: arrived(rsyslog, name), 15, says=f"the entry over {kind}")
    assert found[0]["action"] == "group.create" and found[0]["username"] == "admin" and found[0]["success"]
    assert found[0]["ip_address"] in ("127.0.0.1", "::1") and isinstance(found[0]["details"], dict)
    line = next(match for match in rsyslog.messages if match and name in match[6])
    assert line[1] == "109" and line[4] == "group.create" and int(line[5]) == found[0]["id"]
    assert boss.post("/system/audit/syslog/test").ok
    wait_for(lambda: any(match and match[6] == "This is a test." for match in rsyslog.messages), 10)
    assert len(arrived(rsyslog, name)) == 1


def test_refused_attempts_are_warnings(site, boss, rsyslog):
    configure(boss, port=rsyslog.tcp, protocol="tcp", tls=False)
    who = "w" + uuid.uuid4().hex[:8]
    site.client().post("/auth/login/password", {"username": who, "password": "wrong wrong wrong"})
    found = wait_for(lambda: [m for m in rsyslog.messages if m and who in m[6]], 15)
    assert found[0][1] == "108" and json.loads(found[0][6])["success"] is False
    assert "wrong wrong wrong" not in rsyslog.out.read_text()


def test_a_server_that_is_away_misses_nothing(site, boss, rsyslog):
    configure(boss, port=rsyslog.tcp, protocol="tcp", tls=False)
    first = act(boss)
    wait_for(lambda: arrived(rsyslog, first), 15)
    rsyslog.stop()
    names = [act(boss) for _ in range(5)]
    site.kill()
    site.start()
    boss.sign_in("admin", site.env["CERTWRIGHT_ADMIN_PASSWORD"])
    names.append(act(boss))
    rsyslog.start()
    wait_for(lambda: all(arrived(rsyslog, name) for name in names), 60, says="all that waited")
    ids = [body["id"] for body in rsyslog.bodies() if body["resource_name"] in names]
    assert ids == sorted(ids), "in their order"


def test_categories_choose(boss, rsyslog):
    configure(boss, port=rsyslog.tcp, protocol="tcp", tls=False, categories=["certificate"])
    try:
        group = act(boss)
        issued = boss.post("/certificates", {"common_name": "syslog.example", "san_dns": ["syslog.example"]})
        assert issued.status == 201, issued
        wait_for(lambda: [b for b in rsyslog.bodies() if b["action"] == "certificate.issue"], 15)
        assert not arrived(rsyslog, group)
    finally:
        configure(boss, categories=[])


def test_a_stranger_with_another_certificate_gets_nothing(boss, rsyslog):
    configure(boss, port=rsyslog.tls, protocol="tcp", tls=True, tls_verify=True, ca_certificate="")
    refused = boss.post("/system/audit/syslog/test")
    assert refused.status == 503 and "certificate" in refused.json["message"].lower(), refused
    configure(boss, tls_verify=False)
    assert boss.post("/system/audit/syslog/test").ok
    configure(boss, enabled=False, tls=False)


def test_what_is_wrong_is_named(boss):
    for body, field in (
        ({"port": 0}, "port"),
        ({"protocol": "carrier pigeon"}, "protocol"),
        ({"protocol": "udp", "tls": True}, "tls"),
        ({"framing": "x"}, "framing"),
        ({"host": "a b"}, "host"),
        ({"categories": ["nonsense"]}, "categories"),
        ({"ca_certificate": "x"}, "ca_certificate"),
    ):
        answer = boss.put("/system/audit/syslog", body)
        assert answer.status == 400 and field in answer.fields, (body, answer)
    closed = socket.socket()
    closed.bind(("127.0.0.1", 0))
    configure(boss, port=closed.getsockname()[1], protocol="tcp", tls=False, enabled=False)
    assert boss.post("/system/audit/syslog/test").status == 503
    assert subprocess.run(["rsyslogd", "-v"], capture_output=True, check=True)
