#!/usr/bin/env python3
"""Runs `tocsin clustering` as its users do: the examples of its help, a pattern with a known answer, bad input, threads.
Usage: check_clustering.py PROGRAM SOURCE_FOLDER"""
import json
import pathlib
import random
import tempfile

from checking import check, fails, help_examples, report, rows, tocsin

EPSG = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32635"}}


def square(path, side):
    ring = [[0, 0], [0, side], [side, side], [side, 0], [0, 0]]
    path.write_text(json.dumps({"type": "FeatureCollection", "crs": EPSG, "features": [
        {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}]}))
    return path


def events(path, points, precision="point"):
    lines = ["id,date,longitude,latitude,precision"]
    lines += [f"{i},2021-06-01,{x},{y},{precision}" for i, (x, y) in enumerate(points)]
    path.write_text("\n".join(lines) + "\n")
    return path


with tempfile.TemporaryDirectory() as folder:
    here = pathlib.Path(folder)
    help_examples("clustering", 2, here)

    area = square(here / "area.geojson", 100_000)
    random.seed(4)
    chance = [(100_000 * random.random(), 100_000 * random.random()) for _ in range(120)]
    clustered = [(x + random.uniform(-2000, 2000), y + random.uniform(-2000, 2000))
                 for x, y in [(3_000 + 94_000 * random.random(), 3_000 + 94_000 * random.random()) for _ in range(15)]
                 for _ in range(8)]
    common = ("--input-crs", "EPSG:32635", "--area", area, "--crs", "EPSG:32635", "--max", "15 km", "--simulations", "99", "--json")
    flat = json.loads(tocsin("clustering", events(here / "chance.csv", chance), *common, "-o", here / "a.csv").stdout)
    found = json.loads(tocsin("clustering", events(here / "clusters.csv", clustered), *common, "-o", here / "b.csv").stdout)
    check(flat["p"] > 0.05 and flat["strongest_at_m"] == 0, f"chance: {flat}")
    check(found["p"] == 0.01 and 1000 <= found["strongest_at_m"] <= 7000, f"clusters of 4 km: {found}")
    table = rows(here / "b.csv")
    check(len(table) == 50 and float(table[9]["l_m"]) > float(table[9]["global_high_m"]), "L leaves the envelope")
    for threads in (1, 3):
        tocsin("clustering", here / "clusters.csv", *common, "-o", here / f"t{threads}.csv", "--threads", threads)
        check((here / f"t{threads}.csv").read_bytes() == (here / "b.csv").read_bytes(), f"{threads} threads: the same bytes")

    twice = json.loads(tocsin("clustering", events(here / "twice.csv", chance + chance), *common, "-o", here / "c.csv").stdout)
    check(twice["points"] == 120 and twice["repeated"] == 120, "a town that is reported twice is one place")

    out = here / "none.csv"
    vague = events(here / "vague.csv", chance, "admin2")
    fails(tocsin("clustering", vague, *common[:-1], "-q", "-o", out), 3, "exact point")
    fails(tocsin("clustering", here / "chance.csv", "-o", out, "-q"), 2, "--area")
    fails(tocsin("clustering", here / "chance.csv", *common[:-1], "--where", "id < 0", "-q", "-o", out), 3, "chance.csv: 120 records read",
          "--where")
    fails(tocsin("clustering", here / "chance.csv", *common[:-3], "--simulations", "5", "-q", "-o", out), 2, "simulations")
    fails(tocsin("clustering", here / "nowhere.csv", *common[:-1], "-q", "-o", out), 3, "nowhere.csv")
    fails(tocsin("clustering", here / "chance.csv", *common[:-1], "-q", "-o", here / "x.tif"), 2, ".csv")
    for option in (("--weight", "id"), ("--admin", area), ("--placement", "spread")):
        fails(tocsin("clustering", here / "chance.csv", *common[:-1], *option, "-q", "-o", out), 2, option[0])
    fails(tocsin("clustering", here / "chance.csv", *common[:-1], "--format", "ucdp-ged", "--x", "longitude", "-q", "-o", out), 2,
          "--x has no effect", "--format table")
    check(not out.exists(), "nothing was written")
report()
