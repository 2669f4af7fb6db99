#!/usr/bin/env python3
"""Runs `tocsin emerging` as its users do: the examples of its help, a planted hot spot, gaps, every output, one clear line
and the right exit code for each kind of bad input, the same bytes for any number of threads.
Usage: check_emerging.py PROGRAM SOURCE_FOLDER"""
import hashlib
import json
import pathlib
import tempfile

from checking import check, fails, help_examples, report, rows, sample, tocsin

side = 6
columns = ("--format", "table", "--x", "lon", "--y", "lat", "--date", "day")


def squares(path):
    """36 areas of a tenth of a degree, A11 in the south-west."""
    features = []
    for row in range(side):
        for column in range(side):
            west, south = 28 + column / 10, 5 + row / 10
            ring = [[west, south], [west + .1, south], [west + .1, south + .1], [west, south + .1], [west, south]]
            features.append({"type": "Feature", "properties": {"code": f"A{row + 1}{column + 1}", "name": f"area {row + 1} {column + 1}"},
                             "geometry": {"type": "Polygon", "coordinates": [ring]}})
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def events(path, more=()):
    """Twelve months of 2021 with one event or two in each area and month; `more` are (row, column, month, number)."""
    counts = {(r, c, m): 1 + (r * 7 + c * 3 + m * 5) % 2 for r in range(side) for c in range(side) for m in range(1, 13)}
    for row, column, month, number in more:
        counts[row, column, month] += number
    lines = ["lon,lat,day"]
    for (row, column, month), number in counts.items():
        lines += [f"{28.05 + column / 10:.3f},{5.05 + row / 10:.3f},2021-{month:02d}-{1 + i % 28:02d}" for i in range(number)]
    path.write_text("\n".join(lines) + "\n")
    return path


corner = [(r, c) for r in range(2) for c in range(2)]


def emerging(out, *arguments):
    """The summary and the rows by code of a run that must succeed."""
    run = tocsin("emerging", *arguments, "-o", out, "--json", "--overwrite")
    check(run.returncode == 0, f"emerging {arguments}: {run.returncode} {run.stderr}")
    places = rows(out) if run.returncode == 0 and out.suffix == ".csv" else []
    return json.loads(run.stdout) if run.returncode == 0 else {}, {row["code"]: row for row in places}


def examples(work):
    for result in help_examples("emerging", 2, work):
        check("days" not in result.stderr, f"no period of the examples is cut: {result.stderr}")
    common = (sample / "incidents.csv", "--cell", "20 km", "--area", sample / "western_equatoria.geojson", "--every", "quarter", "--least-periods", "8")
    told = emerging(work / "cut.csv", *common)[0]["warnings"]
    check(any("last event is of 2021-08-31, 30 days before" in w for w in told), f"the last quarter is cut by the data's end: {told}")
    told = emerging(work / "cut.csv", *common, "--observed-from", "2019-09-02", "--observed-to", "2021-08-31")[0]["warnings"]
    check(any("2021-Q3 was observed on 62 of its 92 days (--observed-to)" in w for w in told), f"what was observed in part: {told}")
    told = emerging(work / "cut.csv", *common, "--as-of", "2021-08-15")[0]["warnings"]
    check(any("after --as-of 2021-08-15" in w for w in told), f"what was not yet reported: {told}")


def planted(work):
    areas = squares(work / "areas.geojson")
    where = ("--areas", areas, "--code", "code", "--name", "name", *columns)
    late = events(work / "late.csv", [(r, c, m, 6) for r, c in corner for m in (10, 11, 12)])
    summary, places = emerging(work / "late_out.csv", late, *where)
    check(places["A11"]["category"] == "consecutive hot spot" and places["A66"]["category"] == "none", f"late: {places['A11']}, {places['A66']}")
    check(places["A11"]["first_hot"] == "2021-10" and places["A11"]["last_hot"] == "2021-12" and places["A11"]["hot"] == "3", f"late: {places['A11']}")
    check(summary["places"] == 36 and summary["periods"] == 12 and sum(summary["categories"].values()) == 36, f"late: {summary}")
    check(summary["weight"] == summary["weight_counted"] == sum(float(r["events"]) for r in places.values()), "every event is in the cube")
    now = events(work / "now.csv", [(r, c, 12, 8) for r, c in corner])
    check(emerging(work / "now_out.csv", now, *where)[1]["A11"]["category"] == "new hot spot", "a hot last month is new")
    ended = events(work / "ended.csv", [(r, c, m, 9) for r, c in corner for m in range(1, 11)])
    summary, places = emerging(work / "ended_out.csv", ended, *where, "--time-steps", 0)
    check(places["A11"]["category"] == "none" and places["A11"]["hot"] == "10", f"10 of 12 are not 90 %: {places['A11']}")
    check(emerging(work / "ended_out.csv", ended, *where, "--time-steps", 0, "--share", "0.8")[1]["A11"]["category"] == "historical hot spot",
          "10 of 12 are 80 %")
    for window in ("cube", "neighbourhood", "step"):
        check(emerging(work / "window.csv", late, *where, "--window", window)[1]["A11"]["category"] == "consecutive hot spot", f"window {window}")
    for rule in ("rook", "knn: 5", "band: 20 km", "delaunay", "gabriel"):
        check(float(emerging(work / "rule.csv", late, *where, "--neighbours", rule)[1]["A11"]["z_last"]) > 3, f"neighbours {rule}")
    run = tocsin("emerging", late, *where, "-o", work / "explained.csv", "-q", "--explain", "A11")
    named = tocsin("emerging", late, *where, "-o", work / "named.csv", "-q", "--explain", "area 1 1")
    check(named.stdout == run.stdout and "'area 1 1' (A11): " in named.stdout, f"explained by name: {named.stdout} {named.stderr}")
    check(run.stdout.count("2021-") == 12 and run.stdout.strip().splitlines()[-1].startswith("consecutive hot spot: "), f"explained: {run.stdout}")


