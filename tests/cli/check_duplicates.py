"""Records that two sources tell: listed with a score, never dropped unasked, one of each kept on demand."""
import json
import pathlib
import shutil
import tempfile

from checking import check, fails, report, rows, sample, tocsin

SCENARIO = """
[scenario]
name = "Two offices"
note = "synthetic data"
area = "western_equatoria.geojson"
cell = "10 km"
from = 2021-06-01
to = 2021-07-31

[areas]
path = "counties.geojson"
code = "pcode"
name = "name"

[sources.mission]
path = "mission.csv"
format = "incidents"

[sources.partner]
path = "partner.csv"
format = "incidents"
{partner}

[[indicator]]
id = "mission-incidents"
name = "Incidents that the mission documented"
pillar = "incidents"
source = "mission"
measure = {{ kind = "count" }}
normalise = {{ kind = "goalposts", low = 0, high = 5 }}

[[indicator]]
id = "partner-incidents"
name = "Incidents that a partner documented"
pillar = "partners"
source = "partner"
measure = {{ kind = "count" }}
normalise = {{ kind = "goalposts", low = 0, high = 5 }}
{duplicates}
"""
HEADER = "id,date,reported,latitude,longitude,actor,persons,category\n"
MISSION = (HEADER + "M1,2021-06-05,2021-06-10,5.600,27.450,armed group A,3,rape\n"
           "M2,2021-06-20,2021-06-22,4.570,28.400,armed group B,1,rape\n"
           "M3,2021-07-08,2021-07-20,5.070,27.470,armed group A,2,rape\n")
# P1 is M1 a day later and 1.1 km away; P2 is nobody else's; P3 is M3 but for the actor, which the partner does not know.
PARTNER = (HEADER + "P1,2021-06-06,2021-06-08,5.610,27.450,Armed Group A,3,rape\n"
           "P2,2021-06-20,2021-06-30,5.700,27.300,armed group B,4,rape\n"
           "P3,2021-07-08,2021-07-09,5.070,27.470,,2,rape\n")


def run(work, name, duplicates="", partner=""):
    path = work / "scenario.toml"
    path.write_text(SCENARIO.format(duplicates=duplicates, partner=partner))
    result = tocsin("run", path, "-o", work / name, "-q")
    return result, work / name


def account_of(out):
    """What became of each source's records."""
    inputs = json.loads((out / "run.json").read_text())["inputs"]
    return {source["name"]: {**source["rows"], "outside": source["rows"]["outside"]["by_reason"]}
            for source in inputs if "rows" in source}


with tempfile.TemporaryDirectory() as folder:
    work = pathlib.Path(folder)
    for name in ("western_equatoria.geojson", "counties.geojson"):
        shutil.copy(sample / name, work / name)
    (work / "mission.csv").write_text(MISSION)
    (work / "partner.csv").write_text(PARTNER)

    result, out = run(work, "unasked")
    check(result.returncode == 0, result.stderr)
    check(not (out / "duplicates.csv").exists(), "unasked nothing is listed")
    warnings = json.loads((out / "run.json").read_text())["warnings"]
    check(any("[duplicates]" in text and "'mission' and 'partner'" in text for text in warnings), f"a hint: {warnings}")
    used = account_of(out)["partner"]["used"]
    check(used == 3, f"unasked nothing is dropped: {used}")

    result, out = run(work, "listed", "[duplicates]\n")
    check(result.returncode == 0, result.stderr)
    listed = rows(out / "duplicates.csv")
    pairs = {(row["first_row"], row["second_row"]): row for row in listed}
    check(set(pairs) == {("2", "2"), ("4", "4")}, f"pairs: {listed}")
    check(0.7 < float(pairs["2", "2"]["score"]) < 1 and pairs["2", "2"]["days_apart"] == "1", f"score: {listed}")
    check(abs(float(pairs["2", "2"]["distance_km"]) - 1.1) < 0.1, f"distance: {listed}")
    check(float(pairs["4", "4"]["score"]) == 1, "what one source does not tell does not count")
    check(all(row["left_out"] == "" for row in listed), "listed is not dropped")
    check("27.45" not in (out / "duplicates.csv").read_text(), "no coordinates")

    result, out = run(work, "kept", '[duplicates]\ndeduplicate = "prefer: mission, partner"\n')
    check(result.returncode == 0, result.stderr)
    account = account_of(out)
    partner = account["partner"]
    check(partner["used"] == 1 and partner["outside"] == {"told by another source": 2}, f"kept one: {partner}")
    check(partner["read"] == 3 and account["mission"]["used"] == 3, f"accounts: {account}")
    told = json.loads((out / "run.json").read_text())["duplicates"]
    check(told == {"pairs": 2, "left_out": 2}, f"told: {told}")
    check(all(row["left_out"] == "second" for row in rows(out / "duplicates.csv")), "which went")

    result, out = run(work, "other", '[duplicates]\ndeduplicate = "prefer: partner, mission"\n')
    account = account_of(out)
    check(account["mission"]["used"] == 1 and account["partner"]["used"] == 3, f"the other way: {account}")

    result, out = run(work, "close", '[duplicates]\nwithin = "500 m"\ndays = 0\n')
    check(len(rows(out / "duplicates.csv")) == 1, "tolerances")

    # A source that is right half of the time counts half.
    plain, out = run(work, "whole")
    full = {(row["code"], row["period"]): row for row in rows(out / "areas.csv")}
    half, out = run(work, "half", partner="reliability = 0.5")
    check(half.returncode == 0, half.stderr)
    halved = {(row["code"], row["period"]): row for row in rows(out / "areas.csv")}
    changed = [key for key in full if float(full[key]["pillar_partners"] or 0) > 0]
    check(len(changed) > 0, "somewhere the partner counts")
    for key in changed:
        check(abs(float(halved[key]["pillar_partners"]) * 2 - float(full[key]["pillar_partners"])) < 0.01, f"half: {key}")

    fails(run(work, "x", '[duplicates]\ndeduplicate = "prefer: mission, partners"\n')[0], 2, "partners", "partner")
    fails(run(work, "x", '[duplicates]\ndeduplicate = "mission"\n')[0], 2, "prefer:")
    fails(run(work, "x", "[duplicates]\ndays = 1.5\n")[0], 2, "days", "whole number")
    fails(run(work, "x", partner="reliability = 2")[0], 2, "reliability")
report()
