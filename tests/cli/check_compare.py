#!/usr/bin/env python3
"""Checks `tocsin compare`: python3 check_compare.py <tocsin> <source folder>"""
import csv
import datetime
import json
import pathlib
import sqlite3
import tempfile

from checking import check, fails, help_examples, report, rows, sample, says_what_could_not_be_used, tocsin


def write_events(path, groups, more=()):
    """Each group: number, first day, last day, and other columns; its events lie evenly in its days."""
    columns = ["id", "date", "reported", "latitude", "longitude", "actor", "persons"]
    with open(path, "w", newline="") as file:
        out = csv.DictWriter(file, columns)
        out.writeheader()
        number = 0
        for count, first, last, other in groups:
            first, last = map(datetime.date.fromisoformat, (first, last))
            for i in range(count):
                number += 1
                day = first + (last - first) * i // max(1, count)
                row = {"id": number, "date": day, "reported": day, "latitude": 5, "longitude": 28.5, "persons": 1}
                out.writerow(row | other)
    return path


def compare(*arguments):
    return tocsin("compare", *arguments, "-q")


def findings(*arguments):
    result = tocsin("compare", *arguments, "--json", "-q")
    check(result.returncode == 0, result.stderr)
    return json.loads(result.stdout)


def near(found, expected, tolerance, what):
    check(abs(found - expected) <= tolerance, f"{what}: {found}, not {expected}")


def seed_sentences(work):
    """25 to 32 incidents is +28 % and consistent with chance; three-fold is not."""
    quarters = write_events(
        work / "seed.csv", [(25, "2021-04-01", "2021-07-01", {}), (32, "2021-07-01", "2021-10-01", {})]
    )
    text = compare(quarters, "--every", "quarter", "--period", "2021Q3", "--against", "previous").stdout
    for words in ("32 incidents in the third quarter of 2021", "against 25", "+28 %", "consistent with chance"):
        check(words in text, f"{words!r} in {text!r}")
    found = findings(quarters, "--period", "2021-Q3")["findings"][0]
    near(found["count_change_percent"], 28, 1e-9, "change")
    near(found["ratio"], 1.266087, 1e-6, "ratio by day")
    near(found["p"], 0.380006, 1e-6, "mid-p by day")
    near(found["exact"]["p_minlike"], 0.427438, 1e-6, "minlike")
    check(found["change"] == "chance", f"the word: {found['change']}")
    equal = findings(quarters, "--period", "2021-Q3", "--exposure", "equal")["findings"][0]
    near(equal["p"], 0.358143, 1e-6, "mid-p")
    near(equal["interval_percent"][0], -24.2213, 1e-4, "lower")
    near(equal["interval_percent"][1], 118.0730, 1e-4, "upper")
    near(equal["chance_up"], 0.823024, 1e-6, "chance up")
    near(equal["chance_up_by_half"], 0.274213, 1e-6, "chance up by half")
    exact = findings(quarters, "--period", "2021-Q3", "--exposure", "equal", "--method", "exact")["findings"][0]
    near(exact["interval_percent"][1], 125.2927, 1e-4, "exact upper")

    season = write_events(
        work / "season.csv", [(5, "2019-12-01", "2020-03-01", {}), (15, "2020-12-01", "2021-03-01", {})]
    )
    text = compare(season, "--period", "2020-12..2021-02", "--against", "year-before").stdout
    for words in ("15 incidents from December 2020 to February 2021", "against 5", "+200 %", "a likely rise"):
        check(words in text, f"{words!r} in {text!r}")
    check("chance" not in text.split("\n")[0], f"no chance in {text!r}")
    french = compare(season, "--period", "2020-12..2021-02", "--against", "year-before", "--language", "fr").stdout
    for words in ("15 incidents de décembre 2020 à février 2021", "contre 5", "hausse probable"):
        check(words in french, f"{words!r} in {french!r}")
    french = compare(quarters, "--period", "2021-Q3", "--language", "fr").stdout
    for words in ("au troisième trimestre 2021", "C'est compatible avec le hasard", "p = 0,38"):
        check(words in french, f"{words!r} in {french!r}")


