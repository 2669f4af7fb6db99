#!/usr/bin/env python3
"""Nothing of a record that cannot be used is told anywhere but in quarantine.csv: for every reason there is a record that
holds a word and coordinates that stand nowhere else, and all that the program says and writes is searched for them.
Usage: check_secrets.py PROGRAM SOURCE_FOLDER"""
import csv
import io
import json
import os
import pathlib
import re
import shutil
import stat
import tempfile
import zipfile

from checking import check, report, rows, sample, tocsin

word, north, east = "Zyxwvut", "5.6183497", "27.9274651"
# Each changes one thing in a sound record; the reason that follows.
defects = [
    ({"date": ""}, "no date"),
    ({"date": word}, "date not readable"),
    ({"date": "2021-02-30 " + word}, "date not readable"),
    ({"reported": "1987-06-05"}, "date not readable"),
    ({"reported": "2020-01-02"}, "reported before it happened"),
    ({"latitude": "97.6183497"}, "coordinates out of range"),
    ({"latitude": "127.6183497", "longitude": "5.9274651"}, "latitude and longitude swapped?"),
    ({"latitude": north + word}, "coordinates not readable"),
    ({"latitude": "0", "longitude": "0"}, "coordinates 0,0"),
    ({"latitude": ""}, "coordinates missing"),
    ({"precision": word}, "precision not understood"),
    ({"persons": word}, "number not readable"),
    ({"persons": "=" + word}, "number not readable"),
    ({"persons": "-61834"}, "negative persons or weight"),
    ({"persons": "1e999"}, "number not readable"),
]


def told_in(data):
    """The secrets that bytes hold, also inside of zip archives (workbooks)."""
    texts = [data]
    if data.startswith(b"PK"):
        archive = zipfile.ZipFile(io.BytesIO(data))
        texts += [archive.read(name) for name in archive.namelist()]
    secrets = re.compile("|".join([word, "6183497", "9274651", "1987-06-05", "61834"]).encode(), re.IGNORECASE)
    return sorted({found.group().decode() for text in texts for found in secrets.finditer(text)})


def search(what, data):
    found = told_in(data if isinstance(data, bytes) else data.encode())
    check(not found, f"{what} tells {found}")


def make(work):
    """The sample with the defective records, and features and rows of tables that cannot be used."""
    folder = work / "job"
    shutil.copytree(sample, folder)
    lines = (folder / "incidents.csv").read_text().splitlines()
    columns = lines[0].split(",")
    sound = dict(id="", date="2021-08-20", reported="2021-08-25", latitude=north, longitude=east, pcode="", precision="point", category="rape " + word,
                 actor="actor " + word, persons="1", setting=word, perpetrators="", source=word)
    for i, (changes, _) in enumerate(defects):
        record = {**sound, "id": f"{word}{i}", **changes}
        lines.append(",".join(record.get(column, "") for column in columns))
    twice = {**sound, "id": lines[1].split(",")[0]}
    lines.append(",".join(twice.get(column, "") for column in columns))
    lines.append(",".join({**sound, "id": word + "x"}.get(column, "") for column in columns) + "," + word)
    (folder / "incidents.csv").write_text("\n".join(lines) + "\n")
    with (folder / "arrivals.csv").open("a") as arrivals:
        arrivals.write(f"{word},SS1001,{word},75,{word}\n{word},SS1001,2021-08-31,{word},{word}\n")
    with (folder / "access.csv").open("a") as access:
        access.write(f"SS1007,{word},2021-05-31,unreachable,{word},{word}\nSS1007,2021-05-31,2021-05-01,unreachable,{word},{word}\n")
    with (folder / "calendar.csv").open("a") as calendar:
        calendar.write(f"{word},{word},,60,60,{word}\n")
    sites = json.loads((folder / "sites.geojson").read_text())
    sites["features"].append({"type": "Feature", "properties": {**sites["features"][0]["properties"], "id": word, "name": word, "opened": word},
                              "geometry": {"type": "Point", "coordinates": [float(east), float(north)]}})
    sites["features"].append({"type": "Feature", "properties": {"id": word, "name": word}, "geometry": None})
    (folder / "sites.geojson").write_text(json.dumps(sites))
    text = (folder / "scenario.toml").read_text()
    text = text.replace("from = 2020-09-01", "from = 2021-07-01", 1).replace('cell = "1 km"', 'cell = "5 km"', 1)
    (folder / "scenario.toml").write_text(text)
    return folder


