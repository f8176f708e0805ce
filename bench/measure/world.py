"""The server under measurement and the folder it works in."""

import contextlib
import os
import pathlib
import shutil
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
RELEASE = ROOT / "build/release"
WORK = ROOT / "build/bench"

# As high as the settings go: the accounting of the limits is part of what is measured.
HIGH_LIMITS = {
    f"CERTWRIGHT_LIMITS_{name}": "1000000" for name in ("STANDARD", "STRICT", "SIGN_IN", "PROTOCOL")
}


def keep_binary():
    """Measures a copy of the release, which a build meanwhile does not replace."""
    WORK.mkdir(parents=True, exist_ok=True)
    if "CERTWRIGHT_TEST_BINARY" not in os.environ:
        copy = WORK / "certwright"
        copy.unlink(missing_ok=True)
        shutil.copy2(RELEASE / "bin/certwright", copy)
        os.environ["CERTWRIGHT_TEST_BINARY"] = str(copy)


@contextlib.contextmanager
def folder():
    """A folder on the disk that the build is on: what is durable must reach a real one."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="run-", dir=WORK))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def new_server(data, **settings):
    from support.server import Server

    return Server(data, **{**HIGH_LIMITS, **settings})


def api_key(server, permissions=("read:certificates", "write:certificates")):
    """A key of the administrator's, as automation has one."""
    answer = server.admin().post("/account/apikeys", {"name": "bench", "permissions": list(permissions)})
    assert answer.status == 201, answer
    return answer.data["key"]


def issuing_ca(admin):
    return next(ca for ca in admin.get("/cas").data if not ca["is_root"] and ca["is_active"])
