"""Density: the programs that tocsin is set beside, each opened with the events already in its own form in memory."""

import numpy

from bench import APPROXIMATE, HERE, OTHER, OURS, Peer, need_command, need_module, one_thread, read_float32
from libkdv_peer import Libkdv
from timing import Call, Missing, Worker, run_program


def scatter(program):
    def open_(case, bench, threads=1):
        arguments = ["--events", case.file(bench.folder), "--side", case.side, "--radius", case.radius]
        return Worker([bench.program(program), *arguments, "--threads", threads], read_float32(case.side))

    return open_


def libkdv(case, bench):
    return Libkdv(case, bench.programs)


def qgis(case, bench):
    arguments = ["--events", case.file(bench.folder), "--side", case.side, "--radius", case.radius]
    scale = quartic_peak(case.radius)
    # The distribution's own Python: QGIS's module belongs to it, not to a virtual environment.
    return Worker(
        ["/usr/bin/python3", HERE / "qgis_heatmap.py", *arguments], lambda path: scale * read_float32(case.side)(path)
    )


def grass(case, bench):
    need_command("grass")
    points = bench.folder / "grass_events.txt"
    numpy.savetxt(points, numpy.column_stack([case.places(), numpy.zeros(case.events)]), fmt="%.12f")
    script = ["bash", HERE / "grass_peer.sh", "density", points, case.side, case.radius]
    return Worker(["grass", "--tmp-location", "XY", "--exec", *script], read_float32(case.side), one_thread())


class Saga:
    """The whole program each time: it has no other door that waits with the data in memory."""

    def __init__(self, case, bench):
        need_command("saga_cmd")
        self._case, self._points, self._grid = case, bench.folder / "saga.shp", bench.folder / "saga.sdat"
        table = bench.folder / "saga_events.txt"
        places = numpy.column_stack([case.places(), numpy.ones(case.events)])
        numpy.savetxt(table, places, fmt="%.12f", delimiter="\t", header="x\ty\tz", comments="")
        convert = ["io_shapes", "3", "-POINTS", self._points, "-FILENAME", table, "-HEADLINE", "1"]
        run_program(["saga_cmd", "-f=s", *convert])
        words = run_program(["saga_cmd", "--version"]).output.split()
        self.version = f"SAGA {words[-1]}"

    def run(self):
        side = self._case.side
        grid = [
            "-TARGET_DEFINITION",
            0,
            "-TARGET_USER_SIZE",
            1,
            "-TARGET_USER_FITS",
            1,
            "-TARGET_OUT_GRID",
            self._grid,
        ]
        extent = [
            "-TARGET_USER_XMIN",
            0,
            "-TARGET_USER_XMAX",
            side,
            "-TARGET_USER_YMIN",
            0,
            "-TARGET_USER_YMAX",
            side,
        ]
        tool = ["grid_gridding", "6", "-POINTS", self._points, "-RADIUS", self._case.radius, "-KERNEL", 0]
        return run_program(["saga_cmd", "-f=s", "--cores=1", *tool, *grid, *extent]).seconds

    def result(self):
        return read_float32(self._case.side)(self._grid)[::-1]

    def close(self):
        pass


def quartic_peak(radius):
    return 3 / (numpy.pi * radius**2)


def as_grid(case):
    return lambda values: numpy.asarray(values).reshape(case.side, case.side)


def scipy_tree(case, bench):
    spatial = need_module("scipy.spatial")
    events, centres, radius = case.places(), case.centres(), case.radius
    cells = len(centres)
    block = max(1, int(2e6 / (numpy.pi * radius**2)))  # events whose pairs fit into memory

    def work():
        tree = spatial.cKDTree(centres, balanced_tree=False, compact_nodes=False)
        sums = numpy.zeros(cells)
        for begin in range(0, len(events), block):
            near = spatial.cKDTree(events[begin : begin + block]).sparse_distance_matrix(
                tree, radius, output_type="ndarray"
            )
            sums += numpy.bincount(near["j"], (1 - (near["v"] / radius) ** 2) ** 2, cells)
        return sums * quartic_peak(radius)

    return Call(work, as_grid(case))


def scipy_fft(case, bench):
    signal = need_module("scipy.signal")
    events, radius, side = case.places(), case.radius, case.side
    offsets = numpy.arange(-radius, radius + 1)
    kernel = numpy.maximum(0, 1 - (offsets[:, None] ** 2 + offsets**2) / radius**2) ** 2 * quartic_peak(radius)

    def work():
        counts, _, _ = numpy.histogram2d(events[:, 1], events[:, 0], bins=side, range=[[0, side], [0, side]])
        return signal.fftconvolve(counts, kernel, mode="same")[::-1]

    return Call(work)


