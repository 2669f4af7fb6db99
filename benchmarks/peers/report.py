"""The figures as Markdown tables, and these into docs/benchmarks.md."""

import re

from bench import APPROXIMATE, OTHER, OURS


def table(columns, rows):
    """The first column is text, the others are numbers."""
    lines = ["| " + " | ".join(columns) + " |", "|---|" + "---:|" * (len(columns) - 1)]
    lines += ["| " + " | ".join(str(value) for value in row) + " |" for row in rows]
    return "\n".join(lines)


def significant(value, digits=3):
    if value is None:
        return ""
    if value == 0:
        return "0"
    if value >= 1000:
        return f"{value:,.0f}"
    text = f"{value:.{digits}g}"
    return text if "e" not in text else f"{value:.1e}"


def seconds(value):
    if value is None:
        return ""
    if value < 1e-3:
        return f"{significant(value * 1e6)} µs"
    return f"{significant(value * 1e3)} ms" if value < 1 else f"{significant(value)} s"


def times(summary, clock):
    return f"{seconds(summary[f'{clock}_s']['min'])} ({seconds(summary[f'{clock}_s']['median'])})"


def group(row):
    """In which part of a table a row stands: what it was found to be, not what it promises."""
    return row["kind"] if row["exact"] else APPROXIMATE


TITLES = {OTHER: "exact", OURS: "exact, our own", APPROXIMATE: "**not exact**"}


def comparison(results, clock, columns, describe, titles=TITLES):
    """Rows of peers, exact ones first, the fastest first; `describe` gives the columns that are of one family."""
    order = {OTHER: 0, OURS: 1, APPROXIMATE: 2}
    measured = [row for row in results["rows"] if row["kind"] != "missing"]
    measured.sort(key=lambda row: (order[group(row)], -1 / row["ratio"]))
    rows = [
        (
            row["program"],
            titles[group(row)],
            *describe(row),
            times(row["theirs"], clock),
            times(row["tocsin"], clock),
            significant(row["ratio"]),
        )
        for row in measured
    ]
    heads = ["program", "", *columns, "its time: least (median)", "tocsin, the same work", "ratio of least"]
    return table(heads, rows)


def absent(*families):
    """Peers that could not be measured, each once for each reason."""
    seen = {}
    for results in families:
        for case in results.get("cases", []):
            for row in case.get("rows", []):
                if row["kind"] == "missing":
                    seen.setdefault((row["program"], row["reason"]), []).append(case["case"])
    return "\n".join(f"- {program}: {reason}" for program, reason in seen) or "None."


# Named in the summary besides the fastest exact program: QGIS, which adds kernel by kernel but not exactly, and
# our yardsticks.
SUMMARY = ["QGIS heatmap", "scatter loop", "scatter loop, -march=native"]


def ratio_of(result, program):
    """None where the program did not do the whole case."""
    rows = (row for row in result["rows"] if row["program"] == program and row.get("events") == result["events"])
    return next((row["ratio"] for row in rows if "ratio" in row), None)


def programs(*families):
    """Every program that was measured: its version, and what was done with it."""
    rows = {}
    for results in families:
        for case in results["cases"]:
            for row in case["rows"]:
                if row["kind"] != "missing":
                    rows[row["program"]] = (row["program"], row["version"], row["note"])
    heads = ["program", "version", "how it was run"]
    return table(heads, rows.values()).replace("---:", "---")


def density_tables(density, clock):
    parts = {}
    for result in density["cases"]:
        describe = lambda row: (row["kernel"], f"{row['events']:,}", significant(row["difference"], 1))
        text = comparison(result, clock, ["kernel", "events", "largest difference / maximum"], describe)
        parts[result["case"]] = f"#### {result['case']}\n\n{text}"
    summary = density["summary"]
    rows = []
    for result, best in zip(density["cases"], summary["fastest_exact"]):
        name = best["program"] if best else "none"
        others = [ratio_of(result, program) for program in SUMMARY]
        rows.append((result["case"], name, significant(best and best["ratio"]), *map(significant, others)))
    means = [
        summary["geometric_mean_to_fastest_exact"],
        *(summary["geometric_means"][program] for program in SUMMARY),
    ]
    rows.append(("**geometric mean**", "", *(mean and f"**{significant(mean)}**" for mean in means)))
    heads = ["time / tocsin's", "fastest exact program by others", "it", *SUMMARY]
    return {"density-summary": table(heads, rows), "density-cases": "\n\n".join(parts.values())}


