"""Reading events out of delimited text, against general readers of the same columns; rows a second and memory."""

import os
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy

from bench import available_threads, measure_peer
from inputs import generator
from reading_peers import PEERS
from timing import Missing, Worker, repeat, run_program

HEADER = "id,year,type_of_violence,conflict_name,side_a,side_b,latitude,longitude,country,date_start,best,high,low"


@dataclass(frozen=True)
class ReadingCase:
    rows: int
    real: str = ""  # a file of public data instead of one that is made

    @property
    def name(self):
        return f"{self.rows:,} rows" + (f" of {Path(self.real).name}" if self.real else "")

    def path(self, folder):
        """Rows as an export of events has them: 13 columns, names in quotes, about 120 bytes, each at its own place."""
        if self.real:
            return self.real
        path = folder / f"reading_{self.rows}.csv"
        if path.exists():
            return path
        random, block = generator(7), 100_000
        with open(path, "w", encoding="utf-8") as file:
            print(",".join(f'"{name}"' for name in HEADER.split(",")), file=file)
            for first in range(0, self.rows, block):
                n = min(block, self.rows - first)
                years, months, days = (random.integers(*span, n) for span in ((1989, 2021), (1, 13), (1, 29)))
                kinds, sides, places = (random.integers(*span, n) for span in ((1, 4), (0, 800), (0, 120)))
                lats, lons = random.uniform(-34, 37, n), random.uniform(-17, 51, n)
                deaths = random.geometric(0.3, n) - 1
                lines = [
                    f'{first + i + 1},{years[i]},{kinds[i]},"Country {places[i]}: Government, {sides[i] % 9}",'
                    f'"Government of Country {places[i]}","Armed group {sides[i]}",{lats[i]:.6f},{lons[i]:.6f},'
                    f'"Country {places[i]}",{years[i]}-{months[i]:02}-{days[i]:02},{deaths[i]},{deaths[i] + 1},{deaths[i]}\n'
                    for i in range(n)
                ]
                file.writelines(lines)
        return path

    def command(self, bench, threads, once=0):
        return [bench.program("reading_peer"), "--path", self.path(bench.folder), "--threads", threads, "--once", once]


def open_tocsin(case, bench, threads=1):
    return Worker(case.command(bench, threads), numpy.fromfile)


def compare(theirs, ours):
    """Rows, days and deaths, summed: whole numbers, so that nothing but equality will do."""
    return {"difference": float(numpy.max(numpy.abs(theirs - ours))), "exact": bool(numpy.array_equal(theirs, ours))}


def measure_case(case, bench):
    opener = lambda peer, case: open_tocsin(case, bench)
    rows = [measure_peer(peer, case, bench, opener, compare, records=case.rows) for peer in PEERS]
    threads = {}
    for number in sorted({1, available_threads()}):
        with closing(open_tocsin(case, bench, number)) as ours:
            threads[str(number)] = repeat(ours).least("wall")
    return {"case": case.name, "rows": rows, "threads": threads}


def measure_large(case, bench):
    """The whole program, once: it is the peak of its memory that matters."""
    try:
        done = run_program(case.command(bench, 1, once=1))
    except Missing as reason:
        return {"case": case.name, "failed": str(reason)}
    events, event_bytes = (int(word) for word in done.output.split())
    bench.say(f"{case.name}: {events / done.seconds.wall:,.0f} rows/s, {done.peak_bytes / 2**20:,.0f} MiB")
    return {
        "case": case.name,
        "file_bytes": case.path(bench.folder).stat().st_size,
        "wall_s": done.seconds.wall,
        "rows_per_s": events / done.seconds.wall,
        "events_bytes": event_bytes,
        "peak_bytes": done.peak_bytes,
    }


def measure(bench):
    cases = [ReadingCase(20_000 if bench.quick else 176_579)]
    # The public file that it is made after, where somebody has it: names and places come again and again.
    real = Path(os.environ.get("TOCSIN_REAL_DATA", "")) / "data" / "ged_global_211_lite.csv"
    if real.exists():
        cases.append(ReadingCase(176_579, str(real)))
    large = [100_000] if bench.quick else [1_000_000, 10_000_000]
    return {
        "cases": [measure_case(case, bench) for case in cases],
        "large": [measure_large(ReadingCase(rows), bench) for rows in large],
    }