def large_changes(work):
    """Once an end of the interval is tenfold both are times, without exponents."""
    few = write_events(work / "few.csv", [(1, "2021-04-01", "2021-07-01", {}), (9, "2021-07-01", "2021-10-01", {})])
    surge = write_events(work / "surge.csv", [(2, "2021-04-01", "2021-07-01", {}), (900, "2021-07-01", "2021-10-01", {})])
    for path, low, high in ((few, "1.5", "197"), (surge, "134", "2,660")):
        words = f"lies between {low} and {high} times"
        text = compare(path, "--period", "2021-Q3", "--dispersion", "none").stdout
        ends = findings(path, "--period", "2021-Q3", "--dispersion", "none")["findings"][0]["interval_percent"]
        for end, said in zip(ends, (low, high)):
            factor = float(said.replace(",", ""))
            near(end / 100 + 1, factor, 0.04 * factor, "what is said is what was found")
        check(words in text and "e+" not in text, f"{words!r} in {text!r}")
    french = compare(few, "--period", "2021-Q3", "--language", "fr", "--dispersion", "1.02").stdout
    check(") ; l'évolution réelle se situe entre" in french and " fois." in french, french)
    check("par grappes" not in french, f"1.0 times is nothing to speak of: {french}")
    french = compare(few, "--period", "2021-Q3", "--language", "fr", "--dispersion", "1.9").stdout
    check("1,9 fois ce que donnerait le hasard" in french, french)


def same_clock(work):
    """Both periods as they were known equally long after their end."""
    path = write_events(
        work / "late.csv",
        [
            (10, "2021-04-01", "2021-07-01", {}),
            (6, "2021-04-01", "2021-07-01", {"reported": "2021-11-20"}),
            (12, "2021-07-01", "2021-10-01", {}),
            (1, "2021-09-30", "2021-09-30", {"reported": "2021-10-15"}),
        ],
    )
    # As of 31 October the later quarter is 31 days old.
    found = findings(path, "--period", "2021-Q3", "--as-of", "2021-10-31")
    check(found["maturity_days"] == 31, found["maturity_days"])
    check(found["findings"][0]["earlier"] == 10 and found["findings"][0]["later"] == 13, found["findings"][0])
    # All that is known by 20 November, 51 days on: the late reports of the earlier quarter do not count.
    found = findings(path, "--period", "2021-Q3")
    check(found["maturity_days"] == 51 and found["known_later"]["earlier"] == 6, found["known_later"])
    check(found["findings"][0]["earlier"] == 10, found["findings"][0])
    found = findings(path, "--period", "2021-Q3", "--maturity", "none")
    check(found["findings"][0]["earlier"] == 16, "without a clock all count")
    found = findings(path, "--period", "2021-Q3", "--maturity", "10 days")
    check(found["findings"][0]["later"] == 12 and found["known_later"]["later"] == 1, "a shorter clock")
    text = compare(path, "--period", "2021-Q3").stdout
    check("Counted as known 51 days after each period's end; 6 of the earlier" in text, text)
    fails(compare(path, "--period", "2021-Q3", "--maturity", "90 days"), 2, "--maturity 90 days", "51 days")
    fails(compare(path, "--period", "2021-Q4", "--as-of", "2021-10-31"), 2, "--as-of", "is before 2021-Q4 ends")


def clusters(work):
    """Counts that have always varied more than chance are not called a change."""
    groups = []
    for year in (2017, 2018, 2019, 2020):
        for month in range(1, 13):
            groups.append(((20 if month % 3 == 0 else 2), f"{year}-{month:02}-01", f"{year}-{month:02}-28", {}))
    groups += [(20, "2021-01-01", "2021-04-01", {}), (40, "2021-04-01", "2021-07-01", {})]
    path = write_events(work / "clusters.csv", groups)
    found = findings(path, "--period", "2021-Q2")
    check(found["history"]["dispersion"] > 10 and found["history"]["degrees_of_freedom"] == 32, found["history"])
    check(found["findings"][0]["change"] == "chance", found["findings"][0])
    check("clusters" in compare(path, "--period", "2021-Q2").stdout, "it is said")
    plain = findings(path, "--period", "2021-Q2", "--dispersion", "none")["findings"][0]
    check(plain["change"] == "likely rise", plain)
    twice = findings(path, "--period", "2021-Q2", "--dispersion", "2")["findings"][0]
    check(plain["p"] < twice["p"] < found["findings"][0]["p"], "p rises with dispersion")
    fails(compare(path, "--period", "2021-Q2", "--dispersion", "0.5"), 2, "--dispersion 0.5")


