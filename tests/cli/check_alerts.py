#!/usr/bin/env python3
"""Runs the sample's alerts as their users do: what is raised when, exit code 4, what is new since an earlier run, the message for
other systems against its schema, the same bytes again.
Usage: check_alerts.py PROGRAM SOURCE_FOLDER"""
import json
import pathlib
import shutil
import sqlite3
import subprocess
import tempfile

from checking import check, fails, report, rows, sample, source, tocsin


def scenario(work, name, *replacements):
    """The sample's scenario with other words in it."""
    text = (work / "sample/scenario.toml").read_text()
    for old, new in replacements:
        check(old in text, f"{old!r} stands in the sample's scenario")
        text = text.replace(old, new)
    path = work / "sample" / name
    path.write_text(text)
    return path


def the_story(work):
    run = tocsin("run", sample / "scenario.toml", "-o", work / "out")
    check(run.returncode == 0, run.stderr)
    check("alert: Tambura" in run.stderr, f"the summary says what stands: {run.stderr}")
    table = rows(work / "out/alerts.csv")
    raised = [(row["period"], row["rule"]) for row in table if row["name"] == "Tambura" and row["state"] == "raised"]
    check(("2021-06", "score") in raised and ("2021-06", "hotspot") in raised, f"Tambura is raised in June 2021: {raised}")
    check(all(period == "2021-06" for period, rule in raised), f"and at no other time: {raised}")
    check({row["name"] for row in table if row["rule"] == "score"} == {"Tambura", "Ezo"}, "no other county's score is raised")
    blind = [(row["name"], row["period"]) for row in table if row["rule"] == "blind" and row["state"] == "raised"]
    check(("Mvolo", "2021-08") in blind and ("Nagero", "2021-03") in blind, f"counties that nobody reached: {blind}")
    for row in table:
        check(row["why"] and row["sure"] and row["clears"], f"each alert says why, how sure, and what clears it: {row}")
    layer = sqlite3.connect(work / "out/areas.gpkg").execute("SELECT count(*), count(geom) FROM alerts").fetchone()
    check(layer == (len(table), len(table)), f"layer alerts has a shape a row: {layer}")
    summary = json.loads((work / "out/alerts.json").read_text())
    check(len(summary["alerts"]) == len(table), "alerts.json says what alerts.csv says")
    listed = {output["path"] for output in json.loads((work / "out/run.json").read_text())["outputs"]}
    check({"alerts.csv", "alerts.json"} <= listed, "run.json lists them")
    tocsin("run", sample / "scenario.toml", "-o", work / "again", "--threads", "1", "-q")
    for name in ("alerts.csv", "alerts.json", "areas.gpkg"):
        check((work / "out" / name).read_bytes() == (work / "again" / name).read_bytes(), f"{name} is the same again")


def exit_codes(work):
    for level in ("watch", "warning", "alert"):
        run = tocsin("run", sample / "scenario.toml", "-o", work / "fail", "--overwrite", "-q", "--fail-on", level)
        check(run.returncode == 4 and (work / "fail/alerts.csv").exists(), f"--fail-on {level}: {run.returncode}")
    calm = scenario(work, "calm.toml", ("to = 2021-08-31", "to = 2020-12-31"), ("as_of = 2021-09-15", "as_of = 2021-01-15"))
    run = tocsin("run", calm, "-o", work / "calm", "--fail-on", "watch", "--json")
    check(run.returncode == 0 and json.loads(run.stdout)["alerts"] == [], f"nothing stands in December 2020: {run.stdout}")
    text = (work / "sample/scenario.toml").read_text()
    (work / "sample/without.toml").write_text(text[:text.index("[alerts]")])
    for option in (["--fail-on", "watch"], ["--since", work / "out"]):
        fails(tocsin("run", work / "sample/without.toml", "-o", work / "w", "-q", *option), 2, "[alerts]", option[0])
    fails(tocsin("run", sample / "scenario.toml", "-o", work / "w", "-q", "--fail-on", "high"), 2, "--fail-on")
    check(not (work / "w").exists(), "nothing is written")