def gaps(work):
    areas = squares(work / "areas.geojson")
    where = ("--areas", areas, "--code", "code", *columns)
    late = events(work / "late.csv", [(r, c, m, 6) for r, c in corner for m in (10, 11, 12)])
    table = work / "access.csv"
    # Of A11 nothing is known in December, of A12 only from March on, of A66 for 10 days of May; Z1 is elsewhere.
    table.write_text("pcode,from,to,status\nA11,2021-12-01,,closed\nA12,2021-01-01,2021-02-28,closed\nA66,2021-05-01,2021-05-10,closed\n"
                     "A55,2021-01-01,2021-12-31,partly\nZ1,2021-01-01,2021-02-01,closed\n")
    summary, places = emerging(work / "gaps.csv", late, *where, "--not-observed", table, "--not-observed-where", "status = 'closed'")
    check([places[c]["gaps"] for c in ("A11", "A12", "A66", "A55")] == ["1", "2", "0", "0"], f"gaps: {places}")
    check(places["A11"]["last_observed"] == "2021-11" and places["A11"]["observed"] == "11", f"the last look: {places['A11']}")
    check(summary["weight_in_gaps"] > 0 and any("Z1" in w for w in summary["warnings"]), f"gaps: {summary}")
    check(summary["weight"] == summary["weight_counted"] + summary["weight_in_gaps"], "what lies in gaps is told")
    _, places = emerging(work / "gaps.csv", late, *where, "--not-observed", table)
    check(places["A55"]["category"] == "not observed" and places["A55"]["trend_z"] == places["A55"]["category_code"] == "", f"never seen: {places['A55']}")
    _, places = emerging(work / "gaps.csv", late, *where, "--not-observed", table, "--gap-at-last", "not-observed")
    check(places["A11"]["category"] == "not observed", f"a gap at last: {places['A11']}")
    _, places = emerging(work / "gaps.csv", late, *where, "--observed-from", "2021-02-01", "--observed-to", "2021-12-20")
    check(all(row["gaps"] == "1" for row in places.values()), "what the source does not cover is a gap")
    summary, _ = emerging(work / "cut.csv", late, *where, "--to", "2021-12-15")
    check(any("15 of its 31 days" in w for w in summary["warnings"]), f"a period that is cut: {summary['warnings']}")


def outputs(work):
    areas = squares(work / "areas.geojson")
    late = events(work / "late.csv", [(r, c, m, 6) for r, c in corner for m in (10, 11, 12)])
    for name, arguments in {"areas.gpkg": ("--areas", areas, "--code", "code"), "areas_out.geojson": ("--areas", areas),
                            "cells.tif": ("--cell", "5 km", "--area", areas), "cells.csv": ("--cell", "11 km",),
                            "cells.gpkg": ("--cell", "11 km", "--area", areas, "--neighbours", "band: 25 km")}.items():
        seen = set()
        for threads in (1, 2, 3):
            emerging(work / name, late, *columns, *arguments, "--threads", threads)
            seen.add(hashlib.sha256((work / name).read_bytes()).hexdigest())
        check(len(seen) == 1, f"{name}: the same bytes for any number of threads")
    run = tocsin("zonal", work / "cells.tif", areas, "--code", "code", "--by-band", "--stats", "max,coverage", "-o", work / "zonal.csv", "-q")
    bands = {(r["code"], r["band"]): r for r in rows(work / "zonal.csv")} if run.returncode == 0 else {}
    check(float(bands["A11", "2"]["max"]) >= 2, f"the raster's second band are hot periods: {run.stderr} {bands.get(('A11', '2'))}")
    quiet, _ = emerging(work / "cells.csv", late, *columns, "--cell", "3 km", "--places", "with-events")
    check(quiet["categories"].get("not observed", 0) > 0, f"cells without events are not observed: {quiet}")
    admin = ("--admin", areas, "--admin-code", "code")
    table = work / "access.csv"
    table.write_text("code,from,to\nA11,2021-12-01,2021-12-31\n")
    summary, _ = emerging(work / "cells.csv", late, *columns, "--cell", "5 km", "--area", areas, *admin, "--not-observed", table)
    check(3 <= summary["gaps"] <= 9, f"the cells of a unit that nobody could reach: {summary['gaps']}")


