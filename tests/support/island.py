"""A network and a file system of its own for lines that are run as they are printed: ports 80 and 443 are free there,
and what a program writes below /etc and /var stays in the test's folder. Root is not needed.

The server stays outside. Its ports lead out of the island, and those on which it asks challenges lead in, by way of
Unix sockets, since the two have no network in common."""

import contextlib
import fcntl
import pathlib
import shutil
import socket
import struct
import sys
import threading

from support.process import Process, run, wait_for


def pump(source, target):
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def forward(listener, connect):
    """Hands each connection on to where `connect` leads, until the listener is closed."""

    def hand_on(peer):
        with contextlib.suppress(OSError), peer, connect() as there:
            back = threading.Thread(target=pump, args=(there, peer), daemon=True)
            back.start()
            pump(peer, there)
            back.join()

    def serve():
        with contextlib.suppress(OSError):
            while True:
                peer, _ = listener.accept()
                threading.Thread(target=hand_on, args=(peer,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    return listener


def unix_listener(path):
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen(64)
    return listener


def unix(path):
    def connect():
        peer = socket.socket(socket.AF_UNIX)
        peer.connect(str(path))
        return peer

    return connect


def tcp(port):
    return lambda: socket.create_connection(("127.0.0.1", port), timeout=20)


class Island:
    """`out`: ports of this machine that the island sees. `into`: {port of this machine: port of the island}.
    `mounts`: {folder of the island: folder of the test}."""

    def __init__(self, folder, out, into, mounts):
        self.folder = pathlib.Path(folder)
        self.sockets = self.folder / "s"
        self.sockets.mkdir()
        self.processes = []
        self.listeners = [forward(unix_listener(self.sockets / f"out{port}"), tcp(port)) for port in out]
        for here, there in into.items():
            listener = socket.create_server(("127.0.0.1", here))
            self.listeners.append(forward(listener, unix(self.sockets / f"in{there}")))
        inside = [f"out{port}" for port in out] + [f"in{port}" for port in into.values()]
        self.process = Process(
            ["unshare", "--map-root-user", "--net", "--mount", sys.executable, "-m", "support.island", self.sockets, *inside],
            self.folder / "island.log",
            cwd=pathlib.Path(__file__).parent.parent,
        )  # fmt: skip
        wait_for(lambda: "ready" in self.process.output or not self.process.running(), 20, says="the island")
        assert self.process.running(), self.process.output
        for there, here in mounts.items():
            self.run(f'mkdir -p "{here}" && mount --bind "{here}" "{there}"')

    def enter(self):
        return [
            "nsenter",
            "--target",
            self.process.pid,
            "--user",
            "--preserve-credentials",
            "--net",
            "--mount",
            f"--wd={self.folder}",
        ]

    def run(self, script, env=None, **options):
        """Runs lines of a shell, each of which must succeed."""
        return run(
            *self.enter(), "sh", "-ec", script, env={"HOME": str(self.folder), **(env or {})}, **options
        )

    def start(self, *command):
        """A program in the background; it ends with the island."""
        process = Process([*self.enter(), *command], self.folder / f"{pathlib.Path(command[0]).name}.log",
                          env={"HOME": str(self.folder), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})  # fmt: skip
        self.processes.append(process)
        return process

    def stop(self):
        for process in [*self.processes, self.process]:
            process.stop()
        for listener in self.listeners:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        shutil.rmtree(self.sockets, ignore_errors=True)


def bring_up_loopback():
    with socket.socket() as any_socket:
        # struct ifreq: the name, and the flags IFF_UP and IFF_RUNNING for SIOCSIFFLAGS.
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh14x", b"lo", 0x1 | 0x40))


def inside(folder, *names):
    bring_up_loopback()
    for name in names:
        path = pathlib.Path(folder) / name
        if name.startswith("out"):
            forward(socket.create_server(("127.0.0.1", int(name[3:]))), unix(path))
        else:
            forward(unix_listener(path), tcp(int(name[2:])))
    print("ready", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    inside(*sys.argv[1:])
