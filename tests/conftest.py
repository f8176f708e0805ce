"""What all suites share: one server for the session, with a real BIND as its resolver."""

import os
import urllib.parse
import uuid

import pytest

from support import pki
from support.acme import Account, ChallengeServer, fresh_name
from support.dns import Bind
from support.process import free_port, run
from support.server import BINARY, Server, new_data_directory

ROLES = ("admin", "operator", "auditor", "viewer")
PASSWORD = "a long phrase for tests 7"


@pytest.fixture(scope="session", autouse=True)
def built():
    assert BINARY.exists(), f"{BINARY} is missing: ./run.sh --build-only makes it"


@pytest.fixture(scope="session")
def bind(tmp_path_factory):
    bind = Bind(tmp_path_factory.mktemp("bind")).start()
    yield bind
    bind.stop()


@pytest.fixture(scope="session")
def challenge_port():
    """Where the server looks for http-01."""
    return free_port()


@pytest.fixture(scope="session")
def make_server(bind, challenge_port):
    """Makes servers that are stopped in the end; the keyword arguments are Server's."""
    made = []

    def make(data=None, **options):
        settings = {
            "CERTWRIGHT_ACME_ALLOW_TARGETS": "127.0.0.0/8,::1/128",
            "CERTWRIGHT_ACME_HTTP01_PORT": challenge_port,
            "CERTWRIGHT_DNS_RESOLVERS": bind.address,
        }
        server = Server(data or new_data_directory(), **{**settings, **options})
        made.append(server)
        return server

    yield make
    for server in made:
        server.stop()


@pytest.fixture(scope="session")
def server(make_server):
    return make_server().start()


@pytest.fixture(scope="session")
def admin(server):
    """A caller who may do everything; not the user admin, whose sessions tests open by the dozen."""
    created = server.admin().post("/users", {"username": "the-admin", "password": PASSWORD, "role": "admin"})
    assert created.status == 201, created
    return server.client().sign_in("the-admin", PASSWORD)


@pytest.fixture(scope="session")
def callers(server, admin):
    """One signed-in caller per role."""
    found = {"admin": admin}
    for role in ROLES[1:]:
        username = f"the-{role}"
        created = admin.post("/users", {"username": username, "password": PASSWORD, "role": role})
        assert created.status == 201, created
        found[role] = server.client().sign_in(username, PASSWORD)
    return found


@pytest.fixture(scope="session")
def stranger(server):
    return server.client()


@pytest.fixture(scope="session")
def document(stranger):
    """The API description that the server serves."""
    answer = stranger.get("//api/openapi.json")
    assert answer.status == 200, answer
    return answer.json


@pytest.fixture(scope="session")
def issuing_ca(admin):
    return next(ca for ca in admin.get("/cas").data if not ca["is_root"] and ca["is_active"])


@pytest.fixture(scope="session")
def root_ca(admin):
    return next(ca for ca in admin.get("/cas").data if ca["is_root"])


@pytest.fixture
def issue(admin, issuing_ca):
    """Issues a certificate over the API."""

    def issue(common_name=None, by=admin, **more):
        name = common_name or fresh_name()
        answer = by.post(
            "/certificates", {"common_name": name, "san_dns": [name], "ca_id": issuing_ca["id"], **more}
        )
        assert answer.status == 201, answer
        return answer.data

    return issue


@pytest.fixture
def files(server, admin, tmp_path):
    """Writes a certificate's chain into files for command lines."""

    def files(certificate):
        detail = admin.get(f"/certificates/{certificate['id']}").data
        chain = [each["pem"] for each in detail["chain"]]
        if chain and pki.load(chain[0]) == pki.load(detail["pem"]):
            chain = chain[1:]
        intermediates = [pem for pem in chain if pki.load(pem).subject != pki.load(pem).issuer]
        folder = tmp_path / uuid.uuid4().hex
        folder.mkdir()
        return pki.Files(folder, detail["pem"], intermediates, server.root_file.read_text())

    return files


@pytest.fixture(scope="session")
def challenges(challenge_port):
    server = ChallengeServer(challenge_port)
    yield server
    server.stop()


@pytest.fixture
def account(server):
    """A fresh ACME account."""
    account = Account(server.directory, str(server.root_file))
    account.register()
    return account


@pytest.fixture
def unregistered(server):
    return Account(server.directory, str(server.root_file))


@pytest.fixture
def user(server, admin):
    """Makes users with a role; each is deleted in the end."""
    made = []

    def user(role="operator", sign_in=True):
        username = "u" + uuid.uuid4().hex[:10]
        created = admin.post("/users", {"username": username, "password": PASSWORD, "role": role})
        assert created.status == 201, created
        made.append(created.data["id"])
        if not sign_in:
            return created.data
        return server.client().sign_in(username, PASSWORD)

    yield user
    for id_ in made:
        admin.delete(f"/users/{id_}")


@pytest.fixture(scope="session")
def new_database():
    """Makes empty databases on the PostgreSQL that tools/with_postgres.sh started."""
    address = os.environ.get("CERTWRIGHT_TEST_POSTGRES")
    assert address, "no PostgreSQL: run the tests by ./test.sh, or beneath tools/with_postgres.sh"

    def new_database():
        name = "t" + uuid.uuid4().hex[:12]
        run("psql", address, "-qAtc", f"CREATE DATABASE {name}")
        return urllib.parse.urlsplit(address)._replace(path="/" + name).geturl()

    return new_database
