"""A data directory with a million certificates, made once and kept until the schema changes.

The server makes the directory and, through the API, one certificate of each shape. The others are
those with another name, serial number and validity in all the places where the server writes them;
only the signature no longer holds.
"""

import contextlib
import datetime
import hashlib
import itertools
import json
import pathlib
import random
import shutil
import sqlite3
import time
import uuid

from measure.world import ROOT, WORK, issuing_ca, new_server
from support import pki

ROWS = 1_000_000
DAY = 86400
SPAN_DAYS = 400
FRESH_FOR_DAYS = 2  # later, what is said to be expiring has expired

SERVICES = """api auth billing cache cart catalog chat checkout config crm dashboard data deploy directory docs
events exchange feed files gateway git grafana identity images inbox inventory invoice jobs kafka ldap ledger
live logs mail media metrics mobile mysql notify orders payments portal postgres proxy queue rabbit redis
registry reports search session sms sso static storage stream support tracker vault video vpn web wiki""".split()
PLACES = "prod stage test dev edge eu us ap".split()
COMPANIES = [f"{first}{second}" for first in
             "north south east west blue green silver red stone river lake hill".split()
             for second in "wind gate field bridge port works line point".split()]  # fmt: skip
# Source, its share of certificates, days of validity.
SOURCES = [("acme", 70, 90), ("csr", 15, 365), ("manual", 12, 397), ("import", 3, 200)]
REVOKED_PERCENT = 10
REASONS = ["superseded", "keyCompromise", "cessationOfOperation", "affiliationChanged", "unspecified"]


def migrations_digest():
    digest = hashlib.sha256()
    files = [
        *(ROOT / "src/storage/migrations").glob("*.sql"),
        ROOT / "src/db/journal.cc",
        pathlib.Path(__file__),
    ]
    for file in sorted(files):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def data_directory():
    """Where the certificates are; makes them when they are not there."""
    path = WORK / "million"
    stamp = path / "stamp"
    fresh = stamp.exists() and stamp.stat().st_mtime > time.time() - FRESH_FOR_DAYS * DAY
    if not fresh or stamp.read_text() != migrations_digest():
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
        started = time.monotonic()
        fill(path / "data")
        stamp.write_text(migrations_digest())
        print(f"made {ROWS:,} certificates in {time.monotonic() - started:.0f} s", flush=True)
    return path / "data"


def name_of(number, chance):
    service = SERVICES[number % len(SERVICES)]
    company = chance.choice(COMPANIES)
    return f"{service}{chance.randrange(10_000)}.{chance.choice(PLACES)}.{company}.example"


class Shape:
    """A certificate of the server's for a name of one length, to be filled in."""

    def __init__(self, row, audit, name):
        self.row = row
        self.audit = audit
        self.name = name
        self.parts = self._split(row)

    def _split(self, row):
        values = {
            self.name.encode(): "name",
            bytes.fromhex(row["serial_number"]): "serial",
            utc_time(row["not_before"]): "from",
            utc_time(row["not_after"]): "until",
        }
        parts = [row["der"]]
        for value, what in values.items():
            split = []
            for part in parts:
                if isinstance(part, str):
                    split.append(part)
                    continue
                pieces = part.split(value)
                split += [pieces[0], *itertools.chain.from_iterable((what, piece) for piece in pieces[1:])]
            parts = split
        assert {"name", "serial", "from", "until"} <= {part for part in parts if isinstance(part, str)}
        return parts

    def der(self, name, serial, not_before, not_after):
        values = {
            "name": name.encode(),
            "serial": serial,
            "from": utc_time(not_before),
            "until": utc_time(not_after),
        }
        return b"".join(values[part] if isinstance(part, str) else part for part in self.parts)


