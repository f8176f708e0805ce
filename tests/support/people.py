"""People of a server who may do everything, each as far as a restriction lets them."""

import uuid

from conftest import PASSWORD
from support.rest import Client

EVERYTHING = ["read:*", "write:*", "delete:*"]


class People:
    def __init__(self, server):
        self.server = server
        self.admin = server.admin()
        made = self.admin.post("/rbac/roles", {"name": "all-of-it", "permissions": EVERYTHING})
        assert made.status == 201, made

    def person(self, **restriction):
        name = "p" + uuid.uuid4().hex[:10]
        order = {"username": name, "password": PASSWORD, "role": "all-of-it"}
        id_ = self.admin.post("/users", order).data["id"]
        if restriction:
            answer = self.admin.put(f"/users/{id_}/restriction", restriction)
            assert answer.ok and answer.data["restricted"], answer
        caller = self.server.client().sign_in(name, PASSWORD)
        caller.id = id_
        return caller

    def key_of(self, caller):
        made = caller.post("/account/apikeys", {"name": "k", "permissions": EVERYTHING})
        assert made.status == 201, made
        return Client(self.server.url, verify=str(self.server.root_file)).with_key(made.data["key"])
