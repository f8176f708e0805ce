"""The audit log as a transparency log: judged by a verifier of our own making in Python, by `certwright-verify`,
and by what somebody with the database's password does to its rows."""

import base64
import csv
import hashlib
import io
import json
import subprocess
import uuid

import pytest
import requests
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from conftest import PASSWORD
from support.process import run
from support.server import BINARY

VERIFY = BINARY.with_name("certwright-verify")


# ---- RFC 6962 and C2SP, written a second time ----


def leaf_hash(data):
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(leaves):
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(root_of(leaves[:k]), root_of(leaves[k:]))


def root_from_inclusion(leaf, index, size, proof):
    """RFC 9162, section 2.1.3.2."""
    here, last, hash_ = index, size - 1, leaf
    for other in proof:
        assert last > 0
        if here & 1 or here == last:
            hash_ = node_hash(other, hash_)
            while not here & 1 and here:
                here >>= 1
                last >>= 1
        else:
            hash_ = node_hash(hash_, other)
        here >>= 1
        last >>= 1
    assert last == 0
    return hash_


def open_note(note, key):
    """Checks a signed note with its key, and says what the checkpoint says: size and root."""
    name, id_, encoded = key.strip().split("+", 2)
    raw = base64.b64decode(encoded)
    assert raw[0] == 1 and len(raw) == 33
    assert hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4].hex() == id_
    text, signatures = note.split("\n\n", 1)
    line = next(each for each in signatures.splitlines() if each.startswith(f"\u2014 {name} "))
    signature = base64.b64decode(line.rsplit(" ", 1)[1])
    assert signature[:4].hex() == id_
    Ed25519PublicKey.from_public_bytes(raw[1:]).verify(signature[4:], (text + "\n").encode())
    origin, size, root = text.split("\n")[:3]
    assert origin == name
    return int(size), base64.b64decode(root)


# ---- A server of our own ----


@pytest.fixture(scope="module")
def logged(make_server):
    server = make_server().start()
    admin = server.admin()
    for _ in range(300):
        assert admin.patch("/account/profile", {"full_name": "Name " + uuid.uuid4().hex}).ok
    return server, admin


def fetch(server, path, plain=False):
    address = server.http_url if plain else server.url
    answer = requests.get(address + path, verify=str(server.root_file), timeout=10)
    return answer


def key_of(server):
    return fetch(server, "/audit-log/key").text


def exported(admin, **query):
    answer = admin.get("/audit/export", format="ndjson", **query)
    assert answer.status == 200, answer
    lines = answer.content.decode().split("\n")
    assert lines.pop() == ""
    return json.loads(lines[0]), lines[1:]


def verify(tmp_path, text, key, checkpoints=()):
    file = tmp_path / f"{uuid.uuid4().hex}.ndjson"
    file.write_text(text)
    command = [VERIFY, "--key", key.strip()]
    for note in checkpoints:
        kept = tmp_path / f"{uuid.uuid4().hex}.txt"
        kept.write_text(note)
        command += ["--checkpoint", kept]
    return subprocess.run([*command, file], capture_output=True, text=True, timeout=30)


def test_the_checkpoint_is_public_and_signed(logged):
    server, admin = logged
    admin.get("/audit/checkpoint")
    key = key_of(server)
    for plain in (False, True):
        answer = fetch(server, "/audit-log/checkpoint", plain)
        assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/plain")
        answer.encoding = "utf-8"
        size, _ = open_note(answer.text, key)
        assert size > 300
    with pytest.raises(InvalidSignature):
        open_note(answer.text.replace(f"\n{size}\n", f"\n{size + 1}\n"), key)


def test_the_export_is_what_was_signed(logged):
    _, admin = logged
    head, lines = exported(admin)
    size, root = open_note(head["checkpoint"], admin.get("/audit/checkpoint").data["verifier_key"])
    assert head["first"] == 0 and head["end"] == size == len(lines)
    assert root_of([leaf_hash(line.encode()) for line in lines]) == root
    entries = [json.loads(line) for line in lines]
    assert [entry["id"] for entry in entries] == sorted(entry["id"] for entry in entries)
    one = admin.get(f"/audit/logs/{entries[50]['id']}").data
    assert one["action"] == entries[50]["action"] and one["timestamp"] == entries[50]["at"]