def utc_time(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%y%m%d%H%M%SZ").encode()


def search_terms(names):
    """The rule of storage::search_terms, checked against what the server stored."""
    terms = set()
    for name in names:
        terms.add(name)
        last_dot = name.rfind(".")
        for i in range(1, len(name)):
            if name[i - 1] in ".-@ " and i != last_dot + 1:
                terms.add(name[i:])
    return terms


def make_shapes(server):
    """A shape for each length of name and each issuing authority."""
    admin = server.admin()
    first = issuing_ca(admin)
    authorities = [first["id"]]
    for place in ("Europe", "Factory", "Offices"):
        created = admin.post(
            "/cas",
            {
                "common_name": f"Example {place} CA",
                "type": "intermediate",
                "parent_id": first["parent_id"],
                "key_algorithm": "EC P-256",
            },
        )
        assert created.status == 201, created
        authorities.append(created.data["id"])
    made = {}
    for authority in authorities:
        for length in range(21, 51):
            name = f"{'q' * (length - 10)}.m.example"
            request = pki.csr(common_name=name, names=[name, "www." + name])
            issued = admin.post("/certificates", {"csr": request, "ca_id": authority})
            assert issued.status == 201, issued
            made[authority, len(name)] = (issued.data["id"], name)
    return made


def read_shapes(db, made):
    shapes = {}
    for key, (id_, name) in made.items():
        row = dict(db.execute("SELECT * FROM certificates WHERE id = ?", (id_,)).fetchone())
        audit = dict(
            db.execute(
                "SELECT * FROM audit_log WHERE resource_type = 'certificate' AND resource_id = ?", (id_,)
            ).fetchone()
        )
        stored = {
            row[0]
            for row in db.execute("SELECT term FROM certificate_terms WHERE certificate_id = ?", (id_,))
        }
        assert stored == search_terms([name, "www." + name]), "the rule of search terms has changed"
        shapes[key] = Shape(row, audit, name)
    return shapes


class Rows:
    """The rows of all certificates, in the order of their ids."""

    def __init__(self, shapes, first_id, first_audit):
        self.shapes = shapes
        self.authorities = sorted({authority for authority, _ in shapes})
        self.first_id = first_id
        self.first_audit = first_audit
        self.chance = random.Random(20260301)
        self.now = int(time.time())

    def certificates(self):
        chance, now = self.chance, self.now
        kinds = random.Random(1).choices(SOURCES, [share for _, share, _ in SOURCES], k=ROWS)
        step = SPAN_DAYS * DAY / ROWS
        for number in range(ROWS):
            source, _, days = kinds[number]
            created = now - SPAN_DAYS * DAY + int(number * step)
            name = name_of(number, chance)
            authority = self.authorities[0] if source == "acme" else chance.choice(self.authorities)
            serial = bytes([0x40 + chance.randrange(0x40)]) + chance.randbytes(15)
            not_before, not_after = created - 300, created - 300 + days * DAY
            shape = self.shapes[authority, len(name)]
            der = shape.der(name, serial, not_before, not_after)
            revoked = chance.randrange(100) < REVOKED_PERCENT
            revoked_at = min(now, created + chance.randrange(days * DAY)) if revoked else None
            yield {
                **shape.row,
                "id": self.first_id + number,
                "refid": str(uuid.UUID(bytes=chance.randbytes(16), version=4)),
                "authority_id": authority,
                "serial_number": serial.hex(),
                "common_name": name,
                "subject": "CN=" + name,
                "names": f"DNS:{name}, DNS:www.{name}",
                "source": source,
                "fingerprint": hashlib.sha256(der).hexdigest(),
                "not_before": not_before,
                "not_after": not_after,
                "revoked_at": revoked_at,
                "revocation_reason": chance.choice(REASONS) if revoked else None,
                "created_at": created,
                "created_by": "acme" if source == "acme" else "admin",
                "der": der,
            }

    def audit_entries(self, db):
        found = db.execute("SELECT id, authority_id, common_name, names, serial_number, source, created_at, not_after "
                           "FROM certificates WHERE id >= ? ORDER BY id", (self.first_id,))  # fmt: skip
        for row in found:
            shape = self.shapes[row["authority_id"], len(row["common_name"])]
            details = json.loads(shape.audit["details"]) | {
                "serial_number": row["serial_number"],
                "names": row["names"],
                "source": row["source"],
                "not_after": datetime.datetime.fromtimestamp(row["not_after"], datetime.UTC).strftime(
                    "%Y-%m-%dT%H:%M:%SZ"
                ),
            }
            yield {
                **shape.audit,
                "id": self.first_audit + row["id"] - self.first_id,
                "at": row["created_at"],
                "username": "acme" if row["source"] == "acme" else "admin",
                "resource_id": row["id"],
                "resource_name": row["common_name"],
                "details": json.dumps(details, separators=(",", ":")),
            }


def insert(db, table, rows):
    rows = iter(rows)
    first = next(rows)
    columns = list(first)
    statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
    db.executemany(statement, (tuple(row.values()) for row in itertools.chain([first], rows)))


@contextlib.contextmanager
def without_indexes(db, table):
    """Indexes over a million rows are made faster at once than row by row."""
    statements = db.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL",
        (table,),
    ).fetchall()
    for name, _ in statements:
        db.execute(f"DROP INDEX {name}")
    yield
    for _, statement in statements:
        db.execute(statement)


