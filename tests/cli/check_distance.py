#!/usr/bin/env python3
"""Runs `tocsin distance` as its users do: the examples of its help, known distances, ids and costs, one clear line for each kind
of bad input, files that appear whole or not at all, the same bytes for any memory and number of threads.
Usage: check_distance.py PROGRAM SOURCE_FOLDER"""
import csv
import json
import math
import pathlib
import resource
import struct
import tempfile

from checking import check, report, sample, source, tocsin

NAN = float("nan")


def geotiff(path, rows, west=0, north=0, cell=1000, epsg=32635, turned=False):
    """A float32 GeoTIFF as plain as can be; nodata is NaN. `turned`: by a quarter."""
    height, width = len(rows), len(rows[0])
    pixels = b"".join(struct.pack("<%df" % width, *row) for row in rows)
    geographic = epsg == 4326
    keys = [1, 1, 0, 3, 1024, 0, 1, 2 if geographic else 1, 1025, 0, 1, 1, 2048 if geographic else 3072, 0, 1, epsg]
    if turned:
        place = (34264, 12, [0.0, cell, 0.0, west, cell, 0.0, 0.0, north, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0])
    else:
        place = (33550, 12, [float(cell), float(cell), 0.0])
    tags = [(256, 4, [width]), (257, 4, [height]), (258, 3, [32]), (259, 3, [1]), (262, 3, [1]), (273, 4, [0]), (277, 3, [1]),
            (278, 4, [height]), (279, 4, [len(pixels)]), (339, 3, [3]), place]
    if not turned:
        tags.append((33922, 12, [0.0, 0.0, 0.0, float(west), float(north), 0.0]))
    tags += [(34735, 3, keys), (42113, 2, b"nan\0")]
    tags.sort()
    size = 8 + 2 + 12 * len(tags) + 4
    entries, extra = b"", b""
    for tag, kind, values in tags:
        if tag == 273:
            values = [0]  # set below, once the size is known
        data = values if kind == 2 else struct.pack("<%d%s" % (len(values), {3: "H", 4: "I", 12: "d"}[kind]), *values)
        if len(data) > 4:
            field = struct.pack("<I", size + len(extra))
            extra += data + b"\0" * (len(data) % 2)
        else:
            field = data.ljust(4, b"\0")
        entries += struct.pack("<HHI", tag, kind, len(values)) + field
    at = entries.index(struct.pack("<HHI", 273, 4, 1)) + 8
    entries = entries[:at] + struct.pack("<I", size + len(extra)) + entries[at + 4:]
    path.write_bytes(b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + b"\0\0\0\0" + extra + pixels)
    return path


def layer(path, features, crs="urn:ogc:def:crs:EPSG::32635"):
    """Features as (properties, type, coordinates) in metres."""
    path.write_text(json.dumps({"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": crs}}, "features": [
        {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}
        for properties, kind, coordinates in features]}))
    return path


def square(west, south, side):
    return [[[west, south], [west, south + side], [west + side, south + side], [west + side, south], [west, south]]]


def values_at(work, raster, places):
    """What a raster says at places: the statistics of squares a metre wide, None for nodata."""
    areas = layer(work / "places.geojson", [({"code": str(i)}, "Polygon", square(x - 0.5, y - 0.5, 1)) for i, (x, y) in enumerate(places)])
    run = tocsin("zonal", raster, areas, "--code", "code", "--stats", "mean", "-o", work / "places.csv", "-q", "--overwrite")
    check(run.returncode == 0, f"zonal: {run.stderr}")
    rows = {row["code"]: row["mean"] for row in csv.DictReader((work / "places.csv").open())}
    return [float(rows[str(i)]) if rows[str(i)] else None for i in range(len(places))]


def near(value, wanted):
    return value is not None and abs(value - wanted) <= 1e-6 * max(1, abs(wanted))  # float32


