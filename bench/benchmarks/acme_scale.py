"""What an ACME order costs with a million others in the database, and on PostgreSQL."""

import contextlib
import json
import os
import pathlib
import shutil
import sqlite3
import time
import urllib.parse

from measure import million
from measure.report import Table, median, verdict
from measure.world import folder, new_server

from benchmarks.acme import SECONDS, Client, Peer
from support.process import run as run_program

TITLE = "ACME orders with 1,000 and with 1,000,000 others in the database, and on PostgreSQL"

ROUNDS = 3
CONNECTIONS = 16
FEW = 1_000
MANY = 1_000_000
ACCOUNTS = 1_000
DAY = 86400
GOAL_MANY = 1.2
GOAL_POSTGRES = 2
SMALL, LARGE, POSTGRES = f"SQLite, {FEW:,}", f"SQLite, {MANY:,}", f"PostgreSQL, {FEW:,}"


def run():
    client = Client()
    settings = {
        "CERTWRIGHT_ACME_HTTP01_PORT": client.http01_port,
        "CERTWRIGHT_ACME_ALLOW_TARGETS": "127.0.0.0/8",
        "CERTWRIGHT_DNS_RESOLVERS": f"127.0.0.1:{client.dns_port}",
        "CERTWRIGHT_DNS_DNSSEC": "off",
    }
    with folder() as path, contextlib.ExitStack() as stack:
        shutil.copytree(million.data_directory(), path / "many")
        with new_server(path / "many", **settings) as server:
            client.order(Peer(server), 4, 1)
            file = server.sqlite_file
        fill(file)
        database, postmaster = new_database()
        peers = {
            SMALL: Peer(stack.enter_context(new_server(path / "few", **settings))),
            LARGE: Peer(stack.enter_context(new_server(path / "many", **settings))),
            POSTGRES: Peer(
                stack.enter_context(new_server(path / "postgres", database=database, **settings)), postmaster
            ),
        }
        for name in (SMALL, POSTGRES):
            ordered = 0
            while ordered < FEW:
                ordered += client.order(peers[name], CONNECTIONS, 1).orders
        client.order(peers[LARGE], CONNECTIONS, 1)
        measured = {name: [] for name in peers}
        for _ in range(ROUNDS):
            for name, peer in peers.items():
                measured[name].append(client.order(peer, CONNECTIONS, SECONDS))
    return [table(measured)]


def fill(file):
    """Orders of other accounts with their authorizations, for the certificates that are there."""
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as db:
        db.row_factory = sqlite3.Row
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -1000000"):
            db.execute("PRAGMA " + pragma).fetchall()
        db.execute("BEGIN")
        account, order, authorization = (
            dict(db.execute(f"SELECT * FROM {table} WHERE {which} ORDER BY id DESC LIMIT 1").fetchone())
            for table, which in (
                ("acme_accounts", "TRUE"),
                ("acme_orders", "status = 'valid'"),
                ("acme_authorizations", "status = 'valid'"),
            )
        )
        next_of = dict(db.execute("SELECT name, next FROM id_counters").fetchall())
        accounts = [next_of["acme_accounts"] + i for i in range(ACCOUNTS)]
        million.insert(
            db,
            "acme_accounts",
            ({**account, "id": id_, "key_thumbprint": f"{id_:043}"} for id_ in accounts),
        )
        certificates = db.execute(
            "SELECT id, common_name FROM certificates ORDER BY id LIMIT ?", (MANY,)
        ).fetchall()
        now = int(time.time())

        def numbered():
            for i, (id_, name) in enumerate(certificates):
                # Within the time that nothing is forgotten.
                made = now - 20 * DAY + i * 20 * DAY // MANY
                yield (
                    i,
                    accounts[i % ACCOUNTS],
                    id_,
                    name,
                    {"created_at": made, "expires_at": made + 30 * DAY},
                )

        with million.without_indexes(db, "acme_orders"):
            million.insert(
                db,
                "acme_orders",
                (
                    {
                        **order,
                        **times,
                        "id": next_of["acme_orders"] + i,
                        "account_id": owner,
                        "identifiers": json.dumps([{"type": "dns", "value": name}], separators=(",", ":")),
                        "certificate_id": id_,
                    }
                    for i, owner, id_, name, times in numbered()
                ),
            )
        with million.without_indexes(db, "acme_authorizations"):
            million.insert(
                db,
                "acme_authorizations",
                (
                    {
                        **authorization,
                        **times,
                        "id": next_of["acme_authorizations"] + i,
                        "order_id": next_of["acme_orders"] + i,
                        "account_id": owner,
                        "identifier": name,
                    }
                    for i, owner, _, name, times in numbered()
                ),
            )
        for name, number in (
            ("acme_accounts", ACCOUNTS),
            ("acme_orders", len(certificates)),
            ("acme_authorizations", len(certificates)),
        ):
            db.execute("UPDATE id_counters SET next = ? WHERE name = ?", (next_of[name] + number, name))
        db.execute("COMMIT")
        db.execute("PRAGMA journal_mode = WAL").fetchall()


def new_database():
    """An empty database, and the process that all work of PostgreSQL descends from."""
    address = os.environ.get("CERTWRIGHT_TEST_POSTGRES")
    assert address, "no PostgreSQL: run this by ./test.sh bench, or beneath tools/with_postgres.sh"
    run_program("psql", address, "-qAtc", "CREATE DATABASE bench")
    folder_of_data = run_program("psql", address, "-qAtc", "SHOW data_directory").stdout.strip()
    postmaster = int((pathlib.Path(folder_of_data) / "postmaster.pid").read_text().split()[0])
    return urllib.parse.urlsplit(address)._replace(path="/bench").geturl(), postmaster


def table(measured):
    columns = ("rate", "cpu_ms", "units", "p50_ms", "p99_ms")

    def ratio(name):
        pairs = zip(measured[name], measured[SMALL], strict=True)
        return median([one.cpu_ms / other.cpu_ms for one, other in pairs])

    rows = [
        [name, *(median([getattr(each, column) for each in rounds]) for column in columns), ratio(name)]
        for name, rounds in measured.items()
    ]
    many, postgres = ratio(LARGE), ratio(POSTGRES)
    return Table(
        [
            "database, orders before",
            "orders/s",
            "CPU ms",
            "in verifications",
            "p50 ms",
            "p99 ms",
            f"CPU, of {SMALL}",
        ],
        rows,
        [
            f"With a million orders {verdict(many <= GOAL_MANY, f'at most {GOAL_MANY} times the CPU')}; on PostgreSQL "
            f"{verdict(postgres <= GOAL_POSTGRES, f'at most {GOAL_POSTGRES} times, its processes counted')}. {CONNECTIONS} "
            f"connections on one account, {ROUNDS} interleaved rounds of {SECONDS} s. The million are orders of {ACCOUNTS:,} "
            "other accounts for the million certificates and audit entries that are in the database, too."
        ],
    )
