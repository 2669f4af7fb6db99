#!/usr/bin/env python3
"""Runs `tocsin alarm` as its users do: the examples of its help, a planted rise, blind periods, the choice of method, every
method and output, a budget, sums, one clear line and the right exit code for each kind of bad input, the same bytes for any
number of threads.
Usage: check_alarm.py PROGRAM SOURCE_FOLDER"""
import hashlib
import json
import pathlib
import tempfile

from checking import check, fails, help_examples, report, rows, sample, tocsin

pattern = [3, 5, 4, 2, 6, 4, 3, 7, 2, 4]
table = ("--value", "n", "--time", "month", "--series", "place")


def counts(path, months, places=("A1", "A2", "B1"), change=lambda place, t, n: n):
    """Months from 2015 on, about 4 events each; `change` may turn a number into another or into nothing (None)."""
    lines = ["place,month,n"]
    for p, place in enumerate(places):
        for t in range(months):
            n = change(place, t, pattern[(7 * t + 3 * p) % 10])
            lines.append(f"{place},{2015 + t // 12}-{t % 12 + 1:02d},{'' if n is None else n}")
    path.write_text("\n".join(lines) + "\n")
    return path


def examples(folder):
    by_actor, areas = help_examples("alarm", 2, folder)
    check("actor" in by_actor.stderr or "2021-08:" in by_actor.stdout, f"a verdict by actor: {by_actor.stdout}")
    check("'Tambura' (SS1009)" in areas.stdout and "ALARM 2021-06" in areas.stdout, f"Tambura in June: {areas.stdout}")
    blind = next((line for line in areas.stdout.splitlines() if line.startswith("blind ")), "")
    check("2021-08: 'Mvolo' (SS1006)" in blind and "neither an alarm nor calm" in blind, f"Mvolo is blind: {areas.stdout}")
    check("6 periods judged, 2021-03 to 2021-08: 5 alarms, and 4 of sums of series" in areas.stdout, f"how many: {areas.stdout}")
    check("false alarms a year over 10 series" in areas.stdout, f"the budget is said: {areas.stdout}")
    check((folder / "alarms.gpkg").stat().st_size > 0, "a layer")


def planted(folder):
    """A rise in the last month of A1, a gap in that of A2, and nothing in B1: by every method."""
    last = 119
    file = counts(folder / "planted.csv", 120,
                  change=lambda place, t, n: 30 if (place, t) == ("A1", last) else None if (place, t) == ("A2", last) else n)
    for method in ("auto", "predictive", "ears-c1", "ears-c2", "ears-c3", "farrington", "farrington-flexible", "cusum",
                   "nb-cusum", "glr", "glr-nb"):
        output = folder / f"{method}.csv"
        result = tocsin("alarm", file, *table, "--method", method, "-o", output)
        check(result.returncode == 0, f"{method}: {result.stderr}")
        found = {row["code"]: row for row in rows(output) if row["code"]}
        check([found[c]["verdict"] for c in ("A1", "A2", "B1")] == ["alarm", "blind", "no alarm"], f"{method}: {found}")
        check(found["A2"]["alarm"] == found["A2"]["expected"] == "", f"{method}: nothing of what nobody saw")
        check(float(found["A1"]["score"]) > 1 > float(found["B1"]["score"]), f"{method}: scores")
        check("ALARM 2024-12, A1: 30 seen" in result.stdout, f"{method}: {result.stdout}")
        check("blind 2024-12: A2 (nobody could look: neither an alarm nor calm)" in result.stdout, f"{method}: {result.stdout}")
    result = tocsin("alarm", file, *table)
    check("farrington-flexible" in result.stdout and "119 observed periods" in result.stdout, f"the choice: {result.stdout}")


def several_periods(folder):
    """What is blind is named for each judged period, and what is high without an alarm with its numbers."""
    gaps = {("A1", 114), ("A1", 115), ("B1", 118)}
    file = counts(folder / "gaps.csv", 120, change=lambda place, t, n: None if (place, t) in gaps else 7 if (place, t) == ("A2", 119) else n)
    result = tocsin("alarm", file, *table, "--last", 6)
    check("blind 2024-07 to 2024-08: A1; 2024-11: B1 (" in result.stdout, f"blind in between: {result.stdout}")
    check("6 periods judged, 2024-07 to 2024-12: no alarms" in result.stdout, f"how many: {result.stdout}")
    check("2024-12: 3 no alarm (highest: A2, 7 seen, " in result.stdout, f"the highest: {result.stdout}")
    check("quiet" not in result.stdout, f"no alarm is not calm: {result.stdout}")


def end_of_source(folder):
    """The sample ends with August 2021: months after it say so, unless they are said not to be observed."""
    ends = "(no event since 2021-08-31: if the source ends there, say --observed-to)"
    events = (sample / "incidents.csv", "--every", "month")
    areas = ("--areas", sample / "counties.geojson", "--code", "pcode")
    for series in ((), ("--by", "actor"), areas):
        result = tocsin("alarm", *events, *series, "--to", "2021-12-31")
        last = result.stdout.splitlines()[-1]
        check(last.startswith("2021-12: ") and last.endswith(ends), f"{series}: {result.stdout} {result.stderr}")
        check(ends not in tocsin("alarm", *events, *series, "--to", "2021-10-31").stdout, f"{series}: one whole month between")
    result = tocsin("alarm", *events, "--to", "2021-12-31", "--observed-to", "2021-08-31", "--last", 6)
    check("no event since" not in result.stdout and "blind 2021-09 to 2021-12: all (" in result.stdout, f"not observed: {result.stdout}")
    check("no event since" not in tocsin("alarm", *events, "--to", "2021-08-31").stdout, "an event in the last month")
    found = json.loads(tocsin("alarm", *events, "--to", "2021-12-31", "--json").stdout)
    check(found["no_event_since"] == "2021-08-31", f"in json: {found}")