def examples(work):
    text = tocsin("distance", "--help").stdout
    check(text.count("tocsin distance data/samples") == 4 and text.rstrip().endswith("-o hours.tif"), "--help ends in examples")
    services, area = "data/samples/western_equatoria/services.geojson", "data/samples/western_equatoria/western_equatoria.geojson"
    run = tocsin("distance", services, "--cell", "1 km", "--max", "50 km", "--area", area, "-o", work / "distance.tif", "--json", cwd=source)
    check(run.returncode == 0 and json.loads(run.stdout)["features"] == 24, f"example: {run.stderr}")
    run = tocsin("distance", services, "--to", "nearest-id", "--cell", "1 km", "-o", work / "nearest.tif", "-q", cwd=source)
    check(run.returncode == 0 and run.stderr == "", f"example: {run.stderr}")
    run = tocsin("distance", "data/samples/western_equatoria/roads.geojson", "--cell", "250 m", "-o", work / "to_road.tif", "-q", cwd=source)
    check(run.returncode == 0, f"example: {run.stderr}")
    # A distance is a friction as good as any: it tells that the example's last line runs.
    run = tocsin("distance", services, "--cost", work / "to_road.tif", "--moves", "16", "-o", work / "hours.tif", "--json", cwd=source)
    check(run.returncode == 0 and json.loads(run.stdout)["starting_cells"] > 10, f"example: {run.stderr}")
    run = tocsin("distance", sample / "services.geojson", "--like", work / "distance.tif", "-o", work / "like.tif")
    check(run.returncode == 0 and "wrote" in run.stderr, f"--like: {run.stderr}")
    return work / "to_road.tif"


def known_values(work):
    """Cells of 1 km from (0, 0) to (20, 10) km. A point in the west, a line and a polygon in the east, one beyond the grid."""
    features = layer(work / "things.geojson", [
        ({"number": 7, "name": "a"}, "Point", [2500, 5500]),
        ({"number": 3, "name": "b"}, "LineString", [[10500, 9500], [10500, 7500]]),
        ({"number": 5, "name": "c"}, "Polygon", square(15000, 0, 2000)),
        ({"number": 9, "name": "d"}, "Point", [23500, 9500])])
    grid = ["--crs", "EPSG:32635", "--cell", "1 km", "--bbox=0,0,20000,10000", "-q", "--overwrite"]
    run = tocsin("distance", features, "-o", work / "d.tif", *grid)
    check(run.returncode == 0, f"distance: {run.stderr}")
    places = [(2500, 5500), (5500, 1500), (10500, 500), (15500, 1500), (17500, 3500), (19500, 9500), (12500, 8500)]
    wanted = [0, 5000, 5000, 0, math.hypot(1000, 2000), 4000, 2000]
    found = values_at(work, work / "d.tif", places)
    check(all(near(f, w) for f, w in zip(found, wanted)), f"distances: {found} are not {wanted}")
    run = tocsin("distance", features, "--max", "3 km", "-o", work / "d.tif", *grid)
    found = values_at(work, work / "d.tif", places)
    check(all(near(f, min(3000, w)) for f, w in zip(found, wanted)), f"--max: {found}")
    for arguments, ids in (([], [1, 1, 3, 3, 3, 4, 2]), (["--id", "number"], [7, 7, 5, 5, 5, 9, 3])):
        tocsin("distance", features, "--to", "nearest-id", "-o", work / "id.tif", *arguments, *grid)
        check(values_at(work, work / "id.tif", places) == ids, f"nearest-id {arguments}: {values_at(work, work / 'id.tif', places)}")
        tocsin("distance", features, "--to", "nearest-id", "--max", "3 km", "-o", work / "id.tif", *arguments, *grid)
        within = [i if w <= 3000 else None for i, w in zip(ids, wanted)]
        check(values_at(work, work / "id.tif", places) == within, "nearest-id is nodata beyond --max")
    # Two at the same distance: the smaller id, whichever comes first.
    pair = layer(work / "pair.geojson", [({"number": 8}, "Point", [1500, 5500]), ({"number": 2}, "Point", [5500, 5500])])
    tocsin("distance", pair, "--to", "nearest-id", "--id", "number", "-o", work / "id.tif", *grid)
    check(values_at(work, work / "id.tif", [(3500, 5500), (2500, 5500)]) == [2, 8], "ties go to the smallest id")


