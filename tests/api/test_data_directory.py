"""What lies on the disk, and who may read it."""

import os
import re
import shutil
import stat

import requests

from support.process import run, wait_for
from support.server import ADMIN_PASSWORD, BINARY, environment

KEY_MARKERS = [
    b"PRIVATE KEY",
    # PKCS#8 of an EC key: algorithm identifiers of id-ecPublicKey with P-256, P-384 inside of version 0.
    bytes.fromhex("020100301306072a8648ce3d020106082a8648ce3d030107"),
    bytes.fromhex("020100301006072a8648ce3d020106052b81040022"),
    # ... of RSA and Ed25519.
    bytes.fromhex("020100300d06092a864886f70d0101010500"),
    bytes.fromhex("020100300506032b6570"),
    # SEC 1: version 1 and an octet string of 32 or 48.
    bytes.fromhex("0201010420"),
    bytes.fromhex("0201010430"),
]


def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


def files_of(folder):
    return [os.path.join(at, name) for at, _, names in os.walk(folder) for name in names]


def ends_with_message(server, seconds=15):
    server.spawn()
    wait_for(lambda: not server.process.running(), seconds, says="the end of the server")
    assert server.process.popen.returncode != 0
    return server.output


def test_a_new_directory_is_for_its_owner_alone(make_server):
    with make_server() as server:
        assert mode(server.data) == 0o700
        for path in files_of(server.data):
            assert mode(path) & 0o077 == 0, f"{path} is {oct(mode(path))}"


def test_a_wide_directory_is_refused_with_the_command_that_mends_it(make_server):
    server = make_server()
    server.data.mkdir(mode=0o755)
    os.chmod(server.data, 0o755)
    output = ends_with_message(server)
    assert str(server.data) in output and re.search(r"chmod (0?700|go-rwx|u=rwx,go=)", output), output
    assert os.listdir(server.data) == [], "it wrote into a directory that it refuses"
    command = re.search(r"chmod .*", output).group(0).rstrip(" .`")
    run("bash", "-c", command)
    with server:
        assert mode(server.data) == 0o700


def test_no_key_stands_in_clear_on_the_disk(make_server):
    with make_server() as server:
        admin = server.admin()
        for kind in ("EC P-256", "EC P-384", "RSA 2048", "Ed25519"):
            assert (
                admin.post(
                    "/certificates",
                    {
                        "common_name": "k.certwright.example",
                        "san_dns": ["k.certwright.example"],
                        "key_type": kind,
                    },
                ).status
                == 201
            )
        exported = admin.post("/certificates/1/export", {"format": "key"})
        key = (
            admin.post("/account/apikeys", {"name": "k", "permissions": ["read:certificates"]})
            .data["key"]
            .encode()
        )
        cookie = admin.session.cookies.get("session").encode()
        server.stop()
        for path in files_of(server.data) + [server.log]:
            with open(path, "rb") as file:
                content = file.read()
            for marker in KEY_MARKERS:
                assert marker not in content, f"{path} has a private key ({marker.hex()})"
            assert ADMIN_PASSWORD.encode() not in content, path
            assert key not in content and cookie not in content, path
        assert exported is not None


def master_key_file(server):
    """The one file of the directory that is neither the database nor its journals."""
    found = [path for path in files_of(server.data) if re.search(r"master", os.path.basename(path))]
    assert len(found) == 1, files_of(server.data)
    return found[0]


def test_the_master_key_is_a_file_of_its_own(make_server):
    with make_server() as server:
        assert mode(master_key_file(server)) in (0o600, 0o400)


def test_a_wide_master_key_is_refused(make_server):
    server = make_server()
    with server:
        path = master_key_file(server)
    os.chmod(path, 0o644)
    assert "chmod" in ends_with_message(server)


def test_a_wrong_master_key_is_refused_and_harms_nothing(make_server):
    server = make_server()
    with server:
        path = master_key_file(server)
        before = requests.get(f"{server.http_url}/health", timeout=5).status_code
        assert before == 200
    kept = path + ".kept"
    shutil.copy2(path, kept)
    with open(path, "rb") as file:
        right = file.read()
    # Another key of the same form: its first letter or octet is another one.
    wrong = bytes([right[0] ^ 1]) + right[1:]
    with open(path, "wb") as file:
        file.write(wrong)
    output = ends_with_message(server)
    assert "master key" in output.lower(), output
    shutil.copy2(kept, path)
    os.remove(kept)
    with server:
        server.client().sign_in("admin", ADMIN_PASSWORD)


def test_a_lost_master_key_is_not_replaced_by_a_new_one(make_server):
    """Secrets that nobody can open any more must be an error, not a fresh start."""
    server = make_server()
    with server:
        path = master_key_file(server)
    os.remove(path)
    output = ends_with_message(server)
    assert "master key" in output.lower(), output
    assert not os.path.exists(path)


def test_a_directory_that_cannot_be_made_is_an_error_in_words(make_server, tmp_path):
    file = tmp_path / "file"
    file.write_text("")
    server = make_server(data=file / "data")
    server.log = tmp_path / "log"
    output = ends_with_message(server)
    assert str(file) in output and "terminate" not in output, output


def test_two_servers_do_not_share_a_directory(make_server):
    with make_server() as first:
        second = make_server(data=first.data)
        second.log = first.data.with_name("second.log")
        output = ends_with_message(second)
        assert str(first.data) in output or "in use" in output or "another" in output, output
        assert requests.get(f"{first.http_url}/health", timeout=5).status_code == 200


def test_a_database_of_a_newer_version_is_refused(make_server):
    server = make_server()
    with server:
        pass
    database = server.sqlite_file
    table = run("sqlite3", database, ".tables").stdout.split()
    versions = next(name for name in table if "migration" in name or "version" in name)
    columns = run("sqlite3", database, f"SELECT name FROM pragma_table_info('{versions}')").stdout.split()
    values = ",".join(
        "9999" if name in ("number", "version", "id") else "0" if name.endswith("_at") else "'later'"
        for name in columns
    )
    run("sqlite3", database, f"INSERT INTO {versions} ({','.join(columns)}) VALUES ({values})")
    output = ends_with_message(server)
    assert "newer" in output.lower() or "9999" in output, output


def test_the_binary_needs_no_data_to_describe_itself(tmp_path):
    for arguments in (["openapi"], ["--version"], ["--help"]):
        done = run(BINARY, *arguments, cwd=tmp_path, env=environment())
        assert done.stdout
    assert os.listdir(tmp_path) == []
