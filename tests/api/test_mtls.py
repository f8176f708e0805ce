"""Signing in with a certificate: straight over TLS, and through a real nginx that forwards it."""

import datetime
import subprocess
import urllib.parse
import uuid

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from conftest import PASSWORD
from support import pki
from support.foreign import key_pem
from support.process import Process, answers, free_port, wait_for
from support.rest import Client


@pytest.fixture(scope="module")
def site(make_server):
    server = make_server()
    server.env["CERTWRIGHT_TRUSTED_PROXIES"] = "127.0.0.2/32"
    server.start()
    admin = server.admin()
    assert admin.get("/account/mtls/settings").data["enabled"] is False
    saved = admin.put("/account/mtls/settings", {"enabled": True})
    assert saved.data["enabled"] is True and saved.data["needs_restart"] is False, saved
    return server


@pytest.fixture(scope="module")
def boss(site):
    return site.admin()


@pytest.fixture
def person(site, boss):
    username = "c" + uuid.uuid4().hex[:10]
    created = boss.post("/users", {"username": username, "password": PASSWORD, "role": "operator"})
    assert created.status == 201, created
    return site.client().sign_in(username, PASSWORD)


def with_certificate(site, folder, certificate, key):
    """A caller that shows this certificate in TLS."""
    files = folder / f"{uuid.uuid4().hex}.pem", folder / f"{uuid.uuid4().hex}.key"
    files[0].write_text(certificate)
    files[1].write_text(key)
    client = Client(site.url, verify=str(site.root_file))
    client.session.cert = tuple(str(file) for file in files)
    return client


def make(person, name="Laptop", **more):
    made = person.post("/account/mtls/certificates/create", {"name": name, **more})
    assert made.status == 201, made
    return made.data


def client_certificate(name, purpose=x509.oid.ExtendedKeyUsageOID.CLIENT_AUTH):
    """By an authority that the server does not know."""
    key = pki.private_key()
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Foreign")]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=90))
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .sign(pki.private_key(), hashes.SHA256())
    )
    return pki.pem(certificate), key_pem(key)


def test_a_certificate_that_we_made_signs_in(site, person, tmp_path):
    made = make(person, validity_days=30)
    username = person.user["username"]
    certificate = pki.load(made["certificate"])
    assert f"CN={username}@mtls" in certificate.subject.rfc4514_string()
    assert (certificate.not_valid_after_utc - certificate.not_valid_before_utc).days in (30, 31)
    usage = pki.extension(certificate, x509.ExtendedKeyUsage)
    assert list(usage) == [x509.oid.ExtendedKeyUsageOID.CLIENT_AUTH]
    key = serialization.load_pem_private_key(made["private_key"].encode(), None)
    assert key.public_key() == certificate.public_key()

    client = with_certificate(site, tmp_path, made["certificate"], made["private_key"])
    methods = client.post("/auth/methods", {}).data
    assert methods["mtls"] and methods["mtls_status"] == "enrolled" and methods["mtls_user"] == username
    answer = client.post("/auth/login/mtls")
    assert answer.status == 200, answer
    assert answer.data["auth_method"] == "mtls" and answer.data["user"]["username"] == username
    assert answer.data["certificate"]["name"] == "Laptop"
    assert int(answer.data["certificate"]["serial"], 16) == certificate.serial_number
    client.csrf = answer.data["csrf_token"]
    assert client.get("/auth/verify").data["auth_method"] == "mtls"
    assert client.get("/account/mtls/certificates").data[0]["last_used_at"]
    assert client.get("/certificates").status == 200
    assert made["private_key"] not in person.get("/account/mtls/certificates").text
    page = site.admin().get("/account/mtls/certificates/all", user_id=person.user["id"]).data
    assert page["total"] == 1 and page["items"][0]["username"] == username


def test_who_shows_none_or_another_is_nobody(site, person, tmp_path):
    make(person)
    none = site.client()
    assert none.post("/auth/methods", {}).data["mtls_status"] == "not_present"
    assert none.post("/auth/login/mtls").status == 401
    certificate, key = client_certificate(person.user["username"] + "@mtls")
    other = with_certificate(site, tmp_path, certificate, key)
    assert other.post("/auth/methods", {}).data["mtls_status"] == "present"
    refused = other.post("/auth/login/mtls")
    assert refused.status == 401 and refused.json["message"] == "this certificate does not sign anybody in"
    # Another one of ours: the same subject and issuer, and enrolled no more.
    twin = make(person, "Twin")
    client = with_certificate(site, tmp_path, twin["certificate"], twin["private_key"])
    assert person.delete(f"/account/mtls/certificates/{twin['id']}").ok
    assert client.post("/auth/login/mtls").status == 401


