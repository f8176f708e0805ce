"""Caddy, which gets its certificates on its own and serves them at once."""

import pathlib

import pytest

from support.matrix import cell
from support.process import Process, free_port, run, wait_for

CONFIGURATION = """{{
  admin off
  storage file_system {folder}/storage
  http_port {http}
  https_port {https}
  auto_https disable_redirects
}}
{name} {{
  bind 127.0.0.1
  tls {{
    issuer acme {{
      dir {directory}
      email admin@certwright.example
      trusted_roots {root}
      {more}
    }}
  }}
  respond "Served by Caddy."
}}
"""


@pytest.fixture
def caddy(place, alpn_port):
    """Starts Caddy with a site; returns the certificate's file when Caddy has it."""
    started = []

    def caddy(name, more, http=None, https=None, directory=None):
        configuration = place.folder / "Caddyfile"
        https = https or free_port()
        configuration.write_text(
            CONFIGURATION.format(
                folder=place.folder, http=http or free_port(), https=https, name=name,
                directory=directory or place.directory, root=place.root_file, more=more,
            )
        )  # fmt: skip
        process = Process(
            ["caddy", "run", "--config", configuration, "--adapter", "caddyfile"],
            place.folder / "caddy.log",
            env={"HOME": str(place.folder), "PATH": "/usr/bin:/bin"},
        )
        started.append(process)
        wait_for(
            lambda: list(storage(place).glob(f"*/{name}/{name}.crt")),
            40,
            says=f"a certificate ({process.log})",
        )
        served = run(
            "curl", "-sS", "--cacert", place.root_file, "--resolve", f"{name}:{https}:127.0.0.1", "--retry", "5",
            "--retry-all-errors", "--retry-delay", "1", f"https://{name}:{https}/",
        )  # fmt: skip
        assert served.stdout == "Served by Caddy."
        return next(storage(place).glob(f"*/{name}/{name}.crt"))

    yield caddy
    for process in started:
        process.stop()


def storage(place):
    return pathlib.Path(place.folder) / "storage/certificates"


@cell("Caddy", "http-01")
def test_http_01(place, caddy, check, name):
    check.certificate(caddy(name, "disable_tlsalpn_challenge", http=place.challenge_port), name)


@cell("Caddy", "tls-alpn-01")
def test_tls_alpn_01_on_the_port_that_it_serves(caddy, alpn_port, check, name):
    check.certificate(caddy(name, "disable_http_challenge", https=alpn_port), name)


@cell("Caddy", "EAB")
def test_an_external_account(place, caddy, closed, credential, used, check, name):
    more = f"disable_tlsalpn_challenge\n      eab {credential['kid']} {credential['hmac_key']}"
    check.certificate(caddy(name, more, http=place.challenge_port, directory=closed), name)
    assert used() == 1


@cell("Caddy", "IP")
def test_an_address(place, caddy, check):
    file = caddy("127.0.0.1", "disable_tlsalpn_challenge", http=place.challenge_port)
    check.certificate(file, "127.0.0.1")
