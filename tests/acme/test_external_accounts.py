"""RFC 8555 section 7.3.4: external account binding, and what an EAB credential allows."""

import concurrent.futures

import pytest

from support import pki
from support.acme import fresh_name, problem
from support.companions import binding, refused
from support.jose import Key


@pytest.fixture
def closed(new_service):
    """A service for those alone who have a credential."""
    return new_service(eab_required=True)


def test_a_service_that_wants_a_binding_says_so_and_refuses_others(client, closed):
    account = client(closed)
    assert account.directory["meta"]["externalAccountRequired"] is True
    answer = account.post(account.directory["newAccount"], {"termsOfServiceAgreed": True})
    problem(answer, "externalAccountRequired", 403)


def test_an_account_is_bound_and_issues(registered, closed, new_credential, challenges, companion_admin):
    credential = new_credential(description="printers")
    account = registered(closed, credential)
    account.issue(challenges, fresh_name())
    shown = companion_admin.get(f"/acme/eab-credentials/{credential['id']}").data
    assert shown["status"] == "used" and shown["used"] == 1 and shown["last_used_at"]


def test_credentials_can_be_pasted_into_a_command_line(new_credential):
    """A program takes what begins with a hyphen for an option."""
    made = [new_credential() for _ in range(100)]
    assert not [each for each in made if each["kid"].startswith("-") or each["hmac_key"].startswith("-")]


def test_the_mac_key_is_shown_once(new_credential, companion_admin, companion):
    credential = new_credential()
    key = credential["hmac_key"]
    assert len(key) == 43 and len(credential["kid"]) >= 16
    listed = companion_admin.get("/acme/eab-credentials")
    read = companion_admin.get(f"/acme/eab-credentials/{credential['id']}")
    audit = companion_admin.get("/audit/logs", per_page=50)
    for answer in (listed, read, audit):
        assert key not in str(answer.data)
    assert key not in companion.output
    assert key.encode() not in companion.sqlite_file.read_bytes()


@pytest.mark.parametrize(
    "fault, type_",
    [
        (lambda account, made: binding(account, made, mac_key=b"x" * 32), "unauthorized"),
        (lambda account, made: binding(account, made, kid="nobody"), "unauthorized"),
        (lambda account, made: binding(account, made, key=Key()), "malformed"),
        (lambda account, made: binding(account, made, url="https://evil.example/"), "malformed"),
        (lambda account, made: binding(account, made) | {"protected": "e30"}, "badSignatureAlgorithm"),
        (lambda account, made: binding(account, made) | {"signature": ""}, "malformed"),
        (lambda account, made: binding(account, made) | {"payload": ""}, "malformed"),
        (lambda account, made: {}, "malformed"),
        (lambda account, made: "text", "malformed"),
    ],
    ids=["mac", "kid", "key", "url", "algorithm", "unsigned", "empty", "none", "text"],
)
def test_a_binding_with_a_fault_makes_no_account(client, closed, new_credential, fault, type_):
    made = new_credential()
    account = client(closed)
    payload = {"termsOfServiceAgreed": True, "externalAccountBinding": fault(account, made)}
    problem(account.post(account.directory["newAccount"], payload), type_)
    problem(
        account.post(account.directory["newAccount"], {"onlyReturnExisting": True}), "accountDoesNotExist"
    )


def test_a_binding_that_nobody_asked_for_is_verified_all_the_same(client, new_credential):
    account = client()
    payload = {"externalAccountBinding": binding(account, new_credential(), mac_key=b"x" * 32)}
    problem(account.post(account.directory["newAccount"], payload), "unauthorized", 403)


def test_a_credential_opens_one_account(registered, client, closed, new_credential):
    credential = new_credential()
    registered(closed, credential)
    other = client(closed)
    payload = {"externalAccountBinding": binding(other, credential)}
    problem(other.post(other.directory["newAccount"], payload), "unauthorized", 403)


def test_a_credential_opens_one_account_whoever_comes_at_once(client, closed, new_credential):
    credential = new_credential()
    accounts = [client(closed) for _ in range(6)]

    def register(account):
        payload = {"externalAccountBinding": binding(account, credential)}
        return account.post(account.directory["newAccount"], payload).status_code

    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        statuses = list(pool.map(register, accounts))
    assert sorted(statuses) == [201] + [403] * 5, statuses


def test_a_reusable_credential_opens_many(registered, closed, new_credential):
    credential = new_credential(reusable=True)
    assert registered(closed, credential).kid != registered(closed, credential).kid


