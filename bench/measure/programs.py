"""The C++ programs of this folder, built with the release."""

from measure.world import RELEASE
from support.process import run


def program(target, file=None):
    run("cmake", "--build", RELEASE, "--target", target, timeout=900)
    return RELEASE / "bin" / (file or target)
