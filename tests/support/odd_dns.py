"""A name server that answers as a test wants: errors, silence, and everything else as usual."""

import socketserver
import threading

import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

from support.process import free_port


class OddDns:
    """Every name has the address 127.0.0.1. `faults`: {(name, type): rcode, or None for silence}."""

    def __init__(self):
        self.port = free_port()
        self.faults = {}
        self.asked = []
        outer = self

        class Datagram(socketserver.BaseRequestHandler):
            def handle(self):
                data, peer = self.request
                if answer := outer.answer(data):
                    peer.sendto(answer, self.client_address)

        class Stream(socketserver.StreamRequestHandler):
            def handle(self):
                size = int.from_bytes(self.rfile.read(2), "big")
                if answer := outer.answer(self.rfile.read(size)):
                    self.wfile.write(len(answer).to_bytes(2, "big") + answer)

        class Tcp(socketserver.ThreadingTCPServer):
            allow_reuse_address = True

        self.servers = [
            socketserver.ThreadingUDPServer(("127.0.0.1", self.port), Datagram),
            Tcp(("127.0.0.1", self.port), Stream),
        ]
        for server in self.servers:
            threading.Thread(target=server.serve_forever, daemon=True).start()

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def answer(self, data):
        asked = dns.message.from_wire(data)
        (question,) = asked.question
        name, type_ = (
            question.name.to_text(omit_final_dot=True).lower(),
            dns.rdatatype.to_text(question.rdtype),
        )
        self.asked.append((name, type_))
        response = dns.message.make_response(asked, recursion_available=True)
        if (name, type_) in self.faults:
            fault = self.faults[(name, type_)]
            if fault is None:
                return None
            response.set_rcode(dns.rcode.from_text(fault))
        elif type_ == "A":
            response.answer.append(dns.rrset.from_text(question.name, 0, "IN", "A", "127.0.0.1"))
        return response.to_wire()

    def stop(self):
        for server in self.servers:
            server.shutdown()
            server.server_close()
