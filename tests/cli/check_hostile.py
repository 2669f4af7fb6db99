#!/usr/bin/env python3
"""Files and scenarios from strangers: each of the cases in tests/cli/hostile/ is made anew and given to `tocsin check`
with little memory, and the answer compared with the one that is expected: exit code, one clear line a fault, accounts,
reasons. Whatever happens, no case may crash, hang, reach a network, or tell what lies in another file.
Usage: check_hostile.py PROGRAM SOURCE_FOLDER [PART OF A NAME]"""
import http.server
import json
import pathlib
import resource
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).parent / "hostile"))
import containers  # noqa: E402
import scenarios  # noqa: E402
import texts  # noqa: E402
import values  # noqa: E402
from checking import check, program, report  # noqa: E402

memory_bytes, seconds = 4 << 30, 60
area = json.dumps({"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"code": "A", "name": "A"}, "geometry": {
    "type": "Polygon", "coordinates": [[[27, 4], [30, 4], [30, 7], [27, 7], [27, 4]]]}}]})
template = """[scenario]
name = "from a stranger"
area = "area.geojson"
crs = "EPSG:32635"
cell = "20 km"
every = "year"
from = 2021-01-01
to = 2021-12-31
[areas]
path = "{areas}"
code = "code"
[sources.events]
path = "{path}"
{keys}
[[indicator]]
id = "i"
pillar = "p"
source = "events"
measure = {measure}
normalise = {{ kind = "none" }}
"""
measures = {"events": '{ kind = "count" }', "areas": '{ kind = "count" }', "features": '{ kind = "presence", radius = "5 km" }',
            "raster": '{ kind = "value" }'}


