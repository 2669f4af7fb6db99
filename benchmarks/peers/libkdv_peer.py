"""libkdv, through its shared library: its Python class asks for another pandas and doubles the bandwidth."""

import ctypes
import importlib.util
import time
from pathlib import Path

import numpy

from timing import Missing, Seconds

EPANECHNIKOV = KDV = 1
CLOCK = "liblibkdv_clock.so"


class Libkdv:
    """Values are shares of their maximum; result() leaves them so."""

    def __init__(self, case, programs, threads=1):
        package = importlib.util.find_spec("libkdv")
        if package is None:
            raise Missing("libkdv is not installed")
        path = str(Path(package.submodule_search_locations[0]) / "libkdv_linux.dll").encode()
        self._clock = ctypes.CDLL(str(programs / CLOCK), mode=ctypes.RTLD_GLOBAL)
        self._clock.libkdv_clock_wall_seconds.restype = ctypes.c_double
        self._clock.libkdv_clock_cpu_seconds.restype = ctypes.c_double
        self._path = path
        self._clock.libkdv_clock_watch(path)
        self._kdv = ctypes.CDLL(path.decode()).kdv
        self._kdv.restype = ctypes.c_char_p
        self._arguments = self._prepare(case, threads)
        self._side, self._text = case.side, b""
        self.whole = []  # seconds of the calls with their text

    @staticmethod
    def _prepare(case, threads):
        text = "x,y,w\n" + "".join(f"{x:.16f},{y:.16f},1\n" for x, y in case.places())
        edge = case.side - 0.5  # the outer cells' centres
        no_time = [0, 0, 32, 1, 6]
        show_zeros = 0
        words = [0, text, KDV, threads, 0.5, edge, 0.5, edge, case.side, case.side, EPANECHNIKOV, case.radius]
        words = [str(word).encode() for word in words + no_time + [show_zeros]]
        return (ctypes.c_char_p * len(words))(*words)

    def run(self):
        begin = time.perf_counter()
        self._text = self._kdv(len(self._arguments), self._arguments)
        self.whole.append(time.perf_counter() - begin)
        return Seconds(self._clock.libkdv_clock_wall_seconds(), self._clock.libkdv_clock_cpu_seconds())

    def result(self):
        header, _, cells = self._text.partition(b"\n")
        columns = numpy.fromstring(cells.replace(b"\n", b",").rstrip(b","), sep=",").reshape(
            -1, header.count(b",") + 1
        )
        return columns[:, -1].reshape(self._side, self._side).T[::-1]  # its columns are ours, from the south

    def close(self):
        self._text = b""
