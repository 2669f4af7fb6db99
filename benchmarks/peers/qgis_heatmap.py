"""QGIS's heatmap as a worker (see worker.hpp), for the Python that QGIS belongs to."""

import argparse
import array
import os
import sys
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
from osgeo import gdal
from qgis.analysis import QgsKernelDensityEstimation
from qgis.core import Qgis, QgsApplication, QgsFeature, QgsGeometry, QgsPointXY, QgsVectorLayer

RESULT = "/vsimem/heatmap.tif"
SHIFT = 1000  # QGIS takes a first point at (0, 0) for an empty extent and forgets it


def read_layer(path):
    places = array.array("d")
    with open(path, "rb") as file:
        places.frombytes(file.read())
    layer = QgsVectorLayer("Point?crs=EPSG:32635", "events", "memory")
    features = []
    for x, y in zip(places[::2], places[1::2]):
        feature = QgsFeature()
        feature.setGeometry(QgsGeometry.fromPointXY(QgsPointXY(x + SHIFT, y + SHIFT)))
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    layer.updateExtents()
    return layer


def estimation(layer, radius):
    parameters = QgsKernelDensityEstimation.Parameters()
    parameters.source = layer
    parameters.radius = radius
    parameters.pixelSize = 1
    parameters.shape = QgsKernelDensityEstimation.KernelQuartic
    parameters.outputValues = QgsKernelDensityEstimation.OutputRaw
    return QgsKernelDensityEstimation(parameters, RESULT, "GTiff")


def write(path, side, radius):
    """Its grid reaches one radius beyond the events; cells that no kernel reaches are nodata there."""
    raster = gdal.Open(RESULT)  # a band dies with its raster
    band = raster.GetRasterBand(1)
    values = array.array("f", band.ReadRaster(radius, radius, side, side, buf_type=gdal.GDT_Float32))
    nodata = band.GetNoDataValue()
    with open(path, "wb") as file:
        array.array("f", (0.0 if value == nodata else value for value in values)).tofile(file)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", required=True)
    parser.add_argument("--side", type=int, required=True)
    parser.add_argument("--radius", type=int, required=True)
    options = parser.parse_args()
    application = QgsApplication([], False)
    application.initQgis()
    layer = read_layer(options.events)
    print(f"ready QGIS {Qgis.QGIS_VERSION.split('-')[0]}", flush=True)
    for line in sys.stdin:
        if line.strip() == "run":
            cpu, wall = time.process_time(), time.perf_counter()
            outcome = estimation(layer, options.radius).run()
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            if outcome != QgsKernelDensityEstimation.Success:
                sys.exit(f"QgsKernelDensityEstimation.run() gave {outcome}")
            print(wall, cpu, flush=True)
        else:
            write(line.split(maxsplit=1)[1].strip(), options.side, options.radius)
            print("written", flush=True)
    application.exitQgis()


main()
