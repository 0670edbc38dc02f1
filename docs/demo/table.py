#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints one table: what cxx-alloc decided for each artifact of the demo, and who answered when it ran.

The decisions come from the log that CXX_ALLOC_LOG named during the build, in the folder given as argument. The answers
come from the processes: the dynamic linker says which file serves malloc (malloc_owner.h), and jemalloc prints its
statistics at exit when it is there. The exit status is 1 if the two disagree.
"""

import json
import os
import re
import subprocess
import sys

KINDS = {"executable": "executable", "shared-library": "shared library", "static-library": "static library"}
PROGRAMS = {  # program -> the parts that answer in its process
    "wordcount": ["libtext.so", "libreverse.so", "libstats.a"],
    "wordcount-system": ["libtext.so", "libstats.a"],
    "checksum": [],
}
BY_AR = {"output": "static-library", "allocator": "-", "reason": "made by ar: nothing decided"}
NOTES = {"libreverse.so": " (dlopen)", "checksum": " (C)"}


def read_decisions(log):
    """The last link of each output, by file name."""
    decisions = {}
    with open(log, encoding="utf-8") as lines:
        for line in lines:
            link = json.loads(line)
            words = link["command"]
            if "-o" in words[:-1]:
                decisions[os.path.basename(words[words.index("-o") + 1])] = link
    return decisions


def ask(folder, program):
    """Runs `program`; returns its parts' malloc owners (paths) and the version of the jemalloc that spoke, or None."""
    path = os.path.join(folder, program)
    words = [path, "--malloc-owner"]
    if "libreverse.so" in PROGRAMS[program]:
        words[1:1] = ["--plug-in", os.path.join(folder, "libreverse.so")]
    environment = {**os.environ, "MALLOC_CONF": "stats_print:true"}
    run = subprocess.run(words, env=environment, capture_output=True, text=True, check=True)
    owners = dict(line.split("\t") for line in run.stdout.splitlines())
    speaks = re.search(r"Begin jemalloc statistics.*?Version: \"(\d[\d.]*|)", run.stderr, re.DOTALL)
    return owners, speaks and speaks[1]


def answer(folder, program, owner, version):
    """(allocator, sentence) for a part of `program` whose malloc is in the file `owner`."""
    name = os.path.basename(owner)
    if os.path.realpath(owner) == os.path.realpath(os.path.join(folder, program)):
        return ("unknown", f"{program}'s own, not jemalloc") if version is None else ("jemalloc", f"jemalloc {version}")
    if not name.startswith("libc.so"):
        return "unknown", name
    return ("system", name) if version is None else ("unknown", f"{name}, though a jemalloc is in the process")


def main(folder):
    decisions = read_decisions(os.path.join(folder, "links.jsonl"))
    answers, wrong = {}, []
    for program, parts in PROGRAMS.items():
        owners, version = ask(folder, program)
        host, sentence = answer(folder, program, owners["executable"], version)
        answers[program] = [sentence]
        if host != decisions[program]["allocator"]:
            wrong.append(f"{program}: {decisions[program]['allocator']} was decided, but {sentence} answered")
        for part in parts:
            own, sentence = answer(folder, program, owners[part], version)
            answers.setdefault(part, []).append(f"{sentence} (in {program})")
            if own != host or decisions.get(part, BY_AR)["allocator"] not in ("system", "-"):
                wrong.append(f"{part}: should leave malloc to {program}, but {sentence} answered")

    rows = []
    for artifact, sentences in answers.items():
        decided = decisions.get(artifact, BY_AR)
        row = [artifact, KINDS[decided["output"]], decided["allocator"], decided["reason"], sentences[0]]
        rows += [row, *(["", "", "", "", sentence] for sentence in sentences[1:])]
    for row in rows:
        row[1] += NOTES.get(row[0], "")
    head = ["artifact", "kind", "allocator", "reason", "answered at run time"]
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    for row in [head, ["-" * width for width in widths], *rows]:
        print("  ".join(word.ljust(width) for word, width in zip(row, widths)).rstrip())

    needed = subprocess.run(["readelf", "-d", os.path.join(folder, "checksum")], capture_output=True, text=True,
                            check=True, env={**os.environ, "LC_ALL": "C"}).stdout
    libraries = re.findall(r"Shared library: \[(.*?)\]", needed)
    print(f"\nchecksum, the C program, needs {', '.join(libraries)}.")
    if any("++" in library for library in libraries):
        wrong.append("checksum: a C program has gained a C++ library")
    for sentence in wrong:
        print(f"table: error: {sentence}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: table.py BUILD-FOLDER")
    sys.exit(main(sys.argv[1]))
