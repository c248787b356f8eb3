"""Fan-out: parent requests, leaves in a process of their own, and what may happen to them."""

import os
import signal

import support
from support import FAKE, Results, RingsideTest, eventually

TIMES = {"first_reply", "last_reply", "straggler_gap", "excess_over_ideal", "leaf_lateness"}


def brief(**flags):
    return support.brief("fan_out", **({"connections": 2, "fan_out": 3} | flags))


class FanOut(RingsideTest):
    def fan_out(self, backends, *arguments, status=0, **flags):
        """`ringside run fan_out` over fake backends."""
        chosen = ["--backends", backends, "--no-control", *brief(**flags), *arguments]
        return self.measure(*chosen, program=FAKE, status=status)

    def test_measures_what_it_says(self):
        results = self.fan_out("steady", fan_out="1,3", leaf_delay="exp:200us", quorum=1)
        self.assert_ok(results.trials)
        self.assertEqual([trial["params"]["fan_out"] for trial in results.trials], [1, 3])
        for trial in results.trials:
            self.assertEqual(trial["params"]["leaf_delay"], "exp:200us")
            self.assertEqual(trial["verified_ops"], trial["ops"])
            self.assertEqual(trial["bytes"], trial["ops"] * trial["params"]["reply_bytes"])
            self.assertEqual(set(trial["times"]), TIMES)
            figures = trial["figures"]
            self.assertGreater(figures["leaves_cpu_ns_per_sub_request"], 0)
            self.assertGreater(figures["leaves_cpu_utilisation"], 0)
            self.assertGreater(figures["cpu_ns_per_sub_request"], 0)
        one, three = results.trials
        self.assertNotIn("late_replies_per_op", one["figures"], "none can be late")
        self.assertGreater(three["figures"]["late_replies_per_op"], 0.5)
        self.assertLess(three["figures"]["late_replies_per_op"], 2.5)
        options = results.run["options"]["fan_out"]
        self.assertEqual((options["fan_out"], options["quorum"]), ([1, 3], [1]))
        self.assertEqual((options["connections"], options["leaf_delay"]), ([2], ["exp:200us"]))

    def test_everything_is_measured_when_no_scenario_is_named(self):
        done = self.run_ringside("run", "--backends", "steady", "--dry-run", program=FAKE)
        self.assertIn("of echo:", done.stdout)
        self.assertIn("of fan_out:", done.stdout)

    def test_wrong_byte(self):
        results = self.fan_out("steady,wrong", status=2, slice="200ms", cycles=10)
        self.assert_ok(results.of("steady"))
        (trial,) = results.of("wrong")
        self.assertEqual(trial["status"], "failed")
        pattern = r"connection \d, request \d+: byte 127 of the reply of leaf \d is not what"
        self.assertRegex(trial["reason"], pattern)

    def test_crash(self):
        results = self.fan_out("steady,crash", status=1, slice="200ms", cycles=4)
        self.assert_ok(results.of("steady"))
        self.assertIn("killed by signal 6 (Aborted)", results.of("crash")[0]["reason"])

    def test_long_delays_are_measured_in_whole_windows(self):
        flags = [*brief(leaf_delay="fixed:5ms,none"), "--dry-run"]
        done = self.run_ringside("run", "--backends=steady", *flags, program=FAKE)
        self.assertIn("leaves take up to 5 ms, too long for slices", done.stdout)
        self.assertEqual(done.stdout.count("whole windows:"), 1)

    def test_more_leaves_than_descriptors(self):
        limit = ["prlimit", "--nofile=4096:4096"]
        flags = ["--no-control", *brief(fan_out="500,2", connections=10)]
        chosen = ["run", "--backends=steady", "--output=out", *flags]
        self.run_ringside(*chosen, program=FAKE, prefix=limit)
        many, few = Results(self.output).trials
        self.assertEqual(many["status"], "skipped")
        self.assertIn("the limit is 4096", many["reason"])
        self.assertIn("ulimit -n", many["mend"])
        self.assert_ok([few])


class FanOutKilled(RingsideTest):
    def start(self):
        """Two rounds over a fake backend and its control, the first of which is under way."""
        flags = brief(rounds=2, cycles=5, slice="150ms")
        chosen = ["run", "--output=out", "--backends=steady", *flags]
        process = self.sandbox.start(*chosen, program=FAKE)
        self.sandbox.wait_for_cells(2)
        return process

    def finish(self, process):
        _, errors = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 1, errors)
        results = Results(self.output)
        self.assertEqual(results.errors(), [])
        return results

    def leaves(self):
        found = self.sandbox.processes().items()
        return [pid for pid, words in found if " leaves " in words]

    def test_the_leaves(self):
        process = self.start()
        (leaves,) = self.leaves()
        os.kill(leaves, signal.SIGKILL)
        for trial in self.finish(process).trials:
            if trial["round"] == 2:
                self.assert_ok([trial])  # with leaves of its own
                continue
            self.assertEqual(trial["status"], "failed")
            self.assertEqual(trial["reason"], "the leaves' process was killed by signal 9 (Killed)")

    def test_a_middle_tier(self):
        process = self.start()
        os.kill(self.sandbox.cell_of("steady"), signal.SIGKILL)  # or its second copy
        trials = self.finish(process).trials
        (killed,) = [trial for trial in trials if trial["status"] == "failed"]
        self.assertEqual(killed["round"], 1)
        self.assertIn("killed by signal 9 (Killed)", killed["reason"])
        self.assertEqual(len(trials), 4)
        self.assert_ok([trial for trial in trials if trial is not killed])

    def test_the_harness(self):
        process = self.start()
        self.assertEqual(len(self.leaves()), 1)
        process.kill()
        process.wait()
        eventually(lambda: not self.sandbox.processes())
        self.assertEqual(self.sandbox.processes(), {})

    def test_ctrl_c(self):
        process = self.start()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
        self.assertEqual(process.returncode, 130)


class FanOutBadInput(RingsideTest):
    def refused(self, *arguments, says):
        with self.subTest(" ".join(arguments)):
            done = self.run_ringside("run", "fan_out", *arguments, program=FAKE, status=1)
            self.assertEqual(done.stdout, "")
            for text in says:
                self.assertIn(text, done.stderr)
            self.assertEqual(list(self.sandbox.work.iterdir()), [])

    def test_leaf_delays(self):
        self.refused("--leaf-delay", "fixd:1ms", says=["'fixd'", "'fixed'?"])
        self.refused("--leaf-delay", "fixed:1", says=["unit is missing"])
        self.refused("--leaf-delay", "exp", says=["exp takes 1 value", "exp:1ms"])
        self.refused("--leaf-delay", "bimodal:1ms,2ms,3", says=["'3'", "for example 1%"])
        self.refused("--leaf-delay", "fixed:5s", says=["5s is longer than 1 s"])

    def test_sizes(self):
        self.refused("--reply", "16", says=["--reply is 16", "use 48 B to"])
        self.refused("--request", "4", says=["--request is 4 B", "use 8 B to"])
        self.refused("--request", "1GiB", says=["--request is 1 GiB", "to 1 MiB"])
        self.refused("--fan-out", "0", says=["--fan-out"])
        self.refused("--fan-out", "5000", says=["--fan-out is 5000", "1 to 1024"])

    def test_combinations(self):
        self.refused("--quorum", "9", says=["--quorum 9 with --fan-out 4"])
        self.refused("--threads", "9", says=["--threads 9 with --connections 8"])

    def test_leaves_are_not_started_by_hand(self):
        done = self.run_ringside("leaves", "1", status=1)
        self.assertIn("`ringside leaves` is started by `ringside run` only", done.stderr)
