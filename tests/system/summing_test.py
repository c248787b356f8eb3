"""docs/ADDING_A_SCENARIO.md: a throw-away scenario has all that the others have from its own folder and one line."""

import csv
import json
import os

from support import RINGSIDE, RingsideTest

SUMMING = os.environ["RINGSIDE_SUMMING"]
BRIEF = ("summing", "--rounds=1", "--cycles=2")


class AddedScenario(RingsideTest):
    def run_summing(self, *arguments, **options):
        return self.run_ringside(*arguments, program=SUMMING, **options)

    def test_flags_and_help_come_from_its_table(self):
        for command in ("run", "gate"):
            said = self.run_summing(command, "--help").stdout
            self.assertIn("\nSumming:\n", said)
            self.assertIn("Numbers to add up; a list is a sweep", said)
            self.assertRegex(said, "--note TEXT +What stands beside the figures\n")
            self.assertIn("echo, file_copy, fan_out, summing", said)

    def test_profiles_come_from_its_table(self):
        for profile, sets in (("quick", 1), ("standard", 2), ("thorough", 3)):
            said = self.run_summing("run", *BRIEF, f"--profile={profile}", "--dry-run").stdout
            self.assertEqual(said.count("round 1 of summing"), sets, profile)

    def test_a_job_file_has_its_names(self):
        job = self.sandbox.work / "job.toml"
        job.write_text("[run]\nnumbers = [10, 20]\nnote = 'hello'\n")
        said = self.run_summing("--job", job, "run", "summing", "--rounds=1", "--dry-run").stdout
        self.assertIn("summing: 1 to 10;", said)
        self.assertIn("summing: 1 to 20;", said)

    def test_values_are_checked_by_its_table(self):
        for words, says in (
            (("--numbers", "0"), "'0' is not a whole number from 1 on"),
            (("--numbers", "2000000000"), "--numbers is 2000000000"),
            (("--numbers", "3", "--times", "2"), "an odd --numbers with --times"),
            (("--note", "a", "--note", "b"), "--note"),
        ):
            with self.subTest(words):
                refused = self.run_summing("run", *BRIEF, "--output=out", *words, status=1)
                self.assertIn(says, refused.stderr)
        self.assertFalse(self.output.exists())

    def test_it_is_measured_and_shown(self):
        results = self.measure(*BRIEF, "--numbers=10,100000", "--note=a b", program=SUMMING)
        trials = results.trials
        self.assertEqual({trial["status"] for trial in trials}, {"ok"}, [t["reason"] for t in trials])
        self.assertEqual({trial["params"]["numbers"] for trial in trials}, {10, 100000})
        self.assertEqual({trial["params"]["note"] for trial in trials}, {"a b"})
        asked = json.loads((self.output / "run.json").read_text())["options"]["summing"]
        self.assertEqual(asked, {"numbers": [10, 100000], "times": [1], "note": "a b"})
        with (self.output / "summary.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual({row["param.numbers"] for row in rows}, {"10", "100000"})
        self.assertIn("summing", (self.output / "report.html").read_text())

    def test_reports_need_not_know_it(self):
        self.measure(*BRIEF, "--numbers=10", program=SUMMING)
        said = self.run_ringside("report", self.output, program=RINGSIDE).stdout
        self.assertRegex(said, "[nµm]?s/sum")

    def test_a_gate_judges_it(self):
        flags = ("--base", SUMMING, "--backends=loop", "--budget=8s", "--output", self.output)
        gate = self.sandbox.run("gate", "summing", *flags, program=SUMMING)
        self.assertIn(gate.returncode, (0, 3), gate.stderr)
        judged = json.loads((self.output / "gate.json").read_text())
        self.assertEqual([row["scenario"] for row in judged["rows"]], ["summing"])
