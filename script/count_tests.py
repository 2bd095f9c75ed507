#!/usr/bin/env python3
"""Counts what a run of `meson test` did, suite by suite.

Usage: count_tests.py NAME TESTLOG.json

Prints a line "NAME/SUITE PASSED FAILED SKIPPED" a suite. A test that prints TAP counts as many as
it has points, others count one. A test that fails for another reason than its points (it crashed,
it took too long) counts one failure more. On standard error: what failed, and what was said of it."""

import json
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


def split_name(test):
    """(suite, test) of "project:suite / test", which is how meson writes it."""
    full = test["name"]
    if " / " not in full:
        return "other", full
    suite, name = full.split(" / ", 1)
    return suite.split(":")[-1].split("+")[0], name


def explain(name, test):
    """The points that failed, each with the comments behind it."""
    print("FAILED: %s (%s)" % (name, test["result"]), file=sys.stderr)
    shown = False
    for line in test.get("stdout", "").splitlines():
        shown = line.startswith("not ok") or (shown and line.startswith("#"))
        if shown:
            print("    " + line, file=sys.stderr)


def main():
    name, path = sys.argv[1:]
    totals = {}
    with open(path, encoding="utf-8", errors="replace") as log:
        for line in log:
            test = json.loads(line)
            suite, test_name = split_name(test)
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
