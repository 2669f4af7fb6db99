#!/usr/bin/env python3
"""Runs `tocsin scan` as its users do: the examples of its help, planted clusters in areas, points and events, one clear line for
each kind of bad input, files that appear whole or not at all, the same bytes for any number of threads.
Usage: check_scan.py PROGRAM SOURCE_FOLDER"""
import datetime
import json
import pathlib
import tempfile

from checking import check, fails, help_examples, report, rows, sample, tocsin

SIDE = 8  # areas
RAISED = {(3, 3), (2, 3), (4, 3), (3, 2), (3, 4)}  # a circle around the first


def squares(path, areas):
    """Areas of 10 km as (column, row, properties)."""
    features = []
    for column, row, properties in areas:
        west, south = 300000 + column * 10000, 500000 + row * 10000
        ring = [[west, south], [west, south + 10000], [west + 10000, south + 10000], [west + 10000, south], [west, south]]
        features.append({"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}})
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32635"}}
    path.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": features}))
    return path


def chessboard(path, change=lambda column, row, properties: None):
    areas = []
    for column in range(SIDE):
        for row in range(SIDE):
            cases = 9 if (column, row) in RAISED else 2 + (column + row) % 2
            properties = {"code": f"A{column}{row}", "name": f"Area {column} {row}", "cases": cases, "controls": 20 - cases,
                          "population": 1000, "expected": 2.5}
            change(column, row, properties)
            areas.append((column, row, properties))
    return squares(path, areas)


def examples(work):
    help_examples("scan", 2, work)
    text = tocsin("scan", "--help").stdout
    for column in rows(work / "clusters.csv")[0].keys() | {"shape", "angle", "recurrence_days"} - {"cluster"}:
        check(column in text[text.index("Columns:"):], f"the help explains {column}")
    first = rows(work / "clusters.csv")[0]
    check("SS1009" in first["members"].split() and float(first["p"]) == 0.001, f"the sample's planted rise is in Tambura: {first}")
    common = [sample / "counties.geojson", "--code", "pcode", "--events", sample / "incidents.csv", "--model", "permutation"]
    run = tocsin("scan", *common, "--interval", "7 days", "--from", "2021-03-01", "--prospective", "-o", work / "alive.csv", "--json")
    for cluster in json.loads(run.stdout)["clusters"]:
        check(cluster["end"] == json.loads(run.stdout)["last_day"], "prospective clusters reach the last day")
        check(abs(cluster["recurrence_days"] * cluster["p"] - 7) < 1e-9, "recurrence interval")


def planted(work):
    """The raised areas, by each model, as areas and as points."""
    places = chessboard(work / "board.geojson")
    wanted = {f"A{c}{r}" for c, r in RAISED}
    for arguments in (["--population", "population"], ["--expected", "expected"], ["--model", "bernoulli", "--controls", "controls"]):
        run = tocsin("scan", places, "--cases", "cases", "--code", "code", "-o", work / "c.csv", "--overwrite", "-q", *arguments)
        check(run.returncode == 0 and run.stderr == "", f"{arguments}: {run.stderr}")
        first = rows(work / "c.csv")[0]
        check(set(first["members"].split()) == wanted and float(first["p"]) == 0.001, f"{arguments}: {first}")
        check(float(first["cases"]) == 45 and float(first["relative_risk"]) > 2, f"{arguments}: {first}")
    points = work / "points.csv"
    with points.open("w") as file:
        file.write("code,latitude,longitude,cases,population\n")
        for column in range(SIDE):
            for row in range(SIDE):
                file.write(f"A{column}{row},{4 + row * 0.1},{28 + column * 0.1},{9 if (column, row) in RAISED else 2},1000\n")
    run = tocsin("scan", points, "--cases", "cases", "--population", "population", "--code", "code", "-o", work / "points.geojson",
                 "--window", "ellipse", "--secondary", "gini", "-q")
    check(run.returncode == 0, f"points: {run.stderr}")
    feature = json.loads((work / "points.geojson").read_text())["features"][0]
    check(set(feature["properties"]["members"].split()) == wanted, f"points: {feature['properties']}")
    check(feature["geometry"]["type"].endswith("Polygon"), "a cluster of points has a shape")
    run = tocsin("scan", places, "--cases", "cases", "--population", "population", "-o", work / "union.geojson", "-q")
    shape = json.loads((work / "union.geojson").read_text())["features"][0]["geometry"]
    rings = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
    check(run.returncode == 0 and len(rings) == 1 and len(rings[0]) == 1, "neighbouring members are one area")
    run = tocsin("scan", places, "--cases", "cases", "--population", "population", "--low", "--restricted", "0.3", "-o", work / "low.csv", "--json")
    check(run.returncode == 0 and all(c["rates"] == "low" for c in json.loads(run.stdout)["clusters"]), f"--low: {run.stderr}")


def in_time(work):
    """Events by code and day: a rise in some areas in the last weeks."""
    places = chessboard(work / "places.geojson")
    begin = datetime.date(2021, 1, 1)
    with (work / "events.csv").open("w") as file:
        file.write("id,date,pcode,precision\n")
        number = 0
        for column in range(SIDE):
            for row in range(SIDE):
                for day in range(0, 84, 12):
                    number += 1
                    file.write(f"E{number},{begin + datetime.timedelta(day + (column * 3 + row) % 12)},A{column}{row},admin2\n")
                for day in range(70, 84, 2) if (column, row) in RAISED else ():
                    number += 1
                    file.write(f"E{number},{begin + datetime.timedelta(day)},A{column}{row},admin2\n")
    common = [places, "--code", "code", "--events", work / "events.csv", "--from", "2021-01-01", "--to", "2021-03-25",
              "--interval", "7 days", "--overwrite", "--json", "-o", work / "time.csv"]
    for arguments in (["--model", "permutation"], ["--model", "permutation", "--prospective"], ["--population", "population"]):
        run = tocsin("scan", *common, *arguments)
        check(run.returncode == 0, f"{arguments}: {run.stderr}")
        first = json.loads(run.stdout)["clusters"][0]
        check(set(first["members"].split()) == {f"A{c}{r}" for c, r in RAISED}, f"{arguments}: {first}")
        check(first["start"] == "2021-03-12" and first["end"] == "2021-03-25" and first["p"] <= 0.01, f"{arguments}: {first}")
    run = tocsin("scan", *common, "--model", "permutation", "--stop-after", "5", "--min-duration", "21 days", "--replicates", "499")
    check(run.returncode == 0 and json.loads(run.stdout)["replicates"] <= 499, f"--stop-after: {run.stderr}")


def same_bytes(work):
    places = chessboard(work / "same.geojson")
    written = set()
    for threads in (1, 2, 3, 8):
        run = tocsin("scan", places, "--cases", "cases", "--population", "population", "--window", "ellipse", "--threads", threads,
                     "-o", work / "same.gpkg", "--overwrite", "-q")
        check(run.returncode == 0, f"--threads {threads}: {run.stderr}")
        written.add((work / "same.gpkg").read_bytes())
    check(len(written) == 1, "the same bytes for any number of threads")


def bad_input(work):
    good = chessboard(work / "good.geojson")

    def refused(code, words, *arguments):
        output = work / "bad.csv"
        fails(tocsin("scan", *arguments, "-o", output, "-q"), code, *([words] if isinstance(words, str) else words))
        check(not output.exists(), f"{words}: no output is left")

    def changed(name, change):
        return chessboard(work / f"{name}.geojson", change)

    def at(column, row, **values):
        return lambda c, r, properties: properties.update(values) if (c, r) == (column, row) else None

    numbers = ["--cases", "cases", "--population", "population"]
    two = squares(work / "two.geojson", [(i, 0, {"cases": 1, "population": 5}) for i in range(2)])
    refused(3, "at least three", two, *numbers)
    refused(3, ("negative.geojson: population of '1' is -5",), changed("negative", at(0, 0, population=-5)), *numbers)
    refused(3, ("nobody.geojson: population of 'Area 0 0' (A00) is 0", "where nobody is at risk"), changed("nobody", at(0, 0, population=0)),
            *numbers, "--code", "code", "--name", "name")
    refused(3, ("controls of '1' is -1",), changed("below", at(0, 0, controls=-1)), "--model", "bernoulli", "--cases", "cases", "--controls", "controls")
    refused(3, ("cases of '1' is 1.5", "whole"), changed("half", at(0, 0, cases=1.5)), "--model", "bernoulli", *numbers)
    refused(3, ("good.geojson", "cases > 99"), good, *numbers, "--where", "cases > 99")
    refused(3, ("records read", "--from", "--events-where"), sample / "counties.geojson", "--population", "population",
            "--events", sample / "incidents.csv", "--from", "2031-01-01", "--to", "2031-12-31")
    refused(3, "no cases", changed("none", lambda c, r, properties: properties.update(cases=0)), *numbers)
    refused(3, ("population of '1' is 1", "there cannot be more cases"), changed("more", at(0, 0, population=1)), "--model", "bernoulli", *numbers)
    refused(2, "did you mean 'population'", good, "--cases", "cases", "--population", "populaton")
    refused(2, "--population FIELD or --expected FIELD", good, "--cases", "cases")
    refused(2, "--cases FIELD of the places, or --events FILE", good, "--population", "population")
    refused(2, ("--prospective has no effect", "--interval"), good, *numbers, "--prospective")
    refused(2, ("--max-time has no effect", "--interval"), good, *numbers, "--max-time", "20%")
    refused(2, ("--date and --from have no effect", "--events"), good, *numbers, "--from", "2021-01-01", "--date", "day")
    refused(2, ("--penalty has no effect", "--window ellipse"), good, *numbers, "--penalty", "strong")
    refused(2, ("--min-cases has no effect", "--low"), good, *numbers, "--low", "--min-cases", "3")
    refused(2, ("--seed has no effect", "--replicates 0"), good, *numbers, "--replicates", "0", "--seed", "3")
    refused(2, "--interval", good, "--cases", "cases", "--model", "permutation")
    refused(2, "--max-population", good, *numbers, "--max-population", "0%")
    refused(2, "--max-population", good, *numbers, "--max-population", "half")
    refused(2, "replicates", good, *numbers, "--replicates", "-1")
    refused(2, "not both", good, *numbers, "--low", "--both")
    refused(1, "allow more memory", good, *numbers, "--memory", "0.001 MB")
    run = tocsin("scan", changed("gaps", at(7, 7, cases=None)), *numbers, "-o", work / "gaps.csv")
    check(run.returncode == 0 and "1 places have no value" in run.stderr, f"not observed: {run.stderr}")


with tempfile.TemporaryDirectory(prefix="tocsin-scan-") as folder:
    for number, part in enumerate((examples, planted, in_time, same_bytes, bad_input)):
        work = pathlib.Path(folder) / str(number)
        work.mkdir()
        part(work)
report()