def choices(folder):
    short = counts(folder / "short.csv", 10)
    result = tocsin("alarm", short, *table)
    check("9 observed periods before; Farrington's asks for 37" in result.stdout, f"too little history: {result.stdout}")
    sparse = counts(folder / "sparse.csv", 120, change=lambda place, t, n: 1 if t % 9 == 0 else 0)
    result = tocsin("alarm", sparse, *table)
    check("0.12 events each; Farrington's asks for 1.25" in result.stdout, f"too few events: {result.stdout}")
    silent = counts(folder / "silent.csv", 48, change=lambda place, t, n: 0)
    result = tocsin("alarm", silent, *table)
    check(result.returncode == 0 and "2018-12: 3 no alarm" in result.stdout, f"all zero: {result.stdout} {result.stderr}")
    first = counts(folder / "first.csv", 2)
    result = tocsin("alarm", first, *table)
    check("3 too little past" in result.stdout, f"no history: {result.stdout}")
    check("predictive asks for 4 observed periods before it" in result.stdout, f"how much is needed: {result.stdout}")
    result = tocsin("alarm", short, *table, "--method", "farrington")
    check("A1, A2, B1; farrington asks for 37 observed periods" in result.stdout, f"for Farrington: {result.stdout}")
    result = tocsin("alarm", short, *table, "--method", "cusum", "--last", 10)
    check("before the first one that is judged (--last)" in result.stdout, f"for CUSUM: {result.stdout}")


def sums_and_json(folder):
    file = counts(folder / "rise.csv", 60, change=lambda place, t, n: n + 5 if t == 59 and place < "B" else n)
    result = tocsin("alarm", file, *table, "--sum-by", 1, "--budget", "1 a month", "--json")
    found = json.loads(result.stdout)
    points = {series["code"]: series["points"][-1] for series in found["series"]}
    sums = {total["name"]: total["points"][-1] for total in found["sums"]}
    check(set(sums) == {"all", "A", "B"}, f"sums: {set(sums)}")
    check(sums["A"]["observed"] == points["A1"]["observed"] + points["A2"]["observed"], "observed adds up")
    check(abs(sums["all"]["expected"] - sum(p["expected"] for p in points.values())) < 1e-9, "expected adds up")
    check(sums["A"]["verdict"] == "alarm", f"two small rises together: {sums['A']}")
    check(found["alpha"] == 0.25, f"alpha of a budget that asks for more than there is: {found['alpha']}")
    budget = found["budget"]
    check(budget["interval"][0] <= budget["replayed_a_year"] <= budget["interval"][1], f"the replay: {budget}")


def discoveries(folder):
    """Forty places in a month, of which one has a rise that stands among all of them, and some pass their own bound."""
    file = counts(folder / "forty.csv", 60, places=[f"P{i:02d}" for i in range(40)],
                  change=lambda place, t, n: 25 if (place, t) == ("P07", 59) else 9 if t == 59 and place < "P05" else n)
    verdicts = {}
    for name, options in (("own", ("--alpha", 0.05)), ("all", ("--fdr", 0.05))):
        output = folder / f"{name}.csv"
        tocsin("alarm", file, *table, "--method", "predictive", *options, "-o", output)
        verdicts[name] = {row["code"]: row for row in rows(output) if row["code"]}
    own, together = ({c for c, row in found.items() if row["alarm"] == "1"} for found in verdicts.values())
    check(own > together >= {"P07"}, f"alarms by their own bound {own}, among all {together}")
    check(all((float(row["adjusted_p"]) <= 0.05) == (code in together) for code, row in verdicts["all"].items()),
          "those, and all those, of an adjusted p of at most 0.05")


def refusals(folder):
    file = counts(folder / "refused.csv", 24)
    fails(tocsin("alarm", file, *table, "--budget", "two"), 2, "--budget", "2 a year")
    fails(tocsin("alarm", file, *table, "--budget", "2 a year", "--alpha", 0.05), 2, "--alpha", "--budget")
    fails(tocsin("alarm", file, *table, "--fdr", 0.1, "--alpha", 0.05), 2, "--alpha", "--fdr")
    fails(tocsin("alarm", file, *table, "--rise", 3), 2, "--rise", "cusum")
    fails(tocsin("alarm", file, *table, "--method", "glr", "--alpha", 0.01), 2, "--glr-limit")
    fails(tocsin("alarm", file, *table, "--method", "cusum", "--correction", "by"), 2, "--correction")
    fails(tocsin("alarm", file, *table, "-o", folder / "x.gpkg"), 2, "--areas")
    fails(tocsin("alarm", file, *table, "--places", "all"), 2)
    negative = counts(folder / "negative.csv", 24, change=lambda place, t, n: -1 if t == 3 else n)
    fails(tocsin("alarm", negative, *table, "--quiet"), 3, "A1", "2015-04", "not negative")
    fails(tocsin("alarm", folder / "absent.csv", *table, "--quiet"), 3, "absent.csv")


def threads(folder):
    file = counts(folder / "many.csv", 120, places=[f"P{i:02d}" for i in range(40)])
    digests = set()
    for number in (1, 2, 4):
        output = folder / f"threads{number}.csv"
        tocsin("alarm", file, *table, "--last", 12, "--threads", number, "-o", output)
        digests.add(hashlib.sha256(output.read_bytes()).hexdigest())
    check(len(digests) == 1, "the same bytes for any number of threads")


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    examples(folder)
    planted(folder)
    several_periods(folder)
    end_of_source(folder)
    choices(folder)
    sums_and_json(folder)
    discoveries(folder)
    refusals(folder)
    threads(folder)
report()