def scikit_learn(case, bench):
    neighbors = need_module("sklearn.neighbors")
    events, centres = case.places(), case.centres()

    def work():
        with numpy.errstate(divide="ignore"):
            density = neighbors.KernelDensity(
                bandwidth=case.radius, kernel="epanechnikov", algorithm="kd_tree", rtol=0, atol=0
            )
            return numpy.exp(density.fit(events).score_samples(centres)) * len(events)

    return Call(work, as_grid(case))


TREE_CELLS = 1_000_000  # each event searches a tree of all cells


def kdepy_bandwidth(radius):
    return radius / numpy.sqrt(7)  # the standard deviation of the one-dimensional biweight, in any dimension


def kdepy(name, **exactly):
    def open_(case, bench):
        estimator = getattr(need_module("KDEpy"), name)
        if name == "TreeKDE" and case.side**2 > TREE_CELLS:
            raise Missing(f"too slow beyond {TREE_CELLS:,} cells, where 200 events take it 17 s")
        events, centres = case.places(), case.centres()
        bandwidth = kdepy_bandwidth(case.radius)
        fit = lambda: estimator(kernel="biweight", bw=bandwidth).fit(events)
        return Call(lambda: fit().evaluate(centres, **exactly) * len(events), as_grid(case))

    return open_


def kdepy_fft(case, bench):
    estimator = need_module("KDEpy").FFTKDE
    events, side = case.places(), case.side
    wider = numpy.arange(-1, side + 1) + 0.5  # its grid must hold every event
    x, y = numpy.meshgrid(wider, wider, indexing="ij")
    grid = numpy.column_stack([x.ravel(), y.ravel()])
    bandwidth = kdepy_bandwidth(case.radius)
    work = lambda: estimator(kernel="biweight", bw=bandwidth).fit(events).evaluate(grid) * len(events)
    return Call(work, lambda values: values.reshape(side + 2, side + 2)[1:-1, 1:-1].T[::-1])


def spatstat(what):
    def open_(case, bench):
        need_command("Rscript")
        arguments = [what, case.file(bench.folder), case.side, case.radius]
        read = lambda path: numpy.fromfile(path).reshape(case.side, case.side)
        return Worker(["Rscript", "--vanilla", HERE / "spatstat_density.R", *arguments], read, one_thread())

    return open_


def not_available(reason):
    def open_(case, bench):
        raise Missing(reason)

    return open_


def pairs(most):
    """At most so many events times cells in reach, in round numbers of events."""

    def events(case):
        allowed = most / (numpy.pi * case.radius**2)
        power = 10 ** int(numpy.log10(max(allowed, 10)))
        return int(max(10, allowed // power * power))

    return events


PEERS = [
    Peer("scatter loop", OURS, scatter("scatter_density"), "compiled as tocsin is"),
    Peer("scatter loop, -march=native", OURS, scatter("scatter_density_native"), "compiled for this machine alone"),
    Peer("QGIS heatmap", OTHER, qgis, "QgsKernelDensityEstimation; mirrors each event inside its cell"),
    Peer(
        "libkdv",
        OTHER,
        libkdv,
        "SLAM; the computing alone, without its text",
        kernel="epanechnikov",
        relative=True,
    ),
    Peer("SAGA Kernel Density Estimation", OTHER, Saga, "whole program with its files", most=pairs(1.4e10)),
    Peer("GRASS v.kernel", OTHER, grass, "whole module; events already imported", most=pairs(1.4e9)),
    Peer("SciPy cKDTree sums", OTHER, scipy_tree, "pairs within the radius, in blocks", most=pairs(1.4e9)),
    Peer(
        "scikit-learn KernelDensity",
        OTHER,
        scikit_learn,
        "rtol = atol = 0",
        kernel="epanechnikov",
        most=pairs(6e8),
    ),
    Peer("spatstat densitycrossEngine", OTHER, spatstat("points"), "at the cells' centres", most=pairs(1.3e6)),
    Peer("KDEpy NaiveKDE", OTHER, kdepy("NaiveKDE"), most=lambda case: max(10, int(2e8 / case.side**2))),
    Peer(
        "KDEpy TreeKDE",
        OTHER,
        kdepy("TreeKDE", eps=1e-12),
        "eps = 1e-12",
        most=lambda case: max(10, int(2e8 / case.side**2)),
    ),
    Peer("KDEpy FFTKDE", APPROXIMATE, kdepy_fft, "events shared among the four nearest cells, then FFT"),
    Peer("SciPy fftconvolve", APPROXIMATE, scipy_fft, "events moved to their cell's centre, then FFT"),
    Peer("spatstat density.ppp", APPROXIMATE, spatstat("pixels"), "events moved to their cell's centre, then FFT"),
    Peer("PyKDV", OTHER, not_available("no package of this name on PyPI")),
    Peer("CrimeStat", OTHER, not_available("not installable from PyPI or Debian 12")),
    Peer("ArcGIS Kernel Density", OTHER, not_available("not installable from PyPI or Debian 12")),
]
