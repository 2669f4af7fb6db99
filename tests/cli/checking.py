"""What the checks of the program share: running it, and counting what holds. Arguments: the program, the source folder."""
import pathlib
import subprocess
import sys

program, source = sys.argv[1], pathlib.Path(sys.argv[2])
sample = source / "data/samples/western_equatoria"
_failures, _checks = [], 0


def tocsin(*arguments, **options):
    return subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, **options)


def check(condition, what):
    global _checks
    _checks += 1
    if not condition:
        _failures.append(what)
        print("FAILED:", what)


def report():
    """Says how many held, and ends the program: with 1 unless all did."""
    print(f"{_checks - len(_failures)} of {_checks} checks passed")
    sys.exit(1 if _failures else 0)
