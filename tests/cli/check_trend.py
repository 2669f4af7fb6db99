#!/usr/bin/env python3
"""Checks `tocsin trend`: python3 check_trend.py <tocsin> <source folder>"""
import csv
import json
import math
import pathlib
import sqlite3
import tempfile

from checking import check, fails, help_examples, report, rows, sample, says_what_could_not_be_used, source, tocsin

oracle = source / "tests/temporal/oracle"


def trend(*arguments):
    return tocsin("trend", *arguments, "-q")


def series(*arguments):
    result = tocsin("trend", *arguments, "--json", "-q")
    check(result.returncode == 0, result.stderr)
    return {one["code"]: one for one in json.loads(result.stdout)["series"]}


def near(found, expected, tolerance, what):
    check(found is not None and abs(found - expected) <= tolerance * max(1, abs(expected)), f"{what}: {found}, {expected}")


def long_table(path):
    """The oracle's series, a row a value, as months from 2010 on; gaps are empty."""
    with open(path, "w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["series", "month", "n"])
        for row in rows(oracle / "series.csv"):
            t = int(row.pop("t")) - 1
            for name, value in row.items():
                if not (name == "short10" and value == "NA"):
                    out.writerow([name, f"{2010 + t // 12}-{t % 12 + 1:02}", "" if value == "NA" else value])
    return path


def agrees_with_the_oracle(work):
    table = long_table(work / "series.csv")
    arguments = [table, "--value", "n", "--time", "month", "--series", "series"]
    found = series(*arguments)
    for row in rows(oracle / "mann_kendall_sen.csv"):
        one = found[row["series"]]
        check(one["observed"] == int(row["n"]) and one["mann_kendall"]["s"] == int(row["S"]), row["series"])
        near(one["sen"]["slope"] / 12, float(row["sen_slope"]), 1e-9, f"slope of {row['series']}")
        if row["Z"] != "NaN":
            near(one["p"], float(row["p_two_sided"]), 1e-9, f"p of {row['series']}")
    check(found["constant"]["trend"] == "unknown" and found["constant"]["p"] is None, found["constant"])
    for row in rows(oracle / "seasonal_kendall.csv"):
        near(found[row["series"]]["seasonal"]["p"], float(row["p_continuity"]), 1e-9, f"seasonal p of {row['series']}")
        near(found[row["series"]]["seasonal"]["slope"], float(row["slope_per_year"]), 1e-9, "seasonal slope")
    check(found["nb_rising"]["trend"] == "clear rise" and found["falling"]["trend"] == "clear fall", "words")
    check("model" not in found["falling"], "no model of a table, unless asked for")
    counts = work / "counts.csv"
    counts.write_text("".join(line for line in open(table) if not line.startswith("gaussian")))
    models = series(counts, *arguments[1:], "--model", "negative-binomial", "--change-points")
    poisson = series(counts, *arguments[1:], "--model", "poisson")
    for row in rows(oracle / "glm_trend.csv"):
        # Here a month's exposure is its days, which the oracle does not have: slopes agree to some per mille.
        near(poisson[row["series"]]["model"]["slope"], float(row["pois_b1_per_year"]), 0.005, row["series"])
        near(models[row["series"]]["model"]["slope"], float(row["nb_b1_per_year"]), 0.005, row["series"])
    check(models["falling"]["model"]["kind"] == "poisson", "theta ran off")
    check(models["nb_rising"]["model"]["kind"] == "negative-binomial", "theta is finite")
    fails(trend(*arguments, "--model", "poisson"), 3, "gaussian", "not negative")


def gaps_stay_gaps(work):
    path = work / "gaps.csv"
    lines = ["period,n"] + [f"{t},{'' if 10 <= t < 15 else 3 + t}" for t in range(1, 31) if t != 20]
    path.write_text("\n".join(lines) + "\n")
    one = series(path, "--value", "n", "--time", "period")["n"]
    check(one["observed"] == 24, one)  # 5 empty, 1 row missing
    near(one["sen"]["slope"], 1, 1e-12, "the line, by period")
    near(one["sen"]["lower"], 1, 1e-12, "and its interval")


def events_by_area(work):
    common = ["--areas", sample / "counties.geojson", "--code", "pcode", "--name", "name", "--admin",
              sample / "counties.geojson", "--admin-code", "pcode", "--not-observed", sample / "access.csv",
              "--every", "month", "--to", "2021-08-31"]  # fmt: skip
    out, gpkg = work / "areas.csv", work / "areas.gpkg"
    events = sample / "incidents.csv"
    check(trend(events, *common, "--change-points", "-o", out).returncode == 0, "csv")
    table = {row["code"]: row for row in rows(out)}
    check(len(table) == 10, f"{len(table)} rows")
    check(table["SS1007"]["gaps"] == "3" and table["SS1007"]["observed"] == "21", table["SS1007"])
    tambura = next(row for row in table.values() if row["name"] == "Tambura")
    check(tambura["last_change"] == "2021-06", f"Tambura's level changes when the story says: {tambura}")
    check(float(tambura["level_after"]) > 5 * float(tambura["level_before"]), tambura)
    check(trend(events, *common, "-o", gpkg).returncode == 0, "gpkg")
    with sqlite3.connect(gpkg) as database:
        check(database.execute("select count(*) from trends").fetchone()[0] == 10, "a feature an area")
    same = [tocsin("trend", events, *common, "--json", "-q", "--threads", n).stdout for n in (1, 3)]
    check(same[0] == same[1], "the same for any number of threads")
    remembered = series(events, *common, "--test", "autocorrelated")
    check(all(one["p"] is None or one["p"] >= one["mann_kendall"]["p"] for one in remembered.values()), "the larger p")


def leads_with_what_was_found(work):
    """A jump in the last months is no trend to a test of order: its word comes last."""
    jump = work / "jump.csv"
    counts = [2, 3, 1, 2] * 5 + [2, 15, 16, 14]
    jump.write_text("t,n\n" + "".join(f"{2020 + t // 12}-{t % 12 + 1:02},{n}\n" for t, n in enumerate(counts)))
    table = [jump, "--value", "n", "--time", "t"]
    text = trend(*table, "--change-points").stdout
    check("n, 2020-01 to 2021-12: its level last changed in 2021-10 (" in text and "from 2 to 14.9 a month" in text, text)
    check(text.index("level last changed") < text.index("Mann-Kendall's test: "), text)
    text = trend(*table, "--model", "negative-binomial").stdout
    check(": by the negative-binomial model +" in text and text.index("model") < text.index("Mann-Kendall"), text)
    text = trend(*table).stdout
    check("2021-12: no more of a trend" in text or "2021-12: a " in text, f"the word comes first: {text}")
    text = trend(sample / "incidents.csv", "--to", "2021-08-31", "--by", "actor", "--change-points").stdout
    check(" incidents a month, each year (" in text and "-0.00" not in text and "+0.00" not in text, text)


def bad_input(work):
    short = work / "short.csv"
    short.write_text("t,n\n1,3\n2,4\n3,5\n")
    fails(trend(short, "--value", "n", "--time", "t"), 3, "3 observed periods are too few", "it takes 4")
    few = work / "few.csv"
    few.write_text("t,n\n" + "".join(f"{t},{t * t}\n" for t in range(1, 7)))
    result = tocsin("trend", few, "--value", "n", "--time", "t")
    check(result.returncode == 0 and "their p is rough" in result.stderr, result.stderr)
    warned = tocsin("trend", sample / "incidents.csv", "--every", "quarter").stderr
    check("30 days before the last period ends: say by --observed-to" in warned and "cube" not in warned, warned)
    zeros = work / "zeros.csv"
    zeros.write_text("t,n\n" + "".join(f"{t},0\n" for t in range(1, 20)))
    one = series(zeros, "--value", "n", "--time", "t", "--model", "poisson", "--change-points")["n"]
    check(one["trend"] == "unknown" and one["model"]["slope"] is None and one["change_points"] == [], one)
    months = work / "months.csv"
    months.write_text("t,n\n" + "".join(f"2021-{t:02},{t}\n" for t in range(1, 13)))
    fails(trend(months, "--value", "n", "--time", "t", "--test", "seasonal"), 3, "12 periods", "24")
    fails(trend(few, "--value", "n", "--time", "t", "--test", "seasonal"), 2, "--test seasonal")
    fails(trend(few, "--value", "n", "--time", "t", "--penalty", 3), 2, "--penalty has no effect")
    fails(trend(few, "--value", "n", "--time", "t", "--to", "2021-01-01"), 2, "--to has no effect with --value")
    fails(trend(few, "--value", "n", "--time", "t", "-o", work / "x.gpkg"), 2, "shapes are of areas")
    fails(trend(sample / "incidents.csv", "--code", "pcode"), 2, "--code has no effect")


def main():
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        results = help_examples("trend", 2, work)
        check("a year" in results[0].stdout and "last changed in" in results[0].stdout, results[0].stdout)
        check((work / "trend.gpkg").exists(), "the example's GeoPackage")
        agrees_with_the_oracle(work)
        gaps_stay_gaps(work)
        events_by_area(work)
        leads_with_what_was_found(work)
        says_what_could_not_be_used("trend", ["--to", "2021-08-31"], work)
        bad_input(work)
    report()


main()
