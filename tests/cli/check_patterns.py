#!/usr/bin/env python3
"""Runs `tocsin patterns` as its users do: the examples of its help, near repeats, days and seasons that were planted and that were
not, what came before surges, one clear line and the right exit code for each kind of bad input, the same bytes for any number of threads.
Usage: check_patterns.py PROGRAM SOURCE_FOLDER"""
import datetime
import hashlib
import json
import pathlib
import random
import tempfile

from checking import check, fails, help_examples, report, rows, tocsin

columns = ("--format", "table", "--x", "lon", "--y", "lat", "--date", "day")
first = datetime.date(2018, 1, 1)


def write(path, events):
    path.write_text("\n".join(["lon,lat,day", *(f"{x:.5f},{y:.5f},{day}" for x, y, day in events)]) + "\n")
    return path


def towns(number, draw):
    """Events in twelve towns on any day of three years."""
    return [(28 + draw.randrange(12) / 5 + draw.random() / 50, 5 + draw.random() / 50, first + datetime.timedelta(draw.randrange(1095)))
            for _ in range(number)]


def patterns(out, *arguments):
    run = tocsin("patterns", *arguments, "-o", out, "--json", "--overwrite")
    check(run.returncode == 0, f"patterns {arguments}: {run.returncode} {run.stderr}")
    return (json.loads(run.stdout), rows(out)) if run.returncode == 0 and out.suffix == ".csv" else ({}, [])


def examples(work):
    told = help_examples("patterns", 3, work)
    check("(p = " in told[0].stdout and "Days of the week" in told[1].stdout and "surge" in told[2].stdout, f"said: {[t.stdout for t in told]}")
    check("cannot tell a season from a surge" in told[1].stdout or "Months of the year differ no more" in told[1].stdout, f"two years: {told[1].stdout}")


def near_repeat(work):
    draw = random.Random(3)
    scattered = towns(150, draw)
    followed = scattered + [(x + .003, y, day + datetime.timedelta(1 + k % 6)) for k, (x, y, day) in enumerate(scattered[:25])]
    summary, table = patterns(work / "out.csv", write(work / "followed.csv", followed), *columns, "--near-repeat")
    bands = {(float(r["to_m"]), int(r["to_days"])): r for r in table}
    near = bands[1000, 7]
    check(float(near["ratio"]) > 3 and near["p"] == "0.001" and summary["p_any"] == .001, f"planted: {near}")
    check("within 1 km, 0 to 7 days apart" in "\n".join(summary["sentences"]), f"said: {summary['sentences']}")
    check(len(table) == 30 and int(bands[20000, 84]["from_days"]) == 57, f"bands: {len(table)}")
    summary, table = patterns(work / "out.csv", write(work / "scattered.csv", scattered), *columns, "--near-repeat")
    check(summary["p_any"] > .05 and "no more often than chance" in summary["sentences"][0], f"towns alone: {summary}")
    _, table = patterns(work / "out.csv", work / "followed.csv", *columns, "--near-repeat", "--distances", "0,500 m,3 km", "--days", "3,10",
                        "--simulations", 99, "--crs", "EPSG:32635")
    check([(r["to_m"], r["to_days"]) for r in table] == [(m, d) for m in ("0", "500", "3000") for d in ("3", "10")], f"bands asked for: {table}")
    precise = work / "precise.csv"
    precise.write_text("lon,lat,day,how\n" + "\n".join(f"{x},{y},{day},{'point' if k % 2 else '25 km'}" for k, (x, y, day) in enumerate(followed)) + "\n")
    summary, _ = patterns(work / "out.csv", precise, *columns, "--precision", "how", "--near-repeat")
    check(summary["events"] == 87 and summary["imprecise"] == 88, f"only exact places: {summary}")
    summary, _ = patterns(work / "out.csv", precise, *columns, "--precision", "how", "--near-repeat", "--placement", "point")
    check(summary["events"] == 175, f"on their points: {summary}")


def cycles(work):
    draw = random.Random(4)
    scattered = towns(200, draw)
    season = scattered + [(28, 5, datetime.date(year, 2, 1 + k)) for year in (2018, 2019, 2020) for k in range(25)]
    whole = ("--from", "2018-01-01", "--to", "2020-12-31", "--cycles")
    summary, table = patterns(work / "out.csv", write(work / "season.csv", season), *columns, *whole)
    parts = {r["part"]: r for r in table}
    check(len(table) == 19 and parts["February"]["days"] == "85" and float(parts["February"]["low"]) > 2, f"February: {parts['February']}")
    check(summary["year"]["years"] == 3 and summary["year"]["p_years"] < .02 and summary["week"]["p"] > .01, f"a season: {summary}")
    check(any("There is a season that 3 years agree on" in s for s in summary["sentences"]), f"said: {summary['sentences']}")
    surge = scattered + [(28, 5, datetime.date(2019, 6, 1 + k % 30)) for k in range(75)]
    summary, _ = patterns(work / "out.csv", write(work / "surge.csv", surge), *columns, *whole)
    check(summary["year"]["p"] < .01 and any("a surge, no season" in s for s in summary["sentences"]), f"a surge: {summary}")
    mondays = [(x, y, day - datetime.timedelta(day.weekday() if k % 3 == 0 else 0)) for k, (x, y, day) in enumerate(scattered)]
    summary, _ = patterns(work / "out.csv", write(work / "mondays.csv", mondays), *columns, *whole)
    check(summary["week"]["p"] < .01 and any("Monday has" in s for s in summary["sentences"]), f"Mondays: {summary}")
    summary, table = patterns(work / "out.csv", work / "season.csv", *columns, "--cycles", "--from", "2018-03-01", "--to", "2018-08-31")
    check(len(table) == 7 and any("less than a year" in w for w in summary["warnings"]), f"half a year: {summary}")


