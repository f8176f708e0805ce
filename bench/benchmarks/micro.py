"""What certificates, OCSP answers, requests and CRLs cost, next to the key's own signature."""

import re

from measure.programs import program
from measure.report import Table

from support.process import run as run_program

TITLE = "certificates, OCSP answers, requests and CRLs, in CPU time of one core"


def run():
    output = run_program(program("micro_x509"), timeout=300).stdout
    rows = [re.fullmatch(r"(.*\S)\s{2,}(\S.*)", line).groups() for line in output.splitlines()]
    return [Table(["operation", "cost"], rows)]
