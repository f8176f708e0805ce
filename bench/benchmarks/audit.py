"""The audit log as a tree: entries per second, and proofs among ten million."""

import hashlib
import itertools
import json
import sqlite3
import time
import urllib.request
from base64 import b64decode

from measure.cpu import Spent, cpu_seconds
from measure.load import wrk
from measure.report import Table, median, verdict
from measure.world import api_key, folder, new_server

TITLE = "entries that become leaves of the signed tree, and proofs among 10,000,000 of them"

ENTRIES = 100_000
LEAVES = 10_000_000
TILE = 256
SAMPLES = 1000
ROUNDS = 3
SECONDS = 3
GOAL_PROOF_MS = 5
COLUMNS = "id, at, username, action, resource_type, resource_id, resource_name, details, ip_address, user_agent, credential, request_id, success"


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(hashes):
    """RFC 9162, section 2.1.1, over the hashes of nodes."""
    if len(hashes) == 1:
        return hashes[0]
    half = 1 << (len(hashes) - 1).bit_length() - 1
    return node(root_of(hashes[:half]), root_of(hashes[half:]))


def entry(id_):
    details = '{"authority":"Issuing CA","serial_number":"5a00000000000001","profile":"server"}'
    return (id_, 1_700_000_000 + id_ // 50, "automation", "certificate.issue", "certificate", id_) + (
        f"host-{id_}.example.com",
        details,
        "192.0.2.1",
        "bench/1.0",
        "api key 3",
        f"{id_:013d}",
        1,
    )


def insert(db, first, count):
    marks = ", ".join("?" * 13)
    db.executemany(
        f"INSERT INTO audit_log ({COLUMNS}) VALUES ({marks})", map(entry, range(first, first + count))
    )


# ---- Entries to leaves ----


def tree_size(server):
    url = f"http://localhost:{server.http_port}/audit-log/checkpoint"
    with urllib.request.urlopen(url, timeout=10) as answer:
        return int(answer.read().split(b"\n")[1])


def append(path):
    """Entries that wait, as a burst leaves them: CPU seconds until all are in a signed tree."""
    server = new_server(path / "append")
    server.start().stop()
    with sqlite3.connect(server.sqlite_file) as db:
        insert(db, 1_000_000, ENTRIES)
        db.execute("INSERT INTO audit_pending (entry_id) SELECT id FROM audit_log WHERE id >= 1000000")
    db.close()
    server.start()
    try:
        while tree_size(server) < ENTRIES:
            time.sleep(0.05)
        return cpu_seconds(server.pid)
    finally:
        server.stop()


def idle_start(path):
    server = new_server(path / "idle")
    server.start().stop()
    server.start()
    time.sleep(2)
    spent = cpu_seconds(server.pid)
    server.stop()
    return spent


