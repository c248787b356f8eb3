"""`ringside export`: what it writes is read by the tool it is for, or follows that tool's schema."""

import csv
import importlib.util
import io
import json
import pathlib
import re
import shutil
import subprocess
import unittest

import jsonschema

import validate_results
from support import RingsideTest

CASES = pathlib.Path(__file__).resolve().parents[1] / "golden" / "cases"
REFERENCE = CASES.parents[2] / "results" / "reference-quick-2cpu"
RUNS = (REFERENCE, CASES / "hostile", CASES / "trouble", CASES / "one_round")
COMPARE_PY = pathlib.Path("/usr/share/benchmark/compare.py")

# Google's compare.py takes two functions from scipy, which cannot be installed beside Boost 1.81.
# Without its U test it calls only this one.
GMEAN = """
import numpy

def gmean(values):
    return numpy.exp(numpy.log(numpy.array(values)).mean(axis=0))

def mannwhitneyu(*_, **__):
    raise AssertionError("was not to be called")
"""

NAME = {"type": "string", "pattern": r"^[A-Za-z0-9._:/]+$", "maxLength": 1024}
ABOVE_ZERO = {"type": "number", "exclusiveMinimum": 0}
NOT_NEGATIVE = {"type": "number", "minimum": 0}

# What the readers take, by the tools' own documentation and sources.
GOOGLE = {
    "type": "object",
    "required": ["context", "benchmarks"],
    "properties": {
        "context": {
            "type": "object",
            "required": ["caches"],
            "properties": {
                "caches": {"type": "array", "items": {"type": "object"}},
                "json_schema_version": {"const": 1},
                "library_build_type": {"enum": ["release", "debug"]},
                "num_cpus": {"type": "integer"},
            },
        },
        "benchmarks": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["name", "run_name", "iterations", "real_time", "cpu_time", "time_unit"],
                "properties": {
                    "name": NAME,
                    "run_type": {"const": "iteration"},
                    "iterations": {"type": "integer", "minimum": 1},
                    "real_time": ABOVE_ZERO,
                    "cpu_time": ABOVE_ZERO,
                    "time_unit": {"enum": ["ns", "us", "ms", "s"]},
                },
            },
        },
    },
}
GITHUB_ACTION = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "additionalProperties": False,
        "required": ["name", "unit", "value"],
        "properties": {
            "name": NAME,
            "unit": {"type": "string"},
            "value": NOT_NEGATIVE,
            "range": {"type": "string", "pattern": "^± [0-9.e+-]+ %$"},
            "extra": {"type": "string"},
        },
    },
}
METRIC = {
    "type": "object",
    "additionalProperties": False,
    "required": ["value"],
    "properties": {"value": NOT_NEGATIVE, "lower_value": NOT_NEGATIVE, "upper_value": NOT_NEGATIVE},
}
BENCHER = {
    "type": "object",
    "propertyNames": NAME,
    "additionalProperties": {
        "type": "object",
        "propertyNames": {"pattern": "^[a-z0-9-]{1,64}$"},
        "additionalProperties": METRIC,
    },
}


def parse_go(text):
    """Go's benchmark format: configuration, units with what is better, and results."""
    configuration, units, results = {}, {}, []
    for line in text.splitlines():
        if match := re.fullmatch(r"Unit (\S+) better=(higher|lower)", line):
            units[match[1]] = match[2]
        elif match := re.fullmatch(r"(Benchmark[^\sa-z]\S*) (\d+)((?: \S+ \S+)+)", line):
            words = match[3].split()
            values = {unit: float(value) for value, unit in zip(words[::2], words[1::2])}
            results.append((match[1], int(match[2]), values))
        elif match := re.fullmatch(r"([a-z][^\sA-Z:]*): (.*)", line):
            configuration[match[1]] = match[2]
        elif line and not line.startswith("# "):  # a comment
            raise ValueError(f"none of Go's lines: {line}")
    return configuration, units, results


