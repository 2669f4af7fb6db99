"""Density against its peers, against memory's bandwidth, over the radius and over threads."""

from contextlib import closing

import numpy

from bench import EXACT, OTHER, available_threads, difference, measure_peer, read_float32, tocsin
from density_peers import PEERS, scatter
from inputs import DensityCase
from timing import repeat, run_program

FULL = [
    DensityCase(1000, 10_000, 20),
    DensityCase(1000, 100_000, 20),
    DensityCase(1000, 1_000_000, 20),
    DensityCase(1000, 1_000_000, 100),
    DensityCase(4000, 100_000, 80),
]
QUICK = [DensityCase(200, 2_000, 10), DensityCase(400, 20_000, 20)]
RADII = [5, 10, 20, 50, 100, 200]


def cases(bench):
    return QUICK if bench.quick else FULL


def open_tocsin(case, bench, kernel="quartic", threads=1):
    arguments = [
        "--events",
        case.file(bench.folder),
        "--side",
        case.side,
        "--radius",
        case.radius,
        "--kernel",
        kernel,
    ]
    return tocsin(bench, "density", arguments, read_float32(case.side), threads)


def exactness(theirs, ours, relative):
    largest = difference(theirs, ours, relative)
    return {"difference": largest, "exact": largest <= EXACT}


def measure_case(case, bench, peers):
    rows = []
    for peer in peers:
        most = peer.most(case)
        share = case if most is None or most >= case.events else case.with_events(most)
        rows.append(
            measure_peer(
                peer,
                share,
                bench,
                lambda peer, share: open_tocsin(share, bench, peer.kernel),
                lambda theirs, ours: exactness(theirs, ours, peer.relative),
                kernel=peer.kernel,
                events=share.events,
            )
        )
    return {"case": case.name, "events": case.events, "side": case.side, "radius": case.radius, "rows": rows}


def fastest(result, clock):
    """Of the exact programs by others that did the whole case."""
    whole = [row for row in result["rows"] if row["kind"] == OTHER and row["events"] == result["events"]]
    whole = [row for row in whole if row["exact"]]
    return min(whole, key=lambda row: row["theirs"][f"{clock}_s"]["min"], default=None)


def geometric_mean(ratios):
    return float(numpy.exp(numpy.mean(numpy.log(ratios)))) if ratios else None


def summary(results, clock):
    best = [fastest(result, clock) for result in results]
    means = {}
    for peer in PEERS:
        rows = [row for result in results for row in result["rows"] if row["program"] == peer.name]
        whole = [
            row["ratio"]
            for row, result in zip(rows, results)
            if row.get("events") == result["events"] and "ratio" in row
        ]
        means[peer.name] = geometric_mean(whole) if len(whole) == len(results) else None
    return {
        "fastest_exact": [row and {"program": row["program"], "ratio": row["ratio"]} for row in best],
        "geometric_mean_to_fastest_exact": geometric_mean([row["ratio"] for row in best if row]),
        "geometric_means": means,  # to those that did every case whole
    }


def bandwidth(bench, threads):
    """Bytes per second of the STREAM triad."""
    return float(run_program([bench.program("stream_triad"), threads]).output)


def tocsin_seconds(result, clock):
    """The least of all its runs of the whole case with the quartic kernel."""
    rows = [row for row in result["rows"] if "tocsin" in row and row["events"] == result["events"]]
    return min(row["tocsin"][f"{clock}_s"]["min"] for row in rows if row["kernel"] == "quartic")


def against_bandwidth(results, bench):
    """Time over the time that writing the result (4 bytes a cell) takes at the triad's bandwidth."""
    rate = bandwidth(bench, 1)
    rows = []
    for result in results:
        seconds = tocsin_seconds(result, bench.clock)
        bound = 4 * result["side"] ** 2 / rate
        rows.append({"case": result["case"], "seconds": seconds, "write_s": bound, "ratio": seconds / bound})
    return {
        "triad_bytes_per_s": rate,
        "triad_bytes_per_s_all_threads": bandwidth(bench, available_threads()),
        "rows": rows,
    }


def over_radius(bench):
    side, events = (300, 2_000) if bench.quick else (1000, 100_000)
    rows = []
    for radius in RADII:
        case = DensityCase(side, events, radius)
        bench.say(f"radius {radius}")
        with closing(open_tocsin(case, bench)) as ours, closing(scatter("scatter_density")(case, bench)) as loop:
            mine = repeat(ours).least(bench.clock)
            other = repeat(loop, least=1).least(bench.clock)
        rows.append({"radius": radius, "tocsin_s": mine, "scatter_s": other})
    return {"side": side, "events": events, "rows": rows}


def over_threads(results, bench):
    rows = []
    for case in cases(bench):
        row = {"case": case.name}
        for threads in sorted({1, available_threads()}):
            with closing(open_tocsin(case, bench, threads=threads)) as ours:
                row[str(threads)] = repeat(ours).least("wall")
        rows.append(row)
    return rows


def measure(bench):
    results = [measure_case(case, bench, PEERS) for case in cases(bench)]
    return {
        "cases": results,
        "summary": summary(results, bench.clock),
        "bandwidth": against_bandwidth(results, bench),
        "radius": over_radius(bench),
        "threads": over_threads(results, bench),
    }
