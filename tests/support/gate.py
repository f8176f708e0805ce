"""A port that leads to another one until it is shut."""

import contextlib
import socket
import threading


class Gate:
    """While it is shut, connections that went through are broken and new ones end at once."""

    def __init__(self, host, port):
        self.target = (host, port)
        self.is_open = True
        self.through = set()
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def shut(self):
        with self.lock:
            self.is_open = False
            through, self.through = self.through, set()
        for each in through:
            _end(each)

    def open(self):
        with self.lock:
            self.is_open = True

    def stop(self):
        self.shut()
        self.listener.close()

    def _accept(self):
        while True:
            try:
                here, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._lead, args=(here,), daemon=True).start()

    def _lead(self, here):
        try:
            there = socket.create_connection(self.target)
        except OSError:
            _end(here)
            return
        with self.lock:
            let_through = self.is_open
            if let_through:
                self.through |= {here, there}
        if not let_through:
            _end(here)
            _end(there)
            return
        threading.Thread(target=_copy, args=(there, here), daemon=True).start()
        _copy(here, there)


def _copy(source, target):
    with contextlib.suppress(OSError):
        while octets := source.recv(65536):
            target.sendall(octets)
    _end(source)
    _end(target)


def _end(connection):
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
