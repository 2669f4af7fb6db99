"""Tests of trend against their peers, for many series."""

from contextlib import closing
from dataclasses import dataclass, replace

import numpy

from bench import available_threads, measure_peer
from inputs import generator
from timing import Worker, repeat
from trend_peers import PEERS

SAME = 1e-9  # relative: z and p are computed by other functions of the same numbers


@dataclass(frozen=True)
class TrendCase:
    number: int
    what: str  # "kendall", or "sen": both
    values: str  # "counts" or "reals"
    months: int = 120

    @property
    def name(self):
        what = {"kendall": "Mann-Kendall", "sen": "Mann-Kendall and Sen's slope"}[self.what]
        return f"{self.number:,} series of {self.months} months, {self.values}: {what}"

    def series(self):
        """A tenth of them rise; counts have a mean of about 4."""
        random = generator(6, self.months)
        rise = numpy.where(numpy.arange(self.number) % 10 == 0, 1.0, 0.0)[:, None] * numpy.arange(self.months) / 60
        if self.values == "counts":
            return random.poisson(4 * numpy.exp(rise - rise.mean())).astype(float)
        return random.normal(size=(self.number, self.months)) + rise

    def options(self, folder):
        path = folder / f"trend_{self.values}_{self.number}.f64"
        if not path.exists():
            self.series().tofile(path)
        return ["--series", path, "--months", self.months, "--what", self.what]


def cases(bench):
    number = 2_000 if bench.quick else 100_000
    return [TrendCase(number, what, values) for what in ("kendall", "sen") for values in ("counts", "reals")]


def open_tocsin(case, bench, threads=1):
    return Worker([bench.program("trend_peer"), *case.options(bench.folder), "--threads", threads], numpy.fromfile)


def compare(theirs, ours):
    known = ~numpy.isnan(theirs)  # what they do not give
    scale = numpy.maximum(1, numpy.abs(ours[known]))
    difference = float(numpy.max(numpy.abs(theirs[known] - ours[known]) / scale))
    return {"difference": difference, "exact": difference <= SAME}


def measure_case(case, bench):
    rows = []
    for peer in PEERS[case.what]:
        most = peer.most(case)
        share = case if most is None else replace(case, number=min(most, case.number))
        opener = lambda peer, share: open_tocsin(share, bench)
        rows.append(measure_peer(peer, share, bench, opener, compare, series=share.number))
    threads = {}
    for number in sorted({1, available_threads()}):
        with closing(open_tocsin(case, bench, number)) as ours:
            threads[str(number)] = repeat(ours).least("wall")
    return {"case": case.name, "rows": rows, "threads": threads}


def measure(bench):
    return {"cases": [measure_case(case, bench) for case in cases(bench)]}
