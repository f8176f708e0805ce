"""Tables, printed and kept in RESULTS.md."""

import dataclasses
import os
import pathlib
import statistics

RESULTS = pathlib.Path(__file__).resolve().parent.parent / "RESULTS.md"

HEAD = """# Results

Written by the benchmarks themselves; `README.md` says how they measure. Each section is the latest run of that benchmark, each
figure the median of interleaved rounds. Rates depend on the machine and on what else it does; ratios and CPU times do not, or less.
"""


@dataclasses.dataclass
class Table:
    columns: list
    rows: list
    notes: list = dataclasses.field(default_factory=list)


def median(values):
    return statistics.median(values)


def number(value):
    """Three significant digits, or whole."""
    if not isinstance(value, float):
        return str(value)
    size = abs(value)
    text = f"{value:.0f}" if size >= 100 else f"{value:.1f}" if size >= 10 else f"{value:.2f}"
    return text if size >= 0.1 or value == 0 else f"{value:.3f}"


def verdict(reached, goal):
    return f"{'reached' if reached else 'missed'} ({goal})"


def machine():
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {gigabytes:.0f} GiB"


def as_markdown(table):
    rows = [[number(cell) for cell in row] for row in table.rows]
    lines = [table.columns, ["---"] * len(table.columns), *rows]
    text = "".join("| " + " | ".join(line) + " |\n" for line in lines)
    for note in table.notes:
        text += "\n" + note + "\n"
    return text


def as_text(table):
    rows = [table.columns, *([number(cell) for cell in row] for row in table.rows)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(table.columns))]
    lines = []
    for row in rows:
        cells = [cell.ljust(widths[i]) if i == 0 else cell.rjust(widths[i]) for i, cell in enumerate(row)]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines + [f"  {note}" for note in table.notes])


def _sections():
    if not RESULTS.exists():
        return {}
    parts = RESULTS.read_text().split("\n## ")[1:]
    return {part.split(":", 1)[0]: part.rstrip() for part in parts}


def keep(name, title, tables, version):
    """Replaces this benchmark's section of RESULTS.md and leaves the others."""
    sections = _sections()
    about = f"Certwright {version}, {machine()}. Repeat with `./test.sh bench {name}`."
    body = "\n".join(as_markdown(table) for table in tables)
    sections[name] = f"{name}: {title}\n\n{about}\n\n{body}".rstrip()
    text = HEAD + "".join(f"\n## {sections[each]}\n" for each in sorted(sections))
    RESULTS.write_text(text)
