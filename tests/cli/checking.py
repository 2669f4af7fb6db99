"""What the checks of the program share: running it, and counting what holds. Arguments: the program, the source folder."""
import csv
import pathlib
import re
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


def fails(result, code, *words):
    """One line on stderr that says so, and the exit code."""
    line = result.stderr.strip()
    check(result.returncode == code, f"exit {result.returncode}, not {code}: {line}")
    check(line.count("\n") == 0 and line != "", f"one line: {line!r}")
    for word in words:
        check(word in line, f"{word!r} in {line!r}")


def help_examples(verb, count, folder):
    """Runs the commands at the end of a verb's help as they stand there, in a folder; returns their results."""
    text = tocsin(verb, "--help").stdout
    block = text[re.search(r"^Examples\b[^:]*:", text, re.M).end():].replace("\\\n", " ")
    commands = [" ".join(line.split()) for line in block.strip().splitlines() if line.strip().startswith("tocsin")]
    check(len(commands) == count, f"{count} commands in the help of {verb}: {commands}")
    results = []
    for command in commands:
        command = re.sub(r"\bS/", "data/samples/western_equatoria/", command)
        words = [word.strip('"') for word in re.findall(r'"[^"]*"|\S+', command)][1:]
        results.append(tocsin(*(source / word if word.startswith("data/") else word for word in words), cwd=folder))
        check(results[-1].returncode == 0, f"{command}: {results[-1].stderr}")
    return results


def rows(path):
    """The rows of a table by column."""
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def unusable(path, every):
    """A copy of the sample in which every so many records have a date that nobody can read."""
    lines = (sample / "incidents.csv").read_text().splitlines()
    for i in range(every, len(lines), every):
        fields = lines[i].split(",")
        lines[i] = ",".join([fields[0], "am Montag", *fields[2:]])
    path.write_text("\n".join(lines) + "\n")
    return path


def says_what_could_not_be_used(verb, arguments, work):
    """A verb that counts the sample's records names those that it cannot use, and stops where they are many."""
    warned = tocsin(verb, sample / "incidents.csv", *arguments).stderr
    for words in ("7 of 322 records could not be used (2 no date, the first in row 77: fill it in; ",
                  ") and are in no number"):  # fmt: skip
        check(words in warned, warned)
    check("Montag" not in warned and "tocsin check" not in warned, warned)
    run = tocsin(verb, unusable(work / "many.csv", 8), *arguments, "-q")
    fails(run, 3, "of 322 records could not be used", "row 9: write dates as 2021-08-31", "correct them")


def report():
    """Says how many held, and ends the program: with 1 unless all did."""
    print(f"{_checks - len(_failures)} of {_checks} checks passed")
    sys.exit(1 if _failures else 0)
