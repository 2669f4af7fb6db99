#!/usr/bin/env python3
"""Checks what the README of the sample promises: labels in every file, size, the story, and counties that fit together."""
import collections
import csv
import datetime
import json
import math
import os
import struct
import sys

MOST_BYTES = 3_000_000
MOST_POPULATION_ERROR = 0.01  # the share that the README promises


def fail(message):
    sys.exit("sample: " + message)


def read_csv(folder, name):
    with open(os.path.join(folder, name), newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def labelled(path):
    """Whether a file says of itself that it is synthetic, in the way that its format offers."""
    if path.endswith(".csv"):
        rows = read_csv(*os.path.split(path))
        return bool(rows) and all(row["source"] == "synthetic" for row in rows)
    if path.endswith(".geojson"):
        with open(path, encoding="utf-8") as file:
            layer = json.load(file)
        return "ynthetic" in layer["description"] and all(f["properties"]["source"] == "synthetic" for f in layer["features"])
    with open(path, "rb") as file:
        return b"ynthetic" in file.read(4096)


def is_date(text):
    """A day, or a month where no more is known."""
    try:
        datetime.date.fromisoformat(text if len(text) == 10 else text + "-01")
        return True
    except ValueError:
        return False


def check_story(folder):
    rows = [row for row in read_csv(folder, "incidents.csv") if is_date(row["date"])]
    by_month = collections.Counter((row["date"][:7], row["pcode"]) for row in rows)
    in_august = {code: count for (month, code), count in by_month.items() if month == "2021-08"}
    if max(in_august, key=in_august.get) != "SS1009":
        fail("Tambura does not have the most incidents in August 2021: %s" % in_august)
    rise = [by_month["2021-%02d" % month, "SS1009"] for month in (5, 6, 7, 8)]
    if rise != sorted(rise) or rise[3] < 10 * max(1, rise[0]):
        fail("no clear rise in Tambura from May to August 2021: %s" % rise)
    if not any(row["reported"] > "2021-09-15" for row in rows):
        fail("no incident became known after as_of")


def check_edges(folder):
    """Every edge of a county belongs to exactly one neighbour, run the other way, or to the outline."""
    def edges(name):
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            for feature in json.load(file)["features"]:
                ring = [tuple(point) for point in feature["geometry"]["coordinates"][0]]
                yield from zip(ring, ring[1:])
    counts = collections.Counter(edges("counties.geojson"))
    if max(counts.values()) > 1:
        fail("two counties overlap along an edge")
    outer = {edge for edge in counts if edge[::-1] not in counts}
    if outer != set(edges("western_equatoria.geojson")):
        fail("the counties do not add up to the area of interest")


def read_tiff(path):
    """Width, height, west, north, cell and values of the sample's own kind of GeoTIFF: one strip of float32, not compressed."""
    with open(path, "rb") as file:
        data = file.read()
    start = struct.unpack_from("<I", data, 4)[0]
    tags = {}
    for number in range(struct.unpack_from("<H", data, start)[0]):
        tag, _, _, value = struct.unpack_from("<HHII", data, start + 2 + 12 * number)
        tags[tag] = value
    cell = struct.unpack_from("<d", data, tags[33550])[0]
    west, north = struct.unpack_from("<2d", data, tags[33922] + 24)
    return tags[256], tags[257], west, north, cell, struct.unpack_from("<%df" % (tags[256] * tags[257]), data, tags[273])


def people_inside(ring, width, height, west, north, cell, values):
    """Sum of the cells, each by the share of it inside the ring: eight scan lines a row, exact along each."""
    total, lines = 0.0, 8
    for line in range(height * lines):
        y = north - (line + 0.5) * cell / lines
        cuts = sorted((x0 + (y - y0) * (x1 - x0) / (y1 - y0) - west) / cell
                      for (x0, y0), (x1, y1) in zip(ring, ring[1:]) if (y0 > y) != (y1 > y))
        for start, end in zip(cuts[::2], cuts[1::2]):
            for column in range(math.floor(start), math.ceil(end)):
                value = values[line // lines * width + column]
                if value < 0:
                    fail("population is not known in a cell inside the area")
                total += value * (min(end, column + 1) - max(start, column)) / lines
    return total


def check_population(folder):
    raster = read_tiff(os.path.join(folder, "population.tif"))
    with open(os.path.join(folder, "counties.geojson"), encoding="utf-8") as file:
        for county in json.load(file)["features"]:
            wanted = county["properties"]["population"]
            found = people_inside(county["geometry"]["coordinates"][0], *raster)
            if abs(found - wanted) > MOST_POPULATION_ERROR * wanted:
                fail("%s has %d people in the raster and %d in its attribute" % (county["properties"]["name"], found, wanted))


def main(folder):
    files = sorted(name for name in os.listdir(folder) if name.endswith((".csv", ".geojson", ".tif", ".toml", ".md")))
    if len(files) < 12:
        fail("files are missing, only %s" % files)
    for name in files:
        if not labelled(os.path.join(folder, name)):
            fail("%s does not say that it is synthetic" % name)
    size = sum(os.path.getsize(os.path.join(folder, name)) for name in files)
    if size > MOST_BYTES:
        fail("%d bytes, more than %d" % (size, MOST_BYTES))
    check_story(folder)
    check_edges(folder)
    check_population(folder)
    print("sample: %d files, %d bytes, all labelled; story, edges and population hold" % (len(files), size))


if __name__ == "__main__":
    main(sys.argv[1])