def test_the_tiles_are_the_hashes_of_the_entries(logged):
    server, admin = logged
    head, lines = exported(admin)
    leaves = [leaf_hash(line.encode()) for line in lines]
    size = len(leaves)
    full = fetch(server, "/audit-log/tile/0/000")
    assert full.content == b"".join(leaves[:256]) and "immutable" in full.headers["Cache-Control"]
    part = fetch(server, f"/audit-log/tile/0/001.p/{size - 256}", plain=True)
    assert part.content == b"".join(leaves[256:size])
    assert fetch(server, "/audit-log/tile/1/000.p/1").content == root_of(leaves[:256])
    for nothing in ("0/002", "0/001", "2/000.p/1", "0/0", "entries/000", "0/x000/001", "9/000"):
        assert fetch(server, f"/audit-log/tile/{nothing}").status_code == 404, nothing


def test_each_entry_can_be_proven(logged):
    server, admin = logged
    key = key_of(server)
    for entry in admin.get("/audit/logs", per_page=100, page=2).data[::20]:
        proof = admin.get(f"/audit/logs/{entry['id']}/proof").data
        leaf = leaf_hash(proof["leaf"].encode())
        assert base64.b64encode(leaf).decode() == proof["leaf_hash"]
        assert json.loads(proof["leaf"])["id"] == entry["id"]
        hashes = [base64.b64decode(each) for each in proof["hashes"]]
        size, root = open_note(proof["checkpoint"], key)
        assert size == proof["tree_size"]
        assert root_from_inclusion(leaf, proof["leaf_index"], size, hashes) == root
    assert admin.get("/audit/logs/999999999/proof").status == 404


def test_a_log_continues_what_it_was(logged):
    _, admin = logged
    head, lines = exported(admin)
    leaves = [leaf_hash(line.encode()) for line in lines]
    answer = admin.get("/audit/consistency", first=256, second=300).data
    # 256 is a power of two, so the proof is the hash of what came after it alone.
    assert [base64.b64decode(each) for each in answer["hashes"]] == [root_of(leaves[256:300])]
    for first, second in ((0, 5), (7, 6), (1, 10**9), (-1, 5)):
        refused = admin.get("/audit/consistency", first=first, second=second)
        assert refused.status == 400 and "first" in refused.fields, refused


def test_the_verifier_needs_only_the_export_and_the_key(logged, tmp_path):
    server, admin = logged
    key = key_of(server)
    early = admin.get("/audit/checkpoint").data["checkpoint"]
    assert admin.patch("/account/profile", {"full_name": "Later"}).ok
    text = admin.get("/audit/export", format="ndjson").content.decode()
    right = verify(tmp_path, text, key, [early])
    assert right.returncode == 0 and "are as" in right.stdout, right
    part = admin.get("/audit/export", format="ndjson", first_leaf=37, limit=101).content.decode()
    assert verify(tmp_path, part, key).returncode == 0

    lines = text.split("\n")
    changed = "\n".join([*lines[:40], lines[40].replace('"admin"', '"mallory"'), *lines[41:]])
    dropped = "\n".join([*lines[:40], *lines[41:]])
    swapped = "\n".join([*lines[:40], lines[41], lines[40], *lines[42:]])
    doubled = "\n".join([*lines[:40], lines[40], lines[40], *lines[41:]])
    blank = "\n".join([*lines[:40], "", *lines[41:]])
    head = json.loads(lines[0])
    another_end = "\n".join([json.dumps({**head, "end": head["end"] - 1}), *lines[1:-2], ""])
    for wrong in (changed, dropped, swapped, doubled, blank, another_end, lines[0] + "\n", "rubbish", ""):
        assert wrong != text
        answer = verify(tmp_path, wrong, key)
        assert answer.returncode == 1, (wrong[:200], answer)
    other = admin.get("/audit/checkpoint").data["verifier_key"].split("+")
    assert verify(tmp_path, text, other[0] + "+00000000+" + other[2]).returncode == 2


