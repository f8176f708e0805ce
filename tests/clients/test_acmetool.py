"""acmetool: it works towards targets that its state directory names."""

import pytest

from support.matrix import cell, lack

HOOK = """#!/bin/sh
# acmetool's hook: EVENT NAME TARGET VALUE; 42 says that the event is not for it.
case $1 in
  challenge-dns-start) exec {hook} add "_acme-challenge.$2" "$4" ;;
  challenge-dns-stop) exec {hook} delete "_acme-challenge.$2" "$4" ;;
  *) exit 42 ;;
esac
"""


@pytest.fixture
def acmetool(place):
    state, hooks = place.folder / "state", place.folder / "hooks"
    (state / "conf").mkdir(parents=True)
    hooks.mkdir()
    (state / "conf/responses").write_text('"acme-enter-email": "admin@certwright.example"\n')

    def acmetool(*arguments, **options):
        return place.run(
            "acmetool", f"--state={state}", f"--hooks={hooks}", "--batch", "--stdio", "--xlog.severity=debug",
            *arguments, **options,
        )  # fmt: skip

    def provide(challenge):
        (state / "conf/target").write_text(
            f'request:\n  provider: "{place.directory}"\n  key:\n    type: ecdsa\n  challenge:\n{challenge}'
        )

    acmetool.state, acmetool.hooks, acmetool.provide = state, hooks, provide
    return acmetool


@cell("acmetool", "http-01")
@lack("acmetool", "revoke")
def test_http_01_and_a_revocation_that_it_notes_and_leaves_at_that(acmetool, webroot, check, name):
    acmetool.provide(f'    http-self-test: false\n    webroot-paths:\n      - "{webroot}"\n')
    acmetool("want", name, "www." + name)
    folder = acmetool.state / "live" / name
    check.certificate(folder / "fullchain", name, "www." + name)
    acmetool("revoke", folder.resolve().name)
    acmetool("reconcile")
    assert (folder / "revoke").exists() and not (folder / "revoked").exists()
    check.certificate(folder / "fullchain", name, "www." + name)


@cell("acmetool", "dns-01", "wildcard")
def test_dns_01_with_a_wildcard_through_bind(place, acmetool, check, name):
    (acmetool.hooks / "dns").write_text(HOOK.format(hook=place.dns_hook))
    (acmetool.hooks / "dns").chmod(0o755)
    acmetool.provide('    http-ports: ["0"]\n')
    acmetool("want", "*." + name)
    check.certificate(acmetool.state / "live" / ("*." + name) / "fullchain", "*." + name)


@lack("acmetool", "IP")
def test_an_address_is_taken_for_a_name(acmetool, webroot):
    acmetool.provide(f'    http-self-test: false\n    webroot-paths:\n      - "{webroot}"\n')
    done = acmetool("want", "127.0.0.1", check=False)
    assert "a DNS name does not end in a number" in done.output, done.output
