"""RFC 8555 section 7.3: accounts."""

import concurrent.futures

import pytest

from support.acme import Account, problem
from support.jose import Key, flattened


def test_registering_twice_finds_the_same_account(server, account):
    again = Account(server.directory, str(server.root_file), key=account.key)
    answer = again.post(
        again.directory["newAccount"],
        {"termsOfServiceAgreed": True, "contact": ["mailto:other@certwright.example"]},
    )
    assert answer.status_code == 200 and answer.headers["Location"] == account.kid
    assert "other@certwright.example" not in answer.text, "an existing account is not changed by newAccount"


def test_registering_at_once_makes_one_account(server):
    key = Key()

    def register(_):
        account = Account(server.directory, str(server.root_file), key=key)
        return account.post(account.directory["newAccount"], {"termsOfServiceAgreed": True})

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(register, range(8)))
    assert {answer.headers.get("Location") for answer in answers} == {answers[0].headers["Location"]}
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]


def test_asking_for_an_account_makes_none(unregistered):
    answer = unregistered.post(unregistered.directory["newAccount"], {"onlyReturnExisting": True})
    problem(answer, "accountDoesNotExist", 400)


def test_contacts_are_kept_and_changed(account):
    answer = account.must(account.kid, {"contact": ["mailto:admin@certwright.example"]})
    assert answer.json()["contact"] == ["mailto:admin@certwright.example"]
    assert account.must(account.kid).json()["contact"] == ["mailto:admin@certwright.example"]
    assert account.must(account.kid, {"contact": []}).json().get("contact", []) == []


@pytest.mark.parametrize("contact", ["tel:+4930123", "https://certwright.example/", "javascript:alert(1)"])
def test_other_kinds_of_contacts_are_refused(account, contact):
    problem(account.post(account.kid, {"contact": [contact]}), "unsupportedContact", 400)


@pytest.mark.parametrize(
    "contact",
    [
        "mailto:",
        "mailto:nobody",
        "mailto:a@b.example,c@d.example",
        "mailto:a@b.example?subject=x",
        "mailto:a@@b.example",
        "mailto:a@b.example\r\nBcc: x",
        "mailto:" + "a" * 400 + "@b.example",
    ],
)
def test_contacts_that_are_none_are_refused(account, contact):
    answer = account.post(account.kid, {"contact": [contact]})
    assert answer.status_code == 400, answer.text
    assert answer.json()["type"].endswith(("invalidContact", "malformed", "unsupportedContact"))
    # RFC 8555 writes invalidContact; both the list of errors and its examples are heeded.


@pytest.mark.parametrize("contact", ["mailto:a@b.example", 7, {"a": 1}, [7], [["mailto:a@b.example"]]])
def test_contacts_of_a_wrong_type_are_malformed(account, contact):
    problem(account.post(account.kid, {"contact": contact}), "malformed", 400)


def test_too_many_contacts_are_refused(account):
    answer = account.post(
        account.kid, {"contact": [f"mailto:a{number}@certwright.example" for number in range(1000)]}
    )
    assert answer.status_code == 400


def test_an_unknown_member_is_ignored(unregistered):
    answer = unregistered.post(
        unregistered.directory["newAccount"],
        {"termsOfServiceAgreed": True, "orders": "https://evil.example", "status": "revoked"},
    )
    assert answer.status_code == 201 and answer.json()["status"] == "valid", answer.text


def test_another_account_is_not_read_nor_changed(server, account):
    other = Account(server.directory, str(server.root_file))
    other.register()
    for payload in (None, {"contact": []}, {"status": "deactivated"}):
        answer = other.post(account.kid, payload)
        assert answer.status_code in (401, 403, 404), answer.text
    assert account.must(account.kid).json()["status"] == "valid"


def test_a_deactivated_account_is_dead(account):
    assert account.must(account.kid, {"status": "deactivated"}).json()["status"] == "deactivated"
    problem(account.post(account.kid), "unauthorized", 401, 403)
    account.kid = None
    answer = account.post(account.directory["newAccount"], {"onlyReturnExisting": True})
    problem(answer, "unauthorized", 401, 403)


@pytest.mark.parametrize("status", ["valid", "revoked", "pending", "", 7])
def test_an_account_takes_no_other_status(account, status):
    answer = account.post(account.kid, {"status": status})
    assert answer.status_code in (200, 400), answer.text
    assert account.must(account.kid).json()["status"] == "valid"


def inner(account, new_key, url=None, old_key=None, kid=None, sign_with=None):
    payload = {"account": kid or account.kid, "oldKey": old_key or account.key.jwk}
    return flattened(
        {"alg": new_key.algorithm, "jwk": new_key.jwk, "url": url or account.directory["keyChange"]},
        payload,
        (sign_with or new_key).sign,
    )


def test_a_key_is_changed(server, account):
    new = Key("RSA2048")
    answer = account.post(account.directory["keyChange"], inner(account, new))
    assert answer.status_code == 200, answer.text
    old, account.key = account.key, new
    assert account.must(account.kid).json()["status"] == "valid"
    assert account.post(account.kid, None, key=old, alg=old.algorithm).status_code in (400, 401, 403)
    found = Account(server.directory, str(server.root_file), key=new)
    assert (
        found.post(found.directory["newAccount"], {"onlyReturnExisting": True}).headers["Location"]
        == account.kid
    )


def test_a_key_change_with_a_fault_changes_nothing(server, account):
    new, other = Key(), Account(server.directory, str(server.root_file))
    other.register()
    faults = [
        inner(account, new, url="https://evil.example/"),
        inner(account, new, old_key=Key().jwk),
        inner(account, new, kid=other.kid),
        inner(account, new, sign_with=Key()),
        {"not": "a jws"},
    ]
    for fault in faults:
        answer = account.post(account.directory["keyChange"], fault)
        assert answer.status_code in (400, 401, 403), answer.text
    taken = account.post(account.directory["keyChange"], inner(account, other.key))
    assert taken.status_code == 409 and taken.headers["Location"] == other.kid, taken.text
    assert account.must(account.kid).json()["status"] == "valid"


def test_accounts_are_seen_in_the_console(admin, account):
    listed = admin.get("/acme/accounts", per_page=100).data
    assert any(account.kid.endswith(str(each["account_id"])) for each in listed), listed[:2]
    stats = admin.get("/acme/stats").data
    assert stats["accounts"] >= stats["active_accounts"] >= 1
