"""One story of Python's ACME library, told on the standard input as JSON: register, order, prove by one challenge,
issue, and then what else the story wants. The chain goes to the file `out`; what ARI says to the standard output."""

import contextlib
import datetime
import ipaddress
import json
import subprocess
import sys
import threading
import time

import josepy
from acme import challenges, client, crypto_util, messages, standalone
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

story = json.load(sys.stdin)
KINDS = {"http-01": challenges.HTTP01, "dns-01": challenges.DNS01}
if hasattr(challenges, "TLSALPN01"):
    KINDS["tls-alpn-01"] = challenges.TLSALPN01


def listen():
    host, port = story["listen"].split(":")
    return host, int(port)


@contextlib.contextmanager
def serving(server):
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield
    server.shutdown()
    server.server_close()


def answered(authorization, challenge, key):
    """A context in which the challenge's answer is visible."""
    name = authorization.body.identifier.value
    response, validation = challenge.response_and_validation(key, domain=name)
    if story["challenge"] == "http-01":
        resource = standalone.HTTP01RequestHandler.HTTP01Resource(
            chall=challenge.chall, response=response, validation=validation
        )
        return response, serving(standalone.HTTP01Server(listen(), {resource}))
    if story["challenge"] == "tls-alpn-01":
        certificate, private = validation
        ours = {name.encode(): (private, certificate)}
        return response, serving(standalone.TLSALPN01Server(listen(), ours, ours))
    subprocess.run([story["hook"], "add", challenge.validation_domain_name(name), validation], check=True)
    return response, contextlib.nullcontext()


def prove(acme, order, key):
    for authorization in order.authorizations:
        chosen = [
            one for one in authorization.body.challenges if isinstance(one.chall, KINDS[story["challenge"]])
        ]
        response, context = answered(authorization, chosen[0], key)
        with context:
            acme.answer_challenge(chosen[0], response)
            deadline = datetime.datetime.now() + datetime.timedelta(seconds=30)
            while acme.poll(authorization)[0].body.status not in (
                messages.STATUS_VALID,
                messages.STATUS_INVALID,
            ):
                assert datetime.datetime.now() < deadline, "the authorization is not decided"
                time.sleep(0.2)
            decided = acme.poll(authorization)[0].body
            assert decided.status == messages.STATUS_VALID, decided


def main():
    key = josepy.JWKRSA(key=rsa.generate_private_key(65537, 2048))
    # Requests reads REQUESTS_CA_BUNDLE, and the library says verify=True.
    net = client.ClientNetwork(key, user_agent="acme-story")
    directory = messages.Directory.from_json(net.get(story["directory"]).json())
    acme = client.ClientV2(directory, net=net)
    more = {}
    if story.get("kid"):
        more["external_account_binding"] = messages.ExternalAccountBinding.from_data(
            key.public_key(), story["kid"], story["hmacKey"], directory
        )
    acme.new_account(
        messages.NewRegistration.from_data(
            email="admin@certwright.example", terms_of_service_agreed=True, **more
        )
    )
    private = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    addresses = [ipaddress.ip_address(each) for each in story.get("addresses", [])]
    csr = crypto_util.make_csr(private, story.get("names", []), ipaddrs=addresses or None)
    profile = {"profile": story["profile"]} if story.get("profile") else {}
    order = acme.new_order(csr, **profile)
    prove(acme, order, key)
    order = acme.poll_and_finalize(order)
    with open(story["out"], "w") as file:
        file.write(order.fullchain_pem)
    leaf = order.fullchain_pem.split("-----END CERTIFICATE-----")[0] + "-----END CERTIFICATE-----\n"
    if story.get("ari"):
        when, again = acme.renewal_time(leaf.encode())
        print(json.dumps({"renew": when.isoformat(), "again": again.isoformat()}))
    if story.get("revoke"):
        revoke(acme, leaf)


def revoke(acme, leaf):
    if hasattr(acme, "renewal_time"):
        acme.revoke(x509.load_pem_x509_certificate(leaf.encode()), 4)
    else:
        # Before 4.0 it took OpenSSL's objects.
        from OpenSSL import crypto

        wrapped = josepy.ComparableX509(crypto.load_certificate(crypto.FILETYPE_PEM, leaf.encode()))
        acme.revoke(wrapped, 4)


if __name__ == "__main__":
    main()
