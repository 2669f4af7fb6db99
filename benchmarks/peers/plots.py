"""The plots of docs/benchmarks.md: small SVG files, text kept as text, colours safe for the colour-blind."""

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt

from report import group
from bench import OTHER, OURS

# Okabe and Ito (2008).
COLOURS = {"tocsin": "#D55E00", OTHER: "#0072B2", OURS: "#009E73", "approximate": "#999999"}
MARKERS = {"tocsin": "D", OTHER: "o", OURS: "s", "approximate": "x"}
LABELS = {
    "tocsin": "tocsin",
    OTHER: "exact, by others",
    OURS: "exact, our own scatter loop",
    "approximate": "not exact",
}
STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "tocsin",
    "font.size": 10,
    "font.family": "sans-serif",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
}


def save(figure, path):
    figure.savefig(path, metadata={"Date": None, "Creator": None}, bbox_inches="tight")
    plt.close(figure)


def whole_case(result, row):
    size = lambda of: next((of[key] for key in ("events", "polygons", "areas") if key in of), None)
    return size(row) == size(result)


def points_of(result, clock):
    """Seconds, name and kind of everyone who did the whole case; the slowest first."""
    rows = [row for row in result["rows"] if row["kind"] != "missing" and whole_case(result, row)]
    points = [(row["theirs"][f"{clock}_s"]["min"], row["program"], group(row)) for row in rows]
    alike = [row for row in rows if row.get("kernel", "quartic") == "quartic"]
    points.append((min(row["tocsin"][f"{clock}_s"]["min"] for row in alike), "tocsin", "tocsin"))
    return sorted(points, reverse=True)


def tick(seconds, _):
    for unit, size in (("s", 1), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= 0.999 * size:
            return f"{seconds / size:,.0f} {unit}"
    return ""


def dots(cases, clock, path):
    """One line a program, one panel a case: time on a logarithmic axis. Only who did the whole case."""
    panels_points = [points_of(result, clock) for result in cases]
    sizes = [len(points) + 1.5 for points in panels_points]
    with plt.rc_context(STYLE):
        figure, panels = plt.subplots(
            len(cases), 1, figsize=(7, 0.23 * sum(sizes) + 0.6), sharex=True, squeeze=False, height_ratios=sizes
        )
        for panel, result, points in zip(panels[:, 0], cases, panels_points):
            for line, (time, _, kind) in enumerate(points):
                panel.plot(time, line, MARKERS[kind], color=COLOURS[kind], markersize=7)
            panel.set_yticks(range(len(points)), [name for _, name, _ in points])
            panel.set_ylim(-0.6, len(points) - 0.4)
            panel.set_xscale("log")
            panel.xaxis.set_major_formatter(tick)
            panel.grid(axis="x", color="#dddddd")
            panel.set_title(result["case"], loc="left", fontsize=10)
        panels[-1, 0].set_xlabel("time, one thread (logarithmic; left is faster)")
        kinds = {kind for points in panels_points for _, _, kind in points}
        handles = [
            plt.Line2D([], [], marker=MARKERS[kind], color=COLOURS[kind], linestyle="", label=LABELS[kind])
            for kind in LABELS
            if kind in kinds
        ]
        figure.tight_layout()
        figure.legend(
            handles=handles, loc="lower center", bbox_to_anchor=(0.5, 1), ncol=len(handles), frameon=False
        )
        save(figure, path)


def lines(rows, x, series, labels, path):
    """Seconds over one number, both logarithmic. `series`: key, label, kind."""
    with plt.rc_context(STYLE):
        figure, panel = plt.subplots(figsize=(6, 4))
        for key, label, kind in series:
            points = [(row[x], row[key]) for row in rows if row[key] is not None]
            if not points:
                continue
            panel.loglog(*zip(*points), marker=MARKERS[kind], color=COLOURS[kind])
            panel.annotate(
                label, points[-1], xytext=(0, 9), textcoords="offset points", ha="right", color=COLOURS[kind]
            )
        ticks = [row[x] for row in rows]
        panel.set_xticks(ticks, [f"{tick:,}" for tick in ticks])
        panel.minorticks_off()
        panel.yaxis.set_major_formatter(tick)
        panel.grid(color="#dddddd")
        panel.margins(y=0.15)
        panel.set_xlabel(labels[0])
        panel.set_ylabel(labels[1])
        save(figure, path)


def draw(results, folder):
    folder.mkdir(parents=True, exist_ok=True)
    clock = results["clock"]
    if "density" in results:
        dots(results["density"]["cases"], clock, folder / "density.svg")
        study = results["density"]["radius"]
        series = [
            ("scatter_s", "scatter loop: grows with cells", OURS),
            ("tocsin_s", "tocsin: grows with rows", "tocsin"),
        ]
        labels = ("radius, cells", f"time for {study['events']:,} events, one thread")
        lines(study["rows"], "radius", series, labels, folder / "density_radius.svg")
    if "distance" in results:
        dots(results["distance"]["cases"], clock, folder / "distance.svg")
    if "zonal" in results:
        dots(results["zonal"]["cases"], clock, folder / "zonal.svg")
        series = [("exactextract_s", "exactextract C++ library", OTHER), ("tocsin_s", "tocsin", "tocsin")]
        labels = ("polygons of about 200 cells", "time, one thread")
        lines(results["zonal"]["polygons"]["rows"], "polygons", series, labels, folder / "zonal_polygons.svg")
    if "hotspots" in results:
        dots(results["hotspots"]["cases"], clock, folder / "hotspots.svg")
        series = [
            ("unequal_s", "inverse distance: dealt", OTHER),
            ("equal_s", "equal weights: reference samples", "tocsin"),
        ]
        study = results["hotspots"]["costs"]["permutations"]
        lines(
            study,
            "permutations",
            series,
            ("permutations", "time, one thread"),
            folder / "hotspots_permutations.svg",
        )
