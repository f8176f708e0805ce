"""OCSP answers for known certificates over plain HTTP, against nginx serving a file of the same size."""

import base64
import urllib.parse

import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp
from measure.load import wrk
from measure.nginx import Nginx
from measure.report import Table, median, verdict
from measure.world import folder, issuing_ca, new_server

from support import pki

TITLE = "GET of a known certificate's status, plain HTTP, against nginx serving a file of the same size"

WORKERS = 2
ROUNDS = 5
SECONDS = 3
CONNECTIONS = 32


def request_path(certificate, issuer):
    request = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA1()).build()
    text = base64.b64encode(request.public_bytes(serialization.Encoding.DER)).decode()
    return "/ocsp/" + urllib.parse.quote(text, safe="")


def known_certificate(server):
    """Issues a certificate; returns the address that its status is asked at, and the answer."""
    admin = server.admin()
    ca = issuing_ca(admin)
    issued = admin.post(
        "/certificates",
        {"common_name": "known.example.com", "san_dns": ["known.example.com"], "ca_id": ca["id"]},
    ).data
    pem = requests.get(f"{server.http_url}/ca/{ca['refid']}.pem", timeout=10).text
    url = f"http://127.0.0.1:{server.http_port}" + request_path(
        pki.load(issued["pem"]), pki.load_chain(pem)[0]
    )
    answer = requests.get(url, timeout=10)
    assert answer.status_code == 200, answer.text
    status = ocsp.load_der_ocsp_response(answer.content)
    assert status.certificate_status == ocsp.OCSPCertStatus.GOOD
    assert status.serial_number == int(x509.load_pem_x509_certificate(issued["pem"].encode()).serial_number)
    return url, answer.content


def run():
    with folder() as path, new_server(path / "data", CERTWRIGHT_HTTP_THREADS=str(WORKERS)) as server:
        url, content = known_certificate(server)
        with Nginx(path / "nginx", WORKERS) as nginx:
            peers = {"certwright": (server.pid, url), "nginx": (nginx.pid, nginx.serve("answer", content))}
            measured = {name: [] for name in peers}
            for peer in peers.values():
                wrk(*peer, 1, CONNECTIONS)
            for _ in range(ROUNDS):
                for name, peer in peers.items():
                    load = wrk(*peer, SECONDS, CONNECTIONS)
                    assert load.refused == 0, f"{name} refused {load.refused} requests"
                    measured[name].append(load)
    return [table(measured, len(content))]


def table(measured, size):
    pairs = list(zip(measured["certwright"], measured["nginx"], strict=True))
    rate = median([ours.rate / theirs.rate for ours, theirs in pairs])
    cost = median([theirs.cpu_us / ours.cpu_us for ours, theirs in pairs])
    rows = [
        [
            name,
            *(
                median([getattr(load, what) for load in loads])
                for what in ("rate", "cpu_us", "p50_ms", "p99_ms")
            ),
        ]
        for name, loads in measured.items()
    ]
    rows.append(["certwright to nginx", rate, cost, "", ""])
    return Table(
        ["", "answers/s", "CPU µs/answer", "p50 ms", "p99 ms"],
        rows,
        [
            f"Rate {verdict(rate >= 1, 'at least 1.0 of nginx')}. An answer has {size} octets; {WORKERS} threads against "
            f"{WORKERS} workers, {CONNECTIONS} connections kept alive, {ROUNDS} rounds of {SECONDS} s. "
            "The ratio of CPU is nginx's per answer to ours: above 1, we need less."
        ],
    )
