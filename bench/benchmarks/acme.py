"""Whole ACME orders, http-01 really validated, against Pebble under the same load."""

import contextlib
import dataclasses
import json
import subprocess

from measure.cpu import Spent
from measure.pebble import Pebble
from measure.programs import program
from measure.report import Table, median, verdict
from measure.units import p256
from measure.world import folder, new_server

from support.process import free_port
from support.process import run as run_program

TITLE = "orders from newOrder to the downloaded certificate, http-01 validated, against Pebble"

ROUNDS = 3
SECONDS = 5
CONNECTIONS = (1, 16, 64)
GOAL_UNITS = 19
GOAL_P50_MS, GOAL_P99_MS = 6, 20  # with one connection


@dataclasses.dataclass
class Orders:
    orders: int
    seconds: float
    requests: int
    p50_ms: float
    p99_ms: float
    cpu_seconds: float
    unit_us: float

    @property
    def rate(self):
        return self.orders / self.seconds

    @property
    def cpu_ms(self):
        return self.cpu_seconds / self.orders * 1000

    @property
    def units(self):
        return self.cpu_ms * 1000 / self.unit_us

    @property
    def requests_each(self):
        return self.requests / self.orders


class Peer:
    """A server, and the processes whose time counts as its own."""

    def __init__(self, server, *others):
        self.directory = server.directory
        self.pids = [server.pid, *others]


class Client:
    """The load program: it also answers the validations, and the look-ups of names."""

    def __init__(self):
        self.program = program("acme_load")
        self.http01_port = free_port()
        self.dns_port = free_port()

    def order(self, peer, connections, seconds):
        unit = p256()
        command = [self.program, peer.directory, connections, seconds, self.http01_port, self.dns_port]
        with subprocess.Popen(
            [str(part) for part in command], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as load:
            assert load.stdout.readline() == "ready\n", "the load program could not begin"
            with contextlib.ExitStack() as stack:
                spent = [stack.enter_context(Spent(pid)) for pid in peer.pids]
                output, _ = load.communicate("\n", timeout=seconds + 120)
        found = json.loads(output)
        failures = found.pop("failures")
        assert failures == 0, f"{failures} orders failed, {found['orders']} did not"
        return Orders(cpu_seconds=sum(each.seconds for each in spent), unit_us=unit.verification_us, **found)


def run():
    client = Client()
    settings = {
        "CERTWRIGHT_ACME_HTTP01_PORT": client.http01_port,
        "CERTWRIGHT_ACME_ALLOW_TARGETS": "127.0.0.0/8",
        "CERTWRIGHT_DNS_RESOLVERS": f"127.0.0.1:{client.dns_port}",
        "CERTWRIGHT_DNS_DNSSEC": "off",
    }
    with (
        folder() as path,
        new_server(path / "data", **settings) as server,
        Pebble(path / "pebble", client.http01_port, client.dns_port) as pebble,
    ):
        peers = {"certwright": Peer(server), "pebble": Peer(pebble)}
        ordered = client.order(peers["certwright"], 4, 1).orders
        client.order(peers["pebble"], 4, 1)
        measured = {(name, connections): [] for connections in CONNECTIONS for name in peers}
        for _ in range(ROUNDS):
            for name, connections in measured:
                orders = client.order(peers[name], connections, SECONDS)
                measured[name, connections].append(orders)
                ordered += orders.orders if name == "certwright" else 0
        server.stop()  # which ends the intents that were made ahead
        check_everything_is_there(server, ordered)
    return [table(measured)]


def check_everything_is_there(server, ordered):
    done = run_program(
        "sqlite3",
        server.sqlite_file,
        "SELECT COUNT(*) FROM certificates WHERE source = 'acme'",
        "SELECT COUNT(*) FROM acme_orders WHERE status <> 'valid'",
        "SELECT COUNT(*) FROM issuance_intents",
    )
    assert done.stdout.split() == [str(ordered), "0", "0"], f"{ordered} orders, but {done.stdout}"


def table(measured):
    columns = ("rate", "cpu_ms", "units", "requests_each", "p50_ms", "p99_ms")
    rows = [
        [
            f"{name}, {connections}",
            *(median([getattr(each, column) for each in rounds]) for column in columns),
        ]
        for (name, connections), rounds in measured.items()
    ]
    ratios = [
        median(
            [
                theirs.cpu_ms / ours.cpu_ms
                for ours, theirs in zip(measured["certwright", n], measured["pebble", n], strict=True)
            ]
        )
        for n in CONNECTIONS
    ]
    alone = next(row for row in rows if row[0] == "certwright, 1")
    worst = max(row[3] for row in rows[2:] if row[0].startswith("certwright"))
    return Table(
        ["peer, connections", "orders/s", "CPU ms", "in verifications", "requests", "p50 ms", "p99 ms"],
        rows,
        [
            f"CPU with several connections {verdict(worst <= GOAL_UNITS, f'at most {GOAL_UNITS} verifications of server CPU per order')}; "
            f"with one {verdict(alone[5] <= GOAL_P50_MS and alone[6] <= GOAL_P99_MS, f'p50 at most {GOAL_P50_MS} ms, p99 at most {GOAL_P99_MS}')}. "
            f"Pebble's CPU per order is {', '.join(f'{ratio:.1f}' for ratio in ratios)} times ours (with "
            f"{', '.join(map(str, CONNECTIONS))} connections). Ours is durable and audited, Pebble's in memory; Pebble signs with "
            "RSA 2048 and runs on one processor. One account, ES256; the unit is one P-256 verification by `openssl speed` in the "
            f"same round; {ROUNDS} rounds of {SECONDS} s. No order failed, and each is in the database with its certificate."
        ],
    )
