"""`ringside compare`: two folders in, what changed out; and what it refuses."""

import csv
import io
import json
import pathlib
import shutil

import validate_results
from support import RingsideTest

GOLDEN = pathlib.Path(__file__).resolve().parents[1] / "golden"
REFERENCE = GOLDEN.parents[1] / "results" / "reference-quick-2cpu"


class Compare(RingsideTest):
    def setUp(self):
        super().setUp()
        self.base = self.copy("normal", "base")
        self.head = self.copy("normal", "head")

    def copy(self, case, name):
        folder = self.sandbox.work / name
        folder.mkdir()
        for file in ("run.json", "trials.jsonl"):
            shutil.copy(GOLDEN / "cases" / case / file, folder)
        return folder

    def change_run(self, folder, change):
        run = json.loads((folder / "run.json").read_text())
        change(run)
        (folder / "run.json").write_text(json.dumps(run))

    def change_trials(self, folder, change):
        path = folder / "trials.jsonl"
        trials = [json.loads(line) for line in path.read_text().splitlines()]
        for trial in trials:
            change(trial)
        path.write_text("".join(json.dumps(trial) + "\n" for trial in trials))

    def compared(self, *arguments, status=0):
        done = self.run_ringside("compare", *arguments, "--format", "json", status=status)
        comparison = validate_results.parse(done.stdout)
        checker = validate_results.validator("compare-1")
        self.assertEqual(list(validate_results.errors_in(checker, comparison, "compare")), [])
        return comparison

    def refused(self, *arguments, says):
        done = self.run_ringside("compare", *arguments, status=1)
        self.assertEqual(done.stdout, "")
        for text in says:
            self.assertIn(text, done.stderr)

    def test_golden_comparisons_follow_the_schema(self):
        checker = validate_results.validator("compare-1")
        files = list((GOLDEN / "compare").glob("*/compare.json"))
        self.assertGreater(len(files), 3)
        for file in files:
            value = validate_results.parse(file.read_text())
            self.assertEqual(list(validate_results.errors_in(checker, value, file)), [])

    def test_what_became_dearer_is_worse(self):
        def dearer(trial):
            if trial["backend"] == "callback":
                trial["cpu"]["total_ns_per_op"] *= 1.05 + trial["round"] / 1000

        self.change_trials(self.head, dearer)
        comparison = self.compared(self.base, self.head)
        verdicts = {
            (row["backend"], figure["metric"]): figure["verdict"]
            for row in comparison["rows"]
            for figure in row["figures"]
        }
        self.assertEqual(verdicts.pop(("callback", "cpu_ns_per_op")), "worse")
        self.assertEqual(set(verdicts.values()), {"not told apart"})
        table = self.run_ringside("compare", self.base, self.head).stdout
        self.assertRegex(table, r"callback .*\+5\.. % worse")

    def test_folders_and_files_alike(self):
        of_folders = self.compared(self.base, self.head)
        of_files = self.compared(self.base / "trials.jsonl", self.head / "trials.jsonl")
        self.assertEqual(of_folders["rows"], of_files["rows"])
        renamed = (self.head / "trials.jsonl").rename(self.sandbox.work / "alone.jsonl")
        alone = self.compared(self.base, renamed)
        self.assertTrue(any("no run.json" in warning for warning in alone["warnings"]))

    def test_csv_has_a_line_for_each_row_and_metric(self):
        done = self.run_ringside("compare", REFERENCE, REFERENCE, "--format", "csv")
        lines = list(csv.DictReader(io.StringIO(done.stdout), strict=True))
        rows = self.compared(REFERENCE, REFERENCE)["rows"]
        self.assertEqual(len(lines), 6 * len(rows))
        self.assertEqual({line["verdict"] for line in lines}, {"not told apart", "unknown"})

    def test_damage_is_named_and_everything_before_it_counts(self):
        path = self.head / "trials.jsonl"
        lines = path.read_text().splitlines(keepends=True)
        path.write_text("".join(lines[:15]) + lines[15][:200])
        comparison = self.compared(self.base, self.head)
        self.assertTrue(any("line 16 is cut off" in text for text in comparison["warnings"]))
        self.assertEqual(comparison["rows"][0]["figures"][0]["head"]["rounds"], 3)

    def test_nothing_readable(self):
        (self.head / "trials.jsonl").write_text('{"sch')
        self.refused(self.base, self.head, says=["line 1 is cut off", "mend: "])
        (self.head / "trials.jsonl").write_text("")
        self.refused(self.base, self.head, says=["holds no trials"])
        (self.head / "trials.jsonl").unlink()
        self.refused(self.base, self.head, says=["trials.jsonl", "No such file", "mend: "])
        self.refused(self.base, self.sandbox.work / "none", says=["none", "No such file"])
        self.refused(self.base, "/dev/null", says=["/dev/null"])

    def test_csv_tells_of_damage_beside_it(self):
        path = self.head / "trials.jsonl"
        path.write_text(path.read_text()[:-20])
        done = self.run_ringside("compare", self.base, self.head, "--format", "csv")
        self.assertIn("is cut off", done.stderr)

    def test_rounds_without_figures_are_named(self):
        def fail(trial):
            if trial["backend"] == "callback" and trial["round"] == 2:
                trial.update(status="failed", wrong_data=True, reason="byte 7")

        self.change_trials(self.head, fail)
        done = self.run_ringside("compare", self.base, self.head, status=2)
        self.assertIn("head: callback of echo answered with wrong data: 4 of 5 rounds", done.stdout)
        self.assertIn("byte 7", done.stdout)

    def test_deep_nesting_is_refused(self):
        deep = "[" * 200_000 + "]" * 200_000
        path = self.head / "trials.jsonl"
        line = json.loads(path.read_text().splitlines()[0])
        line["params"] = {"connections": "DEEP"}
        path.write_text(path.read_text() + json.dumps(line).replace('"DEEP"', deep) + "\n")
        comparison = self.compared(self.base, self.head)
        self.assertTrue([text for text in comparison["warnings"] if "nested deeper" in text])
        run = (self.head / "run.json").read_text()
        (self.head / "run.json").write_text(run.replace('"machine": {', f'"machine": {{"kernel": {deep},', 1))
        self.refused(self.base, self.head, says=["nested deeper"])

    def test_two_runs_in_one_file_are_told(self):
        path = self.head / "trials.jsonl"
        path.write_text(path.read_text() * 2)
        comparison = self.compared(self.base, self.head)
        self.assertTrue(any("repeat a round" in text for text in comparison["warnings"]))
        report = self.run_ringside("report", "--no-write", self.head)
        self.assertIn("repeat a round", " ".join((report.stdout + report.stderr).split()))
        export = self.run_ringside("export", self.head, "--format", "benchstat")
        self.assertIn("repeat a round", export.stderr)

    def test_run_json_that_is_none(self):
        (self.head / "run.json").write_text("[1]")
        self.refused(self.base, self.head, says=["run.json"])

    def test_nothing_in_common(self):
        self.refused(
            self.base,
            GOLDEN / "cases" / "saturated",
            says=["nothing in common", "connections 64 against connections 1", "same flags"],
        )

    def test_parameters_in_another_order_are_the_same(self):
        def turn(trial):
            trial["params"] = dict(reversed(trial["params"].items()))

        before = self.compared(self.base, self.head)
        self.change_trials(self.head, turn)
        self.assertEqual(self.compared(self.base, self.head)["rows"], before["rows"])

    def test_another_file_system_is_refused(self):
        for folder, name in ((self.base, "ext4"), (self.head, "tmpfs")):
            self.change_trials(folder, lambda trial: trial["effective"].update(file_system=name))
        self.refused(self.base, self.head, says=["file_system of echo: ext4 against tmpfs"])

    def test_a_fact_that_only_one_run_has_is_a_warning(self):
        self.change_run(self.head, lambda run: run["machine"].pop("kernel"))
        warnings = self.compared(self.base, self.head)["warnings"]
        self.assertTrue(any("could not be checked" in text for text in warnings), warnings)
        self.assertTrue(any("the kernel" in text for text in warnings), warnings)

    def test_sets_of_parameters_have_sections_of_their_own(self):
        sweep = GOLDEN / "cases" / "sweep"
        table = self.run_ringside("compare", sweep, sweep).stdout
        for connections in (1, 500):
            self.assertRegex(table, rf"(?m)^echo · connections {connections} ")

    def test_csv_names_rows_of_one_side_on_standard_error(self):
        path = self.head / "trials.jsonl"
        lines = path.read_text().splitlines(keepends=True)
        path.write_text("".join(line for line in lines if '"callback"' not in line))
        done = self.run_ringside("compare", self.base, self.head, "--format", "csv")
        self.assertRegex(done.stderr, "only in the base: echo .*: callback")

    def test_another_machine_is_refused_unless_allowed(self):
        def move(run):
            run["machine"]["kernel"] = "Linux 7.0"
            run["cpus"] = {"backend": "4", "load": "5"}

        self.change_run(self.base, lambda run: run.update(cpus={"backend": "0", "load": "1"}))
        self.change_run(self.head, move)
        says = ["the kernel: Linux 6.18.5 against Linux 7.0", "the load's CPUs"]
        self.refused(self.base, self.head, says=[*says, "--allow-different-machines"])
        comparison = self.compared(self.base, self.head, "--allow-different-machines")
        for text in says:
            self.assertTrue(any(text in warning for warning in comparison["warnings"]), text)

    def test_another_io_of_the_load_is_refused(self):
        def io_uring(trial):
            trial["generator"]["io"] = "io_uring"

        self.change_trials(self.head, io_uring)
        self.refused(self.base, self.head, says=["epoll against io_uring"])

    def test_other_versions_are_a_warning(self):
        self.change_run(self.head, lambda run: run.update(ringside_version="9.9"))
        warnings = self.compared(self.base, self.head)["warnings"]
        self.assertTrue(any("0.1.0 against 9.9" in warning for warning in warnings), warnings)

    def test_wrong_data_in_either_is_status_2(self):
        def wrong(trial):
            if trial["backend"] == "callback" and trial["round"] == 2:
                trial.update(status="failed", wrong_data=True, reason="byte 7")

        self.change_trials(self.base, wrong)
        self.assertTrue(self.compared(self.base, self.head, status=2)["wrong_data"])
        self.assertTrue(self.compared(self.head, self.base, status=2)["wrong_data"])
