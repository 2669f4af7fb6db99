"""Alarms against their peer, for many series of ten years of weeks."""

from contextlib import closing
from dataclasses import dataclass, replace

import numpy

from alarm_peers import PEERS
from bench import available_threads, measure_peer
from inputs import generator
from timing import Worker, repeat

SAME = 1e-9  # of bounds that have a formula
WITHIN_ONE = 1 / 300  # share of whole-number bounds that may differ by one: R's glm stops before it has converged


@dataclass(frozen=True)
class AlarmCase:
    number: int
    method: str  # "ears" or "farrington"
    last: int  # judged weeks
    weeks: int = 520

    @property
    def name(self):
        what = {"ears": "EARS C1", "farrington": "improved Farrington"}[self.method]
        return f"{self.number:,} series of {self.weeks} weeks, the last {self.last} judged: {what}"

    def series(self):
        """Negative binomial with a season; a mean of about 6."""
        random = generator(7, self.weeks)
        season = numpy.exp(0.5 * numpy.sin(2 * numpy.pi * numpy.arange(self.weeks) / 52))
        return random.negative_binomial(4, 4 / (4 + 6 * season), size=(self.number, self.weeks)).astype(float)

    def options(self, folder):
        path = folder / f"alarm_{self.number}.f64"
        if not path.exists():
            self.series().tofile(path)
        return ["--series", path, "--weeks", self.weeks, "--last", self.last, "--method", self.method]


def cases(bench):
    number = 50 if bench.quick else 1_000
    return [AlarmCase(number, "ears", 513), AlarmCase(number, "farrington", 230)]


def open_tocsin(case, bench, threads=1):
    return Worker([bench.program("alarm_peer"), *case.options(bench.folder), "--threads", threads], numpy.fromfile)


def compare(theirs, ours):
    judged = ~numpy.isnan(theirs)
    same = bool((judged == ~numpy.isnan(ours)).all())
    difference = numpy.abs(theirs[judged] - ours[judged])
    largest, off = float(difference.max()), float((difference > SAME * ours[judged]).mean())
    return {"difference": largest, "off": off, "exact": same and (off == 0 or (largest <= 1 and off <= WITHIN_ONE))}


def measure_case(case, bench):
    rows = []
    for peer in PEERS[case.method]:
        share = replace(case, number=min(peer.most(case), case.number))
        opener = lambda peer, share: open_tocsin(share, bench)
        rows.append(measure_peer(peer, share, bench, opener, compare, series=share.number))
    threads = {}
    for number in sorted({1, available_threads()}):
        with closing(open_tocsin(case, bench, number)) as ours:
            threads[str(number)] = repeat(ours).least("wall")
    return {"case": case.name, "rows": rows, "threads": threads}


def measure(bench):
    return {"cases": [measure_case(case, bench) for case in cases(bench)]}
