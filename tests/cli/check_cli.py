#!/usr/bin/env python3
"""Runs the program as its users do: commands, exit codes, one clear line for each kind of bad input, files that appear
whole or not at all, the same bytes for any number of threads. Usage: check_cli.py PROGRAM SOURCE_FOLDER"""
import csv
import hashlib
import json
import os
import pathlib
import shutil
import signal
import struct
import subprocess
import tempfile
import time

from checking import check, program, report, sample, source, tocsin


def digests(folder):
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.iterdir())}


def fresh(work, name, scenario_edits=(), files=None):
    """A copy of the sample with the scenario's text changed and files replaced."""
    folder = work / name
    shutil.copytree(sample, folder)
    text = (folder / "scenario.toml").read_text()
    text = text.replace("from = 2020-09-01", "from = 2021-07-01", 1).replace('cell = "1 km"', 'cell = "5 km"', 1)
    for old, new in scenario_edits:
        assert old in text, (name, old)
        text = text.replace(old, new, 1)
    (folder / "scenario.toml").write_text(text)
    for file, content in (files or {}).items():
        (folder / file).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder / "scenario.toml"


def expect_refused(work, name, code, telling, edits=(), files=None, options=()):
    """The run fails with the code, one line that holds the telling part, and no output folder."""
    scenario = fresh(work, name, edits, files)
    out = work / (name + "_out")
    run = tocsin("run", scenario, "-o", out, "-q", *options)
    lines = run.stderr.strip().splitlines()
    check(run.returncode == code, f"{name}: exit {run.returncode}, not {code}: {run.stderr}")
    check(len(lines) == 1, f"{name}: not one line: {run.stderr}")
    check(telling in run.stderr, f"{name}: '{telling}' is not in: {run.stderr}")
    check(not out.exists(), f"{name}: an output folder was made")
    check(not any(p.name.endswith(".partial") for p in work.iterdir()), f"{name}: something half-written remains")


