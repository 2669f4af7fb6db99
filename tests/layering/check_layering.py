#!/usr/bin/env python3
"""Checks that includes follow the arrows of the house.

    check_layering.py ROOT          prints each include that goes against an arrow, file:line, and exits 1 if there is any
    check_layering.py --self-test   plants violations in a temporary copy of the layout and proves that each is caught

engine <- indicators, engine <- data, {indicators, data} <- bindings. Indicators and data never see each other.
"""
import os
import re
import sys
import tempfile

# Which rooms a room may include from. A header's room follows from its path below tocsin/.
MAY_SEE = {
    "engine": {"engine"},
    "data": {"engine", "data"},
    "indicators": {"engine", "indicators"},
    "bindings": {"engine", "data", "indicators", "bindings"},
    "benchmarks": {"engine", "data", "indicators", "bindings"},
    "tests": {"engine", "data", "indicators", "bindings", "tests"},
}
# Headers of other projects that only some rooms or files may include: (what, pattern of the header, allowed paths).
RESERVED = [
    ("oneTBB", re.compile(r"^(oneapi/tbb|tbb)/|^(oneapi/)?tbb\.h$|^execution$"),
     re.compile(r"^engine/tocsin/core/(parallel|tiling)\.cpp$|^tests/|^benchmarks/")),
    ("GDAL", re.compile(r"^(gdal|ogr|cpl)[a-z0-9_]*\.h$|^gdal/"), re.compile(r"^data/|^tests/|^benchmarks/peers/[a-z_]*_peer\.cpp$")),  # a peer that is timed is GDAL itself
    ("toml++", re.compile(r"^toml(\+\+|plusplus)?/|^toml\.hpp$"), re.compile(r"^indicators/")),
    ("CLI11", re.compile(r"^CLI/"), re.compile(r"^bindings/cli/")),
    ("GoogleTest", re.compile(r"^g(test|mock)/"), re.compile(r"^tests/")),
]
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')
SOURCE_ENDINGS = (".hpp", ".cpp", ".h", ".c", ".cc", ".ipp", ".inl", ".inc")


def room_of_header(header, known):
    """The room that a <tocsin/...> header belongs to; None for other projects' headers."""
    if not header.startswith("tocsin/"):
        return None
    return known.get(header, "nowhere")


def source_files(root):
    for room in MAY_SEE:
        for folder, names, files in os.walk(os.path.join(root, room)):
            names[:] = [name for name in names if not name.startswith(("build", ".", "samples"))]
            for file in sorted(files):
                if file.endswith(SOURCE_ENDINGS):
                    yield os.path.relpath(os.path.join(folder, file), root).replace(os.sep, "/")


def check(root):
    """All violations, as lines of text."""
    files = sorted(source_files(root))
    known = {}
    for path in files:
        parts = path.split("/")
        if "tocsin" in parts and parts[0] != "tests":
            known["/".join(parts[parts.index("tocsin"):])] = parts[0]
    problems = []
    for path in files:
        room = path.split("/")[0]
        with open(os.path.join(root, path), encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                found = INCLUDE.match(line)
                if not found:
                    continue
                header, where = found.group(1), "%s:%d" % (path, number)
                target = room_of_header(header, known)
                if target == "nowhere":
                    problems.append("%s: <%s> is no header of the project" % (where, header))
                elif target and target not in MAY_SEE[room]:
                    problems.append("%s: %s may not include <%s> of %s" % (where, room, header, target))
                if ".." in header.split("/"):
                    problems.append("%s: include \"%s\" by its place below tocsin/, not by ../" % (where, header))
                for what, pattern, allowed in RESERVED:
                    if pattern.search(header) and not allowed.search(path):
                        problems.append("%s: %s is not for this file (<%s>)" % (where, what, header))
    return files, problems


def self_test():
    headers = {"engine/tocsin/core/a.hpp": "", "data/tocsin/data/b.hpp": "", "indicators/tocsin/indicators/c.hpp": "",
               "bindings/cli/tocsin/cli/d.hpp": ""}
    allowed = {"engine/tocsin/core/parallel.cpp": "oneapi/tbb/parallel_for.h", "data/tocsin/data/b.cpp": "gdal_priv.h",
               "indicators/tocsin/indicators/c.cpp": "toml++/toml.h", "bindings/cli/main.cpp": "tocsin/data/b.hpp",
               "data/tocsin/data/e.cpp": "tocsin/core/a.hpp", "tests/engine/t.cpp": "gdal.h"}
    planted = [("engine/tocsin/core/x.cpp", "tocsin/data/b.hpp"), ("engine/tocsin/core/x.cpp", "tocsin/indicators/c.hpp"),
               ("data/tocsin/data/x.cpp", "tocsin/indicators/c.hpp"), ("indicators/tocsin/indicators/x.cpp", "tocsin/data/b.hpp"),
               ("indicators/tocsin/indicators/x.cpp", "tocsin/cli/d.hpp"), ("engine/tocsin/core/x.cpp", "tbb/parallel_for.h"),
               ("engine/tocsin/core/x.hpp", "oneapi/tbb/blocked_range.h"), ("indicators/tocsin/indicators/x.cpp", "ogr_api.h"),
               ("bindings/cli/x.cpp", "gdal.h"), ("bindings/cli/x.cpp", "cpl_conv.h"), ("data/tocsin/data/x.cpp", "toml++/toml.hpp"),
               ("engine/tocsin/core/x.cpp", "tocsin/core/gone.hpp"), ("engine/tocsin/core/x.cpp", "../../../data/tocsin/data/b.hpp"),
               ("engine/tocsin/core/x.cpp", "CLI/CLI.hpp"), ("data/tocsin/data/x.cpp", "gtest/gtest.h")]

    def problems_of(extra):
        with tempfile.TemporaryDirectory() as root:
            for path, include in list({**headers, **allowed}.items()) + extra:
                os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
                with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                    file.write("#pragma once\n" if not include else "#include <%s>\n" % include)
            return check(root)[1]

    clean = problems_of([])
    if clean:
        sys.exit("self-test: a clean layout is refused: %s" % clean)
    for path, include in planted:
        if len(problems_of([(path, include)])) != 1:
            sys.exit("self-test: <%s> in %s is not caught exactly once" % (include, path))
    print("layering: self-test caught all %d planted violations" % len(planted))


def main(arguments):
    if arguments == ["--self-test"]:
        return self_test()
    if len(arguments) != 1:
        sys.exit(__doc__)
    files, problems = check(arguments[0])
    if not files:
        sys.exit("layering: no source found below %s" % arguments[0])
    if problems:
        sys.exit("\n".join(problems))
    print("layering: %d files follow the arrows" % len(files))


if __name__ == "__main__":
    main(sys.argv[1:])
