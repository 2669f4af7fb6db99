#!/usr/bin/env python3
"""Checks `tocsin init` on one's own files, and `tocsin check`: what is recognised, what is written, that it runs at once,
and that nothing of a single record is told. Usage: check_init.py PROGRAM SOURCE_FOLDER"""
import csv
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import tempfile
import tomllib

from checking import check, fails, help_examples, report, sample, tocsin

counties = sample / "counties.geojson"


def made_up(count, seed):
    """Events on made-up places about five towns of the sample's area, over three years."""
    draw = random.Random(seed)
    towns = [(5.60, 27.46), (5.33, 28.40), (4.57, 28.39), (4.99, 29.43), (5.05, 30.20)]
    for number in range(count):
        lat, lon = towns[number % len(towns)]
        day = draw.randrange(3 * 360)
        yield {"n": number, "y": 2019 + day // 360, "m": day % 360 // 30 + 1, "d": day % 30 % 28 + 1,
               "lat": lat + draw.gauss(0, 0.12), "lon": lon + draw.gauss(0, 0.12), "persons": draw.randrange(1, 4)}


def french_sheet(path, days_above_12=True):
    """A sheet as a French office saves it: semicolons, decimal commas, Windows-1252, a title row, a total row."""
    lines = ["Suivi des incidents;;;;;;", "Numéro;Date de l'incident;Date du rapport;Latitude;Longitude;Type de violence;Nb de survivantes"]
    for event in made_up(240, 7):
        day = event["d"] if days_above_12 else min(event["d"], 12)
        reported = min(day + 5, 28) if days_above_12 else min(day + 1, 12)
        lines.append(f"Cas{event['n']};{day:02}/{event['m']:02}/{event['y']};{reported:02}/{event['m']:02}/{event['y']};"
                     f"{event['lat']:.4f};{event['lon']:.4f};viol;{event['persons']}".replace(".", ","))
    lines.append("Total;;;;;;480")
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode("cp1252"))
    return path


def acled_export(path):
    """An export with made-up rows in ACLED's newer columns and one of its date styles."""
    months = "January February March April May June July August September October November December".split()
    columns = ("event_id_cnty event_date year time_precision disorder_type event_type sub_event_type actor1 assoc_actor_1 inter1 "
               "actor2 assoc_actor_2 inter2 interaction civilian_targeting iso region country admin1 admin2 admin3 location "
               "latitude longitude geo_precision source source_scale notes fatalities tags timestamp").split()
    with path.open("w", newline="") as file:
        table = csv.DictWriter(file, columns)
        table.writeheader()
        for event in made_up(300, 3):
            battle = event["n"] % 3 != 0
            table.writerow({"event_id_cnty": f"MKP{event['n']}", "event_date": f"{event['d']} {months[event['m'] - 1]} {event['y']}",
                            "year": event["y"], "time_precision": 1, "event_type": "Battles" if battle else "Violence against civilians",
                            "sub_event_type": "Armed clash" if battle else "Attack", "actor1": "Armed group A",
                            "actor2": "Armed group B", "inter1": "Rebel group", "inter2": "Rebel group", "iso": 728,
                            "latitude": round(event["lat"], 4), "longitude": round(event["lon"], 4), "geo_precision": 1,
                            "location": "Made-up town", "notes": "Unsayable words of a record", "fatalities": 1,
                            "timestamp": 1700000000})  # fmt: skip
    return path


def east_ends(geometry):
    """Longitudes of all corners."""
    def walk(part):
        return [part[0]] if isinstance(part[0], (int, float)) else [x for inner in part for x in walk(inner)]
    return walk(geometry["coordinates"])