def before(work):
    areas = work / "areas.geojson"
    features = []
    for i in range(4):
        ring = [[28 + i, 5], [29 + i, 5], [29 + i, 6], [28 + i, 6], [28 + i, 5]]
        features.append({"type": "Feature", "properties": {"code": f"A{i + 1}"}, "geometry": {"type": "Polygon", "coordinates": [ring]}})
    areas.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    draw = random.Random(6)
    incidents, clashes, noise = [], [], []
    month = lambda m: datetime.date(2018 + m // 12, m % 12 + 1, 1 + draw.randrange(28))
    for area in range(4):
        place = (28.5 + area, 5.5)
        incidents += [(*place, month(m)) for m in range(36)]
        for start in range(10 + 2 * area, 36, 9):
            incidents += [(*place, month(start)) for _ in range(8)]
            clashes += [(*place, month(start - 2)) for _ in range(5)]
        clashes += [(*place, month(5 + area)), (*place, month(5 + area))]
        noise += [(*place, month(draw.randrange(36))) for _ in range(20)]
    head = lambda events: "\n".join(["date,longitude,latitude", *(f"{day},{x},{y}" for x, y, day in events)]) + "\n"
    for name, events in (("incidents", incidents), ("clashes", clashes), ("noise", noise)):
        (work / f"{name}.csv").write_text(head(events))
    where = ("--areas", areas, "--code", "code", "--from", "2018-01-01", "--to", "2020-12-31")
    summary, table = patterns(work / "out.csv", work / "incidents.csv", *where, "--before", f"fights={work / 'clashes.csv'}", work / "noise.csv")
    leads = {(r["indicator"], int(r["lead"])): r for r in table}
    check(set(name for name, _ in leads) == {"itself", "fights", "noise"} and len(table) == 18, f"rows: {sorted(leads)}")
    check(leads["fights", 2]["preceded"] == leads["fights", 2]["onsets"] != "0" and float(leads["fights", 2]["p"]) < .01, f"planted: {leads['fights', 2]}")
    check(float(leads["fights", 1]["p"]) > .05 and float(leads["noise", 2]["p"]) > .01, f"others: {leads['fights', 1]} {leads['noise', 2]}")
    check(any(s.startswith("fights: raised 2 month(s) before") for s in summary["sentences"]), f"said: {summary['sentences']}")


def outputs(work):
    events = write(work / "events.csv", towns(120, random.Random(8)))
    for name in ("out.csv", "out.xlsx"):
        for kind in ("--near-repeat", "--cycles"):
            seen = set()
            for threads in (1, 2, 3):
                patterns(work / name, events, *columns, kind, "--threads", threads)
                seen.add(hashlib.sha256((work / name).read_bytes()).hexdigest())
            check(len(seen) == 1, f"{name} {kind}: the same bytes for any number of threads")


def bad_input(work):
    good = write(work / "good.csv", towns(50, random.Random(9)))
    few = write(work / "few.csv", towns(5, random.Random(9)))
    daily = write(work / "daily.csv", [(28, 5, first + datetime.timedelta(k)) for k in range(30)])
    cases = [(good, 2, "give one of --near-repeat", ()), (good, 2, "give one of --near-repeat", ("--near-repeat", "--cycles")),
             (good, 2, "unit", ("--near-repeat", "--distances", "5")), (good, 2, "must ascend", ("--near-repeat", "--distances", "2 km,1 km")),
             (good, 2, "must ascend", ("--near-repeat", "--days", "7,7")), (good, 2, "--simulations", ("--near-repeat", "--simulations", "5")),
             (few, 3, "near repeats need 10", ("--near-repeat",)), (good, 3, "with an exact day", ("--cycles", "--as-of", "2017-01-01")),
             (daily, 2, "at least 7 observed days", ("--cycles", "--from", "2018-01-01", "--to", "2018-01-05")),
             (good, 2, "--days has no effect without --near-repeat", ("--cycles", "--days", "7")),
             (good, 2, "--longest-lead has no effect without --before", ("--cycles", "--longest-lead", "3")),
             (good, 2, "--placement has no effect with --cycles", ("--cycles", "--placement", "point")),
             (work / "nowhere.csv", 3, "nowhere.csv", ("--cycles",)), (good, 3, "nowhere.csv", ("--before", work / "nowhere.csv"))]
    for source, code, telling, arguments in cases:
        run = tocsin("patterns", source, *columns, "-o", work / "bad.csv", "-q", *arguments)
        fails(run, code, telling)
        check(not list(work.glob("*bad*")), f"patterns {arguments}: something half-written remains")
    fails(tocsin("patterns", good, *columns, "--cycles", "-o", work / "bad.gpkg", "-q"), 2, ".csv")


with tempfile.TemporaryDirectory() as folder:
    for part in (examples, near_repeat, cycles, before, outputs, bad_input):
        inside = pathlib.Path(folder) / part.__name__
        inside.mkdir()
        part(inside)
report()