def bad_input(work):
    areas = squares(work / "areas.geojson")
    good = events(work / "good.csv")
    empty = work / "empty.csv"
    empty.write_text("lon,lat,day\n")
    dates, strange, headless = work / "dates.csv", work / "strange.csv", work / "headless.csv"
    dates.write_text("code,from,to\nA11,2021-13-01,\n")
    strange.write_text("code,from,to\nB7,2021-03-01,2021-04-01\n")
    headless.write_text("area,from,to\nA11,2021-03-01,2021-04-01\n")
    where = ("--areas", areas, "--code", "code")
    cell = ("--cell", "11 km")
    cases = [(good, 2, "places are missing", ()),
             (good, 2, "give one of them", (*where, *cell)),
             (good, 2, "10", (*where, "--from", "2021-01-01", "--to", "2021-09-30")),
             (good, 2, "too few", (*where, "--every", "quarter")),
             (good, 2, "least periods", (*where, "--least-periods", "3")),
             (good, 2, "--every", (*where, "--every", "day")),
             (good, 2, "did you mean", (*where, "--neighbours", "quen")),
             (good, 2, "cells of a grid", (*cell, "--neighbours", "knn: 4")),
             (good, 2, "--window", (*where, "--window", "month")),
             (good, 2, "0 time steps", (*where, "--window", "step", "--time-steps", "1")),
             (good, 2, "--time-steps", (*where, "--time-steps", "-1")),
             (good, 2, "alpha", (*where, "--alpha", "0")),
             (good, 2, "share", (*where, "--share", "0.2")),
             (good, 2, "--gap-share", (*where, "--gap-share", "0")),
             (good, 2, "no place has the code", (*where, "--explain", "A17")),
             (good, 2, "'codes'", ("--areas", areas, "--code", "codes")),
             (good, 3, "nowhere.geojson", ("--areas", work / "nowhere.geojson")),
             (good, 3, "row 2", (*where, "--not-observed", dates)),
             (good, 3, "no row names a code", (*where, "--not-observed", strange)),
             (good, 3, "'code' or 'pcode'", (*where, "--not-observed", headless)),
             (good, 2, "--admin FILE", (*cell, "--not-observed", strange)),
             (good, 2, "not a date", (*where, "--observed-to", "June")),
             (good, 3, "lie in gaps", (*where, "--observed-from", "2022-01-01", "--to", "2022-12-31")),
             (good, 3, "read as peace", (*where, "--from", "2031-01-01", "--to", "2031-12-31")),
             (good, 3, "read as peace", (*where, "--where", "lon > 90")),
             (good, 3, "beyond the places", ("--cell", "10 km", "--bbox", "0,0,100000,100000", "--crs", "EPSG:32735")),
             (good, 1, "--memory", ("--cell", "100 m", "--memory", "1 MB")),
             (empty, 3, "", where),
             (work / "nowhere.csv", 3, "nowhere.csv", where)]
    cases += [(good, 2, f"{option} has no effect {why}", (*given, option, value)) for option, value, why, given in (
        ("--code", "code", "without --areas", cell), ("--not-observed-where", "code = 'A11'", "without --not-observed", where),
        ("--gap-share", "0.2", "without --not-observed", where), ("--admin-code", "code", "without --admin", where),
        ("--admin", areas, "with --placement", (*where, "--placement", "point")))]
    for table, code, telling, arguments in cases:
        run = tocsin("emerging", table, *columns, "-o", work / "bad.csv", "-q", *arguments)
        fails(run, code, telling)
        check(not list(work.glob("*bad*")), f"emerging {arguments}: something half-written remains")
    run = tocsin("emerging", good, *columns, *where, "-o", work / "map.tif", "-q")
    fails(run, 2, ".gpkg")
    (work / "there.csv").write_text("mine")
    run = tocsin("emerging", good, *columns, *where, "-o", work / "there.csv", "-q")
    fails(run, 2, "--overwrite")
    check((work / "there.csv").read_text() == "mine", "an output that exists stays")


with tempfile.TemporaryDirectory() as folder:
    for part in (examples, planted, gaps, outputs, bad_input):
        inside = pathlib.Path(folder) / part.__name__
        inside.mkdir()
        part(inside)
report()
