"""What the API description says of each route, and bodies made from its schemas."""

import re

WRITES = {"post", "put", "patch", "delete"}


class Route:
    def __init__(self, document, path, method, operation):
        self.document = document
        self.path = path
        self.method = method.upper()
        self.operation = operation
        self.id = f"{self.method} {path}"

    def __repr__(self):
        return self.id

    @property
    def is_v2(self):
        return self.path.startswith("/api/v2/")

    @property
    def writes(self):
        return self.method.lower() in WRITES

    @property
    def is_public(self):
        security = self.operation.get("security", self.document.get("security", []))
        return security == [] or {} in security

    @property
    def permissions(self):
        """The permissions that it asks for: none for what everyone signed in may do."""
        value = self.operation.get("x-permission", [])
        return [value] if isinstance(value, str) else list(value)

    @property
    def action(self):
        return self.operation.get("x-action")

    @property
    def body_schema(self):
        content = self.operation.get("requestBody", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema")
        return resolve(self.document, schema) if schema else None

    def url(self, value="999999999"):
        """The path with every placeholder filled."""
        return re.sub(r"\{[^}]+\}", value, self.path)


def resolve(document, schema):
    while "$ref" in schema:
        for part in schema["$ref"].split("/"):
            if part == "#":
                target = document
            else:
                target = target[part.replace("~1", "/").replace("~0", "~")]
        schema = target
    return schema


def routes(document):
    return [
        Route(document, path, method, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in ("get", "post", "put", "patch", "delete", "head")
    ]


def granted(permission, names):
    """Whether these permission names (with wildcards) include it: written a second time, on purpose."""
    category = permission.split(":")[0]
    return "*" in names or permission in names or f"{category}:*" in names
