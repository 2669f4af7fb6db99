#!/usr/bin/env python3
"""Runs `tocsin density` as its users do: the examples of its help, every option, one clear line and the right exit code
for each kind of bad input, the same bytes for any memory and number of threads.
Usage: check_density.py PROGRAM SOURCE_FOLDER"""
import hashlib
import json
import pathlib
import struct
import tempfile

from checking import check, fails, help_examples, report, rows, sample, tocsin


def density(out, *arguments, events=sample / "incidents.csv"):
    """The summary of a run that must succeed."""
    run = tocsin("density", events, "-o", out, "--json", *arguments)
    check(run.returncode == 0, f"density {arguments}: {run.returncode} {run.stderr}")
    return json.loads(run.stdout) if run.returncode == 0 else {}


def statistics(work, raster, names):
    """By band, over all of a raster: from `tocsin zonal` on a box that holds the sample and its surroundings."""
    box = work / "box.geojson"
    ring = [[20, 0], [20, 12], [38, 12], [38, 0], [20, 0]]
    box.write_text(json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"code": "all"}, "geometry": {"type": "Polygon", "coordinates": [ring]}}]}))
    out = work / "statistics.csv"
    run = tocsin("zonal", raster, box, "--code", "code", "--by-band", "--stats", ",".join(names), "-o", out, "-q", "--overwrite")
    check(run.returncode == 0, f"zonal on {raster}: {run.stderr}")
    return [{n: float(r[n]) if r[n] else None for n in names} for r in rows(out)]


def examples(work):
    help_examples("density", 4, work)


def masses(work):
    admin = ("--admin", sample / "counties.geojson", "--admin-code", "pcode")
    for options in (("--kernel", "quartic", "--bandwidth", "25 km"), ("--kernel", "gaussian", "--bandwidth", "9 km"),
                    ("--kernel", "triangular", "--bandwidth", "20 km", "--adaptive", "--clip", "0.5,2")):
        summary = density(work / "mass.tif", "--cell", "5 km", "--overwrite", "--crs", "EPSG:32635",
                          "--bbox", "100000,100000,1300000,1200000", *admin, *options)
        found = statistics(work, work / "mass.tif", ["sum", "min"])[0]
        band = summary["bands"][0]
        # (cell / bandwidth)^2, where the bandwidth is that of the narrowest kernel.
        check(abs(found["sum"] * 25 / band["weight_in_reach"] - 1) < 0.04 and found["min"] == 0, f"mass {options}: {found} {band}")


def periods(work):
    # Imprecise places are painted once for all months, and cell by cell for the whole.
    common = ("--cell", "10 km", "--bandwidth", "25 km", "--admin", sample / "counties.geojson", "--admin-code", "pcode",
              "--from", "2021-06-01", "--to", "2021-08-31")
    summary = density(work / "months.tif", *common, "--every", "month")
    check([b["name"] for b in summary["bands"]] == ["2021-06", "2021-07", "2021-08"], f"bands: {summary}")
    whole = density(work / "whole.tif", *common)
    check(abs(summary["weight"] - whole["weight"]) < 1e-9, "months share the whole's events")
    sums = [b["sum"] for b in statistics(work, work / "months.tif", ["sum"])]
    total = statistics(work, work / "whole.tif", ["sum"])[0]["sum"]
    check(len(sums) == 3 and abs(sum(sums) - total) < 1e-5 * total, f"months add up: {sums} {total}")
    fading = density(work / "fading.tif", "--cell", "10 km", "--bandwidth", "25 km", "--every", "quarter", "--half-life", "90 days")
    check(len(fading["bands"]) == 9, f"quarters: {len(fading['bands'])}")


