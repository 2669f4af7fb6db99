#!/usr/bin/env python3
"""Compares tocsin with its peers in one run: `./dev bench` builds what this needs and calls it.

Prints tables, and writes them with every figure as JSON, after each family. With --write-docs it also puts the tables
into docs/benchmarks.md and draws that page's plots; `--write-docs --from FILE.json` does so from earlier runs.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

import bench
import machine
import measure_alarm
import measure_density
import measure_distance
import measure_hotspots
import measure_memory
import measure_reading
import measure_scan
import measure_trend
import measure_zonal
import plots
import report

ROOT = bench.HERE.parents[1]
FAMILIES = {
    "density": measure_density.measure,
    "distance": measure_distance.measure,
    "zonal": measure_zonal.measure,
    "hotspots": measure_hotspots.measure,
    "scan": measure_scan.measure,
    "trend": measure_trend.measure,
    "alarm": measure_alarm.measure,
    "reading": measure_reading.measure,
    "memory": measure_memory.measure,
}


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small sizes: does everything work here?")
    parser.add_argument("--only", choices=list(FAMILIES), action="append", help="one family (may be repeated)")
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "bench", help="folder of benchmarks.json")
    parser.add_argument("--programs", type=Path, default=ROOT / "build" / "bin", help="folder of the built programs")
    parser.add_argument(
        "--clock", choices=["wall", "cpu"], default="wall", help="cpu: on a machine that is not quiet"
    )
    parser.add_argument("--budget", type=float, default=20, help="seconds of repeats of one peer on one case")
    parser.add_argument("--write-docs", action="store_true", help="tables and plots into docs/")
    parser.add_argument(
        "--from",
        dest="earlier",
        type=Path,
        action="append",
        help="an earlier benchmarks.json instead of measuring (several: one a family)",
    )
    return parser.parse_args(arguments)


def save(results, folder):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "benchmarks.json").write_text(json.dumps(results, indent=1) + "\n")


def read_earlier(paths):
    """Families may come from several runs on one machine, measured in one way; each keeps the commit that it measured."""
    runs = [json.loads(path.read_text()) for path in paths]
    for run in runs[1:]:
        for same in (lambda run: run["machine"]["processor"], lambda run: run["clock"], lambda run: run["quick"]):
            if same(run) != same(runs[0]):
                raise SystemExit(f"these runs do not belong together: {same(runs[0])} and {same(run)}")
    together = {key: value for run in runs for key, value in run.items()}
    together["commits"] = {family: run["machine"]["commit"] for run in runs for family in FAMILIES if family in run}
    return together


def measure(options):
    results = {"machine": machine.describe(), "clock": options.clock, "quick": options.quick}
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
        setting = bench.Bench(
            programs=options.programs.resolve(),
            folder=Path(folder),
            quick=options.quick,
            clock=options.clock,
            budget_s=2 if options.quick else options.budget,
        )
        for family in options.only or FAMILIES:
            setting.say(family)
            results[family] = FAMILIES[family](setting)
            save(results, options.out)
    return results


def main():
    options = parse(sys.argv[1:])
    results = read_earlier(options.earlier) if options.earlier else measure(options)
    save(results, options.out)
    tables = report.tables(results)
    print("\n\n".join(tables.values()))
    if options.write_docs:
        plots.draw(results, ROOT / "docs" / "benchmarks")
        report.write_docs(ROOT / "docs" / "benchmarks.md", tables)


if __name__ == "__main__":
    main()
