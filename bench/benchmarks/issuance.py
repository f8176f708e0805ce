"""Certificates over the API from CSRs, all durable and audited, against the bare signatures of OpenSSL."""

import json

from cryptography import x509
from measure.load import wrk
from measure.report import Table, median, verdict
from measure.units import p256, rsa2048_signatures
from measure.world import api_key, folder, issuing_ca, new_server

from support import pki
from support.process import run as run_program

TITLE = "POST /api/v2/certificates with a P-256 CSR, durable and audited, against bare signatures"

ROUNDS = 5
SECONDS = 4
REQUESTS = 4000
CONNECTIONS = (1, 16, 64)
RSA_CONNECTIONS = 16
GOAL_UNITS = 5
GOAL_RSA = 0.75


def write_bodies(file, ca_id):
    """CSRs with keys of their own, made before anything is measured."""
    with open(file, "w") as out:
        for number in range(REQUESTS):
            name = f"host-{number}.team-{number % 50}.example.com"
            request = pki.csr(common_name=name, names=[name])
            out.write(json.dumps({"csr": request, "ca_id": ca_id, "validity_days": 90}) + "\n")


def check_everything_is_there(server, before, issued):
    """Each answer of 201 is a certificate and an audit entry in the database; some may have come after the last answer."""
    stored = certificates(server) - before
    assert issued <= stored <= issued + (ROUNDS + 1) * (sum(CONNECTIONS) + RSA_CONNECTIONS), (
        f"{issued} certificates were answered and {stored} stored"
    )
    entries = sql(server, "SELECT COUNT(*) FROM audit_log WHERE action = 'certificate.issue'")
    assert entries >= stored, f"{stored} certificates and {entries} audit entries"
    assert sql(server, "SELECT COUNT(*) FROM issuance_intents") == 0, "an intent is left open"
    latest = sql(server, "SELECT hex(der) FROM certificates ORDER BY id DESC LIMIT 1", int_=False)
    name = x509.load_der_x509_certificate(bytes.fromhex(latest)).signature_algorithm_oid._name
    assert name == "sha256WithRSAEncryption", name  # the round of the RSA authority came last


def sql(server, statement, int_=True):
    text = run_program("sqlite3", server.sqlite_file, statement).stdout.strip()
    return int(text) if int_ else text


def certificates(server):
    return sql(server, "SELECT COUNT(*) FROM certificates")


def run():
    measured = {connections: [] for connections in CONNECTIONS}
    by_rsa = []
    with folder() as path, new_server(path / "data") as server:
        bodies = path / "bodies"
        write_bodies(bodies, issuing_ca(server.admin())["id"])
        rsa_bodies = path / "rsa_bodies"
        write_bodies(rsa_bodies, new_rsa_authority(server.admin()))
        headers = ["X-API-Key: " + api_key(server)]
        url = f"https://127.0.0.1:{server.https_port}/api/v2/certificates"
        before = certificates(server)
        issued = 0
        for connections in CONNECTIONS:
            issued += post(server, url, 1, connections, headers, bodies).requests
        for _ in range(ROUNDS):
            for connections in CONNECTIONS:
                unit = p256()
                load = post(server, url, SECONDS, connections, headers, bodies)
                issued += load.requests
                measured[connections].append((unit, load))
            signatures = rsa2048_signatures()
            load = post(server, url, SECONDS, RSA_CONNECTIONS, headers, rsa_bodies)
            issued += load.requests
            by_rsa.append((signatures, load))
        server.stop()  # which ends the intents that were made ahead
        check_everything_is_there(server, before, issued)
    return [table(measured), rsa_table(by_rsa)]


def new_rsa_authority(admin):
    made = admin.post(
        "/cas",
        {"common_name": "Bench RSA CA", "type": "root", "key_algorithm": "RSA 2048", "validity_years": 5},
    )
    assert made.status == 201, made
    return made.data["id"]


def post(server, url, seconds, connections, headers, bodies):
    load = wrk(server.pid, url, seconds, connections, min(2, connections), headers, bodies)
    assert load.refused == 0, f"{load.refused} of {load.requests} requests were refused"
    return load


def table(measured):
    rows = []
    for connections, rounds in measured.items():
        rows.append(
            [
                connections,
                median([load.rate for _, load in rounds]),
                median([load.rate / unit.signatures for unit, load in rounds]),
                median([load.cpu_us / 1000 for _, load in rounds]),
                median([load.cpu_us / unit.verification_us for unit, load in rounds]),
                median([load.p50_ms for _, load in rounds]),
                median([load.p99_ms for _, load in rounds]),
            ]
        )
    units = [unit for rounds in measured.values() for unit, _ in rounds]
    worst = max(row[4] for row in rows[1:])
    return Table(
        [
            "connections",
            "certificates/s",
            "of `openssl speed`",
            "CPU ms",
            "in verifications",
            "p50 ms",
            "p99 ms",
        ],
        rows,
        [
            f"CPU with several connections {verdict(worst <= GOAL_UNITS, f'at most {GOAL_UNITS} verifications per certificate')}. "
            "`openssl speed ecdsap256` on one core, in the same rounds: "
            f"{median([unit.signatures for unit in units]):.0f} signatures and "
            f"{median([unit.verifications for unit in units]):.0f} verifications per second "
            f"({median([unit.verification_us for unit in units]):.0f} µs each, the unit). CPU is the server's, TLS included; "
            f"{ROUNDS} rounds of {SECONDS} s. Afterwards every answered certificate was found in the database with its audit "
            "entry, and no intent was open."
        ],
    )


def rsa_table(rounds):
    ratio = median([load.rate / signatures for signatures, load in rounds])
    return Table(
        ["connections", "certificates/s", "of `openssl speed`", "CPU ms", "p50 ms", "p99 ms"],
        [
            [
                RSA_CONNECTIONS,
                median([load.rate for _, load in rounds]),
                ratio,
                median([load.cpu_us / 1000 for _, load in rounds]),
                median([load.p50_ms for _, load in rounds]),
                median([load.p99_ms for _, load in rounds]),
            ]
        ],
        [
            f"Signed by an RSA-2048 authority: {verdict(ratio >= GOAL_RSA, f'at least {GOAL_RSA} of `openssl speed rsa2048` on one core')}; "
            f"that made {median([signatures for signatures, _ in rounds]):.0f} signatures per second in the same rounds."
        ],
    )