def bandwidths(work):
    common = ("--cell", "5 km", "--overwrite", "--area", sample / "western_equatoria.geojson")
    chosen = {name: density(work / "b.tif", *common, "--bandwidth", name) for name in ("auto", "scott", "diggle", "likelihood")}
    check(chosen["auto"]["selector"]["name"] == "likelihood" and chosen["auto"]["bandwidth_m"] == chosen["likelihood"]["bandwidth_m"],
          f"auto: {chosen['auto']['selector']}")
    for name in ("diggle", "likelihood"):
        curve = chosen[name]["selector"]["curve"]
        best = (min if name == "diggle" else max)(curve, key=lambda pair: pair[1])
        check(abs(best[0] - chosen[name]["selector"]["deviation_m"]) < 1e-6 * best[0], f"{name}: the best of its curve")
    plain = density(work / "b.tif", *common, "--bandwidth", "scott", "--kernel", "gaussian")
    check(abs(chosen["scott"]["bandwidth_m"] / plain["bandwidth_m"] - 2.7792) < 1e-4, "scott: quartic over gaussian")
    run = tocsin("density", sample / "incidents.csv", *common, "--bandwidth", "auto", "-o", work / "b.tif")
    check("auto took likelihood" in run.stderr and "times 2.7792 for quartic" in run.stderr, f"auto tells why: {run.stderr}")
    everywhere = density(work / "b.tif", "--cell", "5 km", "--overwrite", "--bandwidth", "auto")
    check(everywhere["selector"]["name"] == "likelihood" and everywhere["selector"]["places"] == 174,
          f"a record with its coordinates exchanged does not rule the bandwidth: {everywhere['selector']}")
    few = density(work / "b.tif", *common, "--bandwidth", "auto", "--where", "actor = 'armed group A'", "--from", "2021-08-01")
    check(few["selector"]["name"] == "scott" and "fewer than 50" in few["selector"]["reason"], f"few places: {few['selector']}")
    wide = density(work / "b.tif", "--cell", "5 km", "--overwrite", "--area", sample / "counties.geojson", "--bandwidth", "2000 km")
    check(any("larger than the grid" in w for w in wide["warnings"]), f"a bandwidth larger than the grid: {wide['warnings']}")


def edges(work):
    area = ("--area", sample / "western_equatoria.geojson", "--cell", "5 km", "--bandwidth", "25 km", "--overwrite")
    density(work / "none.tif", *area)
    edge = density(work / "edge.tif", *area, "--edge", "area")
    none, corrected = (statistics(work, work / f"{f}.tif", ["count", "mean", "max"])[0] for f in ("none", "edge"))
    check(corrected["count"] < 0.7 * none["count"], "cells outside the area are nodata")
    # Same events but for those beyond the border; what the border cuts off is given back.
    check(corrected["mean"] > none["mean"], f"edge correction raises: {none} {corrected}")
    check(edge["bands"][0]["weight_in_reach"] > 200, f"events inside the area: {edge['bands']}")


def relative(work):
    options = ("--cell", "5 km", "--bandwidth", "25 km", "--area", sample / "western_equatoria.geojson", "--overwrite",
               "--relative", sample / "population.tif")
    density(work / "r1.tif", *options)
    density(work / "r50.tif", *options, "--floor", "50")
    low, high = (statistics(work, work / f"{f}.tif", ["count", "max", "min"])[0] for f in ("r1", "r50"))
    check(high["count"] < low["count"] and 0 <= low["min"] <= low["max"] < 1, f"a floor masks: {low} {high}")
    # Edge correction divides events and people alike: only people and events beyond the border make a difference.
    density(work / "r_edge.tif", *options, "--edge", "area")
    check(statistics(work, work / "r_edge.tif", ["max"])[0]["max"] < 1, "relative with edge correction")


def table(path, weights, spread=1.0):
    lines = ["id,lon,lat,day,w"]
    for i, weight in enumerate(weights):
        lines.append(f"E{i},{28 + spread * (i * 37 % 101) / 101:.6f},{5 + spread * (i * 61 % 103) / 103:.6f},2021-08-0{1 + i % 9},{weight}")
    path.write_text("\n".join(lines) + "\n")
    return path


columns = ("--format", "table", "--x", "lon", "--y", "lat", "--date", "day", "--weight", "w")