def news(work):
    july = scenario(work, "july.toml", ("to = 2021-08-31", "to = 2021-06-30"), ("as_of = 2021-09-15", "as_of = 2021-07-10"))
    check(tocsin("run", july, "-o", work / "june", "-q").returncode == 0, "the run of June")
    run = tocsin("run", sample / "scenario.toml", "-o", work / "news", "--since", work / "june")
    table = {row["id"]: row for row in rows(work / "news/alerts_news.csv")}
    check(table["score/SS1009/2021-06"]["level"] == "alert", f"what was known by then rose: {table}")
    check(table["blind/SS1003/2021-08"]["news"] == "raised" if "blind/SS1003/2021-08" in table else
          any(row["news"] == "raised" for row in table.values()), f"what is raised since is new: {table}")
    check("new since the run as of 2021-07-10" in run.stderr, run.stderr)
    tocsin("run", sample / "scenario.toml", "-o", work / "same", "-q", "--since", work / "news")
    check(rows(work / "same/alerts_news.csv") == [], "the same again has no news")
    fails(tocsin("run", july, "-o", work / "w", "-q", "--since", work / "news"), 2, "2021-09-15", "earlier")
    fails(tocsin("run", sample / "scenario.toml", "-o", work / "w", "-q", "--since", work / "nowhere"), 3, "alerts.json")
    (work / "broken").mkdir()
    (work / "broken/alerts.json").write_text("[1, 2")
    fails(tocsin("run", sample / "scenario.toml", "-o", work / "w", "-q", "--since", work / "broken"), 3, "alerts.json")


def experts(work):
    why = 'from = 2021-07-01\nwhy = "three witnesses, one source"\nby = "the protection adviser"\n'
    rows_of = lambda area, level, more="": f'\n[[alerts.expert]]\narea = "{area}"\nlevel = "{level}"\n{more}{why}'
    text = (work / "sample/scenario.toml").read_text()
    path = work / "sample/experts.toml"
    path.write_text(text + rows_of("SS1003", "warning") + rows_of("SS1009", "clear", 'rule = "score"\n'))
    run = tocsin("run", path, "-o", work / "experts")
    check(run.returncode == 0, run.stderr)
    check("warning: Maridi (expert since 2021-07): raised by the protection adviser" in run.stderr, f"it stands: {run.stderr}")
    table = rows(work / "experts/alerts.csv")
    of = {(row["rule"], row["code"], row["period"]): row for row in table}
    cleared = of["score", "SS1009", "2021-07"]
    check(cleared["state"] == "cleared" and "three witnesses" in cleared["why"] and "by the rule alone" in cleared["why"], f"the reason is shown: {cleared}")
    check(cleared["expert"] == "the protection adviser" and of["score", "SS1009", "2021-06"]["expert"] == "", "who says so")
    summary = json.loads((work / "experts/alerts.json").read_text())
    check("expert/SS1003/2021-07" in summary["standing"] and "score/SS1009/2021-06" not in summary["standing"], f"{summary['standing']}")
    check("expert" in summary["rules"] and "score" in summary["rules"], f"rules: {summary['rules']}")
    path.write_text(text + rows_of("SS1030", "watch"))
    fails(tocsin("run", path, "-o", work / "w", "-q"), 2, "experts.toml:", "SS1030", "did you mean 'SS100")


def renamed_rule(work):
    path = scenario(work, "renamed.toml", ('name = "score"', 'name = "risk"'))
    run = tocsin("run", path, "-o", work / "renamed", "--since", work / "out")
    check("rule 'risk' is not in the previous run" in run.stderr and "rule 'score' is not in this run" in run.stderr, f"{run.stderr}")
    check("found late risk" not in run.stderr and "gone score" not in run.stderr, f"and nothing else of them: {run.stderr}")
    news = {(row["news"], row["id"].split("/")[0]) for row in rows(work / "renamed/alerts_news.csv")}
    check(news == {("new rule", "risk"), ("rule gone", "score")}, f"the table says so: {news}")


def message(work):
    path = scenario(work, "cap.toml", ("[alerts]  ", '[alerts]\ncap = { sender = "protection@mission.example", status = "Test" }\n'))
    check(tocsin("run", path, "-o", work / "cap", "-q").returncode == 0, "a run that writes a message")
    schema = source / "tests/cli/cap/CAP-v1.2.xsd"
    valid = subprocess.run(["xmllint", "--noout", "--nonet", "--schema", schema, work / "cap/alerts.xml"], capture_output=True, text=True)
    check(valid.returncode == 0, f"the message is valid CAP 1.2: {valid.stderr}")
    text = (work / "cap/alerts.xml").read_text()
    standing = json.loads((work / "cap/alerts.json").read_text())["standing"]
    check(text.count("<info>") == len(standing) > 0, "a block for each alert that stands")
    broken = work / "broken.xml"
    broken.write_text(text.replace("<status>Test</status>", "<status>Real</status>"))
    invalid = subprocess.run(["xmllint", "--noout", "--nonet", "--schema", schema, broken], capture_output=True)
    check(invalid.returncode != 0, "the schema would tell")


with tempfile.TemporaryDirectory() as folder:
    folder = pathlib.Path(folder)
    shutil.copytree(sample, folder / "sample")
    the_story(folder)
    exit_codes(folder)
    news(folder)
    experts(folder)
    renamed_rule(folder)
    message(folder)
report()
