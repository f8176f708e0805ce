"""What OpenSSL's P-256 costs on this machine at this moment: the unit that makes figures comparable."""

import dataclasses

from support.process import run


@dataclasses.dataclass
class P256:
    signatures: float  # per second of one core
    verifications: float

    @property
    def verification_us(self):
        return 1e6 / self.verifications

    @property
    def signature_us(self):
        return 1e6 / self.signatures


def speed(algorithm, mark, seconds):
    done = run("openssl", "speed", "-seconds", seconds, "-mr", algorithm)
    line = next(line for line in done.stdout.splitlines() if line.startswith(mark))
    return [float(figure) for figure in line.split(":")[3:5]]


def p256(seconds=1):
    return P256(*speed("ecdsap256", "+F4:", seconds))


def rsa2048_signatures(seconds=1):
    """Per second of one core."""
    return speed("rsa2048", "+F2:", seconds)[0]
