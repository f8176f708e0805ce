"""Apache's mod_md: it gets certificates while it serves, watches renewal information, and asks for profiles."""

import datetime
import os
import signal

import pytest

from support import pki
from support.matrix import cell, lack
from support.process import Process, free_port, wait_for

CONFIGURATION = """
ServerRoot {folder}/apache
ServerName localhost
PidFile apache.pid
DefaultRuntimeDir .
Mutex file:. default
ErrorLog error.log
LogLevel warn md:debug
{modules}
Listen 127.0.0.1:{http}
Listen 127.0.0.1:{https} https
Protocols acme-tls/1 http/1.1

MDStoreDir md
MDCertificateAuthority {directory}
MDCACertificateFile {root}
MDCertificateAgreement accepted
MDContactEmail admin@certwright.example
MDPrivateKeys secp256r1
MDPortMap http:{http} https:{https}
MDCAChallenges {challenge}
MDStoreLocks off
MDCheckInterval 1s
MDInitialDelay 0s
MDRetryDelay 1s
MDMessageCmd {folder}/apache/note
{more}
MDomain {names}
<VirtualHost *:{https}>
  ServerName {name}
  SSLEngine on
</VirtualHost>
"""
MODULES = ("mpm_event", "authz_core", "ssl", "md")


@pytest.fixture
def apache(place, alpn_port):
    """Starts Apache; returns the file of its certificate when it has one."""
    started = []
    folder = place.folder / "apache"
    folder.mkdir()

    def apache(challenge, name, *others, more="", directory=None, waits=True):
        place.script("apache/note", f'#!/bin/sh\necho "$@" >> {folder}/notes\n')
        available = "/usr/lib/apache2/modules"
        modules = "\n".join(f"LoadModule {each}_module {available}/mod_{each}.so" for each in MODULES)
        configuration = folder / "httpd.conf"
        configuration.write_text(
            CONFIGURATION.format(
                folder=place.folder, modules=modules, http=place.challenge_port, more=more, challenge=challenge,
                https=alpn_port if challenge == "tls-alpn-01" else free_port(), root=place.root_file,
                directory=directory or place.directory, names=" ".join([name, *others]), name=name,
            )
        )  # fmt: skip
        process = Process(
            # Root would hand over to a user who may not enter the tests' folders: here nobody is root.
            [
                "unshare",
                "--user",
                "--map-user=1000",
                "--map-group=1000",
                "/usr/sbin/apache2",
                "-DFOREGROUND",
                "-f",
                configuration,
            ],
            folder / "apache.log",
            env={"PATH": "/usr/bin:/bin", "SSL_CERT_FILE": place.root_file, "HOME": str(place.folder)},
        )
        started.append(process)
        file = folder / "md/staging" / name / "pubcert.secp256r1.pem"

        def there():
            assert process.running(), process.output
            return file.exists()

        if waits:
            wait_for(there, 30, says=f"a certificate ({folder}/error.log)")
        return file

    apache.folder = folder
    apache.restart = lambda: os.kill(started[-1].pid, signal.SIGUSR1)
    yield apache
    for process in started:
        process.stop()


@cell("mod_md", "http-01")
def test_http_01(apache, check, name):
    check.certificate(apache("http-01", name), name)


DNS = """#!/bin/sh
# mod_md's command: setup|teardown NAME VALUE
case $1 in setup) exec {hook} add "_acme-challenge.$2" "$3" ;; esac
exit 0
"""


@cell("mod_md", "dns-01", "wildcard")
def test_dns_01_with_a_wildcard_through_bind(place, apache, check, name):
    hook = place.script("dns-command", DNS.format(hook=place.dns_hook))
    check.certificate(apache("dns-01", name, "*." + name, more=f"MDChallengeDns01 {hook}"), name, "*." + name)


@cell("mod_md", "tls-alpn-01")
def test_tls_alpn_01_on_the_port_that_it_serves(apache, check, name):
    check.certificate(apache("tls-alpn-01", name), name)


@cell("mod_md", "EAB")
def test_an_external_account(apache, check, name, closed, credential, used):
    eab = f"MDExternalAccountBinding {credential['kid']} {credential['hmac_key']}"
    check.certificate(apache("http-01", name, more=eab, directory=closed), name)
    assert used() == 1


@cell("mod_md", "profile")
def test_a_profile(apache, check, name, new_service):
    directory = new_service(profiles=[{"name": "short", "description": "Six hours", "validity_hours": 6}])
    certificate = check.certificate(
        apache("http-01", name, more="MDProfile short", directory=directory), name
    )
    assert certificate.not_valid_after_utc - certificate.not_valid_before_utc < datetime.timedelta(hours=7)


@cell("mod_md", "ARI")
def test_it_renews_early_when_we_say_so(apache, check, name, admin):
    """Nothing but renewal information makes it renew a certificate of a few seconds; it could ask for the OCSP response as well."""
    first = check.certificate(apache("http-01", name, more="MDRenewViaARI on"), name)
    assert admin.post(f"/certificates/{check.listed(first)['id']}/revoke", {"reason": "superseded"}).ok
    apache.restart()
    staged = apache.folder / "md/staging" / name / "pubcert.secp256r1.pem"

    def another():
        return staged.exists() and pki.load_chain(staged.read_text())[0] != first

    wait_for(another, 30, says=f"a second certificate ({apache.folder}/error.log)")
    check.certificate(staged, name)
    log = (apache.folder / "error.log").read_text()
    assert "CA advises renew via ARI now" in log and "OCSP reports revoked" not in log
    serving = apache.folder / "md/domains" / name / "pubcert.secp256r1.pem"
    assert pki.load_chain(serving.read_text())[0] == first


@lack("mod_md", "IP")
def test_an_address_is_taken_for_a_name(apache):
    apache("http-01", "127.0.0.1", waits=False)
    log = apache.folder / "error.log"

    def refused():
        return log.exists() and "a DNS name does not end in a number" in log.read_text()

    wait_for(refused, 20, says=f"the refusal ({log})")
