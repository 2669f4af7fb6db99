"""The scan statistic against its peers, over the number of replicates and over threads."""

from contextlib import closing
from dataclasses import dataclass, replace

import numpy

from bench import available_threads, measure_peer
from inputs import generator
from scan_peers import PEERS
from timing import Worker, repeat

SAME = 1e-9  # of the observed likelihood ratio
ERRORS = 5  # standard errors by which two Monte Carlo means may differ


@dataclass(frozen=True)
class ScanCase:
    number: int  # of places
    replicates: int
    cases: int

    side_m = 1e6

    @property
    def name(self):
        return f"{self.number:,} places, {self.cases:,} cases, {self.replicates:,} replicates"

    def places(self):
        """One row a place: x, y, population, cases; the population is log-normal, the risk even but for a disc."""
        random = generator(5, self.number, self.cases)
        place = random.random((self.number, 2)) * self.side_m
        population = numpy.ceil(random.lognormal(7, 1, self.number))
        raised = numpy.hypot(*(place.T - self.side_m / 2)) < self.side_m / 10
        risk = population * numpy.where(raised, 1.3, 1)
        cases = random.multinomial(self.cases, risk / risk.sum())
        return numpy.column_stack([place, population, cases])

    def options(self, folder):
        path = folder / f"scan_{self.number}_{self.cases}.f64"
        if not path.exists():
            self.places().tofile(path)
        return ["--places", path, "--replicates", self.replicates]


def cases(bench):
    if bench.quick:
        return [ScanCase(200, 99, 1_000)]
    return [ScanCase(1_000, 999, 5_000), ScanCase(10_000, 999, 20_000)]


def open_tocsin(case, bench, threads=1):
    command = [bench.program("scan_peer"), *case.options(bench.folder), "--threads", threads]
    return Worker(command, numpy.fromfile)


def compare(theirs, ours):
    """The observed value must agree, and the replicates' maxima in their mean."""
    difference = float(abs(theirs[0] - ours[0]) / ours[0])
    null = [values[1:] for values in (theirs, ours)]
    error = float(numpy.sqrt(sum(values.var() / len(values) for values in null)))
    means = [float(values.mean()) for values in null]
    return {
        "difference": difference,
        "means": means,
        "exact": difference <= SAME and abs(means[0] - means[1]) <= ERRORS * error,
    }


def measure_case(case, bench):
    rows = []
    for peer in PEERS:
        most = peer.most(case)
        share = case if most is None else replace(case, replicates=min(most, case.replicates))
        opener = lambda peer, share: open_tocsin(share, bench)
        rows.append(measure_peer(peer, share, bench, opener, compare, replicates=share.replicates))
    threads = {}
    for number in sorted({1, available_threads()}):
        with closing(open_tocsin(case, bench, number)) as ours:
            threads[str(number)] = repeat(ours).least("wall")
    return {"case": case.name, "places": case.number, "rows": rows, "threads": threads}


def over_replicates(bench):
    case = cases(bench)[0]
    rows = []
    for replicates in [99, 999] if bench.quick else [99, 999, 9_999, 99_999]:
        bench.say(f"{replicates:,} replicates")
        with closing(open_tocsin(replace(case, replicates=replicates), bench)) as ours:
            rows.append({"replicates": replicates, "tocsin_s": repeat(ours, least=2).least(bench.clock)})
    return {"places": case.number, "cases": case.cases, "rows": rows}


def measure(bench):
    return {"cases": [measure_case(case, bench) for case in cases(bench)], "replicates": over_replicates(bench)}
