#!/usr/bin/env python3
"""Runs `tocsin nowcast` as its users do: the examples of its help, silence and then a batch, the last month that always falls,
backtests, every output, one clear line and the right exit code for each kind of bad input, the same bytes for any number of threads.
Usage: check_nowcast.py PROGRAM SOURCE_FOLDER"""
import datetime
import hashlib
import json
import pathlib
import random
import tempfile

from checking import check, fails, help_examples, report, rows, sample, tocsin

columns = ("--format", "table", "--x", "lon", "--y", "lat", "--date", "day", "--reported", "known")
first = datetime.date(2020, 1, 1)


def squares(path):
    """Three areas of a degree, A1 in the west."""
    features = []
    for i in range(3):
        ring = [[28 + i, 5], [29 + i, 5], [29 + i, 6], [28 + i, 6], [28 + i, 5]]
        features.append({"type": "Feature", "properties": {"code": f"A{i + 1}", "name": f"area {i + 1}"},
                         "geometry": {"type": "Polygon", "coordinates": [ring]}})
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def line(area, day, known):
    return f"{28.5 + area},5.5,{day},{known}"


def silence_then_batch(path):
    """A1 is closed from December 2020 to April 2021; on 20 May 107 events of that time become known. Three a month elsewhere."""
    draw = random.Random(5)
    closed, reopened = datetime.date(2020, 12, 1), datetime.date(2021, 5, 1)
    lines = ["lon,lat,day,known"]
    for number in range((datetime.date(2021, 7, 31) - first).days + 1):
        day = first + datetime.timedelta(number)
        for area in range(3):
            if draw.random() < .1 and not (area == 0 and closed <= day < reopened):
                known = day + datetime.timedelta(int(draw.expovariate(1 / 15)))
                if area == 0 and closed <= known < reopened:
                    known = reopened + datetime.timedelta(number % 9)
                lines.append(line(area, day, known))
    lines += [line(0, closed + datetime.timedelta(k * 150 // 107), "2021-05-20") for k in range(107)]
    path.write_text("\n".join(lines) + "\n")
    return path


def nowcast(out, *arguments):
    """The summary and the rows by code and period of a run that must succeed."""
    run = tocsin("nowcast", *arguments, "-o", out, "--json", "--overwrite")
    check(run.returncode == 0, f"nowcast {arguments}: {run.returncode} {run.stderr}")
    table = rows(out) if run.returncode == 0 and out.suffix == ".csv" else []
    return json.loads(run.stdout) if run.returncode == 0 else {}, {(row["code"], row["period"]): row for row in table}


def examples(work):
    told = help_examples("nowcast", 2, work)
    check("Tambura (SS1009), 2021-08: " in told[0].stdout and "Mvolo (SS1006), 2021-08: closed" in told[0].stdout, f"example: {told[0].stdout}")
    check("Going back to the ends of" in told[1].stdout, f"backtest: {told[1].stdout}")
    summary, cells = nowcast(work / "sample.csv", sample / "incidents.csv", "--as-of", "2021-09-15", "--to", "2021-08-31")
    august = cells["all", "2021-08"]
    check(float(august["known"]) < float(august["expected"]) <= float(august["high"]), f"August is still to grow: {august}")
    later = nowcast(work / "sample.csv", sample / "incidents.csv", "--to", "2021-08-31")[1]["all", "2021-08"]
    check(float(august["low"]) <= float(later["known"]) <= float(august["high"]), f"what came lies in the interval: {august} {later}")
    check(summary["as_of"] == "2021-09-15" and summary["delays"]["reports_used"] > 200, f"sample: {summary}")


def bakouma(work):
    areas, events = squares(work / "areas.geojson"), silence_then_batch(work / "events.csv")
    table = work / "access.csv"
    table.write_text("code,from,to\nA1,2020-12-01,2021-04-30\n")
    where = (events, *columns, "--areas", areas, "--code", "code", "--name", "name", "--not-observed", table)
    closed = ("2020-12", "2021-01", "2021-02", "2021-03")
    summary, march = nowcast(work / "march.csv", *where, "--as-of", "2021-03-31")
    for month in closed:
        cell = march["A1", month]
        check((cell["basis"], cell["reading"], cell["known"], cell["access_share"]) == ("closed", "blind", "0", "0"), f"silence: {cell}")
        check(float(cell["expected"]) >= 1 and float(cell["high"]) >= 4, f"never certainly 0: {cell}")
        check(march["A2", month]["reading"] == "", f"the neighbour is open: {march['A2', month]}")
    check(any("area 1 (A1), 2021-03: closed" in s and "not calm" in s for s in summary["sentences"]), f"said: {summary['sentences']}")
    summary, may = nowcast(work / "may.csv", *where, "--as-of", "2021-05-31")
    for month in (*closed, "2021-04"):
        check(float(may["A1", month]["known"]) >= 20 and may["A1", month]["reading"] == "", f"put back to when it happened: {may['A1', month]}")
    check(float(may["A1", "2021-05"]["expected"]) < 15, f"no surge in the month of the reports: {may['A1', '2021-05']}")
    batches = summary["delays"]["batches"]
    check(len(batches) == 1 and batches[0]["code"] == "A1" and batches[0]["reported"] == "2021-05-20" and batches[0]["records"] >= 107, f"batch: {batches}")
    check(any("records became known on 2021-05-20 at once" in s for s in summary["sentences"]), f"said: {summary['sentences']}")
    check(summary["delays"]["in_batches"] >= 107 and summary["delays"]["while_closed"] == 0, f"delays: {summary['delays']}")
    table.write_text("code,from,to\nA1,2020-12-01,\n")
    _, lasting = nowcast(work / "lasting.csv", *where, "--as-of", "2021-03-31", "--to", "2021-02-28")
    table.write_text("code,from,to\nA1,2019-01-01,\n")
    never = nowcast(work / "never.csv", *where, "--as-of", "2021-03-31", "--to", "2021-02-28")
    check(never[1]["A1", "2021-02"]["usual_from"] == "others" and any("assumed from all series together" in s for s in never[0]["sentences"]), f"never open: {never[0]['sentences']}")
    check(lasting["A1", "2021-02"]["basis"] == "closed" and lasting["A1", "2021-02"]["p_complete"] == "0", f"a gap that lasts: {lasting['A1', '2021-02']}")


def silence(work):
    """Reports of A1 end while it is open."""
    areas = squares(work / "areas.geojson")
    lines = ["lon,lat,day,known"]
    for number in range(0, 500, 2):
        day = first + datetime.timedelta(number)
        lines += [line(area, day, day + datetime.timedelta(number % 14)) for area in range(2) if area == 1 or number < 380]
    events = work / "events.csv"
    events.write_text("\n".join(lines) + "\n")
    summary, cells = nowcast(work / "out.csv", events, *columns, "--areas", areas, "--code", "code", "--as-of", "2021-05-15")
    check(cells["A1", "2021-04"]["reading"] == "fewer" and cells["A2", "2021-04"]["reading"] == "", f"fewer: {cells['A1', '2021-04']}")
    check(("A1", "2021-05") in cells, "periods go on to the as-of day")
    few = work / "few.csv"
    few.write_text("\n".join(["lon,lat,day,known", line(0, "2021-01-05", "2021-01-09"), line(0, "2021-02-05", "2021-02-25")]) + "\n")
    summary, cells = nowcast(work / "few_out.csv", few, *columns, "--as-of", "2021-03-10")
    check(any("delays rest on" in w for w in summary["warnings"]) and any("3 period(s)" in w for w in summary["warnings"]), f"short: {summary['warnings']}")
    check(float(cells["all", "2021-03"]["high"]) >= 1, f"nothing is certainly 0: {cells['all', '2021-03']}")
    summary, _ = nowcast(work / "out.csv", events, *columns, "--areas", areas, "--code", "code", "--as-of", "2021-05-15")
    check(any("look at services, fear, reprisals" in s for s in summary["sentences"]), f"said: {summary['sentences']}")


def end_of_source(work):
    """The sample ends with August 2021; 2021-10 had 16 by the months before."""
    summary, cells = nowcast(work / "end.csv", sample / "incidents.csv", "--as-of", "2021-12-31")
    for month in ("2021-09", "2021-10", "2021-11", "2021-12"):
        check((cells["all", month]["known"], cells["all", month]["reading"]) == ("0", "fewer"), f"silent: {cells['all', month]}")
    fewer = [month for (_, month), cell in cells.items() if cell["reading"] == "fewer"]
    warned = "the last record is of 2021-08-31, 122 days before 2021-12-31: the source may simply end there"
    check(sum(w.startswith(warned) for w in summary["warnings"]) == 1, f"the end of the source: {summary['warnings']}")
    named = {"Fewer than chance leaves, though reachable: All: 2021-05, 2021-09 to 2021-12.", "No record is later than 2021-08-31, and none of 2021-09 to 2021-12: the source may end there."}
    check(named <= set(summary["sentences"]), f"named: {summary['sentences']}")
    summary, by_county = nowcast(work / "areas.csv", sample / "incidents.csv", "--areas", sample / "counties.geojson", "--code", "pcode", "--as-of", "2021-12-31")
    for (code, month), cell in by_county.items():
        if month > "2021-08":
            check(cell["reading"] in ("fewer", "fewer or ended", "blind"), f"no county is calm after the end: {cell}")
        check(cell["usual_from"] in ("own", "others"), f"from where: {cell}")
    check(sum(w.startswith(warned) for w in summary["warnings"]) == 1, f"areas together are too silent: {summary['warnings']}")
    summary, _ = nowcast(work / "to.csv", sample / "incidents.csv", "--as-of", "2021-12-31", "--to", "2021-11-30")
    check(sum("last event" in w or "last record" in w for w in summary["warnings"]) == 1, f"said once: {summary['warnings']}")
    summary, _ = nowcast(work / "fresh.csv", sample / "incidents.csv", "--as-of", "2021-09-15")
    check(not any("last record" in w for w in summary["warnings"]), f"no whole period yet: {summary['warnings']}")
    summary, covered = nowcast(work / "covered.csv", sample / "incidents.csv", "--as-of", "2021-12-31", "--observed-to", "2021-08-31")
    for month in ("2021-09", "2021-12"):
        cell = covered["all", month]
        check(cell["basis"] == "not observed" and cell["known"] == cell["expected"] == cell["usual"] == cell["reading"] == "", f"not observed: {cell}")
    check(covered["all", "2021-08"] == cells["all", "2021-08"] and len(covered) == len(cells), f"the months before stay: {covered['all', '2021-08']}")
    check("Not observed, as --observed-to 2021-08-31 says: 2021-09 to 2021-12." in summary["sentences"], f"said: {summary['sentences']}")
    check(not any("last record" in w for w in summary["warnings"]), f"nothing to warn of: {summary['warnings']}")
    summary, part = nowcast(work / "part.csv", sample / "incidents.csv", "--observed-to", "2021-08-20")
    check(part["all", "2021-08"]["basis"] == "not observed" and part["all", "2021-07"]["basis"] == "observed", f"in part: {part['all', '2021-08']}")
    _, whole = nowcast(work / "whole.csv", sample / "incidents.csv", "--as-of", "2021-12-31", "--observed-to", "2021-12-31")
    check(whole == cells, "covered to the end")
    fails(tocsin("nowcast", sample / "incidents.csv", "--observed-to", "June", "-o", work / "bad.csv", "-q"), 2, "--observed-to", "not a date")
    early = tocsin("nowcast", sample / "incidents.csv", "--observed-to", "2019-01-10", "-o", work / "bad.csv", "-q")
    fails(early, 2, "--observed-to 2019-01-10", "before the first event")
    check("--to (" not in early.stderr, f"it speaks of what was written: {early.stderr}")
    check(len(fewer) == 5 and "2021-05" in fewer, f"no other than these, and May: {fewer}")


def outputs(work):
    areas, events = squares(work / "areas.geojson"), silence_then_batch(work / "events.csv")
    where = (events, *columns, "--as-of", "2021-06-30")
    by_area = (*where, "--areas", areas, "--code", "code")
    for name, arguments in {"a.csv": by_area, "a.gpkg": by_area, "a.xlsx": by_area, "a.geojson": by_area, "all.csv": where, "all.xlsx": where}.items():
        seen = set()
        for threads in (1, 2, 3):
            nowcast(work / name, *arguments, "--threads", threads)
            seen.add(hashlib.sha256((work / name).read_bytes()).hexdigest())
        check(len(seen) == 1, f"{name}: the same bytes for any number of threads")
    summary, cells = nowcast(work / "back.csv", *by_area, "--backtest")
    all_ages = summary["backtest"]["all"]
    check(all_ages["nowcasts"] > 50 and .7 < all_ages["coverage"] <= 1 and all_ages["crps"] < all_ages["crps_of_known"], f"backtest: {all_ages}")
    check(len(summary["backtest"]["by_periods_since"]) == 3, f"ages: {summary['backtest']}")
    # June, the youngest month, looks as if events had fallen; the nowcast knows better.
    check(float(cells["A2", "2021-06"]["p_complete"]) < .7 < .99 < float(cells["A2", "2020-03"]["p_complete"]), f"June: {cells['A2', '2021-06']}")
    for row in cells.values():
        check(float(row["known"]) <= float(row["low"]) <= float(row["expected"]) <= float(row["high"]), f"in order: {row}")
    by = work / "by.csv"
    by.write_text(events.read_text().replace("lon,lat,day,known", "lon,lat,day,known,who").replace("\n28.5,", "\n28.5, ").replace("05-20\n", "05-20,mission\n"))
    summary, cells = nowcast(work / "by_out.csv", by, *columns, "--by", "who")
    check({code for code, _ in cells} == {"mission", ""} and summary["series"] == 2, f"a series for each value: {summary}")
    check(nowcast(work / "week.csv", *where, "--every", "week", "--window", "12 months", "--half-life", "90 days", "--tail", "1.13",
                  "--level", "0.5", "--history", "20")[0]["level"] == .5, "options are heard")


def bad_input(work):
    areas, good = squares(work / "areas.geojson"), silence_then_batch(work / "good.csv")
    undated = work / "undated.csv"
    undated.write_text("lon,lat,day\n28.5,5.5,2021-01-02\n28.5,5.5,2021-01-03\n")
    table = work / "access.csv"
    table.write_text("code,from,to\nA1,2021-13-01,\n")
    where = ("--areas", areas, "--code", "code")
    cases = [((undated, *columns[:-2]), 3, "nothing can be nowcast", ()),
             ((good, *columns), 2, "after the as-of day", ("--as-of", "2019-06-30", "--to", "2020-03-31")),
             ((good, *columns), 2, "is before the data", ("--as-of", "2019-06-30")),
             ((good, *columns), 2, "after the as-of day", ("--as-of", "2020-06-30", "--to", "2021-03-31")),
             ((good, *columns), 2, "not a date", ("--as-of", "June")),
             ((good, *columns), 2, "above 0 and below 1", ("--level", "1")),
             ((good, *columns), 2, "half-life", ("--half-life", "-3 days")),
             ((good, *columns), 2, "unit", ("--window", "30")),
             ((good, *columns), 2, "tail factor", ("--tail", "0.9")),
             ((good, *columns), 2, "history", ("--history", "0")),
             ((good, *columns), 2, "--code has no effect without --areas", ("--code", "code")),
             ((good, *columns), 2, "--not-observed-where has no effect", (*where, "--not-observed-where", "code = 'A1'")),
             ((good, *columns), 2, "--not-observed is of areas", ("--not-observed", table)),
             ((good, *columns), 3, "row 2", (*where, "--not-observed", table)),
             ((good, *columns), 2, "give one of them", (*where, "--by", "day")),
             ((good, "--format", "table", "--x", "lon", "--y", "lat", "--date", "day", "--reported", "knwon"), 2, "did you mean", ()),
             ((work / "nowhere.csv", *columns), 3, "nowhere.csv", ())]
    for source, code, telling, arguments in cases:
        run = tocsin("nowcast", *source, "-o", work / "bad.csv", "-q", *arguments)
        fails(run, code, telling)
        check(not list(work.glob("*bad*")), f"nowcast {arguments}: something half-written remains")
    fails(tocsin("nowcast", good, *columns, "-o", work / "bad.gpkg", "-q"), 2, ".csv")
    # Reported before it happened: set aside, with both dates in the quarantine file of a run; here only counted.
    early = work / "early.csv"
    early.write_text(good.read_text() + line(0, "2021-03-05", "2021-03-01") + "\n")
    summary, cells = nowcast(work / "early_out.csv", early, *columns)
    check(any("1 of" in w and "could not be used" in w for w in summary["warnings"]), f"quarantined: {summary['warnings']}")
    check(cells == nowcast(work / "good_out.csv", good, *columns)[1], "and changes nothing")


with tempfile.TemporaryDirectory() as folder:
    for part in (examples, bakouma, silence, end_of_source, outputs, bad_input):
        inside = pathlib.Path(folder) / part.__name__
        inside.mkdir()
        part(inside)
report()