def bad_input(work):
    geojson = (sample / "counties.geojson").read_text()
    incidents = (sample / "incidents.csv").read_text().splitlines()
    header = incidents[0]
    expect_refused(work, "missing file", 3, "no_such.csv", [('path = "incidents.csv"', 'path = "no_such.csv"')])
    (work / "folder.csv").mkdir()
    expect_refused(work, "directory for a file", 3, "folder.csv", [('path = "incidents.csv"', 'path = "../folder.csv"')],
                   options=["--allow-outside"])
    expect_refused(work, "a file elsewhere", 2, "--allow-outside", [('path = "incidents.csv"', 'path = "../folder.csv"')])
    expect_refused(work, "missing column", 3, "did you mean 'lattitude'",
                   files={"incidents.csv": "\n".join([header.replace("latitude", "lattitude")] + incidents[1:])})
    expect_refused(work, "unknown key", 2, "did you mean `bandwidth`", [('bandwidth = "25 km"', 'bandwith = "25 km"')])
    expect_refused(work, "unknown unit", 2, "is not a length", [('bandwidth = "25 km"', 'bandwidth = "25 miles"')])
    expect_refused(work, "unknown measure", 2, "there are: density", [('kind = "density"', 'kind = "kde"')])
    expect_refused(work, "unknown catalogue id", 2, "catalogue", [('id = "captivity"', 'use = "captivty-x-y"')])
    expect_refused(work, "geographic crs", 2, "is in degrees", [('crs = "EPSG:32635"', 'crs = "EPSG:4326"')])
    expect_refused(work, "cell of 0", 2, "greater than 0", [('cell = "5 km"', 'cell = "0 km"')])
    expect_refused(work, "negative cell", 2, "greater than 0", [('cell = "5 km"', 'cell = "-1 km"')])
    expect_refused(work, "cell too small", 2, "take a cell of", [('cell = "5 km"', 'cell = "1 m"')])
    expect_refused(work, "areas repeat a code", 3, "SS1009", files={"counties.geojson": geojson.replace('"SS1007"', '"SS1009"')})
    expect_refused(work, "dates reversed", 2, "is before `from`", [("to = 2021-08-31", "to = 2020-08-31")])
    expect_refused(work, "as_of before the end", 2, "is before `to`", [("as_of = 2021-09-15", "as_of = 2021-08-15")])
    expect_refused(work, "raster truncated", 3, "population", files={"population.tif": (sample / "population.tif").read_bytes()[:20000]})
    expect_refused(work, "vrt text as csv", 3, "column", files={"incidents.csv":
                   '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>\n'})
    expect_refused(work, "mostly unusable", 3, "incidents",
                   files={"incidents.csv": "\n".join([header] + [line.replace("2021-", "20x1-").replace("2020-", "20x0-")
                                                                   .replace("2019-", "20x9-") for line in incidents[1:]])})
    square = ('{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"pcode":"%s","name":"%s"},'
              '"geometry":{"type":"Polygon","coordinates":[[[%s]]]}}%s]}')
    ring = "0,0],[0,1],[1,1],[1,0],[0,0"
    expect_refused(work, "areas elsewhere", 3, "reaches into the area of interest",
                   files={"counties.geojson": square % ("A", "A", ring, "")})
    two = ',{"type":"Feature","properties":{"pcode":"B","name":"B"},"geometry":{"type":"Polygon","coordinates":[[[0.5,0],[0.5,1],[1.5,1],[1.5,0],[0.5,0]]]}}'
    expect_refused(work, "areas overlap", 3, "overlap", files={"counties.geojson": square % ("A", "A", ring, two)})
    expect_refused(work, "scenario is no toml", 2, "scenario.toml:2:",
                   files={"scenario.toml": "[scenario]\nname = \"x\n"})
    run = tocsin("run", work / "nowhere.toml", "-o", work / "x")
    check(run.returncode == 3 and "no such scenario file" in run.stderr, f"no scenario: {run.returncode} {run.stderr}")
    for arguments in (["run"], ["frobnicate"], ["run", "a", "-o", "b", "--thread", "2"], []):
        run = tocsin(*arguments)
        check(run.returncode == 2 and "Traceback" not in run.stderr, f"usage {arguments}: {run.returncode} {run.stderr}")


def warnings_and_repairs(work):
    header = (sample / "incidents.csv").read_text().splitlines()[0]
    expect_refused(work, "no record", 3, "holds no record", files={"incidents.csv": header + "\n"})
    old = "I1,1999-01-02,1999-01-05,4.9,29.5,SS1003,site,rape,state forces,1,farm,1,synthetic\n"
    scenario = fresh(work, "no event left", files={"incidents.csv": header + "\n" + old})
    run = tocsin("run", scenario, "-o", work / "none_out")
    check(run.returncode == 0 and "no event is left" in run.stderr, f"no event left: {run.returncode} {run.stderr}")
    lines = (sample / "incidents.csv").read_text().splitlines()
    columns = header.split(",")
    odd = dict.fromkeys(columns, "")
    odd.update(id="Z9", date="2021-08-01", latitude="nan", longitude="inf", precision="point", category="rape", source="synthetic")
    scenario = fresh(work, "nan rows", files={"incidents.csv": "\n".join(lines + [",".join(odd[c] for c in columns)])})
    run = tocsin("run", scenario, "-o", work / "nan_out", "-q")
    rows = list(csv.DictReader((work / "nan_out/quarantine.csv").open()))
    check(run.returncode == 0 and any(r["record"].startswith("Z9") for r in rows), f"nan and inf are quarantined: {run.stderr}")