def starts_at_once(folder, files, *options):
    """Makes a scenario, checks it, runs it; returns its text and what it says."""
    run = tocsin("init", folder, *files, *options, stdin=subprocess.DEVNULL)
    check(run.returncode == 0, f"init {files}: {run.stderr}")
    if run.returncode != 0:
        return "", {}
    text = (folder / "scenario.toml").read_text()
    flag = ["--allow-outside"] if "--allow-outside" in run.stdout else []
    check(bool(flag) != ("--copy" in options), f"files that lie elsewhere need a flag: {run.stdout}")
    checked = tocsin("check", folder / "scenario.toml", *flag)
    check(checked.returncode == 0 and "ready to run" in checked.stdout, f"what init made can be checked: {checked.stderr}\n{text}")
    check(all(len(line) <= 120 for line in text.splitlines() if line.startswith("#")), "comments are at most 120 columns wide")
    ran = tocsin("run", folder / "scenario.toml", "-o", folder / "out", "-q", *flag)
    check(ran.returncode == 0 and (folder / "out/areas.csv").exists(), f"what init made runs: {ran.stderr}\n{text}")
    return text, tomllib.loads(text)


def tables_of_check(work):
    """The table of a source of events, for people and for programs."""
    run = tocsin("check", sample / "scenario.toml")
    check(run.returncode == 0, run.stderr)
    lines = run.stdout.splitlines()
    table = lines[lines.index(next(line for line in lines if line.startswith("incidents  "))):]
    table = table[:1] + table[1:next(i for i, line in enumerate(table[1:], 1) if not line.startswith("  "))]
    check(all(len(line) <= 100 for line in table), f"at most 100 columns: {[line for line in table if len(line) > 100]}")
    text = "\n".join(table)
    said = json.loads(tocsin("check", sample / "scenario.toml", "--json").stdout)["sources"]["incidents"]
    check(said["read"] == said["used"] + sum(said["outside"].values()) + said["quarantined"], f"rows reconcile: {said}")
    check(said["quarantined"] == sum(said["quarantined_by_reason"].values()) == 7, f"quarantined by reason: {said}")
    check(said["read"] == 322 and said["usable"] == sum(said["precision"].values()), f"precision: {said}")
    check(0 < said["delay"]["median_days"] < said["delay"]["p90_days"], f"delay: {said}")
    # What Python makes of the same file, for what needs no rule of ours.
    with (sample / "incidents.csv").open() as file:
        places = [(row["latitude"], row["longitude"]) for row in csv.DictReader(file)]
    most = max(places.count(place) for place in set(places) if place[0])
    check(abs(said["largest_point"]["events"] - most) <= 6, f"events on one point: {said['largest_point']}, not {most}")
    for words in (r"rows +322$", rf"used +{said['used']} ", r"quarantined +7 +2\.2 %", r"no date +2 ", r"first to last date +2019-",
                  rf"half within {said['delay']['median_days']:.0f} days", r"within +2\d\.\d to \d\d\.\d E, \d\.\d to \d\.\d N", r"exact +\d+ +\d+\.\d %",
                  r"on one point at most +\d+ "):  # fmt: skip
        check(re.search(words, text, re.M), f"{words!r} in:\n{text}")
    numbers = [re.match(r".{35} +(\d+) ", line) for line in table if "%" in line and "days" not in line]
    check(len({match.end() for match in numbers if match}) == 1 and all(numbers), "numbers end in one column")
    flat = json.dumps(said)
    check(not re.search(r"\d\.\d{3,}", re.sub(r'"share": [\d.e-]+', "", flat)), f"no coordinate finer than a tenth: {flat}")
    # A file alone: what it would be taken for, and the same table.
    run = tocsin("check", french_sheet(work / "suivi.csv"))
    check(run.returncode == 0, run.stderr)
    for words in ("a table of incidents", "'Date de l'incident'", "  rows                                   240", "half within"):
        check(words in run.stdout, f"{words!r} in {run.stdout}")
    said = json.loads(tocsin("check", work / "suivi.csv", "--json").stdout)["layers"][0]
    check(said["kind"] == "events" and said["columns"]["persons"] == "Nb de survivantes", f"--json of a file: {said}")
    check(said["events"]["read"] == 240 and said["events"]["quarantined"] == 0, f"--json of a file: {said['events']}")
    said = json.loads(tocsin("check", counties, "--json").stdout)["layers"][0]
    check(said["areas"]["code"] == "pcode" and said["areas"]["name"] == "name" and said["areas"]["level"] == 2, f"areas: {said}")
    fails(tocsin("check", work / "none.csv"), 3, "none.csv", "no file")


