#!/usr/bin/env python3
"""Makes the synthetic sample "Western Equatoria" next to this script, or, with --check, proves that it repeats.

    python3 make_sample.py            writes the files
    python3 make_sample.py --check    writes them to a temporary folder and compares, byte by byte

Everything is invented but the names and p-codes of the counties, which are public. Needs Python 3.8 and nothing else.
Only Random.random() is drawn from: it is the one method whose sequence Python promises to keep. scenario.toml and
README.md are written by hand.
"""
import csv
import datetime
import filecmp
import io
import json
import math
import os
import random
import struct
import sys
import tempfile

NOTE = "Synthetic sample made by make_sample.py: outlines, people and events are invented."
AS_OF = datetime.date(2021, 9, 15)
FIRST, MONTHS = (2019, 9), 24  # incidents and clashes: 2019-09 to 2021-08

# Corners of the invented outlines (longitude, latitude); each edge below joins two of them and is drawn once.
NODES = {
    "W": (26.60, 6.20), "NW": (27.05, 6.72), "N": (27.65, 6.88), "NE": (28.35, 6.58), "P": (28.22, 6.00),
    "T1": (27.80, 6.02), "T2": (27.30, 5.20), "S0": (27.45, 4.92), "S1": (27.86, 4.78), "Q": (28.48, 5.80),
    "S2": (28.30, 4.42), "R": (28.86, 5.68), "S3": (28.82, 4.40), "U": (29.32, 5.70), "S4": (29.34, 4.36),
    "V": (29.58, 5.78), "M1": (29.95, 5.58), "S5": (29.86, 4.28), "S6": (30.06, 4.52), "MN": (29.62, 6.35),
    "ME": (30.38, 6.42), "M3": (30.56, 5.86), "M2": (30.34, 5.64), "E1": (30.92, 5.58), "E2": (30.84, 4.96),
    "S7": (30.44, 4.70),
}
# code, name, people, corners in order. Yambio's south is narrow: its edge with Nzara ends at S2, where the border turns.
COUNTIES = [
    ("SS1001", "Ezo", 92000, "T2 T1 P S1 S0"),
    ("SS1002", "Ibba", 58000, "R U S4 S3"),
    ("SS1003", "Maridi", 105000, "U V M1 S6 S5 S4"),
    ("SS1004", "Mundri East", 64000, "M2 M3 E1 E2 S7"),
    ("SS1005", "Mundri West", 47000, "M1 M2 S7 S6"),
    ("SS1006", "Mvolo", 61000, "V MN ME M3 M2 M1"),
    ("SS1007", "Nagero", 23000, "NW N NE P T1"),
    ("SS1008", "Nzara", 84000, "P Q S2 S1"),
    ("SS1009", "Tambura", 76000, "W NW T1 T2"),
    ("SS1010", "Yambio", 190000, "Q R S3 S2"),
]
OUTLINE = "W NW N NE P Q R U V MN ME M3 E1 E2 S7 S6 S5 S4 S3 S2 S1 S0 T2"
STATE = ("SS10", "Western Equatoria")
TOWNS = {  # places for the invented records, roughly where towns of these names lie; the number is their pull on people
    "Tambura": (27.42, 5.62, 5), "Source Yubo": (27.32, 5.42, 2), "Ezo": (27.60, 5.10, 4), "Naandi": (27.72, 5.30, 1.5),
    "Nzara": (28.24, 4.68, 4), "Yambio": (28.45, 4.62, 9), "Ibba": (29.10, 4.82, 3), "Maridi": (29.48, 4.92, 6),
    "Mundri": (30.20, 5.32, 3), "Lui": (30.52, 5.30, 3), "Mvolo": (29.95, 6.05, 3), "Nagero": (27.85, 6.32, 1.5),
    "Duma": (27.50, 6.12, 1),
}
ROADS = [
    ("primary", "Tambura, Source Yubo, Ezo, Nzara, Yambio, Ibba, Maridi, Mundri, Lui"), ("secondary", "Tambura, Duma, Nagero"),
    ("secondary", "Mundri, Mvolo"), ("tertiary", "Ezo, Naandi, Nzara"), ("tertiary", "Tambura, Naandi"), ("tertiary", "Maridi, Mvolo"),
]