def test_revoked_or_switched_off_it_signs_nobody_in(site, person, boss, tmp_path):
    made = make(person)
    client = with_certificate(site, tmp_path, made["certificate"], made["private_key"])
    path = f"/account/mtls/certificates/{made['id']}"
    assert client.post("/auth/login/mtls").ok
    client.session.cookies.clear()
    assert person.post(f"{path}/enable", {"enabled": False}).data["enabled"] is False
    assert client.post("/auth/login/mtls").status == 401
    assert person.post(f"{path}/enable", {"enabled": True}).ok
    assert client.post("/auth/login/mtls").ok
    client.session.cookies.clear()
    assert boss.post(f"{path}/enable", {"enabled": False}).status == 404, "it is not the administrator's"
    assert person.post(f"{path}/revoke", {"reason": "key_compromise"}).ok
    assert client.post("/auth/login/mtls").status == 401
    detail = boss.get(f"/certificates/{made['cert_id']}").data
    assert detail["status"] == "revoked"
    assert person.delete(path).ok and person.get("/account/mtls/certificates").data == []


def test_revoking_the_certificate_itself_is_enough(site, person, boss, tmp_path):
    made = make(person)
    client = with_certificate(site, tmp_path, made["certificate"], made["private_key"])
    assert boss.post(f"/certificates/{made['cert_id']}/revoke", {"reason": "superseded"}).ok
    assert client.post("/auth/login/mtls").status == 401


def test_a_foreign_certificate_is_enrolled_by_showing_it(site, person, boss, tmp_path):
    certificate, key = client_certificate("card-" + uuid.uuid4().hex[:6])
    client = with_certificate(site, tmp_path, certificate, key)
    client.sign_in(person.user["username"], PASSWORD)
    assert person.post("/account/mtls/certificates/enroll", {"name": "Card"}).status == 400
    enrolled = client.post("/account/mtls/certificates/enroll", {"name": "Card"})
    assert enrolled.status == 201 and enrolled.data["cert_id"] is None, enrolled
    assert client.post("/account/mtls/certificates/enroll", {"name": "Card"}).status == 409
    thief = with_certificate(site, tmp_path, certificate, key).sign_in(
        "admin", site.env["CERTWRIGHT_ADMIN_PASSWORD"]
    )
    assert thief.post("/account/mtls/certificates/enroll", {}).status == 409, "it has an owner"
    fresh = with_certificate(site, tmp_path, certificate, key)
    assert fresh.post("/auth/login/mtls").data["user"]["username"] == person.user["username"]
    id_ = enrolled.data["id"]
    downloaded = person.get(f"/account/mtls/certificates/{id_}/download", format="pem")
    assert pki.load(downloaded.content) == pki.load(certificate)
    assert boss.get(f"/account/mtls/certificates/{id_}/download").status == 404
    assert person.get(f"/account/mtls/certificates/{id_}/download", format="pkcs12").status == 400
    assert person.post(f"/account/mtls/certificates/{id_}/revoke", {}).status == 409


def test_what_is_no_clients_certificate_is_not_enrolled(site, person, tmp_path):
    certificate, key = client_certificate("s", x509.oid.ExtendedKeyUsageOID.SERVER_AUTH)
    client = with_certificate(site, tmp_path, certificate, key)
    client.sign_in(person.user["username"], PASSWORD)
    refused = client.post("/account/mtls/certificates/enroll", {"name": "x"})
    assert refused.status == 400 and "clients" in refused.json["message"], refused


def escaped(pem):
    return urllib.parse.quote(pem, safe="")


def test_nobody_but_the_proxy_says_who_showed_what(site, person):
    """The test's own address is no trusted proxy."""
    made = make(person)
    for headers in (
        {"X-SSL-Client-Verify": "SUCCESS", "X-SSL-Client-Cert": escaped(made["certificate"])},
        {"x-ssl-client-verify": "SUCCESS", "x-ssl-client-cert": escaped(made["certificate"])},
        {"X-Ssl-Client-Cert": escaped(made["certificate"])},
    ):
        answer = site.client().post("/auth/login/mtls", headers=headers)
        assert answer.status == 401 and "presented" in answer.json["message"], answer