def kinds_and_persons(work):
    groups = []
    for actor, before, after in (("A", 10, 30), ("B", 10, 11), ("C", 8, 6), ("", 2, 2)):
        for count, first, last in ((before, "2021-04-01", "2021-07-01"), (after, "2021-07-01", "2021-10-01")):
            groups.append((count, first, last, {"actor": actor, "persons": 2 if actor == "A" else 1}))
    path = write_events(work / "kinds.csv", groups)
    found = findings(path, "--period", "2021-Q3", "--by", "actor", "--persons", "persons", "--exposure", "equal")
    check([f["unit"] for f in found["findings"]] == ["incidents", "persons"], "both units")
    persons = found["findings"][1]
    check(persons["earlier"] == 40 and persons["later"] == 79, persons)
    # 39 incidents of one person, 40 of two: 199 / 119.
    near(persons["dispersion"], (39 + 40 * 4) / 119, 1e-12, "design effect")
    series = [f for f in found["series"] if f["unit"] == "incidents"]
    check(series[0]["code"] == "A" and series[0]["change"] in ("likely rise", "clear rise"), series[0])
    check(all(f["change"] == "chance" for f in series[1:]), "the others are chance")
    check(all(f["looked_at"] == 4 and f["q"] >= f["p"] for f in series), "corrected for four")
    near(sum(f["later_share"]["share"] for f in series), 1, 1e-12, "shares")
    check(all(f["later_share"]["interval"][0] <= f["later_share"]["share"] for f in series), "share intervals")
    for f in series:  # q and the interval say the same
        low, high = f["interval_percent"]
        check((f["q"] < 0.05) == (low > 0 or (high is not None and high < 0)), f)
    some = write_events(
        work / "unsaid.csv",
        [(5, "2021-04-01", "2021-07-01", {}), (3, "2021-07-01", "2021-10-01", {"persons": ""}),
         (2, "2021-07-01", "2021-10-01", {})],
    )  # fmt: skip
    warned = tocsin("compare", some, "--period", "2021-Q3", "--persons", "persons").stderr
    check("3 of 10 incidents do not say how many persons" in warned, warned)
    text = compare(path, "--period", "2021-Q3", "--by", "actor").stdout
    check("Shares of incidents by actor" in text and "A: 30 incidents" in text, text)


def areas(work):
    common = ["--areas", sample / "counties.geojson", "--code", "pcode", "--name", "name", "--admin",
              sample / "counties.geojson", "--admin-code", "pcode", "--not-observed", sample / "access.csv"]  # fmt: skip
    events = sample / "incidents.csv"
    csv_file, gpkg = work / "areas.csv", work / "areas.gpkg"
    check(compare(events, "--period", "2021-Q2", *common, "-o", csv_file).returncode == 0, "csv")
    table = rows(csv_file)
    check(len(table) == 11 and table[0]["by"] == "all", f"{len(table)} rows")
    nagero = next(row for row in table if row["code"] == "SS1007")
    # Its roads were closed from March to May: one month of each quarter is left.
    check(float(nagero["earlier_exposure"]) == 59 and float(nagero["later_exposure"]) == 30, nagero)
    check(compare(events, "--period", "2021-Q2", *common, "-o", gpkg).returncode == 0, "gpkg")
    with sqlite3.connect(gpkg) as database:
        check(database.execute("select count(*) from comparison").fetchone()[0] == 10, "a feature an area")
    blind = findings(events, "--period", "2021-04", *common)
    check(blind["not_observed"] == ["SS1007"], blind["not_observed"])
    nagero = next(f for f in blind["series"] if f["code"] == "SS1007")
    check(nagero["later"] is None and nagero["change"] == "unknown", nagero)
    check("nothing can be compared" in nagero["sentence"], nagero["sentence"])
    one = tocsin("compare", events, "--period", "2021-Q2", *common, "--json", "-q", "--threads", 1).stdout
    four = tocsin("compare", events, "--period", "2021-Q2", *common, "--json", "-q", "--threads", 4).stdout
    check(one == four, "the same for any number of threads")
    whole = compare(events, "--period", "2021-Q2").stdout
    check("placed in the areas" not in whole, whole)
    part = [*common[:-2], "--areas-where", "pcode = 'SS1010'"]
    text = compare(events, "--period", "2021-Q2", *part, "--persons", "persons").stdout
    check(" incidents placed in the areas in the second quarter of 2021, against" in text, text)
    check(" persons placed in the areas in the second" in text, text)
    text = compare(events, "--period", "2021-Q2", *part, "--language", "fr").stdout
    check(" incidents situés dans les zones au deuxième trimestre 2021, contre" in text, text)
    single = findings(events, "--period", "2021-Q2", *common[:-2], "--areas-where", "pcode = 'SS1010'")
    check(len(single["series"]) == 1 and single["series"][0]["later_share"]["share"] == 1, "one area only")


