#!/usr/bin/env python3
"""Counts what a run of `meson test` did, suite by suite.

Usage: count_tests.py NAME TESTLOG.json

Prints a line "NAME/SUITE PASSED FAILED SKIPPED" a suite. A test that prints TAP counts as many as
it has points, others count one. A test that fails for another reason than its points (it crashed,
it took too long) counts one failure more."""

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


def main():
    name, path = sys.argv[1:]
    totals = {}
    with open(path, encoding="utf-8", errors="replace") as log:
        for line in log:
            test = json.loads(line)
            suite = (test.get("suite") or ["other"])[0].split(":")[-1]
            total = totals.setdefault(suite, [0, 0, 0])
            for i, n in enumerate(count(test)):
                total[i] += n
    if not totals:
        sys.exit("count_tests.py: %s: no tests" % path)
    for suite, total in sorted(totals.items()):
        print("%s/%s %d %d %d" % (name, suite, *total))


main()