def same_bytes(work):
    """Three parts of 256 rows, imprecise events, all that can be combined."""
    admin = ("--admin", sample / "counties.geojson", "--admin-code", "pcode")
    area = ("--area", sample / "western_equatoria.geojson")
    for name, options in {"quarters": (*area, *admin, "--edge", "area", "--every", "quarter", "--kernel", "gaussian", "--bandwidth", "9 km"),
                          "sweep": (*area, *admin, "--every", "quarter", "--bandwidth", "25 km"),
                          "relative": (*area, *admin, "--relative", sample / "population.tif", "--edge", "area", "--bandwidth", "auto"),
                          "adaptive": (*area, "--adaptive", "--bandwidth", "20 km")}.items():
        seen = set()
        for threads, memory in ((1, "8 GB"), (2, "250 MB"), (3, "120 MB")):
            out = work / f"{name}.tif"
            density(out, "--cell", "500 m", *options, "--threads", threads, "--memory", memory, "--overwrite")
            seen.add(hashlib.sha256(out.read_bytes()).hexdigest())
        check(len(seen) == 1, f"{name}: the same bytes for any memory and number of threads")


def tiff(path, transformation):
    """A 4 by 4 GeoTIFF in EPSG:32635 with a 4 by 4 matrix from cells to metres."""
    entries, extra = [], b""
    start = 8 + 2 + 12 * 10 + 4
    def add(tag, kind, values):
        nonlocal extra
        data = struct.pack("<" + {3: "H", 4: "I", 12: "d"}[kind] * len(values), *values)
        place = data.ljust(4, b"\0") if len(data) <= 4 else struct.pack("<I", start + len(extra))
        if len(data) > 4:
            extra += data
        entries.append(struct.pack("<HHI", tag, kind, len(values)) + place)
    keys = [1, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 1, 3072, 0, 1, 32635]
    pixels = start + 16 * 8 + len(keys) * 2
    for tag, kind, values in ((256, 3, [4]), (257, 3, [4]), (258, 3, [8]), (259, 3, [1]), (262, 3, [1]), (273, 4, [pixels]),
                              (278, 3, [4]), (279, 4, [16]), (34264, 12, transformation), (34735, 3, keys)):
        add(tag, kind, values)
    path.write_bytes(struct.pack("<2sHI", b"II", 42, 8) + struct.pack("<H", 10) + b"".join(entries) + bytes(4) + extra + bytes(range(16)))
    return path


