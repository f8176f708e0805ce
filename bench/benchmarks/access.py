"""What it costs to know who asks: the same request by nobody, with an API key and with a session."""

from measure.load import wrk
from measure.report import Table, median, verdict
from measure.units import p256
from measure.world import api_key, folder, new_server

TITLE = "knowing who asks, beside the requests that it is for"

ROUNDS = 5
SECONDS = 2
CONNECTIONS = 16
GOAL_PERCENT = 5
HEALTH = "/api/v2/health/live"  # asks nobody who they are, and looks at it all the same
REQUESTS = {"GET /certificates, 20 of them": "/api/v2/certificates", "GET /cas": "/api/v2/cas"}


def certificates(admin):
    for number in range(40):
        name = f"host-{number}.example.com"
        answer = admin.post("/certificates", {"common_name": name, "san_dns": [name]})
        assert answer.status == 201, answer


def run():
    with folder() as path, new_server(path / "data") as server:
        admin = server.admin()
        certificates(admin)
        cookies = "; ".join(f"{each.name}={each.value}" for each in admin.session.cookies)
        callers = {
            "nobody": [],
            "an API key": ["X-API-Key: " + api_key(server, ["read:certificates", "read:cas"])],
            "a session": ["Cookie: " + cookies],
        }
        asked = {(caller, HEALTH): [] for caller in callers}
        asked |= {("an API key", target): [] for target in REQUESTS.values()}
        units = []
        for _ in range(ROUNDS):
            units.append(p256())
            for caller, target in asked:
                url = f"https://127.0.0.1:{server.https_port}{target}"
                load = wrk(server.pid, url, SECONDS, CONNECTIONS, headers=callers[caller])
                assert load.refused == 0, f"{load.refused} of {load.requests} requests were refused"
                asked[caller, target].append(load.cpu_us)
    return [table({each: median(loads) for each, loads in asked.items()}, units)]


def table(spent, units):
    nobody = spent["nobody", HEALTH]
    unit = median([each.verification_us for each in units])
    rows = []
    for caller in ("nobody", "an API key", "a session"):
        cost = spent[caller, HEALTH]
        shares = [
            100 * (cost - nobody) / spent["an API key", target] if caller != "nobody" else 0.0
            for target in REQUESTS.values()
        ]
        rows.append([caller, cost, cost - nobody, (cost - nobody) / unit, *shares])
    of_key = max(rows[1][4:])
    return Table(
        ["who asks", "CPU µs/request", "more than nobody", "in verifications"]
        + [f"% of {name}" for name in REQUESTS],
        rows,
        [
            f"A key {verdict(of_key <= GOAL_PERCENT, f'at most {GOAL_PERCENT} % of a request')}. The request is "
            f"`{HEALTH}` over TLS, kept alive, {CONNECTIONS} connections; medians of {ROUNDS} rounds of {SECONDS} s. A key is "
            "looked up once a second, a session at each request, so that it ends when it is ended."
        ],
    )
