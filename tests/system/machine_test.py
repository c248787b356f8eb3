"""A machine that does not offer everything: rows and caveats say so, and the rest is measured."""

import json
import os
import pathlib
import platform
import sys
import unittest

import refuse_system_call
from support import RingsideTest, brief

REFUSE = [sys.executable, str(pathlib.Path(refuse_system_call.__file__).resolve())]


class Descriptors(RingsideTest):
    def measure_within(self, limit, status=0, **flags):
        flags = brief(backends="epoll,callback", **flags)
        return self.measure(*flags, status=status, prefix=["prlimit", f"--nofile={limit}"])

    def test_too_few_for_one_backend(self):
        # A run that measured nothing at all has not done what it was asked for.
        results = self.measure_within(200, status=1, connections=500)
        self.assertEqual(len(results.trials), 3)
        for trial in results.trials:
            self.assertEqual(trial["status"], "skipped")
            self.assertIn("756 descriptors are needed, the limit is 200", trial["reason"])
            self.assertIn("ulimit -n 756", trial["mend"])

    def test_what_it_says_to_raise_is_enough(self):
        results = self.measure_within(756, connections=500)
        self.assert_ok(results.trials)
        for trial in results.trials:
            self.assertIn("ulimit -n 1756", "".join(trial["caveats"]))
        self.output = self.sandbox.work / "slices"
        results = self.measure_within(1756, connections=500)
        self.assert_ok(results.trials)
        self.assertNotIn("ulimit", "".join(sum((t["caveats"] for t in results.trials), [])))

    def test_too_few_for_all_at_once(self):
        results = self.measure_within(400, connections=100)
        self.assert_ok(results.trials)
        for trial in results.trials:
            self.assertEqual(len(trial["slices"]["ops"]), 1)
            (caveat,) = [text for text in trial["caveats"] if "whole windows" in text]
            self.assertIn("ulimit -n 556", caveat)

    def test_only_the_sets_that_do_not_fit_are_skipped(self):
        results = self.measure_within(400, connections="4,500")
        status = {t["params"]["connections"]: t["status"] for t in results.trials}
        self.assertEqual(status[500], "skipped")
        self.assertIn(status[4], ("ok", "invalid"))


class OneCpu(RingsideTest):
    def test_is_said_in_every_row(self):
        one = ["taskset", "--cpu-list", str(min(os.sched_getaffinity(0)))]
        results = self.measure("--backends", "epoll,blocking_threads", *brief(), prefix=one)
        self.assert_ok(results.trials)
        for trial in results.trials:
            self.assertIn("share CPU", "".join(trial["caveats"]))
            self.assertIsNone(trial["noise"]["cacheline_ns"])

    def test_cpus_can_be_chosen(self):
        cpus = sorted(os.sched_getaffinity(0))
        if len(cpus) < 2:
            self.skipTest("there is only one CPU")
        flags = ["--backend-cpus", cpus[1], "--load-cpus", cpus[0]]
        results = self.measure("--backends", "epoll", *brief(), *flags)
        self.assert_ok(results.trials)
        self.assertEqual(results.run["cpus"], {"backend": str(cpus[1]), "load": str(cpus[0])})


class LoadIo(RingsideTest):
    flags = ["--backends", "epoll", "--no-control", *brief()]

    def test_is_epoll_unless_asked_and_said_in_every_row(self):
        results = self.measure(*self.flags)
        self.assertEqual(results.run["options"]["load_io"], "epoll")
        for trial in results.trials:
            generator = trial["generator"]
            self.assertEqual(generator["io"], "epoll")
            self.assertIn("--load-io", generator["io_reason"])
            self.assertEqual(results.run["load"], {k: generator[k] for k in ("io", "io_reason")})

    def test_io_uring_can_be_asked_for(self):
        done = self.run_ringside("list", "--json")
        (backend,) = [b for b in json.loads(done.stdout)["backends"] if b["name"] == "io_uring"]
        if backend["reason"]:
            self.skipTest(backend["reason"])
        for trial in self.measure("--load-io", "io_uring", *self.flags).trials:
            self.assertEqual(trial["generator"]["io"], "io_uring")
            self.assertIsNone(trial["generator"]["io_reason"])

    def test_the_right_names_are_named(self):
        done = self.run_ringside("run", "--load-io", "uring", *self.flags, status=1)
        self.assertIn("epoll, io_uring", done.stderr)


@unittest.skipUnless(platform.machine() in refuse_system_call.NUMBERS, "numbers are not known")
class RefusedSystemCall(RingsideTest):
    def test_io_uring(self):
        prefix = [*REFUSE, "io_uring_setup"]
        results = self.measure("--backends", "epoll,io_uring", *brief(), prefix=prefix)
        self.assert_ok(results.of("epoll") + results.of("epoll", control=True))
        (trial,) = results.of("io_uring")
        self.assertEqual(trial["status"], "skipped")
        self.assertIn("io_uring is refused", trial["reason"])
        self.assertTrue(trial["mend"])
        (row,) = [row for row in results.run["backends"] if row["name"] == "io_uring"]
        self.assertEqual((row["available"], row["reason"]), (False, trial["reason"]))
        done = self.run_ringside("serve", "echo", "--backend", "io_uring", prefix=prefix, status=1)
        self.assertIn("io_uring is refused", done.stderr)

    def test_io_uring_for_the_load(self):
        flags = ["--backends", "epoll", "--no-control", *brief()]
        prefix = [*REFUSE, "io_uring_setup"]
        done = self.run_ringside("run", "--load-io", "io_uring", *flags, prefix=prefix, status=1)
        self.assertIn("the load cannot use io_uring: io_uring is refused", done.stderr)

    def test_io_uring_as_baseline(self):
        # Nothing is left to compare with, and the others have figures all the same.
        flags = ["--backends", "io_uring,epoll", *brief(baseline="io_uring")]
        results = self.measure(*flags, prefix=[*REFUSE, "io_uring_setup"])
        self.assert_ok(results.of("epoll"))
        self.assertEqual(len(results.trials), 3)

    def test_perf_events(self):
        flags = ["--backends", "epoll", *brief()]
        results = self.measure(*flags, prefix=[*REFUSE, "perf_event_open"])
        self.assert_ok(results.trials)
        for trial in results.trials:
            self.assertIsNone(trial["syscalls"]["per_op"])
            # Where tracepoints cannot be found, that is the first reason.
            self.assertRegex(trial["syscalls"]["reason"], "perf_event_open is refused|trac")
