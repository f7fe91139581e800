"""Prints how many generated requests passed and failed, as cargo's tests do, and fails with them."""

import json
import os
import sys

report, code = sys.argv[1], int(sys.argv[2])
passed, failed, tested = 0, 1, 0
if os.path.exists(report) and os.path.getsize(report):
    with open(report, encoding="utf-8") as file:
        found = json.load(file)
    cases, tested = found["test_cases"], found["operations"]["tested"]
    failed = cases["with_failures"] + max(cases["errored"], len(found["errors"]))
    passed = cases["generated"] - cases["with_failures"] - cases["errored"]
    # A run that was cut short, or left operations out, has shown nothing about the rest.
    if not found["complete"] or tested != found["operations"]["total"] or (code and not failed):
        failed += 1
word = "ok" if failed == 0 else "FAILED"
print(f"test result: {word}. {passed} passed; {failed} failed; requests to {tested} operations")
sys.exit(0 if failed == 0 else 1)
