"""Which ACME client does what with us: the source of the table in docs/protocols/acme-clients.md.

A cell of the table is a test marked with `cell`, or a lack: a reason why the client cannot, with something that
notices when a newer version can. There is no third way: tests/clients/test_matrix.py holds the page to it."""

import ast
import dataclasses
import importlib.metadata
import pathlib
import subprocess

import pytest

from support.lacks import LACKS

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs/protocols/acme-clients.md"
TESTS = ROOT / "tests/clients"
BEGIN, END = "<!-- matrix -->\n", "<!-- end of matrix -->\n"

FEATURES = (
    "http-01", "dns-01", "tls-alpn-01", "EAB", "wildcard", "IP", "key change", "revoke", "ARI", "profile",
)  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Client:
    name: str
    package: str
    version: str  # the oldest that the table speaks of
    source: str = "Debian"

    def installed(self):
        if self.source == "PyPI":
            return importlib.metadata.version(self.package)
        done = subprocess.run(
            ["dpkg-query", "-W", "-f", "${Version}", self.package], capture_output=True, text=True, check=True
        )
        return done.stdout


CLIENTS = (
    Client("certbot", "certbot", "2.1.0"),
    Client("certbot (PyPI)", "certbot", "5.8.0", "PyPI"),
    Client("lego", "lego", "4.9.1"),
    Client("uacme", "uacme", "1.7.4"),
    Client("dehydrated", "dehydrated", "0.7.0"),
    Client("acme-tiny", "acme-tiny", "1:5.0.1"),
    Client("acmetool", "acmetool", "0.2.2"),
    Client("Caddy", "caddy", "2.6.2"),
    Client("mod_md", "apache2-bin", "2.4.71"),
    Client("Go", "golang-golang-x-crypto-dev", "1:0.4.0"),
    Client("Python acme (Debian)", "python3-acme", "2.1.0"),
    Client("Python acme", "acme", "5.9.0", "PyPI"),
)


def cell(client, *features):
    """Marks a test as the proof that the client can do these features with us."""
    return pytest.mark.cell(client, *features)


def lack(client, feature):
    """Marks a test as the proof that the client cannot: its reason is in LACKS."""
    return pytest.mark.lack(client, feature)


def marked(kind):
    """(client, feature) -> (file, test), read from the tests' text: a test that is deselected counts as well."""
    found = {}
    for file in sorted(TESTS.glob("test_*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if not isinstance(node, ast.FunctionDef):
                continue
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and getattr(mark.func, "id", None) == kind:
                    client, *features = (argument.value for argument in mark.args)
                    for feature in features:
                        found.setdefault((client, feature), (file.name, node.name))
    return found


def table():
    """The part of the page that is made."""
    cells = marked("cell")
    lines = [
        "| Client | " + " | ".join(FEATURES) + " |\n",
        "|---|" + ":-:|" * len(FEATURES) + "\n",
    ]
    for client in CLIENTS:
        values = ("yes" if (client.name, feature) in cells else "-" for feature in FEATURES)
        version = client.version.removeprefix("1:")
        lines.append(
            f"| {client.name.removesuffix(' (PyPI)').removesuffix(' (Debian)')} {version}, {client.source} | {' | '.join(values)} |\n"
        )
    for client in CLIENTS:
        lines.append(f"\n### {client.name}\n\n")
        for feature in FEATURES:
            key = (client.name, feature)
            if key in cells:
                file, test = cells[key]
                lines.append(f"- {feature}: [`{test}`](../../tests/clients/{file})\n")
            else:
                lines.append(f"- {feature}: no. {LACKS[key].reason}\n")
    return "".join(lines)


def page():
    text = PAGE.read_text()
    before, rest = text.split(BEGIN)
    return before + BEGIN + table() + END + rest.split(END)[1]


if __name__ == "__main__":
    PAGE.write_text(page())