def bad_input(work):
    path = work / "seed.csv"
    fails(compare(path, "--period", "2021-Q3", "--against", "2019-Q3"), 3, "no history of 2019-Q3", "2019-07-01")
    quiet = findings(path, "--period", "2021-Q3", "--against", "2019-Q3", "--observed-from", "2019-01-01")
    check(quiet["findings"][0]["earlier"] == 0 and quiet["findings"][0]["change"] == "clear rise", quiet["findings"][0])
    check("against none" in quiet["findings"][0]["sentence"], quiet["findings"][0]["sentence"])
    fails(compare(path, "--period", "2022-Q3"), 3, "ends on", "before 2022-Q3 begins")
    # A year of which the source has but four months is no quiet year; nor is a quarter that it leaves after a month.
    events = sample / "incidents.csv"
    fails(compare(events, "--period", "2020"), 3, "begins on 2019-09-02", "has 2019 in part", "--observed-from")
    fails(compare(events, "--period", "2021-Q3"), 3, "ends on 2021-08-31", "has 2021-Q3 in part", "--observed-to")
    rates = findings(events, "--period", "2020", "--observed-from", "2019-09-01")["findings"][0]
    check(rates["earlier_exposure"] == 122 and rates["later_exposure"] == 366, rates)
    check(compare(events, "--period", "2021-Q3", "--observed-to", "2021-08-31").returncode == 0, "it is said when it ends")
    nothing = findings(path, "--period", "2022-Q3", "--against", "2022-Q2", "--observed-to", "2022-12-31",
                       "--maturity", "none")["findings"][0]  # fmt: skip
    check(nothing["change"] == "unknown" and "nothing can be compared" in nothing["sentence"], nothing)
    fails(compare(path, "--period", "2021-Q3", "--every", "month"), 2, "is a quarter, not a month")
    fails(compare(path, "--period", "2021-Q5"), 2, "--period 2021-Q5", "no period")
    fails(compare(path, "--period", "2021-Q2", "--against", "2021-Q3"), 2, "does not end before")
    fails(compare(path, "--period", "2021-07-05..2021-08-17"), 2, "do not fit")
    fails(compare(path, "--period", "2021-Q3", "--to", "2021-08-31"), 2, "--to has no effect")
    fails(compare(path, "--period", "2021-Q3", "--code", "pcode"), 2, "--code has no effect without --areas")
    fails(compare(path, "--period", "2021-Q3", "--by", "nobody"), 2, "no column 'nobody'")
    fails(compare(path, "--period", "2021-Q3", "-o", work / "x.gpkg"), 2, "shapes are of areas")
    empty = work / "empty.csv"
    empty.write_text("id,date,latitude,longitude\n")
    fails(compare(empty, "--period", "2021-Q3"), 3, "empty.csv")


def main():
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        for result in help_examples("compare", 2, work):
            check("quarter" in result.stdout or "décembre" in result.stdout, result.stdout)
        check(len(rows(work / "compare.csv")) == 11, "the example's table")
        seed_sentences(work)
        large_changes(work)
        same_clock(work)
        clusters(work)
        kinds_and_persons(work)
        areas(work)
        says_what_could_not_be_used("compare", ["--period", "2021-Q2"], work)
        bad_input(work)
    report()


main()
