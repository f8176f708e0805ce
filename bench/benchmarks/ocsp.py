"""OCSP answers with a million certificates in the database, against nginx serving a file of the same size."""

import base64
import contextlib
import hashlib
import os
import random
import shutil
import sqlite3
import urllib.parse

import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp
from measure import million
from measure.cpu import resident_mb
from measure.load import wrk
from measure.nginx import AS_PACKAGED, Nginx
from measure.report import Table, median, verdict
from measure.units import p256
from measure.world import folder, new_server

from support import pki

TITLE = f"GET of the status of {million.ROWS:,} certificates, plain HTTP, against nginx serving a file"

WORKERS = 2
ROUNDS = 5
SECONDS = 3
CONNECTIONS = 32
KNOWN = 10_000  # asked again and again
FRESH = 200_000  # asked once each
NONCES = 5_000
GOAL_NGINX = 1.3
GOAL_SIGNATURES = 2


class Questions:
    """Requests about the certificates of one authority, as paths for GET (RFC 6960, appendix A)."""

    def __init__(self, file, server):
        with contextlib.closing(sqlite3.connect(file)) as db:
            id_, refid = db.execute(
                "SELECT a.id, a.refid FROM authorities a JOIN certificate_counts c ON c.authority_id = a.id "
                "GROUP BY a.id ORDER BY SUM(c.issued) DESC LIMIT 1"
            ).fetchone()
            self.rows = db.execute(
                "SELECT serial_number, revoked_at IS NOT NULL FROM certificates WHERE authority_id = ?",
                (id_,),
            ).fetchall()
        random.Random(11).shuffle(self.rows)
        pem = requests.get(f"{server.http_url}/ca/{refid}.pem", timeout=10).text
        issuer = pki.load_chain(pem)[0]
        self.name_hash = hashlib.sha1(issuer.subject.public_bytes()).digest()
        self.key_hash = ocsp_key_hash(issuer)

    def path(self, serial, nonce=False):
        builder = ocsp.OCSPRequestBuilder().add_certificate_by_hash(
            self.name_hash, self.key_hash, int(serial, 16), hashes.SHA1()
        )
        if nonce:
            builder = builder.add_extension(x509.OCSPNonce(os.urandom(16)), critical=False)
        der = builder.build().public_bytes(serialization.Encoding.DER)
        return "/ocsp/" + urllib.parse.quote(base64.b64encode(der).decode(), safe="")

    def write(self, file, rows, nonce=False):
        file.write_text("".join(self.path(serial, nonce) + "\n" for serial, _ in rows))
        return file


def ocsp_key_hash(issuer):
    """RFC 6960, section 4.1.1: of the key's BIT STRING, without tag, length and unused bits."""
    key = issuer.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return hashlib.sha1(key).digest()


def check(questions, server, rows):
    """What is measured is right: good and revoked as the database has it, and both occur."""
    revoked = 0
    for serial, is_revoked in rows:
        answer = requests.get(server.http_url + questions.path(serial), timeout=10).content
        status = ocsp.load_der_ocsp_response(answer)
        wanted = ocsp.OCSPCertStatus.REVOKED if is_revoked else ocsp.OCSPCertStatus.GOOD
        assert status.certificate_status == wanted and status.serial_number == int(serial, 16)
        revoked += is_revoked
    assert 0 < revoked < len(rows)
    return answer


def run():
    with folder() as path:
        shutil.copytree(million.data_directory(), path / "data")
        with new_server(path / "data", CERTWRIGHT_HTTP_THREADS=str(WORKERS)) as server:
            questions = Questions(server.sqlite_file, server)
            content = check(questions, server, questions.rows[:100])
            known = questions.write(path / "known", questions.rows[:KNOWN])
            fresh = questions.write(path / "fresh", questions.rows[KNOWN : KNOWN + FRESH])
            nonces = questions.write(path / "nonces", questions.rows[:NONCES], nonce=True)
            url = f"http://127.0.0.1:{server.http_port}/"

            def ask(lines, seconds=SECONDS):
                load = wrk(server.pid, url, seconds, CONNECTIONS, lines=lines)
                assert load.refused == 0, f"{load.refused} requests were refused"
                return load

            with (
                Nginx(path / "nginx", WORKERS) as nginx,
                Nginx(path / "packaged", WORKERS, AS_PACKAGED) as packaged,
            ):
                file = nginx.serve("answer", content)
                same_file = packaged.serve("answer", content)
                ask(known, 2)
                wrk(nginx.pid, file, 1, CONNECTIONS)
                measured = {"known": [], "nginx": [], "packaged": [], "nonce": []}
                for _ in range(ROUNDS):
                    unit = p256()
                    measured["known"].append((unit, ask(known)))
                    measured["nginx"].append((unit, wrk(nginx.pid, file, SECONDS, CONNECTIONS)))
                    measured["packaged"].append((unit, wrk(packaged.pid, same_file, SECONDS, CONNECTIONS)))
                    measured["nonce"].append((unit, ask(nonces)))
                measured["fresh"] = [(p256(), ask(fresh))]
                assert measured["fresh"][0][1].requests <= FRESH, "some were asked twice"
            memory = resident_mb(server.pid)
    return [table(measured, len(content), memory)]


NAMES = {
    "known": f"certwright, {KNOWN:,} certificates",
    "nginx": "nginx, one file, tuned",
    "packaged": "nginx, one file, as Debian sets it up",
    "nonce": "certwright, with a nonce",
    "fresh": "certwright, each for the first time",
}


def table(measured, size, memory):
    def against(peer):
        pairs = [
            (ours, theirs) for (_, ours), (_, theirs) in zip(measured["known"], measured[peer], strict=True)
        ]
        rate = median([ours.rate / theirs.rate for ours, theirs in pairs])
        return rate, median([theirs.cpu_us / ours.cpu_us for ours, theirs in pairs])

    tuned, packaged = against("nginx"), against("packaged")
    rows = [
        [
            NAMES[name],
            *(
                median([getattr(load, what) for _, load in loads])
                for what in ("rate", "cpu_us", "p50_ms", "p99_ms")
            ),
            median([load.cpu_us / unit.signature_us for unit, load in loads]),
        ]
        for name, loads in measured.items()
    ]
    rows.append(["certwright to nginx, tuned", *tuned, "", "", ""])
    rows.append(["certwright to nginx, as Debian sets it up", *packaged, "", "", ""])
    nonce = next(row for row in rows if row[0] == NAMES["nonce"])[-1]
    return Table(
        ["", "answers/s", "CPU µs/answer", "p50 ms", "p99 ms", "CPU in signatures"],
        rows,
        [
            f"Rate {verdict(packaged[0] >= GOAL_NGINX, f'at least {GOAL_NGINX} of nginx as Debian sets it up')}, "
            f"{verdict(tuned[0] >= GOAL_NGINX, 'and of one without a log and with its file kept open')}; with a nonce "
            f"{verdict(nonce <= GOAL_SIGNATURES, f'at most {GOAL_SIGNATURES} P-256 signatures of CPU')}. {million.ROWS:,} "
            f"certificates, a tenth of them revoked; an answer has {size} octets; {WORKERS} threads against {WORKERS} workers, "
            f"{CONNECTIONS} connections kept alive, {ROUNDS} rounds of {SECONDS} s. The ratio of CPU is nginx's per answer to "
            f"ours: above 1, we need less. Afterwards the server has {memory:.0f} MB. A signature is one by `openssl speed "
            "ecdsap256` in the same round."
        ],
    )
