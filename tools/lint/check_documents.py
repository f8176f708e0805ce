#!/usr/bin/env python3
"""Checks the documents against the tree: links lead somewhere, and docs/architecture.md names every folder.

Prints one line per breach; exits with 1 if there is any.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
LEFT_OUT = {"node_modules", "build", ".git", "data", "dist", ".venv"}
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


def documents():
    return sorted(path for path in ROOT.rglob("*.md") if not LEFT_OUT & set(path.relative_to(ROOT).parts))


def anchors(text):
    """The names that headings get, as web views of Markdown make them."""
    headings = re.findall(r"^#+ +(.+?) *$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def check_links(path):
    name = path.relative_to(ROOT)
    for target in LINK.findall(FENCE.sub("", path.read_text())):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        to = (path.parent / file).resolve() if file else path
        if not to.exists():
            yield f"{name}: {target} leads nowhere"
        elif anchor and to.suffix == ".md" and anchor not in anchors(to.read_text()):
            yield f"{name}: {target}: no such heading"


def check_architecture():
    text = (ROOT / "docs/architecture.md").read_text()
    for folder in sorted((ROOT / "src").iterdir()):
        if folder.is_dir() and f"`{folder.name}`" not in text:
            yield f"docs/architecture.md does not say what src/{folder.name}/ is"


def main():
    found = [breach for path in documents() for breach in check_links(path)]
    found += check_architecture()
    for breach in found:
        print(breach)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