class Draw:
    """Random draws built on random() alone, one independent stream a file."""

    def __init__(self, seed):
        self.random = random.Random(seed).random

    def between(self, low, high):
        return low + (high - low) * self.random()

    def pick(self, weighted):
        left = self.random() * sum(weight for _, weight in weighted)
        for value, weight in weighted:
            left -= weight
            if left < 0:
                return value
        return weighted[-1][0]

    def poisson(self, mean):
        count, product, limit = 0, self.random(), math.exp(-mean)
        while product > limit:
            count, product = count + 1, product * self.random()
        return count

    def bell(self):  # mean 0, variance 1, without a transcendental function
        return sum(self.random() for _ in range(12)) - 6.0

    def near(self, lon, lat, degrees):
        return lon + degrees * self.bell(), lat + degrees * self.bell()


def wiggle(draw, start, end, amplitude, steps):
    """A line from start to end that strays sideways by up to about `amplitude` of its length."""
    points = [start, end]
    while len(points) - 1 < steps:
        finer = [points[0]]
        for (x0, y0), (x1, y1) in zip(points, points[1:]):
            shift = amplitude * draw.between(-1, 1)
            finer += [((x0 + x1) / 2 - (y1 - y0) * shift, (y0 + y1) / 2 + (x1 - x0) * shift), (x1, y1)]
        points, amplitude = finer, amplitude * 0.8
    return [(round(x, 5), round(y, 5)) for x, y in points]


def make_rings():
    """Rings by county code, and the outline: neighbours share the very same vertices."""
    draw, edges = Draw(11), {}

    def ring(corners):
        names, line = corners.split(), []
        for a, b in zip(names, names[1:] + names[:1]):
            if (a, b) not in edges:
                edges[a, b] = wiggle(draw, NODES[a], NODES[b], 0.11, 64)
                edges[b, a] = edges[a, b][::-1]
            line += edges[a, b][:-1]
        return line + line[:1]

    return {code: ring(corners) for code, _, _, corners in COUNTIES}, ring(OUTLINE)


def inside(ring, x, y):
    odd = False
    for (x0, y0), (x1, y1) in zip(ring, ring[1:]):
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0):
            odd = not odd
    return odd


def county_of(rings, x, y):
    return next((code for code, ring in rings.items() if inside(ring, x, y)), "")


def signed_area(ring):
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(ring, ring[1:])) / 2


def polygon(ring):
    return {"type": "Polygon", "coordinates": [ring if signed_area(ring) > 0 else ring[::-1]]}  # RFC 7946: anticlockwise


def geojson(name, about, features):
    lines = [json.dumps({"type": "Feature", "properties": dict(properties, source="synthetic"), "geometry": geometry},
                        separators=(",", ":")) for properties, geometry in features]
    head = '{"type":"FeatureCollection","name":%s,"description":%s,"features":[\n' % (
        json.dumps(name), json.dumps(NOTE + " " + about))
    return (head + ",\n".join(lines) + "\n]}\n").encode()


def table(columns, rows):
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns.split() + ["source"])
    writer.writerows([list(row) + ["synthetic"] for row in rows])
    return text.getvalue().encode()