def main_job(work):
    scenario = fresh(work, "job")
    checked = tocsin("check", scenario, "--json")
    check(checked.returncode == 0, f"check: {checked.stderr}")
    summary = json.loads(checked.stdout)
    check(summary["sources"]["incidents"]["quarantined"] == 7, "check tells the seven defective rows")
    folders = []
    for threads in (1, 2, 3, 8):
        out = work / f"out{threads}"
        run = tocsin("run", scenario, "-o", out, "--threads", threads, "--json")
        check(run.returncode == 0, f"run: {run.stderr}")
        json.loads(run.stdout)
        folders.append(digests(out))
    check(all(f == folders[0] for f in folders), "the same bytes with 1, 2, 3 and 8 threads")
    out = work / "out1"
    info = json.loads((out / "run.json").read_text())
    for entry in info["outputs"]:
        check(folders[0][entry["path"]] == entry["sha256"], f"sha256 of {entry['path']}")
    check({e["path"] for e in info["outputs"]} == set(folders[0]) - {"run.json"}, "run.json lists every output")
    for entry in info["inputs"]:
        rows = entry.get("rows")
        if rows:
            check(rows["read"] == rows["used"] + rows["outside"]["total"] + rows["quarantined"], f"{entry['name']} reconciles")
    table = list(csv.DictReader((out / "areas.csv").open()))
    check(list(table[0])[:7] == ["code", "name", "period", "score", "coverage", "rank", "change"], "columns of areas.csv")
    august = sorted((r for r in table if r["period"] == "2021-08" and r["score"]), key=lambda r: -float(r["score"]))
    check(august[0]["name"] == "Tambura", "the sample's story: Tambura is highest in August 2021")
    tocsin("run", scenario, "-o", out)
    check(digests(out) == folders[0], "a second run without --overwrite changes nothing")
    check(tocsin("run", scenario, "-o", out).returncode == 2, "a second run without --overwrite is refused")
    (out / "my notes.txt").write_text("keep")
    run = tocsin("run", scenario, "-o", out, "--overwrite", "-q")
    check(run.returncode == 0 and (out / "my notes.txt").read_text() == "keep", f"--overwrite keeps the user's own file: {run.stderr}")
    return scenario, out


def stopping(work, scenario, out):
    before = digests(out)
    text = scenario.read_text().replace('cell = "5 km"', 'cell = "500 m"').replace("from = 2021-07-01", "from = 2020-09-01")
    slow = scenario.with_name("slow.toml")
    slow.write_text(text)
    for after in (0.1, 0.5, 1.0, 2.0):
        process = subprocess.Popen([program, "run", slow, "-o", out, "--overwrite", "-q"], stderr=subprocess.PIPE)
        time.sleep(after)
        process.send_signal(signal.SIGKILL)
        process.wait()
        check(digests(out) == before, f"killed after {after} s: the old result stands")
    # What a killed run left out of sight goes with the next one that gets to its end, however slow the machine is.
    run = tocsin("run", scenario, "-o", out, "--overwrite", "-q")
    check(run.returncode == 0 and digests(out) == before, f"a run after killed ones: {run.stderr}")
    check(not any(p.name.startswith(".") for p in out.parent.iterdir()), "the next run clears what killed ones left")
    process = subprocess.Popen([program, "run", slow, "-o", out, "--overwrite", "-q"], stderr=subprocess.PIPE, text=True)
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    asked = time.monotonic()
    _, error = process.communicate(timeout=60)
    took = time.monotonic() - asked
    check(process.returncode == 1 and "stopped at your request" in error, f"Ctrl-C: {process.returncode} {error}")
    print(f"stopped {took:.2f} s after Ctrl-C")
    check(digests(out) == before, "Ctrl-C leaves the old result")
    check(not any(p.name.startswith(".") for p in out.parent.iterdir()), "Ctrl-C leaves nothing half-written")


def full_disk(work, scenario, out):
    import resource
    before = digests(out)
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))
    run = subprocess.run([program, "run", str(scenario), "-o", str(out), "--overwrite", "-q"], capture_output=True, text=True, preexec_fn=limit)
    check(run.returncode == 1, f"a disk that fills up: {run.returncode} {run.stderr}")
    check(digests(out) == before, "a disk that fills up leaves the old result")


