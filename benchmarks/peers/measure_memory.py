"""Resident memory of the program on a raster that is larger than that."""

import numpy

from bench import available_threads
from inputs import DensityCase
from timing import Missing, run_program

CELL_M = 25
MEMORY = "600 MB"


def cases(bench):
    return (
        [DensityCase(1_000, 1_000, 80)]
        if bench.quick
        else [DensityCase(10_000, 100_000, 80), DensityCase(40_000, 100_000, 80)]
    )


def write_events(case, path):
    with open(path, "w") as file:
        file.write("id,date,x,y\n")
        for i, (x, y) in enumerate(numpy.clip(case.places(), 0, case.side - 1e-6) * CELL_M):
            file.write(f"{i},2021-08-01,{x:.4f},{y:.4f}\n")


def measure_case(case, bench):
    events, output = bench.folder / "events.csv", bench.folder / "density.tif"
    write_events(case, events)
    extent = case.side * CELL_M
    command = [
        bench.program("tocsin"),
        "density",
        events,
        "--format",
        "table",
        "--x",
        "x",
        "--y",
        "y",
        "--date",
        "date",
    ]
    command += ["--input-crs", "EPSG:32635", "--crs", "EPSG:32635", "--bbox", f"0,0,{extent},{extent}"]
    command += ["--cell", f"{CELL_M} m", "--bandwidth", f"{case.radius * CELL_M} m", "--memory", MEMORY]
    command += ["--quiet", "--overwrite", "--output", output]
    bench.say(f"{case.name}: memory")
    row = {"case": case.name, "side": case.side, "raster_bytes": 4 * case.side**2, "option": f'--memory "{MEMORY}"'}
    try:
        finished = run_program(command)
    except Missing as reason:
        return row | {"failed": str(reason)}
    row |= {"peak_bytes": finished.peak_bytes, "wall_s": finished.seconds.wall, "cpu_s": finished.seconds.cpu}
    row |= {"file_bytes": output.stat().st_size, "threads": available_threads()}
    output.unlink()
    return row


def measure(bench):
    return {"cases": [measure_case(case, bench) for case in cases(bench)]}
