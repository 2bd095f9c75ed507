#!/usr/bin/env python3
"""Counts what a run of `meson test` did, suite by suite.

Usage: count_tests.py NAME BUILD_FOLDER

Prints a line "NAME/SUITE PASSED FAILED SKIPPED" a suite. A test that prints TAP counts as many as
it has points, others count one. A test that fails for another reason than its points (it crashed,
it took too long) counts one failure more. On standard error: what failed, and what was said of it."""

import json
import os
import re
import sys

POINT = re.compile(r"^(not )?ok\b[^#]*(#\s*(skip|todo)\b)?", re.IGNORECASE)
GOOD = ("OK", "EXPECTEDFAIL")


def count(test):
    """(passed, failed, skipped) of one line of the log."""
    if test["result"] == "SKIP":
        return 0, 0, 1
    passed = failed = skipped = 0
    for line in test.get("stdout", "").splitlines():
        point = POINT.match(line)
        if not point:
            continue
        if point.group(3):
            skipped += 1
        elif point.group(1):
            failed += 1
        else:
            passed += 1
    if test["result"] in GOOD:
        if passed + failed + skipped == 0 or failed:
            return 1, 0, 0
        return passed, 0, skipped
    return passed, max(failed, 1), skipped


def read_suites(folder):
    """The (first) suite of each test."""
    with open(os.path.join(folder, "meson-info", "intro-tests.json"), encoding="utf-8") as file:
        tests = json.load(file)
    return {test["name"]: (test["suite"] or ["other"])[0].split(":")[-1] for test in tests}


def explain(name, test):
    """The points that failed, each with the comments behind it."""
    print("FAILED: %s (%s)" % (name, test["result"]), file=sys.stderr)
    shown = False
    for line in test.get("stdout", "").splitlines():
        shown = line.startswith("not ok") or (shown and line.startswith("#"))
        if shown:
            print("    " + line, file=sys.stderr)


def main():
    name, folder = sys.argv[1:]
    suites = read_suites(folder)
    totals = {}
    path = os.path.join(folder, "meson-logs", "testlog.json")
    with open(path, encoding="utf-8", errors="replace") as log:
        for line in log:
            test = json.loads(line)
            # With several suites meson writes "project:suite / test".
            test_name = test["name"].split(" / ")[-1]
            suite = suites.get(test_name, "other")
            total = totals.setdefault(suite, [0, 0, 0])
            counts = count(test)
            if counts[1]:
                explain("%s/%s/%s" % (name, suite, test_name), test)
            for i, n in enumerate(counts):
                total[i] += n
    if not totals:
        sys.exit("count_tests.py: %s: no tests" % path)
    for suite, total in sorted(totals.items()):
        print("%s/%s %d %d %d" % (name, suite, *total))


main()
