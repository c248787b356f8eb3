"""scripts/calibrate: what it says of gates that have been made. Making them takes hours."""

import json
import pathlib
import unittest

from support import RingsideTest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "calibrate"
COVERAGE = ROOT / "build" / "release" / "benchmarks" / "interval_coverage"


class Calibration(RingsideTest):
    def calibrate(self, *arguments, status=0):
        done = self.sandbox.run(*arguments, program=SCRIPT)
        self.assertEqual(done.returncode, status, f"{done.args}\n{done.stdout}\n{done.stderr}")
        return done

    def line(self, series, answer, spin_ns=0, elapsed_s=7.0):
        """A gate that saw 1 % in one round and 3 % in the other."""
        row = {"slowdown": 1.02, "smallest_visible_slowdown": 1.005, "control_by_round": [1.01, 0.99]}
        figures = {"spin_ns": spin_ns, "base_cpu_ns": 5000.0, "elapsed_s": elapsed_s}
        return {"series": series, "answer": answer, "row": row, **figures}

    def gates(self, **answers):
        """A file of gates of two series, by answer: how many of each."""
        path = self.sandbox.work / "gates.jsonl"
        lines = [
            self.line("same, quiet", answer.replace("_", " "), elapsed_s=10.0 + i)
            for answer, count in answers.items()
            for i in range(count)
        ]
        lines.append(self.line("5 % slower", "regression", spin_ns=240))
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
        return path

    def test_shares_have_exact_intervals(self):
        # Clopper and Pearson's interval of 3 in 300 is 0.21 % to 2.89 %, that of 1 in 1 2.5 % to 100 %.
        path = self.gates(**{"regression": 3, "pass": 290, "inconclusive": 6, "unstable_machine": 1})
        said = self.calibrate("--budget", "0", "--output", path).stdout.splitlines()
        self.assertRegex(said[1], r"^same, quiet +300 +1\.0 % \(0\.2-2\.9\) +290 +6 +1 ")
        self.assertRegex(said[2], r"^5 % slower +1 +100\.0 % \(2\.5-100\.0\) +0 +0 +0 +7, most 7$")

    def test_slowdowns_stand_beside_what_was_injected(self):
        said = self.calibrate("--budget", "0", "--output", self.gates(**{"pass": 3})).stdout.splitlines()
        self.assertRegex(said[5], r"^same, quiet +0\.0 +2\.0 +0\.5$")
        self.assertRegex(said[6], r"^5 % slower +4\.8 +2\.0 +0\.5$")

    @unittest.skipUnless(COVERAGE.exists(), "needs the release build's interval_coverage")
    def test_intervals_are_held_against_the_rounds_of_equal_builds(self):
        # All rounds are a hundredth off, to either side in turn: every interval holds 1.
        said = self.calibrate("--budget", "0", "--output", self.gates(**{"pass": 300})).stdout
        self.assertRegex(said, r"same, quiet +600 +4 +100\.0 % of 150 ")
        self.assertNotRegex(said, r"5 % slower +\d+ +4 +100\.0 %")

    def test_none_found_is_not_none_at_all(self):
        path = self.gates(**{"pass": 300})
        said = self.calibrate("--budget", "0", "--output", path).stdout.splitlines()
        self.assertRegex(said[1], r"^same, quiet +300 +0\.0 % \(0\.0-1\.2\) ")

    def test_wrong_use(self):
        for arguments, says in (
            (["--budget", "5"], "write one as in 90min"),
            (["--only", "other"], "no such series: other"),
        ):
            self.assertIn(says, self.calibrate(*arguments, status=1).stderr)

    def test_a_line_that_is_cut_off_is_named(self):
        path = self.gates(**{"pass": 2})
        path.write_text(path.read_text()[:-20])
        self.assertIn("line 3 of", self.calibrate("--budget", "0", "--output", path, status=1).stderr)