def french_office(work):
    """Semicolons, decimal commas, French headers; areas as GeoPackage; a raster of people."""
    areas = work / "comtes.gpkg"
    subprocess.run(["ogr2ogr", "-q", "-nln", "counties", areas, counties], check=True)
    files = [french_sheet(work / "Suivi incidents.csv"), areas, sample / "population.tif"]
    text, scenario = starts_at_once(work / "bureau", files)
    source = scenario["sources"]["suivi_incidents"]
    check(source["path"] == "../Suivi incidents.csv" and source["format"] == "table", f"path and format: {source}")
    check(source["columns"] == {"date": "Date de l'incident", "reported": "Date du rapport", "latitude": "Latitude",
                                "longitude": "Longitude", "category": "Type de violence", "persons": "Nb de survivantes"},
          f"columns are written out: {source['columns']}")  # fmt: skip
    areas = scenario["areas"]
    check((areas["code"], areas["name"], areas["level"], areas["population"]) == ("pcode", "name", 2, "population"), f"areas: {areas}")
    head = scenario["scenario"]
    check(head["crs"] == "auto", f"wider than is good for one UTM zone: {head['crs']}")
    check(str(head["to"]) == "2021-12-31" and str(head["from"]) == "2020-01-01", f"24 whole months: {head}")
    check("last 24 months" in text, "the span says that it was cut")
    check(str(source["observed_from"]) == "2019-01-01", f"observed_from: {source['observed_from']}")
    used = {indicator["use"]: indicator for indicator in scenario["indicator"]}
    check({"crsv-density", "crsv-survivors", "crsv-rate", "crsv-trend", "crsv-yoy", "crsv-surge"} <= set(used), f"fed: {set(used)}")
    check("captivity" not in used and "captivity" in text, "what cannot be fed is listed")
    check(used["crsv-density"]["where"] == "", "categories in French: all records count, and that is said")
    check(re.search(r"# bandwidth: .+", text) and used["crsv-density"]["measure"]["bandwidth"].endswith("km"), "the bandwidth has its reason")
    out = tocsin("check", work / "bureau/scenario.toml", "--json", "--allow-outside")
    said = json.loads(out.stdout)
    check(said["grid"]["width"] * said["grid"]["height"] < 300_000, f"a grid of at most about a quarter of a million cells: {said['grid']}")
    check(said["sources"]["suivi_incidents"]["used"] > 200, f"its records are used: {said['sources']['suivi_incidents']}")
    for event in made_up(240, 7):
        check(f"{event['lat']:.4f}" not in text and f"{event['lat']:.4f}".replace(".", ",") not in text, "no coordinates of a record")


def acled_and_layers(work):
    """An ACLED export with the sample's layers and tables."""
    files = [acled_export(work / "export.csv")] + [sample / name for name in (
        "counties.geojson", "western_equatoria.geojson", "population.tif", "sites.geojson", "services.geojson", "roads.geojson",
        "access.csv", "arrivals.csv", "calendar.csv")]  # fmt: skip
    text, scenario = starts_at_once(work / "all", files, "--copy")
    check((work / "all/export.csv").exists() and scenario["sources"]["export"]["path"] == "export.csv", "--copy copies, and names the copy")
    check(scenario["sources"]["export"]["format"] == "acled", "an ACLED export is recognised")
    check(scenario["scenario"]["area"] == {"path": "western_equatoria.geojson"} or scenario["scenario"]["area"] == "western_equatoria.geojson",
          f"one polygon is the area: {scenario['scenario']['area']}")  # fmt: skip
    by_source = {}
    for indicator in scenario["indicator"]:
        by_source.setdefault(indicator["source"], set()).add(indicator["use"])
    check({"clash-density", "vac-density", "contested-control"} <= by_source["export"], f"fed by events: {by_source}")
    check("looting-arson" not in by_source["export"], "no record satisfies its clause")
    check(by_source.get("sites") == {"site-proximity"} and by_source.get("services") == {"service-reach"}, f"points: {by_source}")
    check(by_source.get("access") == {"access-days"} and by_source.get("arrivals") == {"idp-arrivals"}, f"tables: {by_source}")
    check(scenario["sources"]["sites"]["from"] == "opened" and scenario["sources"]["sites"]["to"] == "closed", "days of sites")
    check("calendar" in scenario["sources"] and "election-window" in text, "what the dates could feed is said")
    check("Unsayable" not in text and "Made-up town" not in text and "MKP1" not in text, "nothing of a record in the scenario")