def fill(data):
    with new_server(data) as server:
        made = make_shapes(server)
        file = server.sqlite_file
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as db:
        db.row_factory = sqlite3.Row
        for pragma in (
            "journal_mode = OFF",
            "synchronous = OFF",
            "cache_size = -1000000",
            "temp_store = MEMORY",
        ):
            db.execute("PRAGMA " + pragma).fetchall()
        fill_tables(db, read_shapes(db, made))
        db.execute("PRAGMA journal_mode = WAL").fetchall()


def fill_tables(db, shapes):
    next_of = dict(db.execute("SELECT name, next FROM id_counters").fetchall())
    rows = Rows(shapes, next_of["certificates"], next_of["audit_log"])
    db.execute("BEGIN")
    with without_indexes(db, "certificates"):
        insert(db, "certificates", rows.certificates())
    db.execute("CREATE TEMP TABLE terms (term TEXT, certificate_id BIGINT)")
    found = db.execute("SELECT id, common_name FROM certificates WHERE id >= ?", (rows.first_id,))
    db.executemany(
        "INSERT INTO terms VALUES (?, ?)",
        ((term, id_) for id_, name in found for term in search_terms([name, "www." + name])),
    )
    with without_indexes(db, "certificate_terms"):
        db.execute("INSERT INTO certificate_terms SELECT * FROM terms ORDER BY term, certificate_id")
    db.execute("DROP TABLE terms")
    with without_indexes(db, "audit_log"):
        insert(db, "audit_log", rows.audit_entries(db))
    db.execute("DELETE FROM audit_days")
    db.execute(
        "INSERT INTO audit_days SELECT at / 86400, action, success, COUNT(*) FROM audit_log GROUP BY 1, 2, 3"
    )
    db.execute("DELETE FROM audit_pending")
    db.execute("DELETE FROM certificate_counts")
    db.execute(
        "INSERT INTO certificate_counts SELECT authority_id, id % 8, COUNT(*) FROM certificates GROUP BY 1, 2"
    )
    db.execute("DELETE FROM certificate_days")
    db.execute(
        "INSERT INTO certificate_days (state, day, automated, shard, number) "
        "SELECT CASE WHEN revoked_at IS NOT NULL THEN 2 WHEN renewed_by IS NOT NULL THEN 1 ELSE 0 END, "
        "not_after / 86400, source IN ('acme', 'system'), id % 8, COUNT(*) FROM certificates GROUP BY 1, 2, 3, 4"
    )
    with without_indexes(db, "revoked_certificates"):
        db.execute(
            "INSERT INTO revoked_certificates SELECT authority_id, substr(serial_number, -2), serial_number, "
            "not_after, revoked_at, CASE revocation_reason WHEN 'keyCompromise' THEN 1 WHEN 'affiliationChanged' "
            "THEN 3 WHEN 'superseded' THEN 4 WHEN 'cessationOfOperation' THEN 5 ELSE 0 END, NULL, 0 "
            "FROM certificates WHERE revoked_at IS NOT NULL"
        )
    db.execute(
        "UPDATE authorities SET revocation_changes = (SELECT COUNT(*) FROM certificates "
        "WHERE authority_id = authorities.id AND revoked_at IS NOT NULL)"
    )
    for name in ("certificates", "audit_log"):
        db.execute("UPDATE id_counters SET next = ? WHERE name = ?", (next_of[name] + ROWS, name))
    db.execute("COMMIT")