def verbs(work):
    for verb in ("run", "check", "init", "indicators", "formats", "density", "distance", "zonal", "rasterize"):
        run = tocsin(verb, "--help")
        check(run.returncode == 0 and "Example: tocsin " + verb in run.stdout or "tocsin " + verb in run.stdout, f"{verb} --help ends in an example")
    run = tocsin("init", work / "new", "--from-sample")
    check(run.returncode == 0, f"init: {run.stderr}")
    check(tocsin("check", work / "new/scenario.toml").returncode == 0, "what init makes is ready to run")
    check(tocsin("init", work / "new", "--from-sample").returncode == 2, "init does not write into a folder that is not empty")
    check(tocsin("formats", "--json").returncode == 0 and json.loads(tocsin("formats", "--json").stdout), "formats --json")
    # The examples of density and distance, from the source folder as they stand in the help.
    run = tocsin("density", "data/samples/western_equatoria/incidents.csv", "--cell", "1 km", "--bandwidth", "25 km", "--admin",
                 "data/samples/western_equatoria/counties.geojson", "--admin-code", "pcode", "-o", work / "density.tif", "--json", cwd=source)
    check(run.returncode == 0, f"density: {run.stderr}")
    run = tocsin("distance", "data/samples/western_equatoria/services.geojson", "--cell", "1 km", "--max", "50 km", "--area",
                 "data/samples/western_equatoria/western_equatoria.geojson", "-o", work / "distance.tif", "--json", cwd=source)
    check(run.returncode == 0, f"distance: {run.stderr}")
    run = tocsin("distance", sample / "services.geojson", "--like", work / "density.tif", "-o", work / "like.tif", "-q")
    check(run.returncode == 0, f"distance --like: {run.stderr}")
    for arguments, code in ((["--bandwidth", "0 km"], 2), (["--bandwidth", "25"], 2), (["--bandwidth", "25 km", "--crs", "EPSG:4326"], 2),
                            (["--bandwidth", "25 km", "--kernel", "cubic"], 2), (["--bandwidth", "25 km", "--where", "nonsense = 1"], 2)):
        run = tocsin("density", sample / "incidents.csv", "--cell", "5 km", "-o", work / "bad.tif", *arguments)
        check(run.returncode == code and not (work / "bad.tif").exists(), f"density {arguments}: {run.returncode} {run.stderr}")
    run = tocsin("density", sample / "incidents.csv", "--cell", "5 km", "--bandwidth", "25 km", "-o", work / "density.tif")
    check(run.returncode == 2 and "--overwrite" in run.stderr, "density does not replace a file unasked")


