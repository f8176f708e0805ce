"""A caller of the REST API."""

import requests


class Answer:
    """What the server answered, with the envelope opened."""

    def __init__(self, response):
        self.response = response
        self.status = response.status_code
        self.headers = response.headers
        self.content = response.content
        self.text = response.text
        try:
            self.json = response.json() if response.content else None
        except ValueError:
            self.json = None

    @property
    def data(self):
        assert self.ok, f"{self.status}: {self.text[:800]}"
        return self.json["data"]

    @property
    def meta(self):
        assert self.ok, f"{self.status}: {self.text[:800]}"
        return self.json["meta"]

    @property
    def ok(self):
        return 200 <= self.status < 300

    @property
    def fields(self):
        """The fields that a refusal names."""
        return {detail["field"]: detail["reason"] for detail in (self.json or {}).get("details", [])}

    def __repr__(self):
        return (
            f"<{self.response.request.method} {self.response.request.url}: {self.status} {self.text[:400]}>"
        )


class Client:
    def __init__(self, url, verify=True):
        self.url = url
        self.session = requests.Session()
        self.session.verify = verify
        self.session.trust_env = False
        self.csrf = None
        self.user = None
        self.permissions = []

    def sign_in(self, username, password):
        answer = self.post("/auth/login/password", {"username": username, "password": password})
        assert answer.status == 200, answer
        self.csrf = answer.data["csrf_token"]
        self.user = answer.data["user"]
        self.permissions = answer.data["permissions"]
        return self

    def with_key(self, key):
        self.session.headers["X-API-Key"] = key
        return self

    def request(self, method, path, json=None, data=None, params=None, headers=None, **options):
        """`path` is below /api/v2, unless it starts with // (//health is /health)."""
        url = self.url + (path[1:] if path.startswith("//") else "/api/v2" + path)
        headers = dict(headers or {})
        if self.csrf and method not in ("GET", "HEAD", "OPTIONS"):
            headers.setdefault("X-CSRF-Token", self.csrf)
        options.setdefault("timeout", 30)
        return Answer(
            self.session.request(
                method,
                url,
                json=json,
                data=data,
                params=params,
                headers=headers,
                allow_redirects=False,
                **options,
            )
        )

    def get(self, path, **params):
        return self.request("GET", path, params=params)

    def post(self, path, json=None, **options):
        return self.request("POST", path, json=json, **options)

    def put(self, path, json=None):
        return self.request("PUT", path, json=json)

    def patch(self, path, json=None):
        return self.request("PATCH", path, json=json)

    def delete(self, path):
        return self.request("DELETE", path)
