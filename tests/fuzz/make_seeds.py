#!/usr/bin/env python3
"""Makes the seeds of the fuzzers (tests/fuzz/seeds) anew: sound inputs of every kind, and those of the hostile cases that
are small. Usage: make_seeds.py"""
import json
import pathlib
import shutil
import sys

here = pathlib.Path(__file__).parent
sys.path.insert(0, str(here.parent / "cli/hostile"))
import containers  # noqa: E402
import scenarios  # noqa: E402
import texts  # noqa: E402
import values  # noqa: E402

sample = here.parent.parent / "data/samples/western_equatoria"
most_bytes = 60_000


def write(fuzzer, seeds):
    folder = here / "seeds" / fuzzer
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for i, seed in enumerate(seeds):
        data = seed if isinstance(seed, bytes) else seed.encode()
        if len(data) <= most_bytes:
            (folder / f"{i:02}").write_bytes(data)


def cells(start, column):
    """The column of every case of values whose name begins so, a text a line."""
    for case in values.cases:
        if case.data.startswith(start):
            yield "\n".join(line.split(",", column)[-1].strip('"') for line in case.data.strip().split("\n")[1:])


def head(name, count=8):
    return "".join((sample / name).read_text().splitlines(keepends=True)[:count])


ged = next(case.data for case in values.cases if "GED" in case.name)
acled = """event_id_cnty,event_date,year,time_precision,disorder_type,event_type,sub_event_type,actor1,assoc_actor_1,inter1,actor2,inter2,interaction,civilian_targeting,iso,region,country,admin1,admin2,admin3,location,latitude,longitude,geo_precision,source,source_scale,notes,fatalities,tags,timestamp
SSD1,31 August 2021,2021,1,Political violence,Violence against civilians,Sexual violence,armed group A,,3,Civilians,7,37,Civilian targeting,728,Eastern Africa,South Sudan,Western Equatoria,Tambura,Source Yubu,Tambura,5.6,27.47,2,synthetic,National,made up,0,,1630454400
"""
write("scenario", [(sample / "scenario.toml").read_text()[:6000], *(case.scenario for case in scenarios.cases if case.scenario is not None),
                   '[scenario]\nname="a"\narea={path="a.gpkg",layer="x"}\ncell="1 km"\nfrom=2021-01-01\nto=2021-12-31\n[areas]\npath="b.gpkg"\ncode="c"\n'
                   '[areas.aliases]\n"x"="y"\n[sources.e]\npath="e.csv"\nlimits={rows=5}\ncolumns={date="d"}\n[[indicator]]\nid="i"\npillar="p"\nsource="e"\n'
                   'measure={kind="surge",baseline="9 months"}\nnormalise={kind="threshold",knots=[[0,0],[1,100]]}\n[hotspots]\nneighbours="band: 10 km"\n'
                   '[alerts]\n[[alerts.rule]]\nname="r"\non="score"\nraise={watch=40}\n[index]\nwithin="power: 2"\n'])
write("dates", [*cells("id,date,", 2), "31/12/2100", "2021-Q3\n2021\n08/2021\n28-Jul-21\nle 31 août 2021\n31 de agosto de 2021\n31.08.2021 14:05"])
write("numbers", ["\0" + text for text in cells("id,date,latitude,longitude,persons", 4)] + ["\1" + text for text in cells("id,date,latitude,longitude,persons", 4)]
      + ["\0001 234,5\n1'234.5\n1.234.567,8", "\0012\u00a0500\n12 %\n(3)"])
write("places", ["5°39'26.2\"N", "27 35 18 E", "5.6572, 27.5884", "5,6572; 27,5884", "35N 612345 625432", "35NNG1234567890", "35N|750000|610000", "5d39m", "W 70.5",
                 "28.5 O", "5°39'26\"N 27°35'18\"E", "35 P|750000 mE|610000 mN"])
write("delimited", [case.data for case in texts.cases if case.data is not None and case.file.endswith((".csv", ".tsv", ".txt"))])
events = ["\1" + head("incidents.csv"), "\2" + acled, "\3" + ged, "\0" + head("clashes.csv"), "\0" + acled]
write("event_formats", events + ["\0" + case.data for case in values.cases if len(case.data) < 2000])
order = [".geojson", ".gpkg", ".shp", ".fgb", ".kml", ".xlsx", ".ods", ".csv"]
found = [case for case in containers.cases if not callable(case.data) and "." + case.file.split(".")[-1] in order]
write("containers", [bytes([order.index("." + case.file.split(".")[-1])]) + (case.data if isinstance(case.data, bytes) else case.data.encode()) for case in found])
grid = "ncols 3\nnrows 2\nxllcorner 27\nyllcorner 4\ncellsize 1\nNODATA_value -9\n1 2 3\n4 -9 6\n"
write("rasters", [b"\0" + containers.tiff(30, 30), b"\2" + containers.tiff(5, 5), "\1" + grid, "\3" + grid])
write("where", [case.keys.split("'''")[1] for case in scenarios.cases if case.name.startswith("where")]
      + ["persons IN (1, 2) AND id LIKE 'a%'", "share BETWEEN -2 AND 1.5e3 OR empty IS NULL", "CAST(persons AS character) = '2'", "NOT (persons <> 2)", "SUBSTR(id, 1, 2) = 'a'"])
write("weights", ["\0004\n1 2\n2 3\n2 1\n1\n3 1\n1\nSS1009 0\n\n", "\0000 4 areas code\n1 1\n2\n2 1\n1\n3 0\n\nSS1009 0\n", "\0010 4 areas code\n1 2 0.5\n2 1 1e-3\n", "\1\xef\xbb\xbf4\r\n1 2 1\r\n"])
write("words", ["25 km", "500 m", "90 days", "9 months", "2 GB", "25km", "admin2", "point", "2021-Q3", "2021-W35", "2021-08", "band: 10 km", "knn: 8", "queen",
                "power: 2", "geometric: 0.05", "quantile(0.9)", "sum,mean,coverage", "2021-08-31", "-5 km", "nan km", "1e308 km"])
alerts = {"scenario": "a", "as_of": "2021-09-15", "last_period": "2021-08", "periods": ["2021-07", "2021-08"], "rules": ["surge"], "standing": ["x"],
          "alerts": [{"id": "x", "rule": "surge", "period": "2021-08", "level": "alert", "state": "raised"}]}
write("alerts_json", [json.dumps(alerts), json.dumps(alerts, indent=2).replace('"surge"', "1"), "[]", "{}", "null", '{"alerts":[{}]}', "[" * 1000])