def zonal(work):
    raster, areas = sample / "population.tif", sample / "counties.geojson"
    run = tocsin("zonal", raster, areas, "--code", "pcode", "--name", "name", "--stats", "sum,coverage,quantile(0.9)",
                 "-o", work / "people.csv", "-q")
    check(run.returncode == 0, f"zonal: {run.stderr}")
    rows = {r["code"]: r for r in csv.DictReader((work / "people.csv").open())}
    known = {f["properties"]["pcode"]: f["properties"]["population"] for f in json.loads(areas.read_text())["features"]}
    check(set(rows) == set(known), "zonal: a row for each county")
    for code, people in known.items():
        check(abs(float(rows[code]["sum"]) - people) < 0.01 * people, f"zonal: people of {code}")
    run = tocsin("zonal", raster, areas, "--code", "pcode", "--name", "name", "--stats", "sum,coverage,quantile(0.9)",
                 "-o", work / "again.csv", "-q", "--memory", "1 MB", "--threads", "3")
    check(run.returncode == 0 and (work / "again.csv").read_bytes() == (work / "people.csv").read_bytes(),
          f"zonal: the same bytes with little memory: {run.stderr}")
    for ending in ("gpkg", "geojson"):
        run = tocsin("zonal", raster, areas, "--code", "pcode", "-o", work / f"people.{ending}", "--json")
        check(run.returncode == 0 and json.loads(run.stdout)["areas"] == len(known), f"zonal into {ending}: {run.stderr}")
    features = json.loads((work / "people.geojson").read_text())["features"]
    for feature in features:
        properties = feature["properties"]
        check(feature["geometry"]["type"].endswith("Polygon") and
              abs(properties["sum"] - float(rows[properties["code"]]["sum"])) < 1e-6, f"zonal: {properties} in geojson")
    run = tocsin("zonal", raster, areas, "--by-band", "-o", work / "bands.csv", "-q")
    check(run.returncode == 0 and {r["band"] for r in csv.DictReader((work / "bands.csv").open())} == {"1"}, f"zonal --by-band: {run.stderr}")
    run = tocsin("zonal", raster, areas, "-o", work / "bands.csv", "-q")
    check(run.returncode == 2 and "--overwrite" in run.stderr, f"zonal does not replace a file unasked: {run.stderr}")
    for arguments, telling in ((["--stats", "average"], "there are: count"), (["--stats", "medain"], "did you mean 'median'"), (["--stats", "weighted_mean"], "--weights"),
                               (["--code", "pcoed"], "pcode"), (["--band", "7"], "band")):
        run = tocsin("zonal", raster, areas, "-o", work / "bad.csv", *arguments)
        check(run.returncode in (2, 3) and telling in run.stderr and not (work / "bad.csv").exists(), f"zonal {arguments}: {run.stderr}")
    real = os.environ.get("TOCSIN_REAL_DATA")
    if not real:
        print("skipped: zonal figures of real counties (TOCSIN_REAL_DATA is not set)")
        return
    # Means by the planar share of each cell, from shapely.
    wanted = {"Tambura": (5.454537, 36.625468), "Yambio": (20.665719, 25.815458), "Juba": (31.640115, 53.894614),
              "Ezo": (12.317750, 23.714719), "Nagero": (2.219807, 27.065665)}
    run = tocsin("zonal", f"{real}/data/population_density_worldpop2020_20km.tif", f"{real}/data/south_sudan.gpkg", "--layer", "adm2",
                 "--code", "adm2_pcode", "--name", "adm2_name", "--stats", "mean,count", "-o", work / "worldpop.csv", "-q")
    check(run.returncode == 0, f"zonal on real data: {run.stderr}")
    for row in csv.DictReader((work / "worldpop.csv").open()):
        if row["name"] in wanted:
            mean, count = wanted[row["name"]]
            check(abs(float(row["mean"]) - mean) < 1e-6 and abs(float(row["count"]) - count) < 1e-6, f"zonal {row}")