def plain_insert(path):
    """The same rows into the same table of SQLite, 512 in a transaction that is synced."""
    file = path / "plain.db"
    db = sqlite3.connect(file, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute(f"CREATE TABLE audit_log ({COLUMNS.replace('id,', 'id INTEGER PRIMARY KEY,', 1)})")
    began = time.process_time()
    for first in range(0, ENTRIES, 512):
        db.execute("BEGIN")
        insert(db, first + 1, min(512, ENTRIES - first))
        db.execute("COMMIT")
    spent = time.process_time() - began
    db.close()
    file.unlink()
    return spent


def digest():
    """SHA-256 of as many octets as the leaves have."""
    texts = [json.dumps(entry(id_)).encode() for id_ in range(ENTRIES)]
    began = time.process_time()
    for text in texts:
        hashlib.sha256(text).digest()
    return time.process_time() - began


def acts(path):
    """Whole requests that leave an entry each: a group's description, changed by 16 callers at once."""
    with new_server(path / "acts") as server:
        key = api_key(server, ["read:groups", "write:groups"])
        bodies = path / "groups"
        names = itertools.count()
        rates = []
        for _ in range(ROUNDS):
            bodies.write_text(
                "".join(json.dumps({"name": f"g{next(names):07}"}) + "\n" for _ in range(60_000))
            )
            url = f"https://127.0.0.1:{server.https_port}/api/v2/groups"
            load = wrk(server.pid, url, SECONDS, 16, 1, ["X-API-Key: " + key], bodies)
            assert load.refused == 0, f"{load.refused} of {load.requests} requests were refused"
            rates.append((load.rate, load.cpu_us))
        return median([each[0] for each in rates]), median([each[1] for each in rates])


# ---- Proofs ----


def fill(db):
    """A tree of so many leaves by its tiles alone. All leaves are alike, so that it takes seconds: the work of a proof
    is in reading tiles and hashing nodes, whatever is in them."""
    db.execute("DELETE FROM audit_checkpoints")
    db.execute("DELETE FROM audit_tiles")
    db.execute("DELETE FROM audit_leaves")
    db.execute("DELETE FROM audit_pending")
    hash_, count, level = hashlib.sha256(b"\x00leaf").digest(), LEAVES, 0
    while count > 0:
        full, rest = divmod(count, TILE)
        db.executemany(
            "INSERT INTO audit_tiles (level, tile_index, hashes) VALUES (?, ?, ?)",
            ((level, index, hash_ * TILE) for index in range(full)),
        )
        if rest:
            db.execute("INSERT INTO audit_tiles VALUES (?, ?, ?)", (level, full, hash_ * rest))
        hash_, count, level = root_of([hash_] * TILE), full, level + 1
    spread = LEAVES // SAMPLES
    db.executemany(
        "INSERT INTO audit_leaves (leaf_index, entry_id) VALUES (?, ?)",
        ((number * spread + number % spread, 1_000_000 + number) for number in range(SAMPLES)),
    )
    insert(db, 1_000_000, SAMPLES)
    db.execute("UPDATE audit_tree SET tree_size = ?, first_leaf = 0", (LEAVES,))


def inclusion_root(leaf, index, size, proof):
    """RFC 9162, section 2.1.3.2."""
    here, last, hash_ = index, size - 1, leaf
    for other in proof:
        if here & 1 or here == last:
            hash_ = node(other, hash_)
            while not here & 1 and here:
                here >>= 1
                last >>= 1
        else:
            hash_ = node(hash_, other)
        here >>= 1
        last >>= 1
    assert last == 0
    return hash_


def proofs(path):
    server = new_server(path / "proofs")
    server.start().stop()
    with sqlite3.connect(server.sqlite_file) as db:
        fill(db)
    db.close()
    server.start()
    try:
        admin = server.admin()
        times, spent = {}, {}

        def ask(kind, path_, **query):
            began = time.perf_counter()
            answer = admin.get(path_, **query)
            times.setdefault(kind, []).append((time.perf_counter() - began) * 1000)
            return answer.data

        ask("warm", "/audit/checkpoint")
        with Spent(server.pid) as cpu:
            found = [ask("inclusion", f"/audit/logs/{1_000_000 + n}/proof") for n in range(0, SAMPLES, 4)]
        spent["inclusion"] = cpu.seconds / len(found) * 1000
        for each in found[:: len(found) // 20]:
            hashes = [b64decode(text) for text in each["hashes"]]
            root = inclusion_root(b64decode(each["leaf_hash"]), each["leaf_index"], each["tree_size"], hashes)
            assert root == b64decode(each["checkpoint"].split("\n")[2]), "a proof that proves nothing"
        with Spent(server.pid) as cpu:
            for number in range(1, 251):
                ask("consistency", "/audit/consistency", first=number * (LEAVES // 251), second=LEAVES)
        spent["consistency"] = cpu.seconds / 250 * 1000
        return {kind: (sorted(times[kind]), spent[kind]) for kind in spent}
    finally:
        server.stop()


def run():
    with folder() as path:
        appended, inserted, hashed = [], [], []
        for number in range(ROUNDS):
            round_ = path / str(number)
            round_.mkdir()
            base = idle_start(round_)
            appended.append(append(round_) - base)
            inserted.append(plain_insert(round_))
            hashed.append(digest())
        rate, request_us = acts(path)
        proven = proofs(path)
    tree, plain, sha = (median(each) / ENTRIES * 1e6 for each in (appended, inserted, hashed))
    rows = []
    for kind, (times, cpu_ms) in proven.items():
        rows.append([kind, times[len(times) // 2], times[int(len(times) * 0.99)], cpu_ms])
    worst = max(row[2] for row in rows)
    return [
        Table(
            ["", "CPU µs per entry", "of a plain insert", "of its SHA-256"],
            [
                ["into the signed tree", tree, tree / plain, tree / sha],
                ["a plain insert into SQLite, 512 per commit", plain, 1.0, plain / sha],
                ["SHA-256 of the entry", sha, sha / plain, 1.0],
            ],
            [
                f"{ENTRIES:,} entries that wait, until a checkpoint covers them; medians of {ROUNDS} rounds. Whole requests that "
                f"leave an entry each: {rate:.0f}/s at 16 connections, {request_us:.0f} µs of CPU."
            ],
        ),
        Table(
            ["proof by the API", "p50 ms", "p99 ms", "CPU ms"],
            rows,
            [
                f"Among {LEAVES:,} leaves; p99 {verdict(worst <= GOAL_PROOF_MS, f'at most {GOAL_PROOF_MS} ms')}, TLS and the "
                "client included. Inclusion proofs were checked against the checkpoint."
            ],
        ),
    ]
