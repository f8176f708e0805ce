"""dehydrated: all three challenges, renewal, revocation, deactivation."""

import threading
import time

from support import clients
from support.alpn import AlpnServer
from support.matrix import cell

HOOK = """#!/bin/sh
# dehydrated's hook: WHAT NAME TOKEN VALUE
case $1 in
  deploy_challenge) exec {hook} add "_acme-challenge.$2" "$4" ;;
  clean_challenge) exec {hook} delete "_acme-challenge.$2" "$4" ;;
esac
"""


def file(place, name):
    return place.folder / "certs" / name / "fullchain.pem"


@cell("dehydrated", "http-01", "revoke")
def test_from_registration_to_deactivation(place, webroot, check, name):
    dehydrated = clients.dehydrated(place, PRIVATE_KEY_RENEW="yes")
    dehydrated("--register", "--accept-terms")
    dehydrated("--cron", "--domain", f"{name} www.{name}")
    first = check.certificate(file(place, name), name, "www." + name)
    dehydrated("--cron", "--force", "--domain", f"{name} www.{name}")
    second = check.certificate(file(place, name), name, "www." + name)
    assert first.serial_number != second.serial_number
    dehydrated("--account")
    dehydrated("--revoke", place.folder / "certs" / name / "cert.pem")
    check.revoked(second)
    dehydrated("--deactivate")


@cell("dehydrated", "dns-01", "wildcard")
def test_dns_01_with_a_wildcard_through_bind(place, check, name):
    hook = place.script("hook", HOOK.format(hook=place.dns_hook))
    dehydrated = clients.dehydrated(place, "dns-01", HOOK=hook)
    dehydrated("--register", "--accept-terms")
    dehydrated("--cron", "--domain", f"{name} *.{name}", "--alias", "both")
    check.certificate(file(place, "both"), name, "*." + name)


@cell("dehydrated", "tls-alpn-01")
def test_tls_alpn_01(place, alpn_port, check, name):
    """It writes the certificate of the challenge; a web server, here ours, serves it."""
    folder = place.folder / "alpn-certs"
    folder.mkdir()
    dehydrated = clients.dehydrated(place, "tls-alpn-01", ALPNCERTDIR=folder)
    web, done = AlpnServer(alpn_port), threading.Event()

    def serve_what_it_writes():
        while not done.wait(0.05):
            for key in folder.glob("*.key.pem"):
                certificate = key.with_name(key.name.replace(".key.", ".crt."))
                time.sleep(0.05)
                if certificate.exists() and certificate.read_bytes().strip().endswith(b"CERTIFICATE-----"):
                    web.offer(name, certificate.read_bytes() + key.read_bytes())
                    return

    watcher = threading.Thread(target=serve_what_it_writes, daemon=True)
    watcher.start()
    try:
        dehydrated("--register", "--accept-terms")
        dehydrated("--cron", "--domain", name)
    finally:
        done.set()
        watcher.join()
        web.stop()
    check.certificate(file(place, name), name)
