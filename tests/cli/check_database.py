"""Reads a table of a PostGIS server that this check starts: the same numbers as from the file that filled it."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from checking import check, fails, report, sample, tocsin


def server_programs():
    """The folder of initdb and pg_ctl of the newest server that is installed, or None."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


def as_server_user(command):
    """A server refuses to run as root."""
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command


def run(command, **options):
    subprocess.run([str(word) for word in as_server_user(command)], check=True, stdout=subprocess.DEVNULL, cwd="/", **options)


programs = server_programs()
if programs is None or shutil.which("psql") is None:
    print("skipped: no PostgreSQL server is installed (packages postgresql and postgresql-15-postgis-3)")
    sys.exit(77)

folder = pathlib.Path(tempfile.mkdtemp(prefix="tocsin-pg-"))
if os.geteuid() == 0:
    shutil.chown(folder, "postgres", "postgres")
data = folder / "data"
try:
    run([programs / "initdb", "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-locale"])
    run([programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", f"-k {folder} -c listen_addresses=''", "start"])
except (OSError, subprocess.CalledProcessError) as error:
    print(f"skipped: the PostgreSQL server that is installed does not start here ({error})")
    shutil.rmtree(folder, ignore_errors=True)
    sys.exit(77)
try:
    address = f"postgresql:///mission?host={folder}&user=postgres"
    psql = ["psql", "-h", folder, "-U", "postgres", "-v", "ON_ERROR_STOP=1", "-q"]
    run([*psql, "-c", "CREATE DATABASE mission"])
    columns = (sample / "incidents.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    table = ", ".join(f'"{name}" text' for name in columns)
    script = (f'CREATE EXTENSION postgis; CREATE TABLE incidents ({table});\n'
              f"\\copy incidents FROM STDIN WITH (FORMAT csv, HEADER true)\n"
              + (sample / "incidents.csv").read_text(encoding="utf-8").rstrip("\n") + "\n\\.\n"
              "CREATE TABLE placed AS SELECT id, date, category, actor, persons,"
              " ST_SetSRID(ST_MakePoint(nullif(longitude, '')::float8, nullif(latitude, '')::float8), 4326)::geometry(Point, 4326) AS geom FROM incidents WHERE longitude <> '';\n")
    run([*psql, "-d", "mission"], input=script.encode())

    words = ["--every", "month", "--period", "2021-06", "--against", "previous", "--json"]
    from_file = tocsin("compare", sample / "incidents.csv", *words)
    from_table = tocsin("compare", address, "--layer", "incidents", *words)
    check(from_file.returncode == 0 and from_table.returncode == 0, from_file.stderr + from_table.stderr)
    one, other = json.loads(from_file.stdout), json.loads(from_table.stdout)
    for told in (one, other):
        told.pop("events", None)
        told.pop("file", None)
    check(one["findings"] == other["findings"] if "findings" in one else one == other, "the table says what the file says")

    # The second finds its CRS by the extent of the layer.
    for crs in (["--crs", "EPSG:32635"], []):
        density = tocsin("density", address, "--layer", "placed", "--cell", "5 km", "--bandwidth", "20 km", *crs, "-o",
                         folder.parent / f"{folder.name}.tif")
        check(density.returncode == 0, density.stderr)
        (folder.parent / f"{folder.name}.tif").unlink(missing_ok=True)

    fails(tocsin("compare", address, "--layer", "incident", *words), 2, "incident", "incidents")
    fails(tocsin("compare", address.replace("mission", "nowhere"), *words), 3, "database", "nowhere")
    secret = "postgresql://user:hunter2@host/mission"
    refused = tocsin("compare", secret, *words)
    fails(refused, 2, "password", ".pgpass")
    check("hunter2" not in refused.stderr + refused.stdout, "a password is not repeated")
    injected = tocsin("compare", address, "--layer", "incidents", "--where", "1=1; DROP TABLE incidents", *words)
    check(injected.returncode == 2, injected.stderr)
    check(tocsin("compare", address, "--layer", "incidents", *words).returncode == 0, "the table is still there")
finally:
    run([programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"])
    shutil.rmtree(folder, ignore_errors=True)
report()
