#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Our table of the linkers' options against the linkers themselves: linker_options.py READ_LINKER_WORDS. Every option that a
# linker's --help prints is given to that linker with --version behind it. One that takes the next word swallows it; else the
# linker says which version it is. Our table must read the word in the same way.
import concurrent.futures, os, re, shutil, subprocess, sys, tempfile

linkers = [name for name in ("ld.bfd", "ld.gold", "ld.lld-14", "ld.lld-19", "ld.lld-22", "mold") if shutil.which(name)]
banner = re.compile(r"^(GNU ld|GNU gold|.*\bLLD \d|mold \d|Usage:|OVERVIEW:)", re.M)
refusal = re.compile(r"unrecognized option|unknown option|unknown argument|unknown command line option", re.I)
# mold 2.37 takes it for its --dynamic-list; 1.10 takes it alone, as the others do.
misread = {("mold", "--dynamic-list-data")}
# mold's --run runs a program. The others answer and end, with words of their own.
no_link = {"--run", "--target-help", "--print-sysroot"}
ends = {"--end-group": "--start-group", "-)": "-(", "--end-lib": "--start-lib", "--pop-state": "--push-state"}
folder = tempfile.TemporaryDirectory()


def run(*words):
    done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=folder.name,
                          encoding="utf-8", errors="replace", timeout=60)
    return done.stdout


def options_of(linker):
    """The words of --help, each with a value in the same word if it may have one: the first that is printed literally, or 1.
    Options for Windows alone stand behind GNU ld's "i386pep:"."""
    text = re.split(r"^i386pep: *$", run(linker, "--help"), flags=re.M)[0]
    for line in text.split("\n"):
        # "  -o FILE, --output FILE   Set …", "    --no-undefined-version   Report …"
        if match := re.match(r" {2,4}(-\S.*)", line):
            for part in re.split(r"(?:^|, )(?=-)", re.split(r" {3,}|\t", match[1])[0]):
                if word := re.match(r"(--?\w[-\w]*|-\(|-\))(?:\[?=(?:\[?([a-z]+)(?=[],|]|$))?)?", part):
                    if not part.startswith("-z "):
                        yield word[1], word[2] or ("1" if "=" in part else "")


def how_it_is_read(linker, word):
    said = run(linker, *filter(None, [ends.get(word)]), word, "--version")
    return "unknown" if refusal.search(said) else "alone" if banner.search(said) else "takes the next word"


cases = []
for linker in linkers:
    words = list(dict.fromkeys(options_of(linker)))
    values = {word: value for word, value in reversed(words) if value}
    # Too few would mean that the pages are not understood.
    assert len(words) > 100, (linker, words)
    for word in dict.fromkeys(word for word, value in words):
        if word not in no_link:
            cases.append((linker, word))
            if word in values:
                cases.append((linker, word + "=" + values[word]))

with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    theirs = list(pool.map(lambda case: how_it_is_read(*case), cases))
ours = subprocess.run(sys.argv[1], input="".join(f"{linker} {word}\n" for linker, word in cases), stdout=subprocess.PIPE,
                      encoding="utf-8", check=True).stdout.splitlines()

wrong = 0
for (linker, word), they, we in zip(cases, theirs, ours, strict=True):
    # A value that a linker does not like is refused with a sentence of its own; "alone" and "takes the next word" are then
    # the same for a word with its value in it.
    if they == we or ("=" in word and we == "alone"):
        continue
    if (linker, word) in misread and they == "takes the next word":
        continue
    # A word that a version of a linker has no more, or only with a value, is refused, however we read it.
    if they == "unknown":
        continue
    print(f"{linker} {word}: {they}, and our table says: {we}")
    wrong += 1
print(f"{len(cases)} words of {len(linkers)} linkers")
sys.exit(77 if not linkers else wrong != 0)