@pytest.fixture(scope="module")
def nginx(site, boss, tmp_path_factory):
    """It asks clients for a certificate of our authorities, and forwards what they showed."""
    folder = tmp_path_factory.mktemp("nginx")
    port = free_port()
    issued = boss.post("/certificates", {"common_name": "localhost", "san_dns": ["localhost"]})
    exported = boss.post(
        f"/certificates/{issued.data['id']}/export",
        {"format": "pem", "include_key": True, "include_chain": True},
    )
    (folder / "server.pem").write_text(exported.text)
    anchors = "".join(boss.get(f"/cas/{ca['id']}").data["pem"] for ca in boss.get("/cas").data)
    (folder / "clients.pem").write_text(anchors)
    (folder / "nginx.conf").write_text(
        f"""
daemon off;
user root;
pid {folder}/nginx.pid;
error_log stderr;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {folder}/server.pem;
    ssl_certificate_key {folder}/server.pem;
    ssl_client_certificate {folder}/clients.pem;
    ssl_verify_client optional;
    ssl_verify_depth 3;
    location / {{
      proxy_pass {site.url.replace("localhost", "127.0.0.1")};
      proxy_bind 127.0.0.2;
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-SSL-Client-Verify $ssl_client_verify;
      proxy_set_header X-SSL-Client-Cert $ssl_client_escaped_cert;
    }}
  }}
}}
"""
    )
    process = Process(["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")], folder / "nginx.log")
    wait_for(lambda: answers(port), 10, says=f"nginx: {(folder / 'nginx.log').read_text()}")

    class Proxy:
        url = f"https://localhost:{port}"
        root_file = site.root_file

    yield Proxy
    process.stop()


def test_through_nginx(site, person, nginx, tmp_path):
    made = make(person)
    client = with_certificate(nginx, tmp_path, made["certificate"], made["private_key"])
    answer = client.post("/auth/login/mtls")
    assert answer.status == 200 and answer.data["user"]["username"] == person.user["username"], answer
    plain = Client(nginx.url, verify=str(site.root_file))
    assert plain.post("/auth/login/mtls").status == 401
    # What the client claims, nginx overwrites.
    forged = {"X-SSL-Client-Verify": "SUCCESS", "X-SSL-Client-Cert": escaped(made["certificate"])}
    assert plain.post("/auth/login/mtls", headers=forged).status == 401
    stranger, key = client_certificate("stranger")
    other = with_certificate(nginx, tmp_path, stranger, key)
    assert other.post("/auth/login/mtls").status in (400, 401)


def test_clients_are_asked_only_while_it_is_on(site, boss):
    def asks():
        shown = subprocess.run(
            [
                "openssl",
                "s_client",
                "-connect",
                site.url.removeprefix("https://"),
                "-servername",
                "localhost",
            ],
            input=b"",
            capture_output=True,
            timeout=20,
        ).stdout.decode()
        return "No client certificate CA names sent" not in shown, shown

    asked, shown = asks()
    assert asked and "CN" in shown.split("Acceptable client certificate CA names")[1][:600], shown
    assert boss.put("/account/mtls/settings", {"enabled": False}).ok
    try:
        assert not asks()[0]
        assert site.client().post("/auth/login/mtls").status == 401
        assert site.client().post("/auth/methods", {}).data["mtls"] is False
    finally:
        assert boss.put("/account/mtls/settings", {"enabled": True}).ok
    assert asks()[0]
    assert boss.put("/account/mtls/settings", {"required": True}).status == 400
    assert boss.put("/account/mtls/settings", {"issuing_ca_id": 999999}).status == 400


def test_api_keys_and_viewers_make_no_certificates(site, boss, person):
    made = person.post("/account/apikeys", {"name": "k", "permissions": ["write:user_certificates"]})
    caller = site.client().with_key(made.data["key"])
    assert caller.post("/account/mtls/certificates/create", {"name": "x"}).status == 403
    boss.post("/users", {"username": "mtls-viewer", "password": PASSWORD, "role": "viewer"})
    viewer = site.client().sign_in("mtls-viewer", PASSWORD)
    assert viewer.post("/account/mtls/certificates/create", {"name": "x"}).status == 403
