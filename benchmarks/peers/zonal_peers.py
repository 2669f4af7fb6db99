"""Zonal statistics: the programs that tocsin is set beside, with raster and polygons in memory."""

import warnings

import numpy

from bench import APPROXIMATE, OTHER, Peer, need_module
from timing import Call, Worker

STATISTICS = ["count", "sum", "mean", "min", "max", "stdev"]  # in the order of tocsin_peer


def read_table(path):
    return numpy.fromfile(path).reshape(-1, len(STATISTICS))


def exactextract_library(case, bench):
    return Worker([bench.program("exactextract_peer"), *case.files(bench.folder)], read_table)


def exactextract_python(strategy):
    def open_(case, bench):
        module = need_module("exactextract")
        raster = need_module("exactextract.raster").NumPyRasterSource(case.values(), 0, 0, case.side, case.side)
        source = need_module("exactextract.feature").JSONFeatureSource
        shapes = [{"type": "Polygon", "coordinates": [ring.tolist()]} for ring in case.rings()]
        features = [
            {"type": "Feature", "id": str(i), "properties": {}, "geometry": shape} for i, shape in enumerate(shapes)
        ]
        warnings.filterwarnings("ignore", category=RuntimeWarning)
        return Call(
            lambda: module.exact_extract(raster, source(features), STATISTICS, strategy=strategy),
            lambda rows: numpy.array([[row["properties"][name] for name in STATISTICS] for row in rows], float),
        )

    return open_


def rasterstats(case, bench):
    module = need_module("rasterstats")
    affine = need_module("affine").Affine(1, 0, 0, 0, -1, case.side)
    values = case.values()
    shapes = [{"type": "Polygon", "coordinates": [ring.tolist()]} for ring in case.rings()]
    names = [{"stdev": "std"}.get(name, name) for name in STATISTICS]
    work = lambda: module.zonal_stats(shapes, values, affine=affine, stats=names, nodata=-1)
    return Call(work, lambda rows: numpy.array([[row[name] for name in names] for row in rows], float))


PEERS = [
    Peer("exactextract C++ library", OTHER, exactextract_library, "one polygon after another; no Python"),
    Peer("exactextract Python module, by feature", OTHER, exactextract_python("feature-sequential")),
    Peer("exactextract Python module, by raster", OTHER, exactextract_python("raster-sequential")),
    Peer(
        "rasterstats",
        APPROXIMATE,
        rasterstats,
        "a cell counts if its centre is inside",
        most=lambda case: 5_000,
    ),
]