class Server(http.server.BaseHTTPRequestHandler):
    """Remembers who asked it for anything."""
    asked = []

    def do_GET(self):
        Server.asked.append(self.path)
        body = texts.good.encode() if self.path == "/asked/events.csv" else b""
        self.send_response(200 if body else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    do_HEAD = do_GET

    def log_message(self, *_):
        pass


def put(folder, name, data):
    if isinstance(data, tuple):
        what, target = data
        (folder / name).symlink_to(target) if what == "link" else (folder / name).mkdir()
    else:
        (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())


def run(case, folder, server):
    """Writes the case's files and gives its scenario to the program."""
    filled = {**({} if case.data is None else {case.file: case.data}), **case.files}
    for name, data in filled.items():
        data = data(server) if callable(data) else data
        if isinstance(data, (str, bytes)):
            data = (data.encode() if isinstance(data, str) else data).replace(b"@SERVER@", server.encode())
        put(folder, name, data)
    put(folder, "area.geojson", area)
    text = case.scenario
    if text is None:
        path = (case.file if case.path is None else case.path).replace("@SERVER@", server).replace("@FOLDER@", folder.name)
        is_areas = case.kind == "areas"
        text = template.format(areas=path if is_areas else "area.geojson", path="plain.csv" if is_areas else path, measure=measures[case.kind],
                               keys=case.keys + ("\nmost_unusable = 1" if case.kind in ("events", "areas") else ""))
        put(folder, "plain.csv", texts.good)
    put(folder, "s.toml", text)
    limit = lambda: resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    return subprocess.run([program, "check", str(folder / "s.toml"), "--json", *case.options], capture_output=True, timeout=seconds, preexec_fn=limit,
                          errors="replace", text=True)


def judge(case, answer):
    error = answer.stderr.strip()
    check(answer.returncode == case.code, f"{case.name}: exit {answer.returncode}, not {case.code}: {error[-300:]}")
    check(len(error) < 4000, f"{case.name}: a message of {len(error)} letters")
    check(not any(ord(letter) < 32 and letter != "\n" for letter in error), f"{case.name}: control characters in {error[:300]!r}")
    for word in case.says:
        check(word in error, f"{case.name}: {word!r} is not in {error[:500]!r}")
    for secret in ("planted", "root:x:"):
        check(secret not in answer.stdout + error, f"{case.name}: tells what lies in another file")
    if case.code != 0 and case.code != answer.returncode or not answer.stdout.startswith("{"):
        check(case.code != 0, f"{case.name}: nothing on standard output")
        return
    told = json.loads(answer.stdout)
    account = told.get("sources", {}).get("events", {})
    for word in case.warns:
        check(any(word in warning for warning in told.get("warnings", [])), f"{case.name}: {word!r} is not in {told.get('warnings')}")
    for key, expected in (("usable", case.usable), ("quarantined_by_reason", case.reasons), ("first", case.first), ("last", case.last),
                          *(case.counts or {}).items()):
        if expected is not None:
            found = account.get(key, {} if key == "quarantined_by_reason" else None)
            check(found == expected, f"{case.name}: {key} is {found}, not {expected}; {error[-300:]} {told.get('warnings')}")


def network(work, server):
    """An address that the scenario names is read, and nothing beside it."""
    folder = work / "address"
    folder.mkdir()
    case = texts.Case("an address", path=f"{server}/asked/events.csv", usable=2)
    check(Server.asked == [], f"asked for unasked: {Server.asked}")
    judge(case, run(case, folder, server))
    check(set(Server.asked) == {"/asked/events.csv"}, f"asked for: {Server.asked}")


def names_on_a_terminal(work):
    """What a stranger's file calls its columns, places and series reaches no terminal as it is."""
    escape = "\x1b["
    table = work / "series.csv"
    table.write_text("series,month,n\n" + "".join(f"a{escape}b,{2020 + i // 12}-{i % 12 + 1:02},{i % 5}\n" for i in range(36)))
    numbers = ["--value", "n", "--time", "month", "--series", "series"]
    areas = work / "areas.geojson"
    areas.write_text(area.replace('"code"', json.dumps(f"adm2{escape}pcode")).replace('"name": "A"', json.dumps(f"adm2{escape}name") + ': "A"'))
    events = work / "events.csv"
    days = "".join(f"{i},2021-{i % 12 + 1:02}-03,5.{i:02},28.5,kind {i % 3}\n" for i in range(60))
    events.write_text(f"id,Date{escape} of incident,latitude,longitude,Type{escape} of incident\n{days}")
    for arguments in (["trend", table, *numbers], ["alarm", table, *numbers], ["check", areas], ["check", events],
                      ["init", work / "made", events, areas]):
        answer = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True)
        check("\x1b" not in answer.stdout + answer.stderr, f"{arguments[0]}: an escape code reaches the terminal: {answer.stdout!r}")
        check(answer.returncode == 0, f"{arguments[0]}: {answer.stderr}")
    # Nor does what a record holds stand in a message.
    for at, cell in ((1, "planted"), (2, "planted")):
        bad = ["a", "2020-01", "1"]
        bad[at] = cell
        table.write_text("series,month,n\na,2019-12,1\n" + ",".join(bad) + "\n")
        answer = subprocess.run([program, "trend", str(table), *numbers], capture_output=True, text=True)
        check(answer.returncode == 3 and "planted" not in answer.stderr and "row 3" in answer.stderr, f"a cell in a message: {answer.stderr}")


part = sys.argv[3] if len(sys.argv) > 3 else ""
cases = [case for group in (texts, values, containers, scenarios) for case in group.cases if part in case.name]
check(len({case.name for case in cases}) == len(cases), "each case has a name of its own")
with tempfile.TemporaryDirectory() as folder:
    work = pathlib.Path(folder)
    put(work, "beside.csv", texts.good)
    listening = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    server = f"http://127.0.0.1:{listening.server_port}"
    for i, case in enumerate(cases):
        (work / f"case{i}").mkdir()
        try:
            judge(case, run(case, work / f"case{i}", server))
        except subprocess.TimeoutExpired:
            check(False, f"{case.name}: not done after {seconds} s")
    if not part:
        network(work, server)
        names_on_a_terminal(work)
    listening.shutdown()
print(f"{len(cases)} cases")
report()
