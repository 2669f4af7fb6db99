"""Mann-Kendall and Sen's slope: the programs that tocsin is set beside, with series in memory."""

import math

import numpy

from bench import HERE, OTHER, OURS, Peer, need_command, need_module, one_thread
from timing import Call, Worker

BLOCK = 500  # series at a time, so that NumPy's intermediate arrays stay in cache


def kendall_of_block(x):
    """S, Var S, z and p of each row, without a loop over rows."""
    number, n = x.shape
    s = numpy.zeros(number)
    for k in range(n - 1):
        s += numpy.sign(x[:, k + 1 :] - x[:, k : k + 1]).sum(axis=1)
    ordered = numpy.sort(x, axis=1)
    first = numpy.ones((number, n), bool)
    first[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    starts = numpy.flatnonzero(first)
    ties = numpy.diff(numpy.append(starts, number * n))
    correction = numpy.bincount(starts // n, ties * (ties - 1.0) * (2 * ties + 5), number)
    variance = (n * (n - 1) * (2 * n + 5) - correction) / 18
    z = (s - numpy.sign(s)) / numpy.sqrt(variance)
    special = need_module("scipy.special")
    return numpy.column_stack([s, variance, z, special.erfc(numpy.abs(z) / math.sqrt(2))])


def vectorised_numpy(case, bench):
    series = case.series()
    blocks = [series[i : i + BLOCK] for i in range(0, len(series), BLOCK)]
    return Call(lambda: [kendall_of_block(block) for block in blocks], lambda parts: numpy.concatenate(parts).ravel())


def pymannkendall(case, bench):
    module = need_module("pymannkendall")
    series = case.series()

    def work():
        tests = [module.original_test(one) for one in series]
        keep = lambda test: [test.s, test.var_s, test.z, test.p] + ([test.slope] if case.what == "sen" else [])
        return [keep(test) for test in tests]

    return Call(work, lambda rows: numpy.array(rows, float).ravel())


def scipy_both(case, bench):
    """kendalltau has no continuity correction, so that only S and the slope can be compared; both from its tau-b."""
    stats = need_module("scipy.stats")
    series, time = case.series(), numpy.arange(case.months)

    def work():
        return [(stats.kendalltau(time, one).statistic, stats.theilslopes(one, time).slope) for one in series]

    def array(rows):
        pairs = case.months * (case.months - 1) / 2
        out = numpy.full((len(rows), 5), numpy.nan)
        for row, (tau, slope), one in zip(out, rows, series):
            ties = numpy.unique(one, return_counts=True)[1]
            row[0] = tau * math.sqrt(pairs * (pairs - (ties * (ties - 1) / 2).sum()))
            row[4] = slope
        return out.ravel()

    return Call(work, array)


def r_trend(case, bench):
    need_command("Rscript")
    _, path, _, months, *_ = case.options(bench.folder)
    return Worker(["Rscript", "--vanilla", HERE / "trend.R", path, months], numpy.fromfile, one_thread())


def at_most(number):
    return lambda case: number


PYMANNKENDALL = Peer(
    "pymannkendall original_test", OTHER, pymannkendall, "one series after another; it always has both", most=at_most(400)
)
PEERS = {
    "kendall": [
        Peer("NumPy, vectorised", OURS, vectorised_numpy, f"pairs of all series at a lag together, {BLOCK} series at a time"),
        PYMANNKENDALL,
    ],
    "sen": [
        PYMANNKENDALL,
        Peer("scipy kendalltau, theilslopes", OTHER, scipy_both, "one series after another", most=at_most(2_000)),
        Peer("trend (R) mk.test, sens.slope", OTHER, r_trend, "one series after another", most=at_most(400)),
    ],
}
