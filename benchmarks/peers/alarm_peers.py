"""Alarms in count series: the program that tocsin is set beside, with series in memory."""

import numpy

from bench import HERE, OTHER, Peer, need_command, one_thread
from timing import Worker


def surveillance(case, bench):
    need_command("Rscript")
    _, path, _, weeks, _, last, _, method = case.options(bench.folder)
    return Worker(["Rscript", "--vanilla", HERE / "alarm.R", path, weeks, last, method], numpy.fromfile, one_thread())


def peer(what, note, most):
    return Peer(f"surveillance (R) {what}", OTHER, surveillance, note, most=lambda case: most)


PEERS = {
    "ears": [peer("earsC", "C1, one series after another", 200)],
    "farrington": [peer("farringtonFlexible", "nbPlugin, ten levels of season, one series after another", 3)],
}
