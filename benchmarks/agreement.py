#!/usr/bin/env python3
"""Compares what the program says with what other software said of the same data, and prints the table of
docs/methods-hotspots.md.

    python3 benchmarks/agreement.py build/bin/tocsin ORACLES

ORACLES is a folder with a folder a topic (getis_ord, local_moran, permutation, rates, scan) of tables that other software
computed: values and weights that went in, statistics that came out.
"""
import csv
import json
import math
import pathlib
import subprocess
import sys
import tempfile

program, oracles = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
relative, others = {}, []


def rows(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def number(text):
    return math.nan if text in ("", "NA", "NaN") else float(text)


def say(what, peer, column, differences):
    """Gathers the differences of all maps that one statistic was compared on."""
    relative.setdefault((what, peer, column), []).append(differences)


def differences(ours, theirs):
    """Relative to 1, or to the value where that is larger; infinite where one side alone is defined."""
    found = []
    for a, b in zip(ours, theirs, strict=True):
        if math.isnan(a) != math.isnan(b):
            found.append(math.inf)
        else:
            found.append(0.0 if math.isnan(a) else abs(a - b) / max(1.0, abs(b)))
    return found


def run(folder, *arguments):
    result = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, cwd=folder)
    if result.returncode != 0:
        sys.exit(f"{' '.join(map(str, arguments))}: {result.stderr}")
    return json.loads(result.stdout)


def hotspots(folder, values, weights, *options):
    """The table that `tocsin hotspots` makes of values by id and weighted links."""
    with open(folder / "values.csv", "w") as file:
        file.write("id," + ",".join(next(iter(values.values()))) + "\n")
        for key, row in values.items():
            file.write(f"{key}," + ",".join("" if math.isnan(v) else repr(v) for v in row.values()) + "\n")
    with open(folder / "links.gwt", "w") as file:
        file.write(f"0 {len(values)} values id\n")
        file.writelines(f"{row['from']} {row['to']} {row['weight']}\n" for row in weights)
    summary = run(folder, "hotspots", "values.csv", "--code", "id", "--neighbours", "gwt: links.gwt", "--json", "-o", "out.csv",
                  "--overwrite", *options)
    return rows(folder / "out.csv"), summary


def column(table, name):
    return [number(row[name]) for row in table]


def local_statistics(folder):
    for case in sorted((oracles / "getis_ord").glob("*_weights.csv")):
        name = case.name.removesuffix("_weights.csv")
        theirs = rows(case.with_name(f"{name}.csv"))
        values = {row["id"]: {"x": number(row["x"])} for row in theirs}
        for statistic, key in (("gi", "G_z"), ("gi-star", "Gs_z")):
            ours, _ = hotspots(folder, values, rows(case), "--value", "x", "--statistic", statistic, "--permutations", 99)
            say(statistic, "spdep 1.2-7 localG", "z", differences(column(ours, "z"), column(theirs, key)))
    for case in sorted((oracles / "local_moran").glob("*_weights.csv")):
        name = case.name.removesuffix("_weights.csv")
        theirs = rows(case.with_name(f"{name}.csv"))
        values = {row["id"]: {"x": number(row["x"])} for row in theirs}
        ours, summary = hotspots(folder, values, rows(case), "--value", "x", "--statistic", "moran", "--permutations", 99)
        say("moran", "spdep 1.2-7 localmoran", "I", differences(column(ours, "statistic"), column(theirs, "Ii")))
        say("moran", "spdep 1.2-7 localmoran", "z", differences(column(ours, "z"), column(theirs, "z_cond")))
        whole = {row["stat"]: number(row["value"]) for row in rows(oracles / "local_moran/global.csv") if row["case"] == name}
        if "moran_I" in whole:
            say("global Moran", "spdep 1.2-7 moran.test", "I",
                differences([summary["global"]["moran"]["statistic"]], [whole["moran_I"]]))


def permutations(folder):
    theirs = rows(oracles / "permutation/nc_sid74_queen_exact.csv")
    counts = rows(oracles / "neighbours/nc_data.csv")
    links = [{**row, "weight": "1"} for row in rows(oracles / "neighbours/nc_queen.csv")]
    values = {row["id"]: {"x": number(row["SID74"])} for row in counts}
    ours, _ = hotspots(folder, values, links, "--value", "x", "--statistic", "gi", "--permutations", 99999)
    exact = [min(number(row["p_greater_equal"]), number(row["p_less_equal"])) for row in theirs]
    units = []
    for row, p in zip(ours, exact, strict=True):
        error = number(row["p_sim_error"])
        units.append(abs(number(row["p_sim"]) - p) / error if error > 0 else 0.0)
    others.append(f"p_sim of counts beside all arrangements counted: off by at most {max(units):.1f} of its standard errors over "
                  f"{len(units)} places")


def smoothed_rates(folder):
    theirs = rows(oracles / "rates/nc74_queen.csv")
    values = {row["id"]: {"cases": number(row["cases"]), "pop": number(row["pop"])} for row in theirs}
    links = [{**row, "weight": "1"} for row in rows(oracles / "neighbours/nc_queen.csv")]
    for smooth, key, peer in (("eb", "EBest", "spdep 1.2-7 EBest"), ("standardised", "EBI_z", "spdep 1.2-7 EBImoran")):
        ours, _ = hotspots(folder, values, links, "--value", "cases", "--population", "pop", "--smooth", smooth,
                           "--permutations", 99)
        say(f"rates, {smooth}", peer, "rate", differences(column(ours, "value"), column(theirs, key)))


def scans(folder):
    for name, model, x, y, at_risk in (("nc74_poisson", "poisson", "x_km", "y_km", "population"),
                                       ("bernoulli150", "bernoulli", "x", "y", "controls")):
        data = rows(oracles / f"scan/{name}_data.csv")
        features = [{"type": "Feature", "properties": {key: float(row[key]) for key in ("cases", at_risk)} | {"id": row["id"]},
                     "geometry": {"type": "Point", "coordinates": [1000 * float(row[x]), 1000 * float(row[y])]}} for row in data]
        crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32634"}}
        (folder / "places.geojson").write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": features}))
        field = "--population" if model == "poisson" else "--controls"
        run(folder, "scan", "places.geojson", "--code", "id", "--cases", "cases", field, at_risk, "--model", model, "--crs",
            "EPSG:32634", "--replicates", 9999, "--json", "-o", "clusters.csv", "--overwrite")
        ours, theirs = rows(folder / "clusters.csv"), rows(oracles / f"scan/{name}_satscan_clusters.csv")
        common = min(len(ours), len(theirs))
        say(f"scan, {model}", "SaTScan 10.3.2", "log likelihood ratio",
            differences([number(row["llr"]) for row in ours[:common]], [number(row["LLR"]) for row in theirs[:common]]))
        others.append(f"scan, {model}, p of the first cluster: {number(ours[0]['p']):.4f}, of SaTScan "
                      f"{number(theirs[0]['P_VALUE']):.4f} (9,999 replicates each)")


with tempfile.TemporaryDirectory() as temporary:
    here = pathlib.Path(temporary)
    local_statistics(here)
    permutations(here)
    smoothed_rates(here)
    scans(here)
print("| what | beside | column | maps | values | largest relative difference |\n|---|---|---|---:|---:|---:|")
for (what, peer, column_name), maps in relative.items():
    largest = max(max(found) for found in maps)
    print(f"| {what} | {peer} | {column_name} | {len(maps)} | {sum(map(len, maps))} | {largest:.1e} |")
print()
print("\n".join(f"- {line}." for line in others))