def test_a_log_that_was_cut_off_does_not_pass(logged, tmp_path):
    """With an earlier checkpoint that somebody kept, not even the server can shorten or rewrite the log."""
    server, admin = logged
    old = admin.get("/audit/export", format="ndjson").content.decode()
    assert admin.patch("/account/profile", {"full_name": "Later still"}).ok
    late = admin.get("/audit/checkpoint").data["checkpoint"]
    answer = verify(tmp_path, old, key_of(server), [late])
    assert answer.returncode == 1 and "ends at" in answer.stdout, answer


# ---- Changing rows, on both databases ----


def sqlite(server, statement):
    run("sqlite3", "-cmd", ".timeout 5000", server.sqlite_file, statement)


def postgres(server, statement):
    run("psql", server.database, "-qAtc", statement)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def changed(request, make_server):
    if request.param == "sqlite":
        server, change = make_server().start(), sqlite
    else:
        new_database = request.getfixturevalue("new_database")
        server, change = make_server(database=new_database()).start(), postgres
    admin = server.admin()
    for number in range(20):
        assert admin.patch("/account/profile", {"full_name": f"Name {number}"}).ok
    assert admin.get("/audit/verify").data["valid"] is True
    return server, admin, lambda statement: change(server, statement)


def test_what_is_done_to_the_rows_is_found(changed, tmp_path):
    server, admin, change = changed
    ids = sorted(entry["id"] for entry in admin.get("/audit/logs", per_page=20).data)

    def found():
        answer = admin.get("/audit/verify")
        assert answer.status == 200
        assert answer.data["valid"] is (not answer.data["errors"])
        return {error["id"] for error in answer.data["errors"]}

    def passes():
        text = admin.get("/audit/export", format="ndjson").content.decode()
        return verify(tmp_path, text, key_of(server)).returncode == 0

    assert found() == set() and passes()
    change(f"UPDATE audit_log SET username = 'mallory' WHERE id = {ids[3]}")
    assert found() == {ids[3]} and not passes()
    change(f"UPDATE audit_log SET username = 'admin' WHERE id = {ids[3]}")
    assert found() == set() and passes()

    change(f"UPDATE audit_log SET success = (1 = 0) WHERE id = {ids[4]}")
    assert found() == {ids[4]}
    change(f"UPDATE audit_log SET success = (1 = 1) WHERE id = {ids[4]}")

    for a, b in ((900_000, ids[5]), (ids[5], ids[6]), (ids[6], 900_000)):
        change(f"UPDATE audit_log SET id = {a} WHERE id = {b}")
    assert found() == {ids[5], ids[6]} and not passes()
    for a, b in ((900_000, ids[5]), (ids[5], ids[6]), (ids[6], 900_000)):
        change(f"UPDATE audit_log SET id = {a} WHERE id = {b}")
    assert found() == set() and passes()

    columns = (
        "at, username, action, resource_type, resource_id, resource_name, details, ip_address, user_agent, "
        "credential, request_id, success"
    )
    change(
        f"INSERT INTO audit_log (id, {columns}) SELECT 900000, {columns} FROM audit_log WHERE id = {ids[7]}"
    )
    assert 900_000 in found()
    change("DELETE FROM audit_log WHERE id = 900000")
    assert found() == set()

    change(f"DELETE FROM audit_log WHERE id = {ids[8]}")
    assert found() == {ids[8]} and not passes()
    assert admin.get("/audit/verify", start_id=ids[9], end_id=ids[12]).data == {
        **admin.get("/audit/verify", start_id=ids[9], end_id=ids[12]).data,
        "valid": True,
        "checked": ids[12] - ids[9] + 1,
    }


# ---- Exports and retention ----