def month(index):
    """First and last day of a month; index 0 is September 2019."""
    number = FIRST[0] * 12 + FIRST[1] - 1 + index
    first = datetime.date(number // 12, number % 12 + 1, 1)
    following = datetime.date((number + 1) // 12, (number + 1) % 12 + 1, 1)
    return first, following - datetime.timedelta(days=1)


def day_in(draw, index):
    first, last = month(index)
    return first + datetime.timedelta(days=int(draw.random() * ((last - first).days + 1)))


# Places of incidents: town, county, mean a month, extra mean in June, July and August 2021, how far they scatter (degrees).
INCIDENT_PLACES = [
    ("Tambura", "SS1009", 0.7, (9, 22, 31), 0.10), ("Source Yubo", "SS1009", 0.3, (4, 9, 12), 0.08),
    ("Duma", "SS1009", 0.2, (2, 4, 5), 0.08), ("Ezo", "SS1001", 0.7, (1, 2, 3), 0.09), ("Naandi", "SS1001", 0.3, (2, 3, 4), 0.07),
    ("Nagero", "SS1007", 0.3, (1, 1, 2), 0.08), ("Yambio", "SS1010", 2.2, (0, 1, 1), 0.09), ("Nzara", "SS1008", 0.9, (0, 0, 0), 0.08),
    ("Ibba", "SS1002", 0.5, (0, 0, 0), 0.08), ("Maridi", "SS1003", 1.3, (0, 0, 0), 0.09), ("Mundri", "SS1005", 0.8, (0, 0, 0), 0.08),
    ("Lui", "SS1004", 0.7, (0, 0, 0), 0.08), ("Mvolo", "SS1006", 0.7, (0, 0, 0), 0.08),
]
CATEGORIES = [("rape", 44), ("gang rape", 24), ("sexual slavery", 9), ("forced marriage", 7), ("attempted rape", 6),
              ("sexual torture", 4), ("forced nudity", 4), ("forced prostitution", 2)]
ACTORS = [("armed group A", 30), ("armed group B", 22), ("state forces", 20), ("unknown", 28)]
ACTORS_WEST = [("armed group A", 42), ("armed group B", 34), ("state forces", 6), ("unknown", 18)]
SETTINGS = [("home", 30), ("road", 28), ("farm", 18), ("water or firewood", 12), ("displacement site", 7), ("captivity", 5)]
PRECISIONS = [("point", 34), ("site", 22), ("5 km", 14), ("25km", 10), ("admin2", 16), ("admin1", 3), ("country", 1)]


def report_delay(draw):
    """Days until a record becomes known: mostly weeks, in one of eight cases months."""
    days = math.exp(2.3 + 0.8 * draw.bell())
    return int(days + draw.between(45, 200)) if draw.random() < 0.125 else int(days)


def incident(draw, rings, town, county, spread, index):
    lon, lat, _ = TOWNS[town]
    precision, day = draw.pick(PRECISIONS), day_in(draw, index)
    x, y = draw.near(lon, lat, spread)
    while county_of(rings, x, y) != county:
        x, y = draw.near(lon, lat, spread)
    if precision == "25km":
        x, y = lon, lat  # the town that the report names
    place = ["%.4f" % y, "%.4f" % x, county, precision]
    if precision in ("admin2", "admin1", "country"):
        place = ["", "", {"admin2": county, "admin1": STATE[0], "country": ""}[precision], precision]
    west = index >= 21 and county in ("SS1009", "SS1001", "SS1007")
    category, setting = draw.pick(CATEGORIES), draw.pick(SETTINGS)
    perpetrators = "" if draw.random() < 0.3 else 1 if category != "gang rape" and draw.random() < 0.6 else 2 + draw.poisson(1.5)
    persons = 1 + draw.poisson(2.0 if category == "sexual slavery" else 0.45)
    month_only = precision != "point" and draw.random() < 0.06
    reported = (month(index)[1] if month_only else day) + datetime.timedelta(days=report_delay(draw))
    return [day.isoformat()[:7] if month_only else day.isoformat(), reported.isoformat()] + place + [
        category, draw.pick(ACTORS_WEST if west else ACTORS), persons, setting, "captivity" if setting == "captivity" else "", perpetrators]


def make_incidents(rings):
    draw, rows = Draw(21), []
    for index in range(MONTHS):
        for town, county, mean, rise, spread in INCIDENT_PLACES:
            extra = rise[index - 21] if index >= 21 else 0
            rows += [incident(draw, rings, town, county, spread, index) for _ in range(draw.poisson(mean + extra))]
    rows = [row[:10] + row[11:] for row in sorted(rows)]
    defects = [  # what a reader has to set aside, with the reason in plain sight
        (40, 0, "2020-13-05"), (75, 0, "unknown"), (110, 1, "2019-01-01"), (150, 2, "195.6200"), (190, 0, ""), (230, 5, "somewhere near")]
    for row, column, text in defects:
        rows[row][column] = text
        if column == 2:
            rows[row][3:6] = ["27.4200", "", "point"]
    swapped = next(row for row in rows[260:] if row[5] == "point")
    swapped[2], swapped[3], swapped[4] = swapped[3], swapped[2], ""
    return table("id date reported latitude longitude pcode precision category actor persons setting perpetrators",
                 [["I%04d" % (n + 1)] + row for n, row in enumerate(rows)])


# Places of clashes: town, mean a month, extra mean in April to August 2021.
CLASH_PLACES = [("Tambura", 0.2, (1, 2, 7, 10, 11)), ("Source Yubo", 0.1, (0, 1, 3, 5, 5)), ("Duma", 0.1, (0, 1, 2, 2, 3)),
                ("Ezo", 0.3, (0, 0, 1, 2, 2)), ("Naandi", 0.1, (0, 0, 1, 2, 2)), ("Nagero", 0.1, (1, 0, 1, 1, 1)),
                ("Yambio", 0.4, (0, 0, 0, 1, 1)), ("Maridi", 0.4, (0,) * 5), ("Mundri", 0.6, (0,) * 5), ("Lui", 0.5, (0,) * 5),
                ("Mvolo", 0.5, (0,) * 5), ("over the border", 0.6, (0, 1, 1, 1, 1))]
VIOLENCE = [((2, "armed group A", "armed group B"), 45), ((1, "state forces", "armed group B"), 20),
            ((3, "armed group A", "civilians"), 20), ((3, "armed group B", "civilians"), 15)]


def clash(draw, rings, names, town, index):
    lon, lat, _ = TOWNS.get(town, (26.75, 5.55, 0))
    where = draw.pick([(1, 55), (2, 22), (3, 14), (4, 5), (5, 3), (6, 1)])
    x, y = draw.near(lon, lat, 0.10 if where < 3 else 0.0)
    code = county_of(rings, x, y)
    start = day_in(draw, index)
    precision = draw.pick([(1, 70), (2, 18), (3, 5), (4, 7)])
    end = start + datetime.timedelta(days={1: 0, 2: 3, 3: 6, 4: 0}[precision])
    if precision == 4:
        start, end = month(index)
    kind, side_a, side_b = draw.pick(VIOLENCE)
    best = draw.poisson(2.2)
    country = "South Sudan" if code else "Neighbouring country"
    return [start.year, kind, side_a, side_b, where, STATE[1] + " state" if code and where < 6 else "",
            names[code] + " county" if code and where < 4 else "", "%.5f" % y, "%.5f" % x, country, 2 if precision == 4 else 1,
            precision, "%s 00:00:00.000" % start, "%s 00:00:00.000" % end, best, best + draw.poisson(1), max(0, best - draw.poisson(1))]


def make_clashes(rings):
    draw, rows = Draw(31), []
    names = {code: name for code, name, _, _ in COUNTIES}
    for index in range(MONTHS):
        for town, mean, rise in CLASH_PLACES:
            extra = rise[index - 19] if index >= 19 else 0
            rows += [clash(draw, rings, names, town, index) for _ in range(draw.poisson(mean + extra))]
    rows.sort(key=lambda row: row[12])
    return table("id year type_of_violence side_a side_b where_prec adm_1 adm_2 latitude longitude country event_clarity date_prec "
                 "date_start date_end best high low", [[900001 + n] + row for n, row in enumerate(rows)])


def road_lines():
    draw = Draw(41)
    for road_class, towns in ROADS:
        names = towns.split(", ")
        for a, b in zip(names, names[1:]):
            yield road_class, a + " - " + b, wiggle(draw, TOWNS[a][:2], TOWNS[b][:2], 0.08, 16)


def points(rows, columns):
    return [(dict(zip(columns.split(), row[2:])), {"type": "Point", "coordinates": [row[0], row[1]]}) for row in rows]


def make_features(rings):
    names = {code: (name, people) for code, name, people, _ in COUNTIES}
    draw = Draw(51)
    sites = [
        (27.405, 5.60, "S01", "Tambura site 1", 24000, "2021-07-05", None), (27.45, 5.66, "S02", "Tambura site 2", 9000, "2021-07-20", None),
        (27.33, 5.40, "S03", "Source Yubo site", 5500, "2021-08-02", None), (27.66, 5.12, "S04", "Ezo site", 6000, "2021-06-20", None),
        (28.42, 4.63, "S05", "Yambio site 1", 4000, "2020-02-10", "2021-03-31"), (28.47, 4.60, "S06", "Yambio site 2", 7000, "2021-08-10", None),
        (30.22, 5.34, "S07", "Mundri site", 3500, "2019-11-01", "2020-12-15"), (29.94, 6.03, "S08", "Mvolo site", 2500, "2020-05-01", None)]
    presence = [
        (27.46, 5.70, 18, "armed group A", "2021-05-20", None), (27.30, 5.50, 15, "armed group B", "2021-06-10", None),
        (27.62, 6.05, 20, "armed group B", "2021-07-15", None), (27.70, 5.35, 12, "armed group A", "2021-07-01", None),
        (30.35, 5.20, 18, "armed group C", "2019-09-01", "2020-10-31"), (29.85, 6.12, 14, "armed group C", "2020-04-01", "2021-02-28")]
    zones = []
    for lon, lat, radius_km, actor, start, end in presence:  # a ring of sixteen points on an octagon-like circle
        ring = []
        for step in range(16):
            angle, stray = 2 * math.pi * step / 16, draw.between(0.85, 1.15) * radius_km / 111.0
            ring.append((round(lon + stray * math.cos(angle), 4), round(lat + stray * math.sin(angle), 4)))
        zones.append(({"actor": actor, "from": start, "to": end}, polygon(ring + ring[:1])))
    clinics = []
    for number, (town, (lon, lat, pull)) in enumerate(TOWNS.items()):
        for copy in range(3 if pull > 5 else 2 if pull > 2.5 else 1):
            x, y = draw.near(lon, lat, 0.02 if copy == 0 else 0.12)
            care = "yes" if copy == 0 and pull >= 4 else "no"
            clinics.append((round(x, 4), round(y, 4), "C%02d%d" % (number + 1, copy), "%s clinic %d" % (town, copy + 1), care,
                            "2021-07-18" if town == "Source Yubo" else None))
    counties = [({"pcode": code, "name": names[code][0], "population": names[code][1]}, polygon(ring)) for code, ring in rings.items()]
    return {
        "counties.geojson": geojson("counties", "Ten counties; population is a round invented figure.", counties),
        "sites.geojson": geojson("sites", "Displacement sites.", points(sites, "id name persons opened closed")),
        "armed_groups.geojson": geojson("armed_groups", "Where armed groups are present, between two dates.", zones),
        "services.geojson": geojson("services", "Clinics; care = clinical care for survivors.", points(clinics, "id name care closed")),
        "roads.geojson": geojson("roads", "Main roads.", [({"class": kind, "name": name}, {"type": "LineString", "coordinates": line})
                                                          for kind, name, line in road_lines()]),
    }


WEST, NORTH, CELL, WIDTH, HEIGHT, SUB = 26.30, 7.10, 0.02, 245, 150, 4


def county_shares(rings):
    """For each cell the share of it that lies in each county, from SUB x SUB points."""
    shares = {}
    for code, ring in rings.items():
        for sub_row in range(HEIGHT * SUB):
            y = NORTH - (sub_row + 0.5) * CELL / SUB
            cuts = sorted(x0 + (y - y0) * (x1 - x0) / (y1 - y0) for (x0, y0), (x1, y1) in zip(ring, ring[1:]) if (y0 > y) != (y1 > y))
            for start, end in zip(cuts[::2], cuts[1::2]):
                first, last = (int(math.ceil((x - WEST) / CELL * SUB - 0.5)) for x in (start, end))
                for sub_column in range(first, last):
                    cell = (sub_row // SUB, sub_column // SUB)
                    shares.setdefault(cell, {}).setdefault(code, 0)
                    shares[cell][code] += 1
    return {cell: {code: count / SUB ** 2 for code, count in by_code.items()} for cell, by_code in shares.items()}


def attraction(row, column, road_points):
    """How many more people live here than in the bush: near towns and roads. Arithmetic only, so that it repeats."""
    x, y = WEST + (column + 0.5) * CELL, NORTH - (row + 0.5) * CELL
    town = sum(pull * 12.0 / (1.0 + ((x - lon) ** 2 + (y - lat) ** 2) / 0.05 ** 2) ** 2 for lon, lat, pull in TOWNS.values())
    road = min((x - lon) ** 2 + (y - lat) ** 2 for lon, lat in road_points)
    return 1.0 + town + 4.0 / (1.0 + road / 0.06 ** 2)


def make_population(rings):
    """Persons per cell. People live on both sides of the border, so cells around the state hold values too."""
    shares = county_shares(rings)
    road_points = [point for _, _, line in road_lines() for point in line[::2]]
    near, frontier = {cell: max(by_code, key=by_code.get) for cell, by_code in shares.items()}, sorted(shares)
    for _ in range(6):  # six cells of margin, each like the county that it borders
        grown = []
        for row, column in frontier:
            for cell in ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)):
                if cell not in near and 0 <= cell[0] < HEIGHT and 0 <= cell[1] < WIDTH:
                    near[cell] = near[row, column]
                    grown.append(cell)
        frontier = grown
    pull = {cell: attraction(cell[0], cell[1], road_points) for cell in near}
    people = {code: count for code, _, count, _ in COUNTIES}
    factor = dict.fromkeys(people, 1.0)
    for _ in range(12):  # fit each county's factor until its area-weighted sum is its population
        total = dict.fromkeys(people, 0.0)
        for cell, by_code in shares.items():
            value = pull[cell] * factor[near[cell]]
            for code, share in by_code.items():
                total[code] += share * value
        factor = {code: factor[code] * people[code] / total[code] for code in people}
    values = [round(pull[row, column] * factor[near[row, column]], 2) if (row, column) in near else -1.0
              for row in range(HEIGHT) for column in range(WIDTH)]
    return geotiff(values, NOTE + " Persons per cell.")


def geotiff(values, description):
    """A little-endian float32 GeoTIFF in EPSG:4326, one strip, not compressed: no codec can change its bytes."""
    data = struct.pack("<%df" % len(values), *values)
    keys = [1, 1, 0, 3, 1024, 0, 1, 2, 1025, 0, 1, 1, 2048, 0, 1, 4326]  # geographic, a pixel is an area, WGS 84
    tags = [(256, 4, [WIDTH]), (257, 4, [HEIGHT]), (258, 3, [32]), (259, 3, [1]), (262, 3, [1]), (270, 2, description),
            (273, 4, [None]), (277, 3, [1]), (278, 4, [HEIGHT]), (279, 4, [len(data)]), (284, 3, [1]), (339, 3, [3]),
            (33550, 12, [CELL, CELL, 0.0]), (33922, 12, [0.0, 0.0, 0.0, WEST, NORTH, 0.0]), (34735, 3, keys), (42113, 2, "-1")]
    directory, extra = b"", b""
    start = 8 + 2 + 12 * len(tags) + 4
    payload = []
    for tag, kind, content in tags:
        if kind == 2:
            raw, count = content.encode("ascii") + b"\0", len(content) + 1
        else:
            count = len(content)
            raw = b"\0\0\0\0" if content == [None] else struct.pack("<%d%s" % (count, {3: "H", 4: "I", 12: "d"}[kind]), *content)
        payload.append((tag, kind, count, raw))
    strip = start + sum(len(raw) + len(raw) % 2 for _, _, _, raw in payload if len(raw) > 4)
    for tag, kind, count, raw in payload:
        if tag == 273:
            raw = struct.pack("<I", strip)
        if len(raw) > 4:
            offset = struct.pack("<I", start + len(extra))
            extra += raw + b"\0" * (len(raw) % 2)
            raw = offset
        directory += struct.pack("<HHI", tag, kind, count) + raw.ljust(4, b"\0")
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + directory + b"\0\0\0\0" + extra + data


def make_tables():
    draw = Draw(61)
    access = [("SS1007", "2021-03-01", "2021-05-31", "unreachable", "roads closed by fighting"),
              ("SS1006", "2021-07-20", "2021-09-10", "unreachable", "flooded roads, no safe passage"),
              ("SS1009", "2021-09-01", "2021-09-30", "partly", "escorts only to the town"),
              ("SS1005", "2019-12-01", "2020-01-31", "held", "held by armed group C")]
    arrivals = []
    closed = {("SS1001", 16), ("SS1001", 17), ("SS1010", 7)}  # no row: the crossing was not watched that month
    for index in range(MONTHS):
        for code, mean, rise in (("SS1001", 60, 900), ("SS1010", 90, 300), ("SS1009", 15, 450)):
            persons = 0 if draw.random() < 0.2 and index < 20 else 5 * draw.poisson(mean / 5 * draw.between(0.5, 1.5))
            surge = 5 * int(rise / 5 * draw.between(0.8, 1.2)) if index >= 20 else 0
            if (code, index) not in closed:
                arrivals.append(("Neighbouring country", code, month(index)[1].isoformat(), persons + surge))
    calendar = [("2020-02-22", "transitional government due", "", 60, 60), ("2020-12-15", "local appointments due", "", 30, 60),
                ("2021-07-09", "unified command due, missed", "", 30, 120), ("2021-09-20", "voter registration opens", "", 60, 30),
                ("2021-10-05", "cantonment site handed over", "SS1009", 60, 90), ("2022-03-01", "local poll", "", 90, 60)]
    return {"access.csv": table("pcode from to status reason", access),
            "arrivals.csv": table("origin destination date persons", arrivals),
            "calendar.csv": table("date name pcode lead_days lag_days", calendar)}


def make_files():
    rings, outline = make_rings()
    files = make_features(rings)
    files.update(make_tables())
    files["western_equatoria.geojson"] = geojson("western_equatoria", "The area of interest.", [
        ({"pcode": STATE[0], "name": STATE[1]}, polygon(outline))])
    files["incidents.csv"] = make_incidents(rings)
    files["clashes.csv"] = make_clashes(rings)
    files["population.tif"] = make_population(rings)
    return files


def main(arguments):
    here = os.path.dirname(os.path.abspath(__file__))
    if arguments not in ([], ["--check"]):
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as scratch:
        folder = scratch if arguments else here
        files = make_files()
        for name, content in files.items():
            with open(os.path.join(folder, name), "wb") as file:
                file.write(content)
        if arguments:
            _, differ, missing = filecmp.cmpfiles(scratch, here, sorted(files), shallow=False)
            if differ or missing:
                sys.exit("make_sample.py: not as the script makes them: %s. Run it without --check." % ", ".join(differ + missing))
            print("make_sample.py: %d files repeat to the byte" % len(files))


if __name__ == "__main__":
    main(sys.argv[1:])
