"""Where and when the figures were made."""

import datetime
import os
import platform
import subprocess
from pathlib import Path


def first_match(path, key):
    try:
        lines = Path(path).read_text().splitlines()
    except OSError:
        return ""
    return next(
        (
            line.split(sep=":" if ":" in line else "=", maxsplit=1)[1].strip(' "')
            for line in lines
            if line.startswith(key)
        ),
        "",
    )


def output_of(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip().split("\n")[0]
    except (OSError, subprocess.CalledProcessError):
        return ""


def describe():
    here = Path(__file__).resolve().parent
    return {
        "date": datetime.date.today().isoformat(),
        "processor": first_match("/proc/cpuinfo", "model name"),
        "processors": len(os.sched_getaffinity(0)),
        "memory_gib": round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30, 1),
        "system": first_match("/etc/os-release", "PRETTY_NAME"),
        "kernel": platform.release(),
        "compiler": output_of("c++", "--version"),
        "python": platform.python_version(),
        "commit": output_of("git", "-C", str(here), "describe", "--always", "--dirty"),
        "load_at_start": os.getloadavg()[0],
    }