def bandwidth_table(density):
    bound = density["bandwidth"]
    rows = [
        (row["case"], seconds(row["seconds"]), seconds(row["write_s"]), significant(row["ratio"]))
        for row in bound["rows"]
    ]
    text = table(["case", "tocsin", "time to write the result", "ratio"], rows)
    rate, all_threads = bound["triad_bytes_per_s"] / 1e9, bound["triad_bytes_per_s_all_threads"] / 1e9
    return f"STREAM triad: {rate:.1f} GB/s with one thread, {all_threads:.1f} GB/s with all.\n\n{text}"


def radius_table(density):
    study = density["radius"]
    rows = []
    for row in study["rows"]:
        per_row = row["tocsin_s"] / (study["events"] * 2 * row["radius"])
        per_cell = row["scatter_s"] / (study["events"] * 3.141592653589793 * row["radius"] ** 2)
        rows.append(
            (
                f"{row['radius']} cells",
                seconds(row["tocsin_s"]),
                f"{per_row * 1e9:.1f} ns",
                seconds(row["scatter_s"]),
                f"{per_cell * 1e9:.2f} ns",
            )
        )
    heads = ["radius", "tocsin", "per event and row in reach", "scatter loop", "per event and cell in reach"]
    title = f"{study['side']} x {study['side']} cells, {study['events']:,} events."
    return f"{title}\n\n{table(heads, rows)}"


def threads_table(rows):
    """Each row: a case and its seconds by number of threads."""
    numbers = [key for key in rows[0] if key != "case"]
    body = [
        (
            row["case"],
            *(seconds(row[number]) for number in numbers),
            significant(row[numbers[0]] / row[numbers[-1]]),
        )
        for row in rows
    ]
    heads = ["tocsin", *(f"{number} thread{'s' if number != '1' else ''}" for number in numbers), "times faster"]
    return table(heads, body)


def distance_tables(distance, clock):
    parts = []
    for result in distance["cases"]:
        describe = lambda row: (f"{row['cells_off']:,}", significant(row["largest_difference_cells"], 2))
        text = comparison(result, clock, ["cells off by over 0.001", "largest difference, cells"], describe)
        parts.append(f"#### {result['case']}, 0.1 % targets\n\n{text}")
    threads = threads_table([{"case": result["case"], **result["threads"]} for result in distance["cases"]])
    return {"distance": "\n\n".join(parts), "distance-threads": threads}


def zonal_tables(zonal, clock):
    parts = []
    for result in zonal["cases"]:
        describe = lambda row: (f"{row['polygons']:,}", significant(row["difference"], 1))
        text = comparison(result, clock, ["polygons", "largest difference / maximum"], describe)
        parts.append(f"#### {result['case']}\n\n{text}")
    study = zonal["polygons"]
    rows = [
        (
            f"{row['polygons']:,}",
            seconds(row["tocsin_s"]),
            seconds(row["tocsin_s"] / row["polygons"]),
            seconds(row["exactextract_s"]),
            significant(row["exactextract_s"] and row["exactextract_s"] / row["tocsin_s"]),
        )
        for row in study["rows"]
    ]
    heads = ["polygons", "tocsin", "per polygon", "exactextract C++ library", "ratio"]
    return {
        "zonal": "\n\n".join(parts),
        "zonal-threads": threads_table(
            [{"case": result["case"], **result["threads"]} for result in zonal["cases"]]
        ),
        "zonal-polygons": table(heads, rows),
    }


