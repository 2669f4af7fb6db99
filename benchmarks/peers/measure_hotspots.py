"""Permutation p-values of local statistics: against peers, over areas, neighbours and permutations, and how precise."""

from contextlib import closing
from dataclasses import replace

import hotspot_peers
import numpy
from bench import available_threads, measure_peer, tocsin
from hotspot_peers import PEERS
from inputs import HotspotCase
from timing import Missing, repeat, run_program

SAME = 1.2  # root mean square of differences in standard errors: 1 where only luck differs


def cases(bench):
    if bench.quick:
        return [HotspotCase(1_000, 8, 99)]
    return [HotspotCase(10_000, 8, 999), HotspotCase(100_000, 8, 999)]


def open_tocsin(case, bench, threads=1, exceedances=None):
    values, links = case.files(bench.folder)
    arguments = ["--values", values, "--links", links, "--neighbours", case.neighbours]
    arguments += ["--permutations", case.permutations, "--weights", case.weights_file(bench.folder)]
    arguments += ["--exceedances", exceedances or 100]
    read = lambda path: numpy.fromfile(path).reshape(4, case.areas)
    return tocsin(bench, "lags", arguments, read, threads)


def units(p, standard_error, reference, reference_error):
    """Differences in standard errors."""
    return (p - reference) / numpy.sqrt(standard_error**2 + reference_error**2)


def binomial_error(p, draws):
    p = numpy.clip(p, 1 / (draws + 1), 1 - 1 / (draws + 1))
    return numpy.sqrt(p * (1 - p) / draws)


def compare_at(permutations):
    def compare(theirs, ours):
        folded = numpy.minimum(ours[0], ours[1])
        off = units(theirs, binomial_error(folded, permutations), folded, ours[2])
        spread = float(numpy.sqrt(numpy.mean(off**2)))
        return {"spread": spread, "bias": float(off.mean()), "exact": spread < SAME}

    return compare


def measure_case(case, bench):
    rows = []
    for peer in PEERS:
        most = peer.most(case)
        share = case if most is None or most >= case.areas else case.with_areas(most)
        opener = lambda peer, share: open_tocsin(share, bench)
        rows.append(measure_peer(peer, share, bench, opener, compare_at(case.permutations), areas=share.areas))
    threads = {}
    for number in sorted({1, available_threads()}):
        with closing(open_tocsin(case, bench, number)) as ours:
            threads[str(number)] = repeat(ours).least("wall")
    return {"case": case.name, "areas": case.areas, "rows": rows, "threads": threads}


def costs(bench):
    """Seconds of tocsin alone, with equal and with unequal weights."""
    if bench.quick:
        start, areas, neighbours, permutations = HotspotCase(1_000, 8, 999), [1_000, 2_000], [4, 16], [99, 9_999]
    else:
        start = HotspotCase(10_000, 8, 99_999)
        areas = [1_000, 10_000, 100_000, 1_000_000]
        neighbours = [2, 4, 8, 16, 32, 64, 128]
        permutations = [999, 9_999, 99_999, 999_999]
    studies = {
        "areas": [replace(start, areas=number) for number in areas],
        "neighbours": [replace(start, neighbours=number) for number in neighbours],
        "permutations": [replace(start, permutations=number) for number in permutations],
    }
    return {over: [cost(case, over, bench) for case in study] for over, study in studies.items()}


def cost(case, over, bench):
    row = {over: getattr(case, over), "case": case.name}
    for key, weights in (("equal_s", "equal"), ("unequal_s", "inverse distance")):
        bench.say(f"{case.name}, {weights} weights")
        with closing(open_tocsin(replace(case, weights=weights), bench)) as ours:
            row[key] = repeat(ours).least(bench.clock)
    return row


def brute_force(case, draws, bench):
    values, links = case.files(bench.folder)
    out = bench.folder / "brute_force.f64"
    command = [
        bench.program("brute_force_lags"),
        "--values",
        values,
        "--links",
        links,
        "--neighbours",
        case.neighbours,
    ]
    command += ["--weights", case.weights_file(bench.folder), "--draws", draws]
    run_program([*command, "--threads", available_threads(), "--out", out])
    return numpy.fromfile(out).reshape(2, case.areas)


def precision_row(name, case, p, error, reference, draws):
    off = units(p, error, reference, binomial_error(reference, draws))
    return {
        "method": name,
        "case": f"{case.weights}, {case.neighbours} neighbours",
        "draws": draws,
        "largest_error": float(numpy.abs(p - reference).max()),
        "rms_units": float(numpy.sqrt(numpy.mean(off**2))),
        "mean_units": float(off.mean()),
        "beyond_3": int((numpy.abs(off) > 3).sum()),
        "values": int(off.size),
    }


def precision(bench):
    """Errors of p over 100 areas, in units of the stated standard error, against many draws by brute force."""
    most = 100_000 if bench.quick else 10_000_000
    permutations = 999 if bench.quick else 99_999
    base = HotspotCase(100, 8, permutations)
    ways = [
        ("tocsin, reference sample", base, 100),
        ("tocsin, all subsets", replace(base, neighbours=2), 100),
        ("tocsin, reference sample of those who are not neighbours", replace(base, neighbours=90), 100),
        ("tocsin, dealt, never stopped", replace(base, weights="inverse distance"), permutations),
        ("tocsin, dealt, stopped early", replace(base, weights="inverse distance"), 100),
    ]
    rows, references = [], {}
    for name, case, exceedances in ways:
        bench.say(f"precision: {name}")
        draws = most if case.neighbours <= 8 else most // 10  # of many neighbours a draw costs more
        if case not in references:
            references[case] = brute_force(case, draws, bench)
        with closing(open_tocsin(case, bench, exceedances=exceedances)) as ours:
            ours.run()
            found = ours.result()
        reference, tails = references[case], found[:2]
        smaller = tails.argmin(axis=0)  # the standard error is that of the smaller tail
        take = lambda rows: numpy.take_along_axis(rows, smaller[None], axis=0)[0]
        rows.append(precision_row(name, case, take(tails), found[2], take(reference), draws))
    folded = references[base].min(axis=0)
    for peer in PEERS:
        try:
            with closing(peer.open(base, bench)) as theirs:
                theirs.run()
                p = theirs.result()
        except Exception as reason:  # as in bench.try_peer: a peer's trouble must not end the run
            bench.say(f"precision: {peer.name}: {reason}")
            continue
        rows.append(precision_row(peer.name, base, p, binomial_error(folded, permutations), folded, most))
    return {"areas": base.areas, "permutations": permutations, "rows": rows}


def measure(bench):
    hotspot_peers.environment()
    results = {"cases": [measure_case(case, bench) for case in cases(bench)], "costs": costs(bench)}
    try:
        results["precision"] = precision(bench)
    except Missing as reason:
        bench.say(f"precision: {reason}")
    return results