def test_exports_for_people(logged):
    _, admin = logged
    assert admin.patch("/account/profile", {"full_name": "=HYPERLINK(1)"}).ok
    answer = admin.get("/audit/export", format="json", limit=25)
    assert answer.headers["Content-Disposition"].startswith("attachment") and len(answer.json) == 25
    newest = admin.get("/audit/logs", per_page=25).data
    assert {entry["id"] for entry in answer.json} & {entry["id"] for entry in newest}
    rows = list(csv.DictReader(io.StringIO(admin.get("/audit/export", format="csv", limit=2000).text)))
    assert set(rows[0]) == {
        *("id", "timestamp", "username", "action", "resource_type", "resource_id", "details"),
        *("ip_address", "success"),
    }
    assert len(rows) > 300 and all(row["success"] in ("true", "false") for row in rows)
    assert not [cell for row in rows for cell in row.values() if cell[:1] in "=+-@" and cell]
    only = admin.get("/audit/export", format="json", action="account.update", limit=10).json
    assert only and {entry["action"] for entry in only} == {"account.update"}
    for wrong in ({"format": "xml"}, {"limit": 0}, {"limit": 10**8}, {"format": "ndjson", "username": "a"}):
        assert admin.get("/audit/export", **wrong).status == 400, wrong


def test_old_entries_go_and_the_rest_stays_verifiable(make_server, tmp_path):
    with make_server() as server:
        admin = server.admin()
        kept = admin.get("/audit/checkpoint").data
        # Time is turned in the database, before these entries are signed: the server is not running.
        server.stop()
        sqlite(server, "UPDATE audit_log SET at = at - 100 * 86400")
        for table in ("audit_leaves", "audit_tiles", "audit_checkpoints"):
            sqlite(server, f"DELETE FROM {table}")
        sqlite(server, "UPDATE audit_tree SET tree_size = 0")
        sqlite(server, "INSERT OR IGNORE INTO audit_pending (entry_id) SELECT id FROM audit_log")
        server.start()
        admin = server.admin()
        before = admin.get("/system/audit/retention").data
        assert before["logs_to_delete"] == 0 and before["retention_days"] == 365
        changed = admin.put("/system/audit/retention", {"retention_days": 90, "auto_cleanup": False})
        assert changed.data["logs_to_delete"] > 0 and changed.data["retention_days"] == 90
        cleaned = admin.post("/audit/cleanup", {"retention_days": 90})
        assert cleaned.data["deleted"] == changed.data["logs_to_delete"], cleaned
        verdict = admin.get("/audit/verify").data
        assert verdict["valid"] is True and verdict["checked"] > 0, verdict
        head, _ = exported(admin)
        assert head["first"] == cleaned.data["deleted"]
        text = admin.get("/audit/export", format="ndjson").content.decode()
        assert verify(tmp_path, text, kept["verifier_key"]).returncode == 0
        told = admin.get("/audit/logs", action="audit.cleanup").data[0]
        assert json.loads(told["details"])["deleted"] == cleaned.data["deleted"]
        for days in (0, -1, 10**6):
            refused = admin.post("/system/audit/cleanup", {"retention_days": days})
            assert refused.status == 400 and "retention_days" in refused.fields


def test_the_log_is_for_those_who_may_read_it(logged, user):
    server, admin = logged
    admin.post("/users", {"username": "an-operator", "password": PASSWORD, "role": "operator"})
    operator = server.client().sign_in("an-operator", PASSWORD)
    assert operator.get("/audit/verify").status == 200
    assert operator.post("/audit/cleanup", {"retention_days": 90}).status == 403
    assert operator.put("/system/audit/retention", {"retention_days": 90}).status == 403
    categories = admin.get("/audit/actions").data["categories"]
    assert "auth.login" in categories["auth"]
    found = admin.get("/audit/logs", category="auth").data
    assert found and all(entry["action"].startswith("auth.") for entry in found)
    assert admin.get("/audit/logs", category="nonsense").status == 400