SAME_P = {OTHER: "the same p", APPROXIMATE: "**another p**"}
COST_HEADS = {"areas": "areas", "neighbours": "neighbours of each", "permutations": "permutations"}


def hotspot_tables(hotspots, clock):
    parts = []
    for result in hotspots["cases"]:
        describe = lambda row: (f"{row['areas']:,}", significant(row["spread"], 3))
        columns = ["areas", "spread of differences, standard errors"]
        parts.append(f"#### {result['case']}\n\n{comparison(result, clock, columns, describe, SAME_P)}")
    costs = []
    for over, study in hotspots["costs"].items():
        rows = [(f"{row[over]:,}", seconds(row["equal_s"]), seconds(row["unequal_s"])) for row in study]
        costs.append(table([COST_HEADS[over], "equal weights", "inverse distance"], rows))
    found = {
        "hotspots": "\n\n".join(parts),
        "hotspots-costs": "\n\n".join(costs),
        "hotspots-threads": threads_table(
            [{"case": case["case"], **case["threads"]} for case in hotspots["cases"]]
        ),
    }
    return found | (
        {"hotspots-precision": precision_table(hotspots["precision"])} if "precision" in hotspots else {}
    )


def precision_table(study):
    rows = [
        (
            row["method"],
            row["case"],
            f"{row['draws']:,}",
            significant(row["largest_error"], 2),
            f"{row['rms_units']:.2f}",
            f"{row['mean_units']:+.2f}",
            f"{row['beyond_3']} of {row['values']}",
        )
        for row in study["rows"]
    ]
    heads = [
        "method",
        "weights",
        "draws by brute force",
        "largest error of p",
        "root mean square, SE",
        "mean, SE",
        "beyond 3 SE",
    ]
    title = f"{study['areas']} areas, {study['permutations']:,} permutations."
    return f"{title}\n\n{table(heads, rows)}"


def scan_tables(scan, clock):
    parts = []
    for result in scan["cases"]:
        describe = lambda row: (f"{row['replicates']:,}", significant(row["difference"], 1))
        text = comparison(result, clock, ["replicates", "difference of the observed value"], describe)
        parts.append(f"#### {result['case']}\n\n{text}")
    study = scan["replicates"]
    rows = [
        (f"{row['replicates']:,}", seconds(row["tocsin_s"]), seconds(row["tocsin_s"] / row["replicates"]))
        for row in study["rows"]
    ]
    over = table(["replicates", "tocsin", "per replicate"], rows)
    return {
        "scan": "\n\n".join(parts),
        "scan-threads": threads_table([{"case": result["case"], **result["threads"]} for result in scan["cases"]]),
        "scan-replicates": f"{study['places']:,} places, {study['cases']:,} cases.\n\n{over}",
    }


def trend_tables(trend, clock):
    parts = []
    for result in trend["cases"]:
        describe = lambda row: (f"{row['series']:,}", significant(row["difference"], 1))
        text = comparison(result, clock, ["series", "largest difference"], describe)
        parts.append(f"#### {result['case']}\n\n{text}")
    threads = threads_table([{"case": result["case"], **result["threads"]} for result in trend["cases"]])
    return {"trend": "\n\n".join(parts), "trend-threads": threads}


def alarm_tables(alarm, clock):
    parts = []
    for result in alarm["cases"]:
        describe = lambda row: (f"{row['series']:,}", significant(row["difference"], 1), f"{row['off']:.2%}")
        text = comparison(result, clock, ["series", "largest difference", "bounds that differ"], describe)
        parts.append(f"#### {result['case']}\n\n{text}")
    threads = threads_table([{"case": result["case"], **result["threads"]} for result in alarm["cases"]])
    return {"alarm": "\n\n".join(parts), "alarm-threads": threads}


