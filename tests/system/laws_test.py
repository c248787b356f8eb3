"""Measurements that cannot be true are found by the laws, every time."""

import pathlib
import shutil

from support import FAKE, RINGSIDE, Results, RingsideTest, brief

TRIES = 20


class BrokenMeasurements(RingsideTest):
    """Each is broken on purpose, and all of so many trials say which law it breaks."""

    def reasons(self, program=RINGSIDE, scenario="echo", **flags):
        flags = {"rounds": TRIES, "backends": "epoll", "output": "broken"} | flags
        done = self.sandbox.run("run", *brief(scenario, **flags), "--no-control", program=program)
        self.assertEqual(done.returncode, 1, done.stderr)
        trials = Results(self.sandbox.work / "broken").trials
        self.assertEqual([trial["status"] for trial in trials], ["invalid"] * TRIES)
        return [trial["reason"] for trial in trials]

    def test_no_warm_up(self):
        for reason in self.reasons(connections=64, slice="5ms", warmup="0ms"):
            self.assertRegex(reason, "in [12] of 2 windows the measured part began before|no operation was")

    def test_slices_shorter_than_a_turn(self):
        for reason in self.reasons(connections=2000, slice="5ms", cycles=1):
            self.assertRegex(
                reason,
                "measured parts of .* held .* turns|no operation was completed"
                "|in 1 of 1 windows the measured part began before",
            )

    def test_a_load_that_forgets_every_hundredth_time(self):
        for reason in self.reasons(program=FAKE, scenario="forgetful"):
            self.assertRegex(
                reason,
                r"the conservation of operations is broken: \d+ operations that began in the "
                r"measured parts completed, and the times of \d+ were recorded",
            )


class LawfulMeasurements(RingsideTest):
    """Lengths that follow from the work."""

    def test_are_lawful_and_say_what_they_followed_from(self):
        done = self.sandbox.run(
            *("run", *brief(connections="4,1500", backends="epoll,blocking_threads", audit=True)),
            "--output=out",
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        results = Results(self.sandbox.work / "out")
        self.assertEqual(results.errors(), [])
        for trial in results.trials:
            connections = trial["params"]["connections"]
            self.assertEqual(trial["in_system"], {"operations": connections, "exact": True})
            windows = trial["windows"]
            self.assertGreaterEqual(windows["measured_ns"], windows["rotation_ns"] * 9)
            begun = trial["conservation"]
            ended = begun["completed_in_window"] + begun["completed_after"]
            self.assertEqual(begun["started"], ended + begun["failed"])
            # That the window's times are in no figure of the slices.
            self.assertNotIn("conservation", trial["reason"] or "")
            if windows["kind"] == "slice":
                audit = trial["audit"]
                self.assertEqual(audit["windows"], 1)
                self.assertIn(audit["after_slices"], range(1, len(trial["slices"]["ops"])))
                self.assertGreater(audit["slices_beside"]["cpu_ns_per_op"], 0)
            else:
                self.assertIn("whole windows", " ".join(trial["caveats"]))
                self.assertIsNone(trial["audit"]["windows"])


class Audit(RingsideTest):
    """Whole windows beside the slices."""

    def audited(self, *flags):
        done = self.sandbox.run(
            *("run", "echo", "--backends=epoll", "--connections=4", "--payload=128", "--rounds=1"),
            *("--cycles=1", "--no-control", "--output", "out", *flags),
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        results = Results(self.sandbox.work / "out")
        (trial,) = results.trials
        audited = trial["audit"]["windows"] == 1
        self.assertEqual(results.run["options"]["audit"], audited)
        self.assertTrue(audited or trial["latency_ns"]["p99"] is None)
        shutil.rmtree(results.folder)
        return audited

    def test_is_made_unless_it_is_not_wanted(self):
        self.assertTrue(self.audited())
        self.assertTrue(self.audited("--profile=standard"))
        self.assertFalse(self.audited("--no-audit"))


class UnlawfulOldRuns(RingsideTest):
    """A run of a ringside that did not check is judged when it is read: 512 connections, of a
    reference run that was published."""

    FOLDER = pathlib.Path(__file__).parent / "broken_laws"

    def test_report_names_the_laws(self):
        old = self.sandbox.work / "old"
        shutil.copytree(self.FOLDER, old)
        done = self.sandbox.run("report", old, "--format=json")
        self.assertIn("the utilisation law is broken", done.stdout)
        self.assertIn("and the backend was given 1", done.stdout)
        (group,) = Results(old).summary["groups"]
        rows = {row["backend"]: row for row in group["rows"] if not row["control"]}
        for backend in ("blocking_threads", "future"):
            self.assertEqual(rows[backend]["status"], "invalid")
            self.assertIsNone(rows[backend]["throughput_ops_per_s"])
            self.assertIsNone(rows[backend]["rank"])

    def test_compare_uses_nothing_of_them(self):
        done = self.sandbox.run("compare", self.FOLDER, self.FOLDER, "--format=json")
        self.assertIn("law is broken", done.stdout + done.stderr)
