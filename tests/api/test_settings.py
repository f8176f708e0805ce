"""Settings: from a file, the environment and flags, in rising order; and those that the console changes."""

import pytest

from support.process import run, wait_for
from support.server import BINARY, environment


def config(tmp_path, *arguments, check=True, **env):
    clean = environment(**env)
    import subprocess

    done = subprocess.run(
        [BINARY, "config", *map(str, arguments)],
        capture_output=True,
        text=True,
        env=clean,
        cwd=tmp_path,
        timeout=20,
    )
    done.output = done.stdout + done.stderr
    if check:
        assert done.returncode == 0, done.output
    return done


def value(text, key):
    import yaml

    found = yaml.safe_load(text)
    for part in key.split("."):
        found = found[part]
    return found


def test_flags_beat_the_environment_and_that_beats_the_file(tmp_path):
    file = tmp_path / "certwright.yaml"
    file.write_text("https_port: 1111\nhttp_port: 1112\n")
    told = config(tmp_path, "--config", file, "--data", tmp_path / "d").stdout
    assert "1111" in told and "1112" in told
    told = config(tmp_path, "--config", file, "--data", tmp_path / "d", CERTWRIGHT_HTTPS_PORT=2222).stdout
    assert "2222" in told and "1111" not in told and "1112" in told
    told = config(
        tmp_path, "--config", file, "--data", tmp_path / "d", "--https-port", 3333, CERTWRIGHT_HTTPS_PORT=2222
    ).stdout
    assert "3333" in told and "2222" not in told


def test_the_effective_settings_have_no_secrets(tmp_path):
    told = config(
        tmp_path,
        "--data",
        tmp_path / "d",
        CERTWRIGHT_ADMIN_PASSWORD="this must not show",
        DATABASE_URL="postgresql://someone:thepasswordofit@127.0.0.1:1/db",
    ).output
    assert "this must not show" not in told and "thepasswordofit" not in told


@pytest.mark.parametrize(
    ("wrong", "near"),
    [("https_prot: 1", "https_port"), ("htp_port: 1", "http_port"), ("lissten: x", "listen")],
)
def test_an_unknown_key_of_the_file_names_the_nearest(tmp_path, wrong, near):
    file = tmp_path / "certwright.yaml"
    file.write_text(wrong + "\n")
    done = config(tmp_path, "--config", file, check=False)
    assert done.returncode != 0
    assert wrong.split(":")[0] in done.output and near in done.output, done.output


def test_an_unknown_name_in_the_environment_names_the_nearest(tmp_path):
    done = config(tmp_path, check=False, CERTWRIGHT_HTTPS_PROT="1")
    assert done.returncode != 0
    assert "CERTWRIGHT_HTTPS_PROT" in done.output and "CERTWRIGHT_HTTPS_PORT" in done.output, done.output


def test_an_unknown_flag_is_an_error(tmp_path):
    done = run(BINARY, "serve", "--https-prot", "1", check=False, cwd=tmp_path, env=environment())
    assert done.returncode != 0 and "https-prot" in done.output, done.output


@pytest.mark.parametrize(
    "text",
    [
        "https_port: 0x",
        "https_port: 70000",
        "- a",
        "{",
        "a: &x [*x]",
        "https_port: -1",
    ],
)
def test_a_wrong_value_is_named(tmp_path, text):
    file = tmp_path / "certwright.yaml"
    file.write_text(text + "\n")
    done = config(tmp_path, "--config", file, check=False)
    assert done.returncode != 0 and "terminate" not in done.output, done.output
    assert str(file) in done.output or text.split(":")[0] in done.output, done.output


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("CERTWRIGHT_LISTEN", "300.1.1.1"),
        ("CERTWRIGHT_ACME_ALLOW_TARGETS", "10.0.0.0/33"),
        ("CERTWRIGHT_ACME_ALLOW_TARGETS", "localhost"),
        ("CERTWRIGHT_TRUSTED_PROXIES", "10.0.0.0/99"),
        ("CERTWRIGHT_DNS_RESOLVERS", "nowhere"),
        ("CERTWRIGHT_DNS_RESOLVERS", "127.0.0.1:99999"),
        ("CERTWRIGHT_ACME_HTTP01_PORT", "http"),
        ("CERTWRIGHT_MASTER_KEY", "00"),
        ("DATABASE_URL", "mysql://localhost/x"),
    ],
)
def test_a_wrong_value_stops_the_start_and_is_told(make_server, name, wrong):
    server = make_server(**{name: wrong})
    if name == "CERTWRIGHT_LISTEN":
        server.listen = wrong
    server.spawn()
    wait_for(
        lambda: not server.process.running() or "ready" in server.output, 15, says="the end of the server"
    )
    assert not server.process.running(), f"{name}={wrong} was taken"
    assert server.process.popen.returncode not in (0, -6, -11), server.output
    named = "database" if name == "DATABASE_URL" else name
    assert wrong in server.output or named in server.output, server.output


def test_the_environments_database_beats_the_files(make_server, new_database, tmp_path):
    file = tmp_path / "certwright.yaml"
    file.write_text("database: postgresql://nobody@127.0.0.1:1/of-the-file\n")
    with make_server(options=["--config", file], DATABASE_URL=new_database()) as server:
        assert server.process.running()


def test_a_missing_file_is_an_error(tmp_path):
    done = config(tmp_path, "--config", tmp_path / "nowhere.yaml", check=False)
    assert done.returncode != 0 and "nowhere.yaml" in done.output


def test_a_port_in_use_is_an_error_in_words(make_server):
    with make_server() as first:
        second = make_server()
        second.https_port = first.https_port
        second.spawn()
        wait_for(lambda: not second.process.running(), 15, says="the end of the second server")
        assert second.process.popen.returncode != 0
        assert str(first.https_port) in second.output and "terminate" not in second.output, second.output


def test_the_general_settings_change_one_at_a_time(admin):
    before = admin.get("/settings/general").data
    answer = admin.patch("/settings/general", {"site_name": "Certwright of the tests"})
    assert answer.ok, answer
    after = admin.get("/settings/general").data
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"site_name"}
    assert admin.patch("/settings/general", {"site_name": before["site_name"]}).ok


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("session_timeout", -1),
        ("session_timeout", "soon"),
        ("default_validity_days", 0),
        ("default_validity_days", 10**9),
        ("base_url", "not a url"),
        ("protocol_base_url", "javascript:alert(1)"),
    ],
)
def test_general_settings_that_make_no_sense_are_refused(admin, field, wrong):
    before = admin.get("/settings/general").data
    answer = admin.patch("/settings/general", {field: wrong})
    assert answer.status == 400 and field in answer.fields, answer
    assert admin.get("/settings/general").data == before, "refused, and changed all the same"


def test_settings_survive_a_restart(make_server):
    server = make_server()
    with server:
        assert server.admin().patch("/settings/general", {"default_validity_days": 33}).ok
    with server:
        admin = server.admin()
        assert admin.get("/settings/general").data["default_validity_days"] == 33
