"""What a sign-in costs, and what a crowd of them does to memory."""

import json
import statistics
import time

from measure.cpu import Spent, resident_mb
from measure.load import wrk
from measure.report import Table, median, verdict
from measure.units import p256
from measure.world import folder, new_server

TITLE = "POST /api/v2/auth/login/password: one after the other, and 64 at a time"

SIGN_INS = 40
CROWD = 64
SECONDS = 5
ROUNDS = 3
GOAL_MS = (25, 100)  # about 50 ms
GOAL_MB = 150
USERS = 32
PASSWORD = "a phrase for measuring 5"


def highest_mb(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM:"))


def users(admin, file):
    with open(file, "w") as out:
        for number in range(USERS):
            name = f"person-{number}"
            answer = admin.post("/users", {"username": name, "password": PASSWORD, "role": "viewer"})
            assert answer.status == 201, answer
            out.write(json.dumps({"username": name, "password": PASSWORD}) + "\n")


def one_by_one(server):
    client = server.client()
    times = []
    with Spent(server.pid) as spent:
        for number in range(SIGN_INS):
            began = time.perf_counter()
            body = {"username": f"person-{number % USERS}", "password": PASSWORD}
            answer = client.post("/auth/login/password", body)
            times.append((time.perf_counter() - began) * 1000)
            assert answer.status == 200, answer
            client.session.cookies.clear()
    return statistics.median(times), spent.seconds / SIGN_INS * 1000


def run():
    singles, crowds, units = [], [], []
    with folder() as path, new_server(path / "data") as server:
        bodies = path / "bodies"
        users(server.admin(), bodies)
        before = resident_mb(server.pid)
        url = f"https://127.0.0.1:{server.https_port}/api/v2/auth/login/password"
        for _ in range(ROUNDS):
            units.append(p256().verification_us)
            singles.append(one_by_one(server))
            crowds.append(wrk(server.pid, url, SECONDS, CROWD, 2, [], bodies))
        most = highest_mb(server.pid) - before
    wall, cpu = (median([each[at] for each in singles]) for at in (0, 1))
    served = [load.requests - load.refused for load in crowds]
    rates = [good / load.seconds for good, load in zip(served, crowds, strict=True)]
    refused = [100 * load.refused / load.requests for load in crowds]
    assert all(served), "nobody got in while there was a crowd"
    fits = GOAL_MS[0] <= cpu <= GOAL_MS[1]
    return [
        Table(
            [
                "",
                "sign-ins/s",
                "ms each",
                "CPU ms each",
                "in verifications",
                "sent away %",
                "MB more at most",
            ],
            [
                ["one after the other", 1000 / wall, wall, cpu, cpu * 1000 / median(units), 0.0, ""],
                [f"{CROWD} at a time", median(rates), "", "", "", median(refused), most],
            ],
            [
                f"CPU {verdict(fits, f'{GOAL_MS[0]} to {GOAL_MS[1]} ms: dear for a guesser, cheap for a person')}; memory "
                f"{verdict(most < GOAL_MB, f'under {GOAL_MB} MB more')}. Argon2id with 19 MiB and 2 passes. Of a crowd, a few are "
                "hashed at once, a few wait, and the rest is sent away with 503 and `Retry-After`."
            ],
        )
    ]
