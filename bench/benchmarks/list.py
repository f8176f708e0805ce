"""What a person asks of a list of a million certificates, over HTTPS."""

import contextlib
import http.client
import random
import sqlite3
import ssl
import time
import urllib.parse

from measure import million
from measure.cpu import Spent
from measure.programs import program
from measure.report import Table, median, verdict
from measure.world import api_key, folder, issuing_ca, new_server

TITLE = f"lists, filters and searches over {million.ROWS:,} certificates in SQLite"

ROUNDS = 5
REQUESTS = 40  # of each kind in each round,
MOST_SECONDS = 1  # unless they take longer than this
GOAL_MS = 20
SLOW_STATEMENT_MS = 2
LIST = "/api/v2/certificates?"


def iso(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


class Questions:
    """The kinds of requests; each call gives another one of its kind."""

    def __init__(self, file, ca_id):
        self.chance = random.Random(7)
        self.ca_id = ca_id
        with contextlib.closing(sqlite3.connect(file)) as db:
            last = db.execute("SELECT MAX(id) FROM certificates").fetchone()[0]
            ids = [last - self.chance.randrange(million.ROWS) for _ in range(200)]
            self.known = [
                db.execute(
                    "SELECT id, common_name, serial_number, fingerprint FROM certificates WHERE id = ?",
                    (id_,),
                ).fetchone()
                for id_ in ids
            ]

    def some(self):
        return self.chance.choice(self.known)

    def list(self, **parameters):
        return LIST + urllib.parse.urlencode(parameters, doseq=True)

    def all(self):
        chance, now = self.chance, int(time.time())
        day = 86400
        statuses = {
            f"status {status}": lambda status=status: self.list(status=status, page=chance.randrange(1, 6))
            for status in ("valid", "expiring", "expired", "revoked", "active")
        }
        return {
            "first page": lambda: self.list(),
            "first page of 100": lambda: self.list(per_page=100),
            "next pages": lambda: self.list(page=chance.randrange(2, 50)),
            "page 1,000 of 100": lambda: self.list(page=1000, per_page=100),
            **statuses,
            "status and authority": lambda: self.list(status="valid", ca_id=self.ca_id),
            "status and source": lambda: self.list(status="expiring", source="import"),
            "status, by expiry": lambda: self.list(status="valid", sort_by="valid_to", sort_order="asc"),
            "revoked, by name": lambda: self.list(status="revoked", sort_by="common_name"),
            "authority": lambda: self.list(ca_id=self.ca_id, page=chance.randrange(1, 6)),
            "rare source": lambda: self.list(source="import"),
            "common source": lambda: self.list(source="acme"),
            "by expiry": lambda: self.list(sort_by="valid_to", page=chance.randrange(1, 50)),
            "by name": lambda: self.list(sort_by="common_name", page=chance.randrange(1, 50)),
            "expires within a week": lambda: self.list(
                expires_after=iso(now + (days := chance.randrange(60)) * day),
                expires_before=iso(now + (days + 7) * day),
            ),
            "search full name": lambda: self.list(search=self.some()[1]),
            "search host": lambda: self.list(search=self.some()[1].split(".")[0]),
            "search company": lambda: self.list(search=chance.choice(million.COMPANIES)),
            "search service": lambda: self.list(search=chance.choice(million.SERVICES)),
            "search company, revoked": lambda: self.list(
                search=chance.choice(million.COMPANIES), status="revoked"
            ),
            "search two letters": lambda: self.list(search=chance.choice(million.SERVICES)[:2]),
            "search nothing has": lambda: self.list(search="quux-9x.example"),
            "serial number": lambda: self.list(search=self.some()[2]),
            "fingerprint": lambda: self.list(search=self.some()[3]),
            "one certificate": lambda: f"/api/v2/certificates/{self.some()[0]}",
            "counts by status": lambda: "/api/v2/certificates/stats",
            "home: counts": lambda: "/api/v2/dashboard/stats",
            "home: expiring soon": lambda: "/api/v2/dashboard/expiring-certs",
            "home: histogram": lambda: "/api/v2/dashboard/expiry-histogram",
            "home: trend": lambda: "/api/v2/dashboard/certificate-trend",
            "home: attention": lambda: "/api/v2/dashboard/attention",
            "activity": lambda: "/api/v2/audit/logs?page=" + str(chance.randrange(1, 20)),
            "activity of one user": lambda: "/api/v2/audit/logs?username=admin",
            "activity, counts": lambda: "/api/v2/audit/stats",
        }


class Caller:
    """One connection that is kept alive, with an API key."""

    def __init__(self, server):
        self.pid = server.pid
        self.headers = {"X-API-Key": api_key(server, ["*"])}
        context = ssl.create_default_context(cafile=str(server.root_file))
        self.connection = http.client.HTTPSConnection(
            "localhost", server.https_port, context=context, timeout=60
        )

    def get(self, target):
        """Milliseconds until the whole answer was here."""
        start = time.perf_counter()
        self.connection.request("GET", target, headers=self.headers)
        response = self.connection.getresponse()
        body = response.read()
        elapsed = time.perf_counter() - start
        assert response.status == 200, f"{target}: {response.status} {body[:300]}"
        return elapsed * 1000


def ask_some(caller, ask):
    start = time.monotonic()
    for _ in range(REQUESTS):
        yield caller.get(ask())
        if time.monotonic() > start + MOST_SECONDS:
            return


def percentile(values, part):
    return sorted(values)[int(part * (len(values) - 1))]


def run():
    data = million.data_directory()
    with new_server(data) as server:
        caller = Caller(server)
        questions = Questions(server.sqlite_file, issuing_ca(server.admin())["id"])
        kinds = questions.all()
        times = {kind: [] for kind in kinds}
        cpu = {kind: [] for kind in kinds}
        for ask in kinds.values():
            caller.get(ask())
        for _ in range(ROUNDS):
            for kind, ask in kinds.items():
                with Spent(server.pid) as spent:
                    asked = list(ask_some(caller, ask))
                times[kind] += asked
                cpu[kind].append(spent.seconds / len(asked) * 1000)
    slow = [
        kind for kind in kinds if percentile(times[kind], 0.99) > GOAL_MS or median(cpu[kind]) > GOAL_MS / 2
    ]
    for kind, plan in slow_statements(data, {kind: kinds[kind] for kind in slow}):
        print(f"\n{kind}:\n{plan}")
    return [table(times, cpu, slow)]


def slow_statements(data, kinds):
    """Each kind of slow request again, with its slow statements and how SQLite finds the rows."""
    if not kinds:
        return
    with folder() as path:
        trace = path / "trace"
        traced = new_server(data, LD_PRELOAD=program("sql_trace", "sql_trace.so"), SQL_TRACE_FILE=trace)
        with traced as server, contextlib.closing(sqlite3.connect(server.sqlite_file)) as db:
            caller = Caller(server)
            for kind, ask in kinds.items():
                caller.get(ask())
                trace.write_text("")
                target = ask()
                elapsed = caller.get(target)
                lines = [f"  GET {target}: {elapsed:.1f} ms"]
                for entry in trace.read_text().split("\0")[:-1]:
                    nanoseconds, sql = entry.split("\t", 1)
                    if int(nanoseconds) > SLOW_STATEMENT_MS * 1e6:
                        lines.append(f"  {int(nanoseconds) / 1e6:.1f} ms: {sql}")
                        lines += ["    " + row[3] for row in db.execute("EXPLAIN QUERY PLAN " + sql)]
                yield kind, "\n".join(lines)


def table(times, cpu, slow):
    rows = [
        [kind, percentile(times[kind], 0.5), percentile(times[kind], 0.99), median(cpu[kind])]
        for kind in times
    ]
    missed = ", ".join(slow) or "none"
    return Table(
        ["request", "p50 ms", "p99 ms", "server CPU ms"],
        rows,
        [
            f"{verdict(not slow, f'every p99 under {GOAL_MS} ms').capitalize()}; beyond it: {missed}. One connection over HTTPS with "
            f"an API key, {ROUNDS} rounds of {REQUESTS} requests of each kind; {million.REVOKED_PERCENT} % of the certificates are "
            "revoked, 70 % are from ACME. What is slow is asked again, and its statements are printed with their query plans."
        ],
    )
