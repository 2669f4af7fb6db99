"""Zonal statistics against their peers, over the number of polygons and over threads."""

from contextlib import closing
from dataclasses import replace

import numpy

from bench import EXACT, available_threads, measure_peer, tocsin
from inputs import ZonalCase
from timing import Missing, repeat
from zonal_peers import PEERS, exactextract_library, read_table


def cases(bench):
    if bench.quick:
        return [ZonalCase(500, 20, 60, 200), ZonalCase(500, 500, 8, 20)]
    return [ZonalCase(4000, 100, 300, 200), ZonalCase(4000, 50_000, 8, 20)]


def counts(bench):
    return [10, 100, 1_000] if bench.quick else [100, 1_000, 10_000, 100_000]


def open_tocsin(case, bench, threads=1):
    return tocsin(bench, "zonal", case.files(bench.folder), read_table, threads)


def compare(theirs, ours):
    """The largest difference of any statistic, as a share of that statistic's maximum over the polygons."""
    ours, theirs = (numpy.where(numpy.isfinite(values), values, 0) for values in (ours, theirs))
    largest = float((numpy.abs(theirs - ours).max(axis=0) / numpy.abs(ours).max(axis=0)).max())
    return {"difference": largest, "exact": largest <= EXACT}


def measure_case(case, bench):
    rows = []
    for peer in PEERS:
        most = peer.most(case)
        share = case if most is None or most >= case.polygons else replace(case, polygons=most)
        opener = lambda peer, share: open_tocsin(share, bench)
        rows.append(measure_peer(peer, share, bench, opener, compare, polygons=share.polygons))
    threads = {}
    for number in sorted({1, available_threads()}):
        with closing(open_tocsin(case, bench, number)) as ours:
            threads[str(number)] = repeat(ours).least("wall")
    return {"case": case.name, "side": case.side, "polygons": case.polygons, "rows": rows, "threads": threads}


def over_polygons(bench):
    side = cases(bench)[0].side
    rows = []
    for number in counts(bench):
        case = ZonalCase(side, number, 8, 20)
        bench.say(f"{number:,} polygons")
        with closing(open_tocsin(case, bench)) as ours:
            row = {"polygons": number, "tocsin_s": repeat(ours).least(bench.clock)}
        try:
            with closing(exactextract_library(case, bench)) as theirs:
                row["exactextract_s"] = repeat(theirs, least=2).least(bench.clock)
        except Missing:
            row["exactextract_s"] = None
        rows.append(row)
    return {"side": side, "rows": rows}


def measure(bench):
    return {"cases": [measure_case(case, bench) for case in cases(bench)], "polygons": over_polygons(bench)}