class Export(RingsideTest):
    def export(self, folder, name):
        return self.run_ringside("export", folder, "--format", name).stdout

    def export_json(self, folder, name, schema):
        value = validate_results.parse(self.export(folder, name))
        jsonschema.Draft7Validator(schema).validate(value)
        return value

    def test_output_goes_to_a_file(self):
        file = self.sandbox.work / "out"
        done = self.run_ringside("export", REFERENCE, "--format=benchstat", "--output", file)
        self.assertEqual(done.stdout, "")
        self.assertEqual(file.read_text(), self.export(REFERENCE, "benchstat"))

    def test_google_benchmark_has_every_round(self):
        for folder in RUNS:
            with self.subTest(folder.name):
                entries = self.export_json(folder, "google-benchmark", GOOGLE)["benchmarks"]
                by_name = {}
                for entry in entries:
                    by_name.setdefault(entry["name"], []).append(entry)
                for repetitions in by_name.values():
                    self.assertEqual(repetitions[0]["repetitions"], len(repetitions))
                    indices = [entry["repetition_index"] for entry in repetitions]
                    self.assertEqual(indices, list(range(len(repetitions))))

    def test_medians_have_unique_names(self):
        for folder in RUNS:
            with self.subTest(folder.name):
                entries = self.export_json(folder, "google-benchmark-medians", GOOGLE)["benchmarks"]
                names = [entry["name"] for entry in entries]
                self.assertEqual(len(names), len(set(names)))

    def test_github_action(self):
        for folder in RUNS:
            with self.subTest(folder.name):
                for name in ("github-action-smaller", "github-action-bigger"):
                    entries = self.export_json(folder, name, GITHUB_ACTION)
                    names = [entry["name"] for entry in entries]
                    self.assertEqual(len(names), len(set(names)))
                    throughput = [entry.endswith("/throughput") for entry in names]
                    self.assertEqual(set(throughput), {name.endswith("bigger")})

    def test_bencher(self):
        for folder in RUNS:
            with self.subTest(folder.name):
                for measures in self.export_json(folder, "bencher-bmf", BENCHER).values():
                    for metric in measures.values():
                        low = metric.get("lower_value", metric["value"])
                        high = metric.get("upper_value", metric["value"])
                        self.assertLessEqual(low, metric["value"] * (1 + 1e-8))
                        self.assertGreaterEqual(high, metric["value"] * (1 - 1e-8))

    def test_benchstat_compares_runs_of_one_machine(self):
        # It compares only files whose configuration lines are all equal.
        other = self.sandbox.work / "other"
        shutil.copytree(REFERENCE, other)
        text = (other / "run.json").read_text()
        run = validate_results.parse(text)
        for member in (run["started_at"], run["git_revision"]):
            text = text.replace(member, member[::-1])
        (other / "run.json").write_text(text)
        first, second = (self.export(folder, "benchstat") for folder in (REFERENCE, other))
        self.assertNotEqual(first, second)
        self.assertEqual(parse_go(first)[0], parse_go(second)[0])
        self.assertIn("kernel", parse_go(first)[0])

    def test_benchstat(self):
        for folder in RUNS:
            with self.subTest(folder.name):
                _, units, results = parse_go(self.export(folder, "benchstat"))
                self.assertEqual(units["op/s"], "higher")
                self.assertEqual(units["cpu-ns/op"], "lower")
                self.assertTrue(results)
                for name, iterations, values in results:
                    self.assertIsNone(re.search(r"-\d+$", name))
                    self.assertLessEqual(set(values), set(units))

    def test_figures_are_those_of_the_trials(self):
        trials = [json.loads(line) for line in (CASES / "normal" / "trials.jsonl").open()]
        trials = [t for t in trials if t["backend"] == "callback" and not t["control"]]
        _, _, results = parse_go(self.export(CASES / "normal", "benchstat"))
        lines = [values for name, _, values in results if "backend=callback/" in name]
        self.assertEqual(len(lines), len(trials))
        for trial, values in zip(trials, lines):
            self.assertAlmostEqual(values["op/s"] / trial["throughput_ops_per_s"], 1, 6)
            self.assertAlmostEqual(values["cpu-ns/op"] / trial["cpu"]["total_ns_per_op"], 1, 6)
            self.assertAlmostEqual(values["p99-ns"] / trial["latency_ns"]["p99"], 1, 6)

    def test_lower_bounds_are_left_out(self):
        for name in ("google-benchmark", "github-action-bigger", "bencher-bmf", "benchstat"):
            with self.subTest(name):
                text = self.export(CASES / "saturated", name)
                others = [line for line in text.splitlines() if "io_uring" not in line]
                saturated = [line for line in text.splitlines() if "io_uring" in line]
                if name != "bencher-bmf":
                    self.assertFalse(any(re.search("throughput|op/s", line) for line in saturated))
                self.assertTrue(any(re.search("throughput|op/s", line) for line in others))
        measures = self.export_json(CASES / "saturated", "bencher-bmf", BENCHER)
        with_throughput = [name for name, of in measures.items() if "throughput" in of]
        self.assertFalse(any("io_uring" in name for name in with_throughput))

    def test_what_is_left_out_is_named_with_its_reason(self):
        done = self.run_ringside("export", CASES / "saturated", "--format", "benchstat")
        self.assertRegex(done.stderr, "left out: throughput of io_uring in echo · .*lower bound")
        done = self.run_ringside("export", CASES / "trouble", "--format", "bencher-bmf")
        self.assertRegex(done.stderr, "left out: all figures of [a-z_]+ in echo")
        done = self.run_ringside("export", CASES / "saturated", "--format", "markdown")
        self.assertEqual(done.stderr, "")

    def test_a_round_of_zero_is_in_the_mean_where_the_reader_takes_it(self):
        file = self.sandbox.work / "idle.jsonl"
        trials = [json.loads(line) for line in (CASES / "normal" / "trials.jsonl").open()]
        trials = [t for t in trials if t["backend"] == "callback"]
        for trial in trials:
            trial["context_switches"]["per_op"] = 0 if trial["round"] == 1 else 0.5
        file.write_text("".join(json.dumps(trial) + "\n" for trial in trials))
        [measures] = self.export_json(file, "bencher-bmf", BENCHER).values()
        mean = 0.5 * (len(trials) - 1) / len(trials)
        self.assertAlmostEqual(measures["context-switches-per-op"]["value"], mean)
        google = self.run_ringside("export", file, "--format", "google-benchmark")
        self.assertNotIn("/context_switches", google.stdout)
        self.assertIn("left out: context switches of callback", google.stderr)

    def test_names_that_differ_in_a_sign_stay_apart(self):
        file = self.sandbox.work / "signs.jsonl"
        trials = [json.loads(line) for line in (CASES / "normal" / "trials.jsonl").open()]
        for trial in trials:
            trial["backend"] = {"callback": "my-srv", "io_uring": "my_srv"}.get(trial["backend"], "x")
        file.write_text("".join(json.dumps(trial) + "\n" for trial in trials))
        names = {name for name, _, _ in parse_go(self.export(file, "benchstat"))[2]}
        self.assertEqual(len([name for name in names if "my_srv" in name]), 2)

    def test_csv_and_markdown_are_the_reports(self):
        lines = list(csv.DictReader(io.StringIO(self.export(REFERENCE, "csv")), strict=True))
        self.assertTrue(lines)
        report = self.run_ringside("report", "--no-write", REFERENCE, "--format", "markdown")
        self.assertEqual(self.export(REFERENCE, "markdown"), report.stdout)

    def test_refusals(self):
        def refused(*arguments, says):
            done = self.run_ringside("export", *arguments, status=1)
            self.assertEqual(done.stdout, "")
            self.assertIn(says, done.stderr)

        refused(REFERENCE, "--format", "benchstats", says="'benchstat'?")
        refused(REFERENCE, says="--format")
        refused(self.sandbox.work, "--format", "csv", says="trials.jsonl")
        refused(REFERENCE, "--format", "csv", "--output", "/proc/none", says="/proc/none")
        skipped = self.sandbox.work / "skipped.jsonl"
        trials = [json.loads(line) for line in (CASES / "trouble" / "trials.jsonl").open()]
        skipped.write_text("".join(json.dumps(t) + "\n" for t in trials if t["status"] == "skipped"))
        refused(skipped, "--format", "benchstat", says="nothing in")


