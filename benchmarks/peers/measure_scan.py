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
    cases: int  # bernoulli: expected
    model: str = "poisson"  # or "bernoulli": cases and controls

    side_m = 1e6

    @property
    def name(self):
        cases = f"{self.cases:,} cases" if self.model == "poisson" else f"about {self.cases:,} cases, and controls"
        return f"{self.number:,} places, {cases}, {self.replicates:,} replicates"

    def places(self):
        """One row a place: x, y, population, cases; the population is log-normal, the risk even but for a disc."""
        random = generator(5, self.number, self.cases)
        place = random.random((self.number, 2)) * self.side_m
        few = self.model == "bernoulli"  # of persons, who are points to the peer
        population = numpy.ceil(random.lognormal(2 if few else 7, 1, self.number))
        raised = numpy.hypot(*(place.T - self.side_m / 2)) < self.side_m / 10
        risk = population * numpy.where(raised, 1.3, 1)
        risk /= risk.sum()
        if few:
            cases = random.binomial(population.astype(int), numpy.minimum(1, self.cases * risk / population))
        else:
            cases = random.multinomial(self.cases, risk)
        return numpy.column_stack([place, population, cases])

    def options(self, folder):
        path = folder / f"scan_{self.number}_{self.cases}_{self.model}.f64"
        if not path.exists():
            self.places().tofile(path)
        return ["--places", path, "--replicates", self.replicates, "--model", self.model]


def cases(bench):
    if bench.quick:
        return [ScanCase(200, 99, 1_000), ScanCase(200, 9, 500, "bernoulli")]
    sizes = [(1_000, 999, 5_000), (10_000, 999, 20_000)]
    return [ScanCase(*size, model) for model in ("poisson", "bernoulli") for size in sizes]


def open_tocsin(case, bench, threads=1):
    command = [bench.program("scan_peer"), *case.options(bench.folder), "--threads", threads]
    return Worker(command, numpy.fromfile)


def compare(theirs, ours):
    """The observed value must agree, and the replicates' maxima in their mean, if the peer gives them."""
    difference = float(abs(theirs[0] - ours[0]) / ours[0])
    if len(theirs) == 1:
        return {"difference": difference, "exact": False}
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
    for peer in PEERS[case.model]:
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
