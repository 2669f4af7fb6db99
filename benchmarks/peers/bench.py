"""What every family of peers needs: where things lie, and how tocsin and a peer are set side by side."""

import importlib
import importlib.metadata
import os
import shutil
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

import numpy

from timing import Missing, Times, Worker, interleave

HERE = Path(__file__).resolve().parent
EXACT = 1e-5  # of the maximum: float32 results and sums in float32 stay below it, binning does not

# What a peer is.
OTHER = "other"  # by others; whether it is exact is measured
OURS = "ours"  # a yardstick that we wrote
APPROXIMATE = "approximate"  # by others, and not exact


@dataclass
class Bench:
    programs: Path  # folder of the built C++ programs
    folder: Path  # for inputs
    quick: bool
    clock: str  # the seconds that tables show: wall or cpu
    budget_s: float  # of repeats of one peer on one case

    def program(self, name):
        path = self.programs / name
        if not path.exists():
            raise Missing(f"{name} is not built")
        return path

    def say(self, text):
        print(f"   {text}", file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Peer:
    name: str
    kind: str
    open: Callable  # (case, bench) -> something with run(), result(), close()
    note: str = ""
    kernel: str = "quartic"  # of density
    most: Callable = lambda case: None  # events or polygons that it can do in about three minutes; None: all
    relative: bool = False  # its values are shares of their maximum


def need_command(name):
    if shutil.which(name) is None:
        raise Missing(f"{name} is not installed")
    return name


def need_module(name):
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise Missing(f"{name} is not installed") from error


def version_of(package):
    try:
        return f"{package} {importlib.metadata.version(package)}"
    except importlib.metadata.PackageNotFoundError:
        return ""


def read_float32(side):
    return lambda path: numpy.fromfile(path, numpy.float32).reshape(side, side)


def one_thread():
    """Environment of programs that would take more."""
    return {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def tocsin(bench, what, arguments, read_result, threads=1):
    command = [bench.program("tocsin_peer"), what, "--threads", threads, *arguments]
    return Worker(command, read_result)


def difference(theirs, ours, relative=False):
    """The largest, as a share of the maximum."""
    top = float(numpy.nanmax(numpy.abs(ours)))
    if relative:
        theirs = theirs * (top / float(numpy.nanmax(theirs)))
    return float(numpy.nanmax(numpy.abs(theirs - ours))) / top


def row(peer, version, mine: Times, other: Times, clock, **more):
    return {
        "program": peer.name,
        "kind": peer.kind,
        "version": version,
        "note": peer.note,
        "theirs": other.summary(),
        "tocsin": mine.summary(),
        "ratio": other.least(clock) / mine.least(clock),
        **more,
    }


def missing(peer, reason):
    return {"program": peer.name, "kind": "missing", "reason": str(reason)}


def measure_peer(peer, case, bench, open_tocsin, compare, **more):
    """One row of a table. `compare` takes their result and ours and gives what the row says of the difference."""
    result = try_peer(peer, case, bench, open_tocsin, compare, more)
    outcome = f"{result['ratio']:.3g} times tocsin's time" if "ratio" in result else result["reason"]
    bench.say(f"{case.name}: {peer.name}: {outcome}")
    return result


def try_peer(peer, case, bench, open_tocsin, compare, more):
    try:
        with closing(peer.open(case, bench)) as theirs, closing(open_tocsin(peer, case)) as ours:
            mine, other = interleave(ours, theirs, bench.budget_s)
            version = getattr(theirs, "version", "") or version_of(peer.name.split(" ")[0])
            if whole := getattr(theirs, "whole", []):
                more["whole_call_s"] = min(whole)
            return row(peer, version, mine, other, bench.clock, **compare(theirs.result(), ours.result()), **more)
    except Missing as reason:
        return missing(peer, reason)
    except Exception as error:  # one peer's trouble, of whatever kind, must not end an hour's run
        return missing(peer, f"failed: {type(error).__name__}: {error}")


def available_threads():
    return len(os.sched_getaffinity(0))