def reading_tables(reading, clock):
    describe = lambda row: (f"{row['records']:,}", significant(row["difference"], 1))
    parts = [
        f"#### {result['case']}\n\n" + comparison(result, clock, ["rows", "difference of the sums"], describe)
        for result in reading["cases"]
    ]
    rows = []
    for row in reading["large"]:
        mib = lambda key: f"{row[key] / 2**20:,.0f} MiB" if key in row else row.get("failed", "")
        rate = f"{row['rows_per_s']:,.0f}" if "rows_per_s" in row else ""
        rows.append((row["case"], mib("file_bytes"), seconds(row.get("wall_s")), rate, mib("events_bytes"), mib("peak_bytes")))
    heads = ["tocsin, one thread", "file", "time", "rows a second", "the events' columns", "most resident"]
    return {
        "reading": "\n\n".join(parts),
        "reading-threads": threads_table([{"case": result["case"], **result["threads"]} for result in reading["cases"]]),
        "reading-large": table(heads, rows),
    }


def memory_table(memory):
    rows = []
    for row in memory["cases"]:
        gib = lambda key: f"{row[key] / 2**30:.2f} GiB" if key in row else row.get("failed", "")
        rows.append(
            (row["case"], gib("raster_bytes"), gib("peak_bytes"), seconds(row.get("wall_s")), gib("file_bytes"))
        )
    heads = ["case", "cells in float32", "most resident", "time", "file"]
    return f"`tocsin density … {memory['cases'][0]['option']}`\n\n{table(heads, rows)}"


def setting(results):
    place = results["machine"]
    clock = {"wall": "wall time", "cpu": "processor time"}[results["clock"]]
    quick = " **Small sizes (--quick): these figures say only that everything runs.**" if results["quick"] else ""
    commits = results.get("commits", {})
    by_commit = {commit: [name for name in commits if commits[name] == commit] for commit in commits.values()}
    measured = "; ".join(f"{', '.join(names)}: commit {commit}" for commit, names in by_commit.items())
    return (
        f"{place['processor']}, {place['processors']} processors, {place['memory_gib']} GiB; {place['system']}; "
        f"{place['compiler']}; {place['date']}, {measured or 'commit ' + place['commit']}. {clock[0].upper()}{clock[1:]}, "
        f"one thread unless said otherwise.{quick}"
    )


def tables(results):
    """Markdown by the name of its place in the page."""
    clock, parts = results["clock"], {"setting": setting(results)}
    if "density" in results:
        density = results["density"]
        parts |= density_tables(density, clock)
        parts["density-bandwidth"] = bandwidth_table(density)
        parts["density-radius"] = radius_table(density)
        parts["density-threads"] = threads_table(density["threads"])
    if "distance" in results:
        parts |= distance_tables(results["distance"], clock)
    if "zonal" in results:
        parts |= zonal_tables(results["zonal"], clock)
    if "hotspots" in results:
        parts |= hotspot_tables(results["hotspots"], clock)
    if "scan" in results:
        parts |= scan_tables(results["scan"], clock)
    if "trend" in results:
        parts |= trend_tables(results["trend"], clock)
    if "alarm" in results:
        parts |= alarm_tables(results["alarm"], clock)
    if "reading" in results:
        parts |= reading_tables(results["reading"], clock)
    if "memory" in results:
        parts["memory"] = memory_table(results["memory"])
    measured = ("density", "distance", "zonal", "hotspots", "scan", "trend", "alarm", "reading")
    families = [results[name] for name in measured if name in results]
    if families:
        parts["programs"] = programs(*families)
        parts["missing"] = absent(*families)
    return parts


def write_docs(page, tables):
    """Replaces what stands between `<!-- begin NAME -->` and `<!-- end NAME -->`."""
    text = page.read_text()
    for name, content in tables.items():
        pattern = re.compile(f"(<!-- begin {name} -->\n).*?(<!-- end {name} -->)", re.DOTALL)
        if not pattern.search(text):
            raise SystemExit(f"{page}: no place for '{name}'")
        text = pattern.sub(lambda match: f"{match[1]}{content}\n{match[2]}", text)
    page.write_text(text)
