#!/usr/bin/python3
"""Checks the files of a run's folder against docs/schema, and that they agree with each other.

Usage: validate_results.py FOLDER…    Exit status 0 when all are right, 1 otherwise.
"""

import csv
import json
import math
import pathlib
import re
import sys

import jsonschema

SCHEMAS = pathlib.Path(__file__).resolve().parents[2] / "docs" / "schema"


def refuse_constant(name):
    raise ValueError(f"{name} is no JSON")


def parse(text):
    # Python reads NaN and Infinity, which are no JSON.
    return json.loads(text, parse_constant=refuse_constant)


def validator(name):
    schema = parse((SCHEMAS / f"{name}.schema.json").read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker())


def errors_in(checker, value, where):
    for error in checker.iter_errors(value):
        path = "/".join(str(part) for part in error.absolute_path)
        yield f"{where}: {path or '(whole)'}: {error.message[:300]}"


def check_trials(folder):
    checker = validator("trial-1")
    text = (folder / "trials.jsonl").read_text()
    if text and not text.endswith("\n"):
        yield "trials.jsonl: the last line is cut off"
    # Not splitlines(): it also splits at characters that JSON allows inside a text.
    lines = text.removesuffix("\n").split("\n") if text else []
    for number, line in enumerate(lines, 1):
        yield from errors_in(checker, parse(line), f"trials.jsonl:{number}")


FORMULA = re.compile(r" *[=+\-@＝＋－＠]")


def is_number(field):
    try:
        return math.isfinite(float(field))
    except ValueError:
        return False


def read_csv(path):
    """The lines by column, and what is wrong with the file as such."""
    with open(path, newline="", encoding="utf-8") as file:
        lines = list(csv.DictReader(file, strict=True))
    errors = []
    for number, line in enumerate(lines, 2):
        if None in line or None in line.values():
            errors.append(f"{path.name}:{number} has another number of fields")
        elif formulas := [f for f in line.values() if FORMULA.match(f) and not is_number(f)]:
            errors.append(f"{path.name}:{number} has formulas: {formulas}")
    return lines, errors


def check_summary(folder):
    summary = parse((folder / "summary.json").read_text())
    yield from errors_in(validator("summary-1"), summary, "summary.json")
    rows = [row for group in summary["groups"] for row in group["rows"]]
    lines, errors = read_csv(folder / "summary.csv")
    yield from errors
    if len(lines) != len(rows):
        yield f"summary.csv has {len(lines)} rows, summary.json {len(rows)}"
    for line, row in zip(lines, rows):
        if line["status"] != row["status"] or int(line["rounds"]) != row["rounds"]:
            yield f"summary.csv: the row of {row['backend']} differs from summary.json"

    curves, errors = read_csv(folder / "percentiles.csv")
    yield from errors
    points = [point["ns"] for row in rows for point in row["latency_percentiles"]]
    if [int(line["latency_ns"]) for line in curves if line["time"] == "latency"] != points:
        yield "percentiles.csv differs from summary.json"


def check_trials_csv(folder):
    lines, errors = read_csv(folder / "trials.csv")
    yield from errors
    text = (folder / "trials.jsonl").read_text()
    trials = [parse(line) for line in text.split("\n") if line]
    if len(lines) != len(trials):
        yield f"trials.csv has {len(lines)} rows, trials.jsonl {len(trials)}"
    for line, trial in zip(lines, trials):
        ops = "" if trial["ops"] is None else str(trial["ops"])
        if (line["round"], line["status"], line["ops"]) != (str(trial["round"]), trial["status"], ops):
            yield f"trials.csv: round {trial['round']} of {trial['backend']} differs"


def check_folder(folder):
    yield from errors_in(validator("run-1"), parse((folder / "run.json").read_text()), "run.json")
    yield from check_trials(folder)
    yield from check_summary(folder)
    yield from check_trials_csv(folder)


def main(folders):
    if not folders:
        print(__doc__, file=sys.stderr)
        return 1
    failures = 0
    for folder in map(pathlib.Path, folders):
        try:
            errors = list(check_folder(folder))
        except (OSError, ValueError, csv.Error) as error:
            errors = [str(error)]
        for error in errors:
            print(f"{folder}: {error}", file=sys.stderr)
        failures += len(errors)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
