"""How long things take: one clock for work in this process, in a program that answers lines, and in a whole program."""

import gc
import os
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy


class Missing(Exception):
    """A peer that is not to be had here; the text says why."""


@dataclass
class Seconds:
    wall: float
    cpu: float  # of all threads


@dataclass
class Times:
    """Repeats of one piece of work."""

    runs: list[Seconds] = field(default_factory=list)

    def least(self, clock):
        return min(getattr(run, clock) for run in self.runs)

    def summary(self):
        def of(clock):
            values = [getattr(run, clock) for run in self.runs]
            return {"min": min(values), "median": float(numpy.median(values))}

        return {"repeats": len(self.runs), "wall_s": of("wall"), "cpu_s": of("cpu")}


class Call:
    """A function of this process. Its last return value is what result() makes an array of."""

    def __init__(self, work, array=numpy.asarray):
        self._work, self._array, self._last = work, array, None

    def run(self):
        self._last = None
        gc.collect()
        cpu, wall = time.process_time(), time.perf_counter()
        self._last = self._work()
        return Seconds(time.perf_counter() - wall, time.process_time() - cpu)

    def result(self):
        return self._array(self._last)

    def close(self):
        self._last = None


class Worker:
    """A program that has read its data and now answers "run" with the seconds that one run took (see worker.hpp)."""

    def __init__(self, command, read_result, environment=None):
        self._read_result = read_result
        self._process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | (environment or {}),
        )
        self.version = self._expect("ready")

    def _answer(self):
        line = self._process.stdout.readline().strip()
        if not line:
            errors = self._process.stderr.read().strip().splitlines()
            status = self._process.wait(timeout=60)
            raise Missing(f"stopped with status {status}: {errors[-1] if errors else 'no message'}")
        return line

    def _expect(self, word):
        line = self._answer()
        if not line.startswith(word):
            raise Missing(f"answered '{line}' where '{word}' was due")
        return line.removeprefix(word).strip()

    def _say(self, line):
        try:
            print(line, file=self._process.stdin, flush=True)
        except BrokenPipeError:
            pass  # the answer that does not come says why

    def run(self):
        self._say("run")
        wall, cpu = self._answer().split()
        return Seconds(float(wall), float(cpu))

    def result(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "result"
            self._say(f"write {path}")
            self._expect("written")
            return self._read_result(path)

    def close(self):
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(timeout=60)
        self._process.stderr.close()


@dataclass
class Finished:
    seconds: Seconds
    peak_bytes: int  # of resident memory
    output: str


def run_program(command, **options):
    """A whole program, from start to end."""
    with tempfile.TemporaryFile("w+") as output:
        wall = time.perf_counter()
        process = subprocess.Popen(
            [str(word) for word in command],
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            **options,
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - wall
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read()
    if process.returncode != 0:
        raise Missing(f"{command[0]} failed: {' | '.join(text.strip().splitlines()[-3:])}")
    return Finished(Seconds(wall, usage.ru_utime + usage.ru_stime), usage.ru_maxrss * 1024, text)


def interleave(ours, theirs, budget_s, most=5):
    """Repeats of both in turn, A B A B: a machine that slows down for a while then slows both.

    Theirs stops after `most` repeats or when it has taken `budget_s` seconds; ours runs at least three times.
    """
    mine, other = Times(), Times()
    while len(other.runs) < most and (not other.runs or sum(run.wall for run in other.runs) < budget_s):
        mine.runs.append(ours.run())
        other.runs.append(theirs.run())
    while len(mine.runs) < 3:
        mine.runs.append(ours.run())
    return mine, other


def repeat(runner, least=3, budget_s=2.0, most=20):
    times = Times()
    while len(times.runs) < least or (len(times.runs) < most and sum(run.wall for run in times.runs) < budget_s):
        times.runs.append(runner.run())
    return times
