"""Permutation p-values of local statistics: the programs that tocsin is set beside.

All get the same values and the same k nearest neighbours, and give each area the smaller of its two tails. Local Moran
and Gi* are monotone in the lag of an area's neighbours: tocsin's p-values of the lag serve both.
"""

import os

import numpy

from bench import HERE, OTHER, Peer, need_command, need_module, one_thread
from timing import Call, Missing, Worker

SEED = 7


def esda_graph(case):
    graph = need_module("libpysal.graph").Graph
    focal = numpy.repeat(numpy.arange(case.areas), case.neighbours)
    return graph.from_arrays(focal, case.links().ravel(), numpy.ones(focal.size))


def esda(statistic, **how):
    def open_(case, bench):
        need_module("numba")
        function = getattr(need_module("esda"), statistic)
        values, graph = case.values(), esda_graph(case)
        options = {"permutations": case.permutations, "n_jobs": 1, "seed": SEED, **how}
        few = case.with_areas(min(case.areas, 1000))
        function(few.values(), esda_graph(few), **options)  # compiles
        return Call(lambda: function(values, graph, **options), lambda found: numpy.asarray(found.p_sim, float))

    return open_


def geoda_weights(case):
    """libgeoda finds the neighbours itself; they must be the same."""
    pygeoda = need_module("pygeoda")
    geopandas = need_module("geopandas")
    points = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(*case.places().T))
    weights = pygeoda.knn_weights(pygeoda.open(points), case.neighbours)
    links = case.links()
    for area in range(0, case.areas, max(1, case.areas // 100)):
        if sorted(weights.get_neighbors(area)) != sorted(links[area]):
            raise Missing(f"finds other neighbours of area {area}")
    return pygeoda, weights


def geoda(statistic, method):
    def open_(case, bench):
        pygeoda, weights = geoda_weights(case)
        values = case.values().tolist()
        options = {"permutations": case.permutations, "permutation_method": method, "cpu_threads": 1, "seed": SEED}
        function = getattr(pygeoda, statistic)
        return Call(
            lambda: function(weights, values, **options), lambda found: numpy.asarray(found.lisa_pvalues(), float)
        )

    return open_


def spdep(statistic):
    def open_(case, bench):
        need_command("Rscript")
        values, links = case.files(bench.folder)
        command = ["Rscript", "--vanilla", HERE / "spdep_local.R", statistic, values, links]
        return Worker([*command, case.neighbours, case.permutations], numpy.fromfile, one_thread())

    return open_


def environment():
    """Of this process, before the Python peers are loaded: one thread each."""
    os.environ.update(one_thread() | {"NUMBA_NUM_THREADS": "1"})


def most_of_spdep(case):
    """About three minutes of it."""
    return max(1000, 20_000_000 // case.permutations)


PEERS = [
    Peer("esda Moran_Local", OTHER, esda("Moran_Local", keep_simulations=False), "numba; libpysal Graph"),
    Peer(
        "esda G_Local",
        OTHER,
        esda("G_Local", transform="B", star=1.0, keep_simulations=False),
        "Gi*; numba; libpysal Graph",
    ),
    Peer("pygeoda local_moran", OTHER, geoda("local_moran", "complete"), "libgeoda, permutation_method complete"),
    Peer(
        "pygeoda local_moran, lookup table",
        OTHER,
        geoda("local_moran", "lookup-table"),
        "libgeoda, permutation_method lookup-table",
    ),
    Peer("pygeoda local_gstar", OTHER, geoda("local_gstar", "complete"), "libgeoda, permutation_method complete"),
    Peer(
        "pygeoda local_gstar, lookup table",
        OTHER,
        geoda("local_gstar", "lookup-table"),
        "libgeoda, permutation_method lookup-table",
    ),
    Peer("spdep localmoran_perm", OTHER, spdep("moran"), "draws with replacement", most=most_of_spdep),
    Peer(
        "spdep localG_perm",
        OTHER,
        spdep("g"),
        "Gi: its Gi* also deals the own value; draws with replacement",
        most=most_of_spdep,
    ),
]
