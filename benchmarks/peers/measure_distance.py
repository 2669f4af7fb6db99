"""Distance against its peers."""

from contextlib import closing

import numpy

from bench import available_threads, measure_peer, read_float32, tocsin
from distance_peers import PEERS
from inputs import DistanceCase
from timing import repeat

OFF = 1e-3  # of a cell: more than float32 loses below 8,000 cells


def cases(bench):
    return [DistanceCase(500)] if bench.quick else [DistanceCase(4_000), DistanceCase(10_000)]


def open_tocsin(case, bench, threads=1):
    arguments = ["--targets", case.targets_file(bench.folder), "--side", case.side]
    return tocsin(bench, "distance", arguments, read_float32(case.side), threads)


def compare(theirs, ours):
    off = numpy.abs(theirs - ours)
    cells_off = int((off > OFF).sum())
    return {"largest_difference_cells": float(off.max()), "cells_off": cells_off, "exact": cells_off == 0}


def measure(bench):
    results = []
    for case in cases(bench):
        rows = [
            measure_peer(peer, case, bench, lambda peer, case: open_tocsin(case, bench), compare) for peer in PEERS
        ]
        row = {}
        for threads in sorted({1, available_threads()}):
            with closing(open_tocsin(case, bench, threads)) as ours:
                row[str(threads)] = repeat(ours).least("wall")
        results.append({"case": case.name, "side": case.side, "rows": rows, "threads": row})
    return {"cases": results}