def a_workbook(work):
    """A workbook with a sheet of incidents by county name, without coordinates, and one of remarks; areas as shapefile."""
    sheet = work / "sheet.csv"
    lines = ["Incident No,Date of incident,County,Incident type,Perpetrator"]
    names = [feature["properties"]["name"] for feature in json.loads(counties.read_text())["features"]]
    for event in made_up(90, 5):
        lines.append(f"A-{event['n']},{event['y']}-{event['m']:02}-{event['d']:02},{names[event['n'] % len(names)]},rape,armed group A")
    sheet.write_text("\n".join(lines) + "\n")
    (work / "remarks.csv").write_text("who,what\nsomebody,something\n")
    book = work / "book.xlsx"
    subprocess.run(["ogr2ogr", "-q", "-f", "XLSX", "-nln", "Incidents", book, sheet], check=True)
    subprocess.run(["ogr2ogr", "-q", "-f", "XLSX", "-update", "-nln", "Remarks", book, work / "remarks.csv"], check=True)
    shape = work / "shape/adm2.shp"
    shape.parent.mkdir()
    subprocess.run(["ogr2ogr", "-q", shape, counties], check=True)
    text, scenario = starts_at_once(work / "book_folder", [book, shape], "--copy")
    source = scenario["sources"]["incidents"]
    check(source["layer"] == "Incidents" and source["columns"]["admin2"] == "County", f"the sheet is named: {source}")
    check("Remarks" in text and "no column looks like" in text, "the other sheet is told")
    check((work / "book_folder/adm2.dbf").exists(), "a shapefile is copied with its side files")
    used = {indicator["use"] for indicator in scenario["indicator"]}
    check("crsv-rate" not in used and re.search(r"crsv-rate: (people|the number of survivors)", text), "what a rate would take is said")


