#!/usr/bin/env python3
"""Joins by code and name as their users meet them: what check and run tell of places misspelt, doubled and absent; aliases; editions.
Usage: check_places.py PROGRAM SOURCE_FOLDER"""
import csv
import json
import pathlib
import shutil
import stat
import tempfile

from checking import check, fails, report, rows, sample, tocsin


def scenario(work, name, more="", *replacements):
    """The sample at a coarse cell and one month, with other words in it."""
    text = (work / "sample/scenario.toml").read_text()
    for old, new in [*replacements]:
        check(old in text, f"{old!r} stands in the sample's scenario")
        text = text.replace(old, new)
    path = work / "sample" / name
    path.write_text(text + more)
    return path


def misspelt(work):
    """Tambura by another name, Yambio by no code, Ezo's rows twice over."""
    table = list(csv.reader((sample / "arrivals.csv").open()))
    header, body = table[0], [row for row in table[1:]]
    doubled = [row for row in body if row[1] == "SS1001"]
    for row in body:
        row[1] = {"SS1009": "Tumbura", "SS1010": "SSX"}.get(row[1], row[1])
    with (work / "sample/wrong.csv").open("w", newline="") as file:
        csv.writer(file).writerows([header, *body, *doubled])
    return len(doubled)


def joins_are_told(work):
    doubled = misspelt(work)
    wrong = ('path = "arrivals.csv"', 'path = "wrong.csv"')
    path = scenario(work, "wrong.toml", "", wrong)
    run = tocsin("check", path, "--json")
    check(run.returncode == 0, run.stderr)
    join = json.loads(run.stdout)["joins"]["arrivals"][0]
    near = join["near"].get("keys", [])
    check([key["key"] for key in near] == ["Tumbura"] and "Tambura (SS1009)" in near[0]["suggestion"], f"near: {join}")
    check("SSX" in [key["key"] for key in join["unmatched"]["keys"]], f"unmatched: {join['unmatched']}")
    check({"SS1009"} <= {key["key"] for key in join["absent"]["keys"]}, f"absent: {join['absent']}")
    twice = {key["key"]: key["rows"] for key in join["doubled"].get("keys", [])}
    check(twice == {"SS1001": 2 * doubled}, f"doubled: {twice}")
    told = tocsin("check", path).stdout
    check("1 near" in told and "'Tumbura': Tambura (SS1009)?" in told and "[areas.aliases]" in told, told)

    run = tocsin("run", path, "-o", work / "wrong", "-q")
    check(run.returncode == 0, run.stderr)
    table = rows(work / "wrong/joins.csv")
    check(list(table[0]) == ["source", "key", "kind", "suggestion", "rows"], f"columns: {list(table[0])}")
    kinds = {(row["source"], row["key"]): row["kind"] for row in table}
    check(kinds[("arrivals", "Tumbura")] == "near" and kinds[("arrivals", "SSX")] == "unmatched", f"joins.csv: {kinds}")
    check(stat.S_IMODE((work / "wrong/joins.csv").stat().st_mode) & 0o077 == 0, "joins.csv is for its owner")
    record = json.loads((work / "wrong/run.json").read_text())
    check(record["joins"]["arrivals"][0]["near"]["places"] == 1, f"run.json: {record['joins']}")
    check("joins.csv" in [entry["path"] for entry in record["outputs"]], "run.json lists joins.csv")
    arrivals = next(entry["rows"] for entry in record["inputs"] if entry["name"] == "arrivals")
    check(arrivals["read"] == arrivals["used"] + arrivals["outside"]["total"] + arrivals["quarantined"], f"reconciles: {arrivals}")
    check(arrivals["outside"]["by_reason"]["no such area"] > 0, f"rows of no area are outside: {arrivals}")

    alias = scenario(work, "alias.toml", '\n[areas.aliases]\n"Tumbura" = "SS1009"\n', wrong)
    join = json.loads(tocsin("check", alias, "--json").stdout)["joins"]["arrivals"][0]
    check(join["near"]["places"] == 0 and "SS1009" not in [key["key"] for key in join["absent"].get("keys", [])], f"alias: {join}")
    bad = scenario(work, "bad.toml", '\n[areas.aliases]\n"Tumbura" = "SS109"\n', wrong)
    line = bad.read_text().splitlines().index('"Tumbura" = "SS109"') + 1
    fails(tocsin("run", bad, "-o", work / "bad", "-q"), 2, f"bad.toml:{line}:", "SS109", "did you mean", "SS1009")
    check(not (work / "bad").exists(), "nothing is left of a run that failed")


def editions(work):
    """Tambura and Nagero were one county until 2021-05-31; its rows are carried to both, and no person is lost."""
    counties = json.loads((sample / "counties.geojson").read_text())
    pair = [f for f in counties["features"] if f["properties"]["pcode"] in ("SS1007", "SS1009")]
    parts = []
    for feature in pair:
        shape = feature["geometry"]
        parts += shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
    merged = {"type": "Feature", "properties": {**pair[0]["properties"], "pcode": "SS1099", "name": "Old Tambura"},
              "geometry": {"type": "MultiPolygon", "coordinates": parts}}
    others = [f for f in counties["features"] if f not in pair]
    (work / "sample/counties_old.geojson").write_text(json.dumps({**counties, "features": [*others, merged]}))
    table = list(csv.reader((sample / "arrivals.csv").open()))
    for row in table[1:]:
        if row[2] <= "2021-05-31" and row[1] in ("SS1007", "SS1009"):
            row[1] = "SS1099"
    with (work / "sample/old.csv").open("w", newline="") as file:
        csv.writer(file).writerows(table)
    editions_text = ('\n[[areas.editions]]\nid = "old"\npath = "counties_old.geojson"\nto = 2021-05-31\n'
                     '[[areas.editions]]\nid = "new"\npath = "counties.geojson"\nfrom = 2021-06-01\n')
    text = (work / "sample/scenario.toml").read_text().replace('path = "arrivals.csv"', 'path = "old.csv"')
    head, rest = text.split("\n[areas]", 1)
    first, rest = rest.split("\n", 1)
    check(rest.startswith('path = "counties.geojson"\n'), "the sample's areas have their path first")
    path = work / "sample/editions.toml"
    path.write_text(f"{head}\n[areas]{first}\n" + rest.split("\n", 1)[1] + editions_text)
    run = tocsin("check", path, "--json")
    check(run.returncode == 0, run.stderr)
    join = json.loads(run.stdout)["joins"]["arrivals"][0]
    carried = join["carried"].get("keys", [])
    check([key["key"] for key in carried] == ["SS1099"], f"carried: {join}")
    check("SS1007" in carried[0]["suggestion"] and "SS1009" in carried[0]["suggestion"], f"to whom: {carried}")


with tempfile.TemporaryDirectory() as folder:
    work = pathlib.Path(folder)
    shutil.copytree(sample, work / "sample")
    joins_are_told(work)
    editions(work)
report()