def known_costs(work):
    """Half an hour a kilometre, a wall in column 5 with a gate in the south, and a swamp in the east."""
    rows = [[NAN if c == 5 and r != 9 else 0.004 if c > 15 else 0.0005 for c in range(20)] for r in range(10)]
    friction = geotiff(work / "friction.tif", rows, north=10000)
    start = layer(work / "start.geojson", [({}, "Point", [2500, 500]), ({}, "Point", [90000, 90000]), ({}, "Point", [5500, 5500])])
    run = tocsin("distance", start, "--cost", friction, "-o", work / "cost.tif")
    check(run.returncode == 0 and "1 features lie outside" in run.stderr and "impassable" in run.stderr, f"cost: {run.stderr}")
    places = [(2500, 500), (2500, 1500), (4500, 2500), (5500, 500), (6500, 1500), (5500, 4500), (16500, 500)]
    # The gate is entered from straight ahead or from the diagonal alike.
    wanted = [0, 0.5, math.sqrt(2), 1.5, 1.5 + 0.5 * math.sqrt(2), None, 0.5 * 13 + 2.25]
    found = values_at(work, work / "cost.tif", places)
    check(all(f is None if w is None else near(f, w) for f, w in zip(found, wanted)), f"costs: {found} are not {wanted}")
    tocsin("distance", start, "--cost", friction, "--moves", "16", "--max", "1.45", "-o", work / "cost16.tif", "-q")
    found = values_at(work, work / "cost16.tif", places)
    check(near(found[2], math.sqrt(2)) and found[3] is None and near(values_at(work, work / "cost16.tif", [(3500, 2500)])[0], 0.5 * math.sqrt(5)),
          f"knight's moves up to --max: {found}")
    return friction, start


def same_bytes(work, roads_friction):
    services, roads = sample / "services.geojson", sample / "roads.geojson"
    kinds = {"straight": ([roads, "--cell", "250 m"], ("12 MB", "2 GB")),
             "id": ([services, "--to", "nearest-id", "--cell", "250 m"], ("15 MB", "2 GB")),
             "cost": ([services, "--cost", roads_friction], ("11 MB", "2 GB"))}
    for kind, (arguments, memories) in kinds.items():
        results = set()
        for memory in memories:
            for threads in (1, 2, 3, 8):
                run = tocsin("distance", *arguments, "--memory", memory, "--threads", threads, "-o", work / "b.tif", "-q", "--overwrite")
                check(run.returncode == 0, f"{kind} in {memory}: {run.stderr}")
                results.add((work / "b.tif").read_bytes() if run.returncode == 0 else b"")
        check(len(results) == 1, f"{kind}: the same bytes for any memory and number of threads")


def refused(work, out, code, telling, arguments, **options):
    run = tocsin("distance", *arguments, "-o", out, "-q", **options)
    lines = run.stderr.strip().splitlines()
    check(run.returncode == code, f"{arguments}: exit {run.returncode}, not {code}: {run.stderr}")
    check(len(lines) == 1 and telling in run.stderr, f"{arguments}: '{telling}' is not in one line: {run.stderr}")
    check(not any(p.name.startswith(".") for p in work.iterdir()), f"{arguments}: something half-written remains")
    return run


