"""A caller of the ACME administration below /api: bearer token, bare JSON."""

import re

import requests

from support.rest import Answer


class AdminApi:
    def __init__(self, server, token=None):
        self.url = server.url
        self.verify = str(server.root_file)
        self.token = token

    def login(self, username, password):
        answer = self.post("/auth/login", {"username": username, "password": password})
        assert answer.status == 200, answer
        self.token = answer.json["token"]
        return self

    def request(self, method, path, json=None, params=None, headers=None, data=None):
        """`path` is below /api, or absolute as a Link has it."""
        url = path if path.startswith("https://") else self.url + "/api" + path
        sent = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return Answer(
            requests.request(
                method,
                url,
                json=json,
                params=params,
                data=data,
                headers={**sent, **(headers or {})},
                verify=self.verify,
                timeout=30,
            )
        )

    def get(self, path, **params):
        return self.request("GET", path, params=params)

    def post(self, path, json=None):
        return self.request("POST", path, json=json)

    def put(self, path, json=None):
        return self.request("PUT", path, json=json)

    def patch(self, path, json=None):
        return self.request("PATCH", path, json=json)

    def delete(self, path):
        return self.request("DELETE", path)

    def must(self, method, path, json=None, expect=200, **params):
        answer = self.request(method, path, json=json, params=params)
        assert answer.status == expect, answer
        return answer.json

    def pages(self, path, **params):
        """Follows the Links to the end, and returns each page."""
        answer = self.get(path, **params)
        while True:
            assert answer.status == 200, answer
            yield answer.json
            link = next_of(answer)
            if link is None:
                return
            answer = self.get(link)

    def account_id(self, account):
        """The id that an ACME account of a test has here."""
        found = [
            each["id"]
            for page in self.pages("/accounts", limit=1000)
            for each in page
            if each["jwk_thumbprint"] == account.key.thumbprint
        ]
        assert len(found) == 1, found
        return found[0]


def next_of(answer):
    found = re.fullmatch(r'<([^>]+)>; rel="next"', answer.headers.get("Link", ""))
    return found and found.group(1)


def refused(answer, status, words=""):
    """Checks that the answer is a refusal in both forms: the contract's and a problem document."""
    assert answer.status == status, answer
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json
    assert body["status"] == status and body["message"] == body["detail"] and body["detail"], answer
    assert body["error"] == body["title"] == answer.response.reason, answer
    assert words.lower() in body["detail"].lower(), answer
    return body