def bad_input(work):
    incidents = sample / "incidents.csv"
    area = ("--area", sample / "western_equatoria.geojson")
    rotated = tiff(work / "rotated.tif", [900, 300, 0, 500000, 300, -900, 0, 600000, 0, 0, 0, 0, 0, 0, 0, 1])
    upright = tiff(work / "upright.tif", [1000, 0, 0, 700000, 0, -1000, 0, 600000, 0, 0, 0, 0, 0, 0, 0, 1])
    elsewhere = tiff(work / "elsewhere.tif", [1000, 0, 0, 700000, 0, -1000, 0, 9000000, 0, 0, 0, 0, 0, 0, 0, 1])
    density(work / "like.tif", "--like", upright, "--bandwidth", "900 km")
    negative = table(work / "negative.csv", [1, 2, -1, 3, 1, 1, 2, 2])
    infinite = table(work / "infinite.csv", ["inf"] * 3 + [1] * 5)
    empty = table(work / "empty.csv", [])
    (work / "there.tif").write_text("mine")
    some = ("--bandwidth", "25 km")
    cell = ("--cell", "5 km")
    cases = [(incidents, 2, "positive length", (*cell, "--bandwidth", "0 km")),
             (incidents, 2, "positive length", (*cell, "--bandwidth", "-5 km")),
             (incidents, 2, "not a length", (*cell, "--bandwidth", "nan km")),
             (incidents, 2, "auto, scott, diggle, likelihood", (*cell, "--bandwidth", "scot")),
             (incidents, 2, "--kernel", (*cell, *some, "--kernel", "cubic")),
             (incidents, 2, "--area FILE", (*cell, *some, "--edge", "area")),
             (incidents, 2, "--edge", (*cell, *some, "--edge", "sides")),
             (incidents, 2, "one bandwidth", (*cell, *some, *area, "--edge", "area", "--adaptive")),
             (incidents, 2, "one bandwidth", (*cell, *some, "--relative", sample / "population.tif", "--adaptive")),
             (incidents, 2, "--adaptive", (*cell, *some, "--clip", "0.5,2")),
             (incidents, 2, "from 0 to 1", (*cell, *some, "--adaptive", "--clip", "2,3")),
             (incidents, 2, "--floor", (*cell, *some, "--relative", sample / "population.tif", "--floor", "0")),
             (incidents, 2, "--relative", (*cell, *some, "--floor", "5")),
             (incidents, 3, "no_people.tif", (*cell, *some, "--relative", "no_people.tif")),
             (incidents, 3, "no observed value", (*cell, *some, *area, "--relative", elsewhere)),
             (incidents, 2, "--every", (*cell, *some, "--every", "day")),
             (incidents, 2, "--cell is missing", some),
             (incidents, 2, "is in degrees", (*cell, *some, "--crs", "EPSG:4326")),
             (incidents, 3, "rotated", (*some, "--like", rotated)),
             (incidents, 2, "degrees", (*some, "--like", sample / "population.tif")),
             (incidents, 2, "memory", (*cell, *some, "--memory", "lots")),
             (incidents, 1, "--memory", ("--cell", "100 m", *some, "--memory", "1 MB")),
             (incidents, 2, "smallest cell that fits", ("--cell", "1 m", *some)),
             (incidents, 2, "--co", (*cell, *some, "--co", "TILED=NO")),
             (incidents, 3, "beyond the reach", (*cell, *some, "--bbox", "8000000,0,8100000,100000", "--crs", "EPSG:32635")),
             (incidents, 3, "read as peace", (*cell, *some, "--where", "actor = 'nobody'", *area)),
             (incidents, 3, "in that time", (*cell, *some, "--from", "2031-01-01", "--to", "2031-12-31")),
             (incidents, 2, "without --admin", (*cell, *some, "--admin-code", "pcode")),
             (incidents, 2, "is before --from", (*cell, *some, "--from", "2021-01-02", "--to", "2021-01-01")),
             (incidents, 3, "too few", (*cell, "--bandwidth", "diggle", "--where", "id = 'I0002'")),
             (empty, 3, "", (*cell, *some, *columns)),
             (negative, 3, "--adaptive needs weights", (*cell, *some, *columns, "--adaptive")),
             (negative, 3, "--relative needs weights", (*cell, *some, *columns, "--relative", sample / "population.tif")),
             (negative, 3, "--bandwidth auto needs weights", (*cell, *columns, "--bandwidth", "auto")),
             (infinite, 3, "not finite", (*cell, *some, *columns)),
             (work / "nowhere.csv", 3, "nowhere.csv", (*cell, *some))]
    for events, code, telling, arguments in cases:
        out = work / "bad.tif"
        run = tocsin("density", events, "-o", out, "-q", *arguments)
        fails(run, code, telling)
        check(not list(work.glob("*bad*")), f"density {arguments}: something half-written remains")
    run = tocsin("density", incidents, *cell, *some, "-o", work / "there.tif", "-q")
    fails(run, 2, "--overwrite")
    check((work / "there.tif").read_text() == "mine", "an output that exists stays")
    run = tocsin("density", incidents, *cell, *some, "-o", work / "map.png", "-q")
    fails(run, 2, ".tif")
    difference = density(work / "difference.tif", *cell, *some, *columns, events=negative)
    check(any("differences" in w for w in difference["warnings"]), f"negative weights make a note: {difference['warnings']}")
    check(statistics(work, work / "difference.tif", ["min"])[0]["min"] < 0, "a map of differences goes below 0")


def full_disk(work):
    import resource
    out = work / "full.tif"
    out.write_text("the old map")
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (50000, 50000))
    run = tocsin("density", sample / "incidents.csv", "--cell", "1 km", "--bandwidth", "25 km", "-o", out, "--overwrite", "-q", preexec_fn=limit)
    fails(run, 1)
    check(out.read_text() == "the old map" and not list(work.glob(".full*")), "a disk that fills up leaves the old map and no rest")


with tempfile.TemporaryDirectory() as folder:
    work = pathlib.Path(folder)
    for part in (examples, masses, periods, bandwidths, edges, relative, same_bytes, bad_input, full_disk):
        part(work)
report()
