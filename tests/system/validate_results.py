#!/usr/bin/python3
"""Checks the files of a run's folder against docs/schema, and that they agree with each other.

Usage: validate_results.py FOLDER…    Exit status 0 when all are right, 1 otherwise.
"""

import csv
import json
import pathlib
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


def check_summary(folder):
    summary = parse((folder / "summary.json").read_text())
    yield from errors_in(validator("summary-1"), summary, "summary.json")
    rows = [row for group in summary["groups"] for row in group["rows"]]
    with open(folder / "summary.csv", newline="") as file:
        lines = list(csv.DictReader(file, strict=True))
    if len(lines) != len(rows):
        yield f"summary.csv has {len(lines)} rows, summary.json {len(rows)}"
    for line, row in zip(lines, rows):
        if None in line or None in line.values():
            yield f"summary.csv: the row of {row['backend']} has another number of fields"
        if line["status"] != row["status"] or int(line["rounds"]) != row["rounds"]:
            yield f"summary.csv: the row of {row['backend']} differs from summary.json"


def check_folder(folder):
    yield from errors_in(validator("run-1"), parse((folder / "run.json").read_text()), "run.json")
    yield from check_trials(folder)
    yield from check_summary(folder)


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
