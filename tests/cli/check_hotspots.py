#!/usr/bin/env python3
"""Runs `tocsin hotspots` as its users do: the examples of its help, a table with a GAL file, a raster, --explain, one clear line
for each kind of bad input, the same bytes for any number of threads.
Usage: check_hotspots.py PROGRAM SOURCE_FOLDER"""
import json
import pathlib
import sqlite3
import tempfile

from checking import check, fails, help_examples, report, rows, tocsin

EPSG = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32635"}}


def squares(path, values, side, field="cases", more=None):
    """A block of square areas of 1 km with a number each; None = not observed."""
    features = []
    for i, value in enumerate(values):
        x, y = i % side * 1000, i // side * 1000
        ring = [[x, y], [x, y + 1000], [x + 1000, y + 1000], [x + 1000, y], [x, y]]
        properties = {"code": f"A{i}", "name": f"Area {i}", field: value}
        if more:
            properties.update(more(i))
        features.append({"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}})
    path.write_text(json.dumps({"type": "FeatureCollection", "crs": EPSG, "features": features}))
    return path


with tempfile.TemporaryDirectory() as folder:
    here = pathlib.Path(folder)
    explained = help_examples("hotspots", 4, here)[3].stdout
    check("z = " in explained and "class:" in explained, f"explains: {explained}")
    check((here / "hot.gpkg").exists() and (here / "hot.tif").exists(), "the examples wrote their outputs")
    with sqlite3.connect(here / "hot.gpkg") as package:
        check(package.execute("SELECT table_name FROM gpkg_contents").fetchall() == [("hotspots",)], "the layer is named hotspots")

    # A hand-worked block of 5 x 5: high in one corner.
    values = [9, 8, 2, 1, 1, 9, 9, 1, 2, 1, 2, 1, 1, 1, 2, 1, 1, 2, 1, 1, 1, 2, 1, 1, 1]
    areas = squares(here / "areas.geojson", values, 5)
    plain = ("hotspots", areas, "--value", "cases", "--code", "code", "--name", "name", "--crs", "EPSG:32635")
    result = tocsin(*plain, "-o", here / "hot.csv", "--json")
    check(result.returncode == 0, result.stderr)
    summary, table = json.loads(result.stdout), rows(here / "hot.csv")
    check(list(table[0]) == ["code", "name", "value", "statistic", "z", "p", "p_sim", "p_sim_error", "q", "class", "neighbours"],
          f"the columns: {list(table[0])}")
    check(summary["links"] == 2 * (2 * 20 + 2 * 16), "72 pairs of queens")
    check(summary["global"]["moran"]["z"] > 3, "the block clusters")
    # z of the corner by hand: 4 cells with 35, n = 25, sum 62, W = S1 = 4.
    mean = sum(values) / 25
    deviation = (sum(v * v for v in values) / 25 - mean * mean) ** 0.5
    z = (35 - 4 * mean) / (deviation * ((25 * 4 - 16) / 24) ** 0.5)
    check(abs(float(table[0]["z"]) - z) < 1e-9 * z, f"z of the corner {table[0]['z']}, by hand {z}")
    check(table[0]["class"].startswith("hot spot"), table[0]["class"])
    check(table[12]["class"] == "not significant", table[12]["class"])
    for threads in (1, 2, 3, 8):
        tocsin(*plain, "-o", here / f"t{threads}.csv", "--threads", threads, "-q")
        check((here / f"t{threads}.csv").read_bytes() == (here / "hot.csv").read_bytes(), f"{threads} threads: the same bytes")

    # The same from a table and a GAL file.
    gal = [f"0 25 areas code"]
    for i in range(25):
        near = [j for j in range(25) if j != i and abs(i % 5 - j % 5) < 2 and abs(i // 5 - j // 5) < 2]
        gal += [f"A{i} {len(near)}", " ".join(f"A{j}" for j in near)]
    (here / "queen.gal").write_text("\n".join(gal) + "\n")
    lines = ["code,name,cases"] + [f"A{i},Area {i},{v}" for i, v in enumerate(values)]
    (here / "table.csv").write_text("\n".join(lines) + "\n")
    result = tocsin("hotspots", here / "table.csv", "--value", "cases", "--code", "code", "--name", "name", "--neighbours",
                    f"gal: {here / 'queen.gal'}", "-o", here / "table_hot.csv")
    check(result.returncode == 0, result.stderr)
    check(rows(here / "table_hot.csv") == table, "a table with links gives what areas give")

    # Not observed is no zero.
    values[12] = None
    squares(here / "gap.geojson", values, 5)
    tocsin("hotspots", here / "gap.geojson", "--value", "cases", "--crs", "EPSG:32635", "-o", here / "gap.csv", "-q")
    gap = rows(here / "gap.csv")
    check(gap[12]["class"] == "not observed" and gap[12]["q"] == "" and gap[11]["neighbours"] == "7", "a gap is a gap")

    # Rates, other statistics.
    people = squares(here / "people.geojson", [5] * 24 + [6], 5, more=lambda i: {"people": 1000 if i else 100, "event": i % 2})
    for extra in (["--population", "people"], ["--population", "people", "--smooth", "eb-local"], ["--statistic", "moran"], ["--statistic", "excess"],
                  ["--statistic", "excess", "--population", "people", "--explain", "4"],
                  ["--statistic", "geary"], ["--statistic", "gi"], ["--statistic", "bivariate:people"],
                  ["--value", "event", "--statistic", "join-count"], ["--weights", "row"], ["--weights", "inverse-distance"],
                  ["--neighbours", "delaunay"], ["--neighbours", "gabriel"], ["--neighbours", "knn: 4"]):
        value = [] if "--value" in extra else ["--value", "cases"]
        result = tocsin("hotspots", people, *value, *extra, "--crs", "EPSG:32635", "-o", here / "s.gpkg", "--overwrite")
        check(result.returncode == 0, f"{extra}: {result.stderr}")

    result = tocsin("hotspots", people, "--value", "event", "--statistic", "join-count", "--crs", "EPSG:32635", "-o", here / "jc.csv",
                    "--json")
    joins = json.loads(result.stdout)["global"]
    check(abs(sum(joins[kind]["statistic"] for kind in ("black_black", "white_white", "black_white")) - 72) < 1e-9, f"72 joins: {joins}")

    # A rate says its unit.
    rates = ("hotspots", people, "--value", "cases", "--population", "people", "--crs", "EPSG:32635")
    result = tocsin(*rates, "--smooth", "none", "--explain", "2", "-o", here / "rate.csv")
    check("value 0.005 events per person" in result.stdout and "500 per 100,000 persons" in result.stdout, result.stdout)
    check("values are events per person" in result.stderr, result.stderr)
    result = tocsin(*rates, "--smooth", "standardised", "-o", here / "standardised.csv", "--json")
    check(json.loads(result.stdout)["value_unit"].startswith("standard deviations"), result.stdout)
    check("events per person" in tocsin("hotspots", "--help").stdout, "the help says the unit")

    # No p is 0, however many events there are.
    many = squares(here / "many.geojson", [100_000] + [10] * 24, 5)
    result = tocsin("hotspots", many, "--value", "cases", "--statistic", "excess", "--crs", "EPSG:32635", "--explain", "1", "-o", here / "many.csv")
    check(result.stdout.count("< 1e-300") == 4, f"p, p of at least as many, p_sim and q: {result.stdout}")
    check(all(0 < float(rows(here / "many.csv")[0][p]) < 1e-300 for p in ("p", "p_sim", "q")), f"{rows(here / 'many.csv')[0]}")

    # Islands are named, with the band that leaves none.
    result = tocsin(*plain, "--neighbours", "band: 900 m", "-o", here / "i.csv", "--statistic", "gi")
    check("25 of 25 places have no neighbour: Area 0" in result.stderr and "band: 1000 m" in result.stderr, result.stderr)

    # Links by hand, saved, and read again.
    run = tocsin(*plain, "--join", "A0:A24", "--separate", "Area 1:A0", "--save-neighbours", here / "links.gal", "-o", here / "j.csv",
                 "--json")
    check(json.loads(run.stdout)["links"] == 144, "one pair more, one less")
    result = tocsin(*plain, "--neighbours", f"gal: {here / 'links.gal'}", "-o", here / "k.csv", "-q")
    check((here / "k.csv").read_bytes() == (here / "j.csv").read_bytes(), "saved links give the same table")

    # Which band: Moran's I over growing distances.
    result = tocsin(*plain, "--try-bands", "1 km,4 km,1 km", "-o", here / "bands.csv", "--json")
    check(result.returncode == 0 and len(rows(here / "bands.csv")) == 4, f"four bands: {result.stderr}")
    check(rows(here / "bands.csv")[0]["mean_neighbours"] == "3.2", "rook's neighbours at 1 km")
    tocsin(*plain, "--try-bands", "500 m,1 km,500 m", "-o", here / "narrow.csv", "-q")
    narrow = rows(here / "narrow.csv")[0]
    check(narrow["islands"] == "25" and narrow["moran"] == narrow["z"] == narrow["p"] == "", f"undefined is empty: {narrow}")

    # Bad input: one line, the right code, nothing written.
    out = here / "none.csv"
    fails(tocsin("hotspots", here / "nowhere.gpkg", "--value", "x", "-o", out, "-q"), 3, "nowhere.gpkg")
    fails(tocsin(*plain[:2], "--value", "case", "-o", out, "-q"), 2, "did you mean 'cases'?")
    fails(tocsin(*plain[:2], "-o", out, "-q"), 2, "--value")
    fails(tocsin(*plain, "--statistic", "gistar", "-o", out, "-q"), 2, "gi-star")
    fails(tocsin(*plain, "--statistic", "bivariate", "-o", out, "-q"), 2, "bivariate:FIELD")
    fails(tocsin(*plain, "--neighbours", "quen", "-o", out, "-q"), 2, "did you mean 'queen'?")
    fails(tocsin(*plain, "--neighbours", "knn: 25", "-o", out, "-q"), 2, "25")
    fails(tocsin(*plain, "--permutations", "0", "-o", out, "-q"), 2, "permutations")
    fails(tocsin(*plain, "--fdr", "2", "-o", out, "-q"), 2, "between 0 and 1")
    # An option without effect would be thought heard.
    raster = ("hotspots", here / "counts.tif")
    for command, option, why in (
            (plain, ("--smooth", "eb"), "--population"),
            ((*plain, "--statistic", "excess"), ("--permutations", "99"), "exact"),
            ((*plain, "--statistic", "excess"), ("--seed", "2"), "exact"),
            ((*plain, "--statistic", "excess"), ("--weights", "row"), "excess"),
            ((*plain, "--statistic", "excess", "--population", "cases"), ("--smooth", "none"), "excess"),
            ((*plain, "--statistic", "moran"), ("--self-weight", "2"), "gi-star"),
            (plain, ("--power", "2"), "inverse-distance"),
            ((*plain, "--neighbours", "knn: 4"), ("--tolerance", "10 m"), "queen and rook"),
            (plain, ("--band", "2"), "--value"),
            ((*plain, "--try-bands", "1 km,4 km,1 km"), ("--statistic", "gi"), "Moran's I"),
            ((*plain, "--try-bands", "1 km,4 km,1 km"), ("--neighbours", "rook"), "tries bands"),
            ((*plain, "--try-bands", "1 km,4 km,1 km"), ("--fdr", "0.1"), "Moran's I"),
            (raster, ("--value", "cases"), "--band"),
            (raster, ("--where", "cases > 1"), "raster"),
            (raster, ("--join", "A0:A1"), "raster")):
        fails(tocsin(*command, *option, "-o", here / ("none.tif" if command is raster else "none.csv"), "-q"), 2, option[0], "no effect", why)
    fails(tocsin("hotspots", here / "table.csv", "--value", "cases", "--code", "code", "--neighbours", f"gal: {here / 'queen.gal'}",
                 "--crs", "EPSG:32635", "-o", out, "-q"), 2, "--crs has no effect")
    fails(tocsin(*plain, "--explain", "Area 99", "-o", out, "-q"), 2, "Area 99")
    fails(tocsin(*plain, "-o", here / "hot.csv", "-q"), 2, "overwrite")
    fails(tocsin(*plain, "-o", here / "hot.shp", "-q"), 2, ".gpkg")
    fails(tocsin(*plain, "-o", areas, "--overwrite", "-q"), 2, "is read as well")
    check(len(json.loads(areas.read_text())["features"]) == 25, "the input is as it was")
    fails(tocsin("hotspots", squares(here / "flat.geojson", [3] * 25, 5), "--value", "cases", "-o", out, "-q"), 3, "flat.geojson, field cases: the value is 3 in all 25")
    fails(tocsin("hotspots", squares(here / "few.geojson", [3, 4], 5), "--value", "cases", "-o", out, "-q"), 3, "at least 3")
    negative = squares(here / "negative.geojson", [1] * 24 + [2], 5, more=lambda i: {"people": -1 if i == 3 else 10})
    fails(tocsin("hotspots", negative, "--value", "cases", "--population", "people", "-o", out, "-q"), 3, "negative.geojson: people of '4' is -1")
    halves = squares(here / "halves.geojson", [1, 2.5] + [1] * 23, 5)
    fails(tocsin("hotspots", halves, "--value", "cases", "--code", "code", "--name", "name", "--statistic", "excess", "-o", out, "-q"), 3,
          "halves.geojson: cases of 'Area 1' (A1) is 2.5", "gi-star", "count")
    tocsin("hotspots", squares(here / "sums.geojson", [1, 2 + 1e-12] + [1] * 23, 5), "--value", "cases", "--statistic", "excess",
           "-o", here / "sums.csv", "-q")
    check((here / "sums.csv").exists(), "what rounding leaves of a whole number is one")
    fails(tocsin(*plain, "--statistic", "join-count", "-o", out, "-q"), 3, "areas.geojson: cases of 'Area 0' (A0) is 9", "0")
    fails(tocsin(*plain, "--where", "cases > 99", "-o", out, "-q"), 3, "areas.geojson", "cases > 99")
    fails(tocsin("hotspots", here / "table.csv", "--value", "cases", "--code", "code", "--where", "cases > 99", "--neighbours",
                 f"gal: {here / 'queen.gal'}", "-o", out, "-q"), 3, "table.csv", "cases > 99")
    twins = squares(here / "twins.geojson", values, 5, more=lambda i: {"name": "Twin"})
    fails(tocsin("hotspots", twins, *plain[2:], "--explain", "Twin", "-o", out, "-q"), 2, "25 places have that name", "code")
    doubled = json.loads(areas.read_text())
    doubled["features"][1]["geometry"] = doubled["features"][0]["geometry"]
    (here / "overlap.geojson").write_text(json.dumps(doubled))
    fails(tocsin("hotspots", here / "overlap.geojson", "--value", "cases", "-o", out, "-q"), 3, "overlap")
    fails(tocsin(*plain, "--join", "A0", "-o", out, "-q"), 2, "A:B")
    fails(tocsin(*plain, "--join", "A0:B7", "-o", out, "-q"), 2, "B7")
    fails(tocsin(*plain, "--try-bands", "1 km", "-o", out, "-q"), 2, "first, the last and the step")
    (here / "self.gal").write_text("\n".join(gal).replace("A7 8\n", "A7 9\nA7 ") + "\n")
    fails(tocsin(*plain, "--neighbours", f"gal: {here / 'self.gal'}", "--self-weight", "2", "-o", out, "-q"), 2, "--self-weight has no effect", "own")
    (here / "bad.gal").write_text("3\nA0 1\nB9\n")
    fails(tocsin("hotspots", here / "table.csv", "--value", "cases", "--code", "code", "--neighbours",
                 f"gal: {here / 'bad.gal'}", "-o", out, "-q"), 3, "bad.gal")
    fails(tocsin("hotspots", here / "table.csv", "--value", "cases", "--code", "code", "-o", out, "-q"), 2, "gal")
    (here / "words.csv").write_text("code,cases\nA0,many\n")
    fails(tocsin("hotspots", here / "words.csv", "--value", "cases", "--code", "code", "--neighbours",
                 f"gal: {here / 'queen.gal'}", "-o", out, "-q"), 3, "words.csv:2", "many")
    check(not out.exists(), "nothing was written")
report()