@pytest.mark.parametrize("how", ["disabled", "revoked", "expired", "of another service"])
def test_a_credential_that_is_over_opens_nothing(
    client, closed, new_service, new_credential, companion_admin, companion, how
):
    from support.process import run

    other = new_service().split("/")[-2]
    credential = new_credential(**({"service": other} if "service" in how else {}))
    path = f"/acme/eab-credentials/{credential['id']}"
    if how == "disabled":
        assert companion_admin.patch(path, {"enabled": False}).data["status"] == "disabled"
    elif how == "revoked":
        assert companion_admin.post(path + "/revoke").data["status"] == "revoked"
    elif how == "expired":
        # Time is turned in the database, since it cannot be turned in the server.
        statement = f"UPDATE acme_external_accounts SET expires_at = 1000 WHERE id = {credential['id']}"
        run("sqlite3", "-cmd", ".timeout 5000", companion.sqlite_file, statement)
        assert companion_admin.get(path).data["status"] == "expired"
    account = client(closed)
    payload = {"externalAccountBinding": binding(account, credential)}
    problem(account.post(account.directory["newAccount"], payload), "unauthorized", 403)


def test_revoking_a_credential_ends_what_its_accounts_may_do(
    registered, closed, new_credential, companion_admin, challenges
):
    credential = new_credential()
    account = registered(closed, credential)
    name = fresh_name()
    ready = account.new_order(name).authorize(challenges)
    assert companion_admin.post(f"/acme/eab-credentials/{credential['id']}/revoke").ok
    problem(refused(lambda: account.new_order(fresh_name())), "unauthorized", 403)
    problem(refused(lambda: ready.finalize(pki.csr(names=[name], pem=False))), "unauthorized", 403)
    changed = companion_admin.patch(f"/acme/eab-credentials/{credential['id']}", {"enabled": True})
    assert changed.status == 409, changed
    assert companion_admin.delete(f"/acme/eab-credentials/{credential['id']}").status == 409


def test_an_open_account_is_bound_when_it_comes_to_a_closed_service(client, closed, new_credential):
    open_account = client()
    open_account.register()
    account = client(closed, key=open_account.key)
    account.kid = closed.removesuffix("directory") + "acct/" + open_account.kid.rsplit("/", 1)[1]
    problem(refused(lambda: account.new_order(fresh_name())), "externalAccountRequired", 403)
    account.kid = None
    answer = account.must(
        account.directory["newAccount"], {"externalAccountBinding": binding(account, new_credential())}
    )
    assert answer.status_code == 200
    account.kid = answer.headers["Location"]
    assert account.new_order(fresh_name()).body["status"] == "pending"


def test_a_credential_limits_the_names(registered, closed, new_credential):
    account = registered(closed, new_credential(allowed_names=["**.printers.certwright.example"]))
    assert account.new_order("a.b.printers.certwright.example").body["status"] == "pending"
    answer = refused(lambda: account.new_order(fresh_name(), "x.printers.certwright.example"))
    problem(answer, "rejectedIdentifier", 400)


def test_a_pre_authorized_credential_needs_no_challenge(registered, closed, new_credential, companion_admin):
    name = fresh_name()
    account = registered(closed, new_credential(allowed_names=["**." + name], pre_authorized=True))
    order = account.new_order(name, "*." + name)
    assert order.body["status"] == "ready"
    order.finalize(pki.csr(names=[name, "*." + name], pem=False))
    assert pki.dns_names(pki.load_chain(order.chain())[0]) == {name, "*." + name}
    found = companion_admin.get("/audit/logs", per_page=50, search=name).data
    assert any("pre-authorized" in str(entry["details"]) for entry in found), found


@pytest.mark.parametrize(
    "body, field",
    [
        ({"allowed_names": ["not a name"]}, "allowed_names[0]"),
        ({"pre_authorized": True}, "pre_authorized"),
        ({"expires_at": "2001-01-01T00:00:00Z"}, "expires_at"),
        ({"service": "there-is-none"}, "service"),
        ({"kid": "with blank"}, "kid"),
        ({"kid": ""}, "kid"),
    ],
)
def test_a_credential_that_makes_no_sense_is_refused(companion_admin, body, field):
    answer = companion_admin.post("/acme/eab-credentials", body)
    assert answer.status == 400 and field in answer.fields, answer


def test_a_kid_of_ones_own_is_there_once(new_credential, companion_admin):
    kid = "kid-" + fresh_name()
    assert new_credential(kid=kid)["kid"] == kid
    assert companion_admin.post("/acme/eab-credentials", {"kid": kid}).status == 409
