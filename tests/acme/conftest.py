"""A server whose tls-alpn-01 port is ours, with an administrator and services of its own."""

import uuid

import pytest

from support.acme import Account
from support.alpn import AlpnServer
from support.companions import binding
from support.process import free_port


@pytest.fixture(scope="session")
def alpn_port():
    return free_port()


@pytest.fixture(scope="session")
def companion(make_server, alpn_port):
    return make_server(CERTWRIGHT_ACME_TLSALPN01_PORT=alpn_port).start()


@pytest.fixture(scope="session")
def companion_admin(companion):
    return companion.admin()


@pytest.fixture(scope="session")
def alpn(alpn_port):
    server = AlpnServer(alpn_port)
    yield server
    server.stop()


@pytest.fixture
def new_service(companion_admin):
    """Makes a named service; returns its directory."""

    def new_service(**settings):
        name = "s" + uuid.uuid4().hex[:10]
        made = companion_admin.post("/acme/services", {"name": name, **settings})
        assert made.status == 201, made
        return made.data["directory_url"]

    return new_service


@pytest.fixture
def new_credential(companion_admin):
    def new_credential(**settings):
        made = companion_admin.post("/acme/eab-credentials", settings)
        assert made.status == 201, made
        return made.data

    return new_credential


@pytest.fixture
def client(companion):
    """An account that is not registered yet, at any directory of the companion."""

    def client(directory=None, key=None):
        return Account(directory or companion.directory, str(companion.root_file), key=key)

    return client


@pytest.fixture
def registered(client):
    """A registered account; with a credential, bound to it."""

    def registered(directory=None, credential=None):
        account = client(directory)
        more = {}
        if credential:
            more["externalAccountBinding"] = binding(account, credential)
        account.register(**more)
        return account

    return registered
