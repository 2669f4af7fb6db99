"""Scenarios from strangers: where clauses, paths, addresses, and texts that are none."""
import os

from case import Case, good
from makers import zipped

archive = {"a.zip": zipped({"in/e.csv": good, "../../up.csv": good})}


def where(clause, name, **expected):
    return Case("where: " + name, good, keys=f"where = '''{clause}'''", **expected)


def path(name, path, **expected):
    return Case("path: " + name, good, path=path, **expected)


cases = [
    where("persons > 1", "a comparison", usable=1),
    where("persons > 1; DROP TABLE events", "a second statement", code=2, says=("where",)),
    where("1 = 1 UNION SELECT * FROM sqlite_master", "a union", code=2, says=("where",)),
    where("id IN (SELECT id FROM events)", "a query inside", code=2, says=("where",)),
    where("load_extension('x') = 1", "a function that loads a library", code=2, says=("where",)),
    where("ogr_geocode(id) = 1", "a function that asks the network", code=2, says=("where",)),
    where("colour = 'red'", "no such column", code=2, says=("colour",)),
    where("id = 'it''s' OR \"id\" = '1'", "quotes", code=2, says=("where",)),
    where("id = 'x", "a quote that is never closed", code=2, says=("where",)),
    where("(" * 20_000 + "1=1" + ")" * 20_000, "20,000 brackets", code=2, says=("where",)),
    where(" OR ".join(["id='1'"] * 50_000), "50,000 terms", code=2, says=("where",)),
    where("NOT " * 5000 + "id='1'", "5,000 denials", code=2, says=("where",)),
    where("persons / 0 > 1", "a division by nothing"),
    path("up", "../events.csv", code=2, says=("outside", "s.toml:", "--allow-outside")),
    path("up and back", "../@FOLDER@/events.csv", usable=2),
    path("from the root", "/etc/passwd", code=2, says=("outside",)),
    path("a link to elsewhere", "link.csv", code=2, says=("outside",), files={"link.csv": ("link", "../beside.csv")}),
    path("a folder that is a link", "up/beside.csv", code=2, says=("outside",), files={"up": ("link", "..")}),
    path("a link inside", "link.csv", usable=2, files={"link.csv": ("link", "events.csv")}),
    path("up, with leave", "../beside.csv", usable=2, options=("--allow-outside",)),
    path("an archive", "/vsizip/a.zip/in/e.csv", files=archive, usable=2),
    path("out of an archive", "/vsizip/a.zip/../../beside.csv", files=archive, code=2, says=("outside",)),
    path("an archive elsewhere", "/vsizip/../a.zip/e.csv", code=2, says=("outside",)),
    path("an entry of an archive that climbs", "/vsizip/{a.zip}/../../up.csv", files=archive, code=2, says=("outside",)),
    path("a network file system", "/vsicurl/@SERVER@/events.csv", code=2, says=("http",)),
    path("a network file system, with leave", "/vsicurl/@SERVER@/events.csv", code=2, says=("http",), options=("--allow-outside",)),
    path("a network inside an archive", "/vsizip//vsicurl/@SERVER@/a.zip/e.csv", code=2, says=("http",)),
    path("the program's own input", "/vsistdin/", code=2, says=("--allow-outside",)),
    path("a piece of a file", "/vsisubfile/0_100,events.csv", code=2, says=("--allow-outside",)),
    path("another scheme", "ftp://127.0.0.1/events.csv", code=2, says=("http",)),
    path("a connection", "GPKG:/etc/passwd", code=2),
    path("a folder", "sub.csv", files={"sub.csv": ("folder", None)}, code=3, says=("directory",)),
    path("no file", "nothing.csv", code=3, says=("nothing.csv",)),
    path("an archive by itself", "a.zip", files=archive, code=2, says=("/vsizip/",)),
    path("no path", "", code=2),
    path("a line end in a path", "eve\\nnts.csv", code=3),
    Case("an extension that nobody knows", good, file="events.doc", code=2, says=(".doc",)),
    Case("a device", None, path="dev.csv", files={"dev.csv": ("link", os.devnull)}, code=2, says=("outside",)),
    Case("crs by address", good, keys='crs = "http://127.0.0.1:1/crs"', code=2, says=("is not a CRS",)),
    Case("crs by file", good, keys='crs = "/etc/passwd"', code=2, says=("is not a CRS",)),
    Case("a scenario that is no TOML", scenario="[scenario\nname = ", code=2, says=("s.toml:1:",)),
    Case("a scenario of noise", scenario=bytes(range(256)) * 40, code=2, says=("s.toml:",)),
    Case("a scenario with zero bytes", scenario=b"[scenario]\0\nname = 'x'\n", code=2),
    Case("a scenario of 9 MB", scenario="#" * 9_000_000, code=3, says=("MB",)),
    Case("a scenario with a key of 100,000 parts", scenario="a" + ".a" * 100_000 + " = 1\n", code=2, says=("parts",)),
    Case("a scenario with 100,000 brackets", scenario="a = " + "[" * 100_000 + "\n", code=2),
    Case("an empty scenario", scenario="", code=2),
]