def main(work):
    folder = make(work)
    scenario, out = folder / "scenario.toml", work / "out"
    for options in ((), ("--json",)):
        run = tocsin("run", scenario, "-o", out, "--overwrite", *options)
        check(run.returncode == 0, f"run: {run.stderr}")
        search(f"standard output of run {options}", run.stdout)
        search(f"standard error of run {options}", run.stderr)
    for path in out.iterdir():
        if path.name != "quarantine.csv":
            search(path.name, path.read_bytes())
    # The search would find them: the quarantine has them, and each reason.
    quarantine = rows(out / "quarantine.csv")
    check(told_in((out / "quarantine.csv").read_bytes()) != [], "quarantine.csv holds the records")
    reasons = {row["reason"] for row in quarantine if row["source"] == "incidents"}
    for reason in {reason for _, reason in defects} | {"duplicate id", "columns do not match"}:
        check(reason in reasons, f"{reason!r} was tried: {sorted(reasons)}")
    check({"incidents", "arrivals", "access", "calendar", "sites"} <= {row["source"] for row in quarantine}, "every kind of source was tried: "
          f"{sorted({row['source'] for row in quarantine})}")
    mode = stat.S_IMODE((out / "quarantine.csv").stat().st_mode)
    check(mode == 0o600, f"only its owner can read quarantine.csv: {mode:o}")
    for row in quarantine:  # no cell runs as a formula
        for name, cell in row.items():
            check(not cell.startswith(("=", "+", "-", "@")), f"{name} {cell!r} would run")
    for options in ((), ("--json",)):
        checked = tocsin("check", scenario, *options)
        search(f"check {options}", checked.stdout + checked.stderr)
    few = [*("--areas", folder / "counties.geojson", "--code", "pcode"), *("--admin", folder / "counties.geojson", "--admin-code", "pcode")]
    for verb, arguments in (("compare", ["--every", "quarter", "--period", "2021-Q2", "--against", "previous"]), ("trend", ["--every", "month", *few]),
                            ("density", ["--cell", "5 km", "--bandwidth", "25 km", "-o", work / "density.tif"]),
                            ("nowcast", [*few, "-o", work / "nowcast.csv"]), ("alarm", [*few, "-o", work / "alarm.csv"])):
        run = tocsin(verb, folder / "incidents.csv", *arguments)
        check(run.returncode in (0, 3), f"{verb}: {run.stderr}")
        search(verb, run.stdout + run.stderr)
    for path in work.glob("*.*"):
        search(path.name, path.read_bytes())
    too_many = [line for line in (folder / "incidents.csv").read_text().splitlines() if word in line or line.startswith("id,")]
    (folder / "incidents.csv").write_text("\n".join(too_many) + "\n")
    for verb in ("run", "check"):
        run = tocsin(verb, scenario, *(["-o", work / "no"] if verb == "run" else []))
        check(run.returncode == 3, f"{verb} stops where most records cannot be used: {run.returncode}")
        search(f"{verb} of too many", run.stdout + run.stderr)
    headless(work, folder, scenario, too_many)


def headless(work, folder, scenario, lines):
    """Without a header a record stands where names should."""
    for text in ("\n".join(lines[1:]) + "\n", "\n".join(line.replace(word, north, 2) for line in lines[1:]) + "\n"):
        (folder / "incidents.csv").write_text(text)
        run = tocsin("check", scenario)
        check(run.returncode == 3, f"a table without a header: {run.returncode}")
        search("a table without a header", run.stdout + run.stderr)


os.umask(0o022)
with tempfile.TemporaryDirectory() as temporary:
    main(pathlib.Path(temporary))
report()
