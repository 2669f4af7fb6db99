"""Distance: the programs that tocsin is set beside. All get the same target cells and give distances in cells."""

import numpy

from bench import HERE, OTHER, Peer, need_command, need_module, one_thread, read_float32
from timing import Call, Worker


def scipy(case, bench):
    transform = need_module("scipy.ndimage").distance_transform_edt
    background = case.mask() == 0
    return Call(lambda: transform(background))


def gdal(case, bench):
    arguments = ["--mask", case.mask_file(bench.folder), "--side", case.side]
    return Worker([bench.program("gdal_proximity_peer"), *arguments], read_float32(case.side))


def opencv(case, bench):
    cv2 = need_module("cv2")
    cv2.setNumThreads(1)
    background = (case.mask() == 0).astype(numpy.uint8)
    return Call(lambda: cv2.distanceTransform(background, cv2.DIST_L2, cv2.DIST_MASK_PRECISE))


def edt(case, bench):
    transform = need_module("edt").edt
    background = (case.mask() == 0).astype(numpy.uint8)
    return Call(lambda: transform(background, black_border=False, parallel=1))


def grass(case, bench):
    need_command("grass")
    script = ["bash", HERE / "grass_peer.sh", "distance", case.mask_file(bench.folder), case.side]
    return Worker(["grass", "--tmp-location", "XY", "--exec", *script], read_float32(case.side), one_thread())


PEERS = [
    Peer("SciPy distance_transform_edt", OTHER, scipy, "double"),
    Peer("gdal_proximity", OTHER, gdal, "GDALComputeProximity between rasters in memory"),
    Peer("opencv-python-headless distanceTransform", OTHER, opencv, "DIST_MASK_PRECISE; float32 throughout"),
    Peer("edt", OTHER, edt, "float32"),
    Peer("GRASS r.grow.distance", OTHER, grass, "whole module; mask already imported"),
]