def rasterize(work):
    # The examples, from the source folder as they stand in the help; what they keep is checked with the verb zonal.
    folder = "data/samples/western_equatoria"
    examples = (("population", ["counties.geojson", "--method", "coverage", "--total", "--value", "population", "--cell", "1 km"]),
                ("roads", ["roads.geojson", "--method", "length", "--cell", "5 km", "--area", f"{folder}/western_equatoria.geojson"]),
                ("services", ["services.geojson", "--method", "count", "--cell", "10 km"]))
    for name, (features, *options) in examples:
        made = []
        for extra in ([], ["--threads", "3", "--memory", "1 MB"]):
            run = tocsin("rasterize", f"{folder}/{features}", *options, "-o", work / f"{name}.tif", "--json", "--overwrite", *extra, cwd=source)
            check(run.returncode == 0 and json.loads(run.stdout)["quarantined"] == 0, f"rasterize {name}: {run.stderr}")
            made.append((work / f"{name}.tif").read_bytes())
        check(made[0] == made[1], f"rasterize {name}: the same bytes with other threads and memory")
    box = {"type": "Polygon", "coordinates": [[[24, 2], [34, 2], [34, 9], [24, 9], [24, 2]]]}
    (work / "box.geojson").write_text(json.dumps({"type": "Feature", "properties": {}, "geometry": box}))
    run = tocsin("zonal", work / "population.tif", work / "box.geojson", "--stats", "sum", "-o", work / "all.csv", "-q")
    people = sum(f["properties"]["population"] for f in json.loads((sample / "counties.geojson").read_text())["features"])
    painted = sum(float(r["sum"]) for r in csv.DictReader((work / "all.csv").open()))
    check(abs(painted - people) < 1e-6 * people, f"rasterize --total keeps people: {painted}, not {people}: {run.stderr}")
    (work / "empty.geojson").write_text('{"type":"FeatureCollection","features":[]}')
    (work / "blank.csv").write_text("name,latitude,longitude,people\na,5,27,\nb,5.1,27.1,\n")
    counties, services = sample / "counties.geojson", sample / "services.geojson"
    for features, arguments, code, telling in (
            (services, ["--method", "coverage"], 2, "--method count or touch"),
            (counties, ["--method", "length"], 2, "holds polygons"),
            (counties, ["--method", "area"], 2, "--method"),
            (counties, ["--method", "centre", "--value", "populaton"], 2, "did you mean 'population'"),
            (counties, ["--method", "centre", "--value", "name"], 3, "value not readable"),
            (counties, ["--method", "centre", "--value", "population", "--total"], 2, "only the method coverage"),
            (counties, ["--method", "coverage", "--total"], 2, "--value"),
            (counties, ["--method", "coverage", "--where", "pcode = 'nowhere'"], 3, "has no geometry"),
            (counties, ["--method", "coverage", "--co", "NONSENSE=1"], 2, "NONSENSE"),
            (work / "empty.geojson", ["--method", "touch", "--bbox", "0,0,10000,10000", "--crs", "EPSG:32635"], 3, "holds no feature"),
            (work / "blank.csv", ["--method", "count", "--value", "people"], 3, "no feature has a people"),
            (work / "nowhere.geojson", ["--method", "touch"], 3, "nowhere.geojson")):
        run = tocsin("rasterize", features, "--cell", "10 km", "-o", work / "bad.tif", "-q", *arguments)
        check(run.returncode == code and telling in run.stderr and len(run.stderr.strip().splitlines()) == 1,
              f"rasterize {arguments}: {run.returncode} {run.stderr}")
        check(not any("bad" in p.name for p in work.iterdir()), f"rasterize {arguments} leaves nothing")
    run = tocsin("rasterize", services, "--method", "count", "--cell", "10 km", "-o", work / "services.tif")
    check(run.returncode == 2 and "--overwrite" in run.stderr, "rasterize does not replace a file unasked")
    run = tocsin("rasterize", counties, "--method", "centre", "--value", "population", "--like", work / "roads.tif", "-o", work / "painted_like.tif", "-q")
    check(run.returncode == 0, f"rasterize --like: {run.stderr}")


def catalogue(work):
    entries = json.loads(tocsin("indicators", "--json").stdout)
    check(len(entries) >= 60, f"{len(entries)} indicators in the catalogue")
    check(len({e["id"] for e in entries}) == len(entries), "catalogue ids are unique")
    run = tocsin("indicators", "clash-densty")
    check(run.returncode == 2 and "clash-density" in run.stderr, "a misspelt indicator names the nearest")


with tempfile.TemporaryDirectory() as folder:
    work = pathlib.Path(folder)
    bad_input(work)
    warnings_and_repairs(work)
    job, output = main_job(work)
    stopping(work, job, output)
    full_disk(work, job, output)
    verbs(work)
    zonal(work)
    rasterize(work)
    catalogue(work)
report()
