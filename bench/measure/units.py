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


def p256(seconds=1):
    done = run("openssl", "speed", "-seconds", seconds, "-mr", "ecdsap256")
    line = next(line for line in done.stdout.splitlines() if line.startswith("+F4:"))
    signatures, verifications = line.split(":")[3:5]
    return P256(float(signatures), float(verifications))
