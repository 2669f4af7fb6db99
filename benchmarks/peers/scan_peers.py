"""The scan statistic: the programs that tocsin is set beside, with places in memory."""

import numpy

from bench import APPROXIMATE, HERE, OTHER, OURS, Peer, need_command, need_module, one_thread
from density_peers import not_available
from timing import Call, Worker


def loop(case, bench):
    return Worker([bench.program("scan_loop"), *case.options(bench.folder)], numpy.fromfile)


def spatstat(case, bench):
    """The same persons, model and relabelling of cases; circles around pixels, not places. It keeps no maxima."""
    need_command("Rscript")
    _, places, _, replicates, *_ = case.options(bench.folder)
    command = ["Rscript", "--vanilla", HERE / "spatstat_scan.R", places, case.side_m, replicates]
    return Worker(command, numpy.fromfile, one_thread())


def pyscan(case, bench):
    """All discs with three of a net of 50 places on their rim: other windows, other values. It has no replicates."""
    module = need_module("pyscan")
    x, y, population, cases = case.places().T / case.side_m
    point = lambda weight, i: module.WPoint(weight, float(x[i]), float(y[i]), 1.0)
    net = [module.Point(float(a), float(b), 1.0) for a, b in zip(x[:50], y[:50])]
    base = [point(float(population[i]), i) for i in range(case.number)]
    counts = numpy.random.Generator(numpy.random.PCG64(1)).multinomial(
        int((cases * case.side_m).sum()), population / population.sum(), case.replicates
    )

    def work():
        maxima = []
        for count in [cases * case.side_m, *counts]:
            measured = [point(float(count[i]), i) for i in numpy.flatnonzero(count)]
            maxima.append(module.max_disk(net, measured, base, module.KULLDORF)[1])
        return maxima

    return Call(work, numpy.array)


PEERS = {
    "poisson": [
        Peer(
            "plain loop",
            OURS,
            loop,
            "compiled as tocsin is; one replicate after another, a list of measures as SaTScan has",
        ),
        Peer(
            "pyscan-stats max_disk",
            APPROXIMATE,
            pyscan,
            "discs through three of 50 places; called once a replicate",
            most=lambda case: 1,
        ),
        Peer("SaTScan", OTHER, not_available("not installable from PyPI or Debian 12")),
        Peer("SpatialEpi, smerc, scanstatistics, rflexscan (R)", OTHER, not_available("not in Debian 12")),
    ],
    "bernoulli": [
        Peer(
            "spatstat scan.test",
            APPROXIMATE,
            spatstat,
            "binomial; circles of 20 radii around 128 x 128 pixels, not of every radius around places",
            most=lambda case: max(2, 20_000 // case.number),
        ),
    ],
}
