#!/usr/bin/env python3
"""Holds every folder of src/ and agent/ to what it may include.

The table is docs/architecture.md's: each folder may look only downwards. OpenSSL, SQL, Beast and Asio
are kept to the folders that are there for them. Prints one line per breach; exits with 1 if there is any.
"""

import functools
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

# What a folder may include from below, besides itself.
BELOW_SERVICE = {"base", "json", "auth", "crypto", "merkle", "der", "x509", "core", "db", "net", "storage"}
ALLOWED = {
    "base": set(),
    "json": {"base"},
    "auth": {"base"},
    "der": {"base"},
    "crypto": {"base", "der"},
    "merkle": {"base", "crypto"},
    "x509": {"base", "crypto", "der"},
    "core": {"base", "json", "x509", "crypto", "der"},
    "db": {"base", "json", "auth"},
    "net": {"base", "json", "crypto", "core"},
    "storage": {"base", "json", "db", "core", "x509"},
    "service": BELOW_SERVICE,
    "http": {"base", "json", "auth", "crypto"},
    "api": BELOW_SERVICE | {"service", "http"},
    "protocol": BELOW_SERVICE | {"service", "http"},
    "jobs": BELOW_SERVICE | {"service"},
    "app": BELOW_SERVICE | {"service", "http", "api", "protocol", "jobs"},
    "main": {"app"},
    "verify": {"base", "json", "merkle"},
    "agent": {"base", "json", "crypto", "der", "x509", "core", "net"},
}

# Of these folders, only the named parts may be included from there.
NARROWED = {
    ("net", "core"): re.compile(r"core/(acme/|dns_name|ip_address)"),
    ("core", "crypto"): re.compile(r"crypto/(algorithm|digest|jws|key|public_key)"),
    ("core", "der"): re.compile(r"der/(oids?|reader|tag)\.h"),  # lints read what is to be signed
}

# Libraries that are kept to some folders. A header that includes one of them (itself, or by way of
# another) is for its own folder alone, so that nobody else compiles the library.
CONFINED = [
    ("OpenSSL", re.compile(r"<openssl/"), {"crypto", "http", "net"}),
    ("libpq and SQLite", re.compile(r"<(libpq-fe\.h|sqlite3\.h|postgresql/)"), {"db"}),
    ("Beast and Asio", re.compile(r"<boost/(beast|asio)"), {"http", "net"}),
]

INCLUDE = re.compile(r'^\s*#\s*include\s+([<"][^>"]+[>"])')
SQL = re.compile(
    r"\b(SELECT\s+[\w*(].*\bFROM\b|INSERT\s+INTO\s+\w|UPDATE\s+\w+\s+SET\b|DELETE\s+FROM\s+\w|CREATE\s+(TABLE|INDEX)\b)"
)
STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"|R"(\w*)\(.*?\)\1"', re.DOTALL)


def folder_of(path):
    parts = path.relative_to(ROOT).parts
    return parts[1] if parts[0] == "src" else parts[0]


def is_test(path):
    return bool(re.search(r"_(pg)?test\.cc$|_for_test\.(h|cc)$", path.name))


def includes_of(path):
    """Line number and target (with its quotes or brackets) of every #include."""
    for number, line in enumerate(path.read_text().splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(1)


@functools.cache
def is_private(name):
    """Whether a header of ours brings a confined library with it."""
    path = ROOT / "src" / name
    if not path.is_file():
        return False
    for _, target in includes_of(path):
        if target.startswith("<") and any(pattern.match(target) for _, pattern, _ in CONFINED):
            return True
        if target.startswith('"') and target[1:-1] != name and is_private(target[1:-1]):
            return True
    return False


def breach_of_include(folder, target):
    """Why a file of `folder` may not include `target`; nothing if it may."""
    name = target[1:-1]
    if target.startswith("<"):
        for library, pattern, folders in CONFINED:
            if pattern.match(target) and folder not in folders:
                return f"{library} is not for {folder}/"
        return None
    other = name.split("/")[0]
    if other == "agent" and folder != "agent":
        return "nothing includes the agent"
    if other not in ALLOWED or other == folder:
        return None
    if other not in ALLOWED[folder]:
        return f"{folder}/ may not include {other}/"
    narrowed = NARROWED.get((folder, other))
    if narrowed and not narrowed.match(name):
        return f"{folder}/ may include only {narrowed.pattern} of {other}/"
    if is_private(name):
        return f"this header brings a library of {other}/ with it, so it is for {other}/ alone"
    return None


def breaches(path):
    folder = folder_of(path)
    if folder not in ALLOWED:
        yield 1, f"{folder}/ is not in the table of tools/check_includes.py"
        return
    for number, target in includes_of(path):
        why = None if is_test(path) else breach_of_include(folder, target)
        if why:
            yield number, f"{target}: {why}"
    text = path.read_text()
    if folder not in ("storage", "db") and not is_test(path):
        for match in STRINGS.finditer(text):
            if SQL.search(match.group(0)):
                yield text.count("\n", 0, match.start()) + 1, "SQL belongs into storage/"


def cross_includes():
    """One surface of api/ or one protocol never looks at another."""
    for folder in ("api", "protocol"):
        for path in sources(ROOT / "src" / folder):
            own = path.relative_to(ROOT / "src").parts[:-1]
            for number, target in includes_of(path):
                parts = target[1:-1].split("/")[:-1]
                if parts[0:1] == [folder] and len(parts) > 1 and len(own) > 1 and parts[1] != own[1]:
                    yield (
                        path,
                        number,
                        f"{target}: {'/'.join(own)}/ may not include another part of {folder}/",
                    )


def sources(folder):
    return sorted(path for path in folder.rglob("*") if path.suffix in (".h", ".cc"))


def main():
    found = 0
    for top in ("src", "agent"):
        for path in sources(ROOT / top):
            for number, why in breaches(path):
                print(f"{path.relative_to(ROOT)}:{number}: {why}")
                found += 1
    for path, number, why in cross_includes():
        print(f"{path.relative_to(ROOT)}:{number}: {why}")
        found += 1
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