def what_is_open(work):
    """Dates that can be read both ways; no areas; nothing to score; folders."""
    unsure = french_sheet(work / "unsure.csv", days_above_12=False)
    text, scenario = starts_at_once(work / "unsure", [unsure, counties])
    check(scenario["sources"]["unsure"]["dates"] == "day-first" and "DECIDE" in text, "an open order of day and month is an active key")
    run = tocsin("init", work / "unsure2", unsure, counties)
    check("DECIDE: unsure:" in run.stdout, f"and is told: {run.stdout}")
    run = tocsin("init", work / "no_areas", unsure)
    fails(run, 2, "polygons", "--area", "tocsin density")
    check(not (work / "no_areas").exists(), "no folder is left")
    density = re.search(r'tocsin (density) "(.+)" (--bandwidth auto --cell) "(1 km)" -o (\S+)', run.stderr)
    made = tocsin("density", density.group(2), "--bandwidth", "auto", "--cell", "1 km", "-o", work / "density.tif", "--dates", "day-first")
    check(made.returncode in (0, 2), f"the way without areas: {made.stderr}")
    fails(tocsin("init", work / "no_events", counties), 2, "nothing to score")
    fails(tocsin("init", work / "x"), 2, "--from-sample")
    fails(tocsin("init", work / "x", work / "missing.csv", counties), 3, "missing.csv")
    fails(tocsin("init", work / "unsure", unsure, counties), 2, "is not empty", "--overwrite")
    check(tocsin("init", work / "unsure", unsure, counties, "--overwrite", "-q").stdout == "", "--overwrite and --quiet")
    run = tocsin("init", work / "x", "--from-sample", counties)
    fails(run, 2, "--from-sample")
    run = tocsin("init", work / "json", unsure, counties, "--json")
    check(json.loads(run.stdout)["sources"]["unsure"]["kind"] == "events", f"init --json: {run.stdout}")
    far = work / "far.csv"
    far.write_text("date,latitude,longitude\n" + "2021-01-05,50.1,8.6\n" * 3)
    fails(tocsin("init", work / "far_away", far, counties), 3, "none of the 3 events lies in the area")
    # One year mistyped stretches nothing: not the months, not the days that the source covers, not what is known by when.
    stray = work / "stray.csv"
    lines = ["Date of incident,Date reported,Lat,Long"]
    lines += [f"{e['y']}-{e['m']:02}-{e['d']:02},{e['y']}-{e['m']:02}-28,{e['lat']:.3f},{e['lon']:.3f}" for e in made_up(80, 2)]
    stray.write_text("\n".join([*lines, "2081-03-04,2081-03-05,5.1,28.3"]) + "\n")
    check(tocsin("init", work / "stray_folder", stray, counties).returncode == 0, "init of a stray year")
    scenario = tomllib.loads((work / "stray_folder/scenario.toml").read_text())
    days = [scenario["scenario"]["to"], scenario["scenario"].get("as_of", scenario["scenario"]["to"]), scenario["sources"]["stray"]["observed_to"]]
    check(all(day.year <= 2022 for day in days), f"a year mistyped: {days}")
    # Columns with names that TOML has to escape.
    odd = work / "odd.csv"
    lines = ['"Incident ""No""",Date of incident,Lat,Long']
    lines += [f"B{e['n']},{e['y']}-{e['m']:02}-{e['d']:02},{e['lat']:.3f},{e['lon']:.3f}" for e in made_up(80, 2)]
    odd.write_text("\n".join(lines) + "\n")
    west = work / "west.geojson"
    west.write_text(json.dumps({**json.loads(counties.read_text()), "features": [
        feature for feature in json.loads(counties.read_text())["features"] if max(east_ends(feature["geometry"])) < 29.5]}))  # fmt: skip
    _, scenario = starts_at_once(work / "odd folder \"x\"", [odd, west])
    check(scenario["scenario"]["crs"] == "EPSG:32635", f"the west lies in one UTM zone: {scenario['scenario']}")
    check(scenario["sources"]["odd"]["columns"]["id"] == 'Incident "No"', f"a name in quotes: {scenario['sources']['odd']}")


def help_and_sample(work):
    folder = work / "help"
    folder.mkdir()
    help_examples("init", 2, folder)
    check((folder / "my-office/scenario.toml").exists(), "the example of one's own files works")


def real_data(work):
    root = os.environ.get("TOCSIN_REAL_DATA")
    if not root:
        print("skipped: real data, set TOCSIN_REAL_DATA")
        return
    data = pathlib.Path(root) / "data"
    text, scenario = starts_at_once(work / "car", [data / "ged_car.csv", data / "car.gpkg"])
    check(scenario["sources"]["ged_car"]["format"] == "ucdp-ged", "UCDP GED is recognised")
    check(scenario["areas"]["layer"] == "adm2" and scenario["areas"]["code"] == "adm2_pcode", f"units: {scenario['areas']}")
    check(scenario["scenario"]["area"]["layer"] == "adm0", f"area: {scenario['scenario']['area']}")
    check(scenario["placement"]["admin1"]["layer"] == "adm1" and scenario["placement"]["admin3"]["layer"] == "adm3", "units of other levels")
    check(scenario["scenario"]["crs"] == "auto", "a country of 13 degrees lies in no UTM zone")


def main():
    work = pathlib.Path(tempfile.mkdtemp(prefix="tocsin-init-"))
    try:
        for part in (tables_of_check, french_office, acled_and_layers, a_workbook, what_is_open, help_and_sample, real_data):
            (work / part.__name__).mkdir()
            part(work / part.__name__)
    finally:
        shutil.rmtree(work)
    report()


main()