@unittest.skipUnless(COMPARE_PY.exists(), "needs the package libbenchmark-tools")
class GoogleCompare(RingsideTest):
    """Debian's own compare.py reads what was exported."""

    def setUp(self):
        super().setUp()
        self.environment = {"PYTHONDONTWRITEBYTECODE": "1"}
        if importlib.util.find_spec("scipy") is None:
            module = self.sandbox.work / "modules" / "scipy"
            module.mkdir(parents=True)
            (module / "__init__.py").touch()
            (module / "stats.py").write_text(GMEAN)
            self.environment["PYTHONPATH"] = str(module.parent)

    def compare(self, base, head):
        return subprocess.run(
            ["/usr/bin/python3", COMPARE_PY, "--no-color", "--no-utest", "benchmarks", base, head],
            env=self.sandbox.environment | self.environment,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def test_a_change_shows_in_the_row_that_has_it(self):
        head = self.sandbox.work / "head.jsonl"
        trials = [json.loads(line) for line in (REFERENCE / "trials.jsonl").open()]
        for trial in trials:
            if trial["backend"] == "epoll" and trial["scenario"] == "echo":
                trial["cpu"]["total_ns_per_op"] *= 1.25
        head.write_text("".join(json.dumps(trial) + "\n" for trial in trials))
        for name in ("google-benchmark", "google-benchmark-medians"):
            with self.subTest(name):
                files = [self.sandbox.work / "base.json", self.sandbox.work / "head.json"]
                for source, file in zip((REFERENCE, head), files):
                    self.run_ringside("export", source, "--format", name, "--output", file)
                done = self.compare(*files)
                self.assertEqual(done.returncode, 0, done.stderr)
                changed = [line for line in done.stdout.splitlines() if "+0.2500" in line]
                self.assertTrue(changed, done.stdout)
                for line in changed:
                    self.assertRegex(line, r"^echo/backend:epoll/.*/cpu\b")
                self.assertIn("OVERALL_GEOMEAN", done.stdout)