def bad_input(work, friction, start):
    services = sample / "services.geojson"
    row = [0.001] * 8
    negative = geotiff(work / "negative.tif", [row, row[:3] + [-0.5] + row[4:]])
    turned = geotiff(work / "turned.tif", [row, row], turned=True)
    degrees = geotiff(work / "degrees.tif", [row, row], west=27, north=6, cell=0.1, epsg=4326)
    walled = geotiff(work / "walled.tif", [[NAN] * 8] * 8, north=8000)
    empty = layer(work / "empty.geojson", [])
    sliver = layer(work / "sliver.geojson", [({}, "Polygon", [[[0, 0], [5, 5], [9, 9], [0, 0]]])])
    named = layer(work / "named.geojson", [({"n": 1}, "Point", [0, 0]), ({"n": None}, "Point", [9, 9])])
    half = layer(work / "half.geojson", [({"n": 1.5}, "Point", [0, 0])])
    huge = layer(work / "huge.geojson", [({"n": 123456789}, "Point", [0, 0])])
    cell = ["--cell", "1 km"]
    wide = ["--crs", "EPSG:32635", "--bbox=0,0,9000,9000", *cell]
    ids = ["--to", "nearest-id", "--id", "n"]
    cases = [
        (3, "no feature", [empty, *wide]), (3, "polygon invalid", [sliver, *wide]), (3, "nowhere.geojson", [work / "nowhere.geojson", *cell]),
        (3, "rotated", [services, "--like", turned]), (2, "degrees", [services, "--like", degrees]), (2, "--cell is missing", [services]),
        (2, "greater than 0", [services, *cell, "--max", "0 km"]), (2, "12", [services, *cell, "--max", "12"]),
        (2, "--id goes with", [services, *cell, "--id", "id"]), (2, "--moves goes with", [services, *cell, "--moves", "16"]),
        (2, "--moves", [services, "--cost", friction, "--moves", "4"]), (2, "nearest-id", [services, *cell, "--to", "direction"]),
        (2, "did you mean", [services, *cell, "--to", "nearest-id", "--id", "idd"]), (3, "not readable", [services, *cell, "--to", "nearest-id", "--id", "name"]),
        (3, "record 2 has nothing as n", [named, *wide, *ids]), (3, "record 1 has 1.5 as n", [half, *wide, *ids]),
        (3, "123456789", [huge, *wide, *ids]), (1, "--memory", [services, *cell, "--memory", "0.01 MB"]),
        (2, "--cost gives the grid", [start, "--cost", friction, *cell]), (2, "leave out --cost", [start, "--cost", friction, "--to", "nearest-id"]),
        (2, "is a cost", [start, "--cost", friction, "--max", "3 km"]), (2, "is a cost", [start, "--cost", friction, "--max", "-1"]),
        (3, "column 4, row 2", [start, "--cost", negative]), (3, "rotated", [start, "--cost", turned]), (2, "degrees", [start, "--cost", degrees]),
        (3, "nowhere.tif", [start, "--cost", work / "nowhere.tif"]), (3, "no feature lies on a passable cell", [start, "--cost", walled]),
        (1, "--memory", [start, "--cost", friction, "--memory", "0.01 MB"]), (2, "--co", [services, *cell, "--co", "BLOCKXSIZE=64"])]
    for code, telling, arguments in cases:
        refused(work, work / "bad.tif", code, telling, arguments)
        check(not (work / "bad.tif").exists(), f"{arguments}: an output was made")
    before = (work / "cost.tif").read_bytes()
    refused(work, work / "cost.tif", 2, "--overwrite", [start, "--cost", friction])
    check((work / "cost.tif").read_bytes() == before, "an output is not replaced unasked")
    # A disk that fills up: at the output, and at the blocks that wait beside it.
    for arguments in ([services, "--cell", "500 m"], [services, "--cost", work / "to_road.tif"],
                      [services, "--cost", work / "to_road.tif", "--memory", "11 MB"]):
        refused(work, work / "cost.tif", 1, "cannot be written", [*arguments, "--overwrite"],
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000)))
        check((work / "cost.tif").read_bytes() == before, "a disk that fills up leaves the old result")


with tempfile.TemporaryDirectory() as folder:
    work = pathlib.Path(folder)
    roads_friction = examples(work)
    known_values(work)
    friction, start = known_costs(work)
    same_bytes(work, roads_friction)
    bad_input(work, friction, start)
report()
