"""The main job once more on PostgreSQL."""

import concurrent.futures

import pytest
import requests
from cryptography import x509

from conftest import PASSWORD
from support import pki
from support.acme import Account, fresh_name
from support.process import run
from support.server import ADMIN_PASSWORD


@pytest.fixture(scope="module")
def on_postgres(make_server, new_database):
    return make_server(database=new_database()).start()


@pytest.fixture(scope="module")
def caller(on_postgres):
    return on_postgres.admin()


def issue(caller, **more):
    name = fresh_name()
    answer = caller.post("/certificates", {"common_name": name, "san_dns": [name], **more})
    assert answer.status == 201, answer
    return answer.data


def test_nothing_was_put_into_sqlite(on_postgres, caller):
    issue(caller)
    assert not [path for path in on_postgres.data.iterdir() if path.suffix in (".db", ".sqlite", ".sqlite3")]
    told = run("psql", on_postgres.database, "-Atc", "SELECT count(*) FROM certificates")
    assert int(told.stdout) >= 1


def test_no_key_stands_in_clear_in_the_database(on_postgres, caller):
    issue(caller)
    dump = run("pg_dump", "--data-only", on_postgres.database).stdout
    assert "PRIVATE KEY" not in dump
    assert "020100301306072a8648ce3d020106082a8648ce3d030107" not in dump
    assert ADMIN_PASSWORD not in dump and "$argon2id$" in dump


def test_issue_find_renew_revoke(on_postgres, caller):
    issued = issue(caller)
    assert [each["id"] for each in caller.get("/certificates", search=issued["common_name"]).data] == [
        issued["id"]
    ]
    renewed = caller.post(f"/certificates/{issued['id']}/renew", {})
    assert renewed.ok
    assert caller.post(f"/certificates/{issued['id']}/revoke", {"reason": "superseded"}).ok
    leaf = pki.load(issued["pem"])
    crl = x509.load_der_x509_crl(requests.get(on_postgres.here(pki.crl_url(leaf)), timeout=10).content)
    assert crl.get_revoked_certificate_by_serial_number(leaf.serial_number)
    entries = caller.get("/audit/logs", per_page=20).data
    assert "certificate.revoke" in [entry["action"] for entry in entries]


def test_lists_sort_as_on_sqlite(caller):
    mark = fresh_name().split(".")[0]
    for letter in ("B", "a", "-c", "10", "9", "\u00e4"[:0] + "z"):
        name = f"{letter.strip('-')}x.{mark}.certwright.example".lower()
        assert caller.post("/certificates", {"common_name": name, "san_dns": [name]}).status == 201
    names = [
        each["common_name"]
        for each in caller.get("/certificates", search=mark, sort_by="common_name", sort_order="asc").data
    ]
    assert names == sorted(names), "the order is that of the octets on both databases"


def test_users_and_keys(on_postgres, caller):
    assert (
        caller.post("/users", {"username": "someone", "password": PASSWORD, "role": "operator"}).status == 201
    )
    someone = on_postgres.client().sign_in("someone", PASSWORD)
    key = someone.post("/account/apikeys", {"name": "k", "permissions": ["read:certificates"]})
    assert key.status == 201
    assert someone.get("/users").status == 403


def test_an_acme_order(on_postgres, challenges):
    account = Account(on_postgres.directory, str(on_postgres.root_file))
    account.register()
    name = fresh_name()
    order = account.issue(challenges, name)
    assert pki.dns_names(pki.load_chain(order.chain())[0]) == {name}


def test_many_at_once(caller, on_postgres):
    key = caller.post("/account/apikeys", {"name": "k", "permissions": ["write:certificates"]}).data["key"]

    def one(_):
        return issue(on_postgres.client().with_key(key))["serial_number"]

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        serials = list(pool.map(one, range(24)))
    assert len(set(serials)) == 24


def test_a_second_server_may_not_use_another_master_key(make_server, on_postgres):
    """The same database with a data directory of its own has another master key: it must not start."""
    from support.process import wait_for

    other = make_server(database=on_postgres.database)
    other.spawn()
    wait_for(
        lambda: not other.process.running() or "ready" in other.output,
        20,
        says="the end of the second server",
    )
    assert not other.process.running() and "master key" in other.output.lower(), other.output


def test_a_database_that_is_not_there_is_an_error_in_words(make_server):
    from support.process import free_port, wait_for

    server = make_server(database=f"postgresql://nobody:secretword@127.0.0.1:{free_port()}/none")
    server.spawn()
    wait_for(lambda: not server.process.running(), 40, says="the end of the server")
    assert server.process.popen.returncode != 0
    assert "secretword" not in server.output and "terminate" not in server.output, server.output


def test_a_lost_connection_heals(on_postgres, caller):
    """Every connection of the server is cut, as by a database that restarts."""
    run(
        "psql",
        on_postgres.database,
        "-Atc",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    statuses = [caller.get("/certificates/stats").status for _ in range(20)]
    assert statuses[-1] == 200, statuses
    assert statuses.count(200) >= 10, statuses
    issue(caller)
