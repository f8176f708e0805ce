"""Helpers for what goes beyond the usual story of an order."""

import pytest

from support.acme import Refused
from support.jose import external_account_binding, unb64


def binding(account, credential, **changes):
    """The externalAccountBinding of an account that is about to register, with the faults a test wants."""
    return external_account_binding(
        changes.get("key", account.key),
        changes.get("url", account.directory["newAccount"]),
        changes.get("kid", credential["kid"]),
        changes.get("mac_key", unb64(credential["hmac_key"])),
    )


def refused(call):
    """The problem that a call of Account's ends with."""
    with pytest.raises(Refused) as caught:
        call()
    return caught.value.response
