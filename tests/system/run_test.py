"""A run that goes well: its files, its figures, and what it prints."""

import base64
import csv
import io
import math
import pathlib
import re
import struct
import zlib

import validate_results
from support import RINGSIDE, Results, RingsideTest, Sandbox, brief

BACKENDS = (
    "blocking_threads",
    "callback",
    "future",
    "coroutine",
    "epoll",
    "io_uring",
    "libevent",
)
FLAGS = brief(rounds=2, cycles=3, seed=7)
LATENCIES = ("p50", "p90", "p99", "p99_9")


def samples_in(histogram):
    """How many are counted in an HdrHistogram in its V2 compressed encoding."""
    envelope = base64.b64decode(histogram, validate=True)
    cookie, length = struct.unpack_from(">II", envelope)
    assert cookie == 0x1C849314 and length == len(envelope) - 8
    plain = zlib.decompress(envelope[8:])
    cookie, length = struct.unpack_from(">II", plain)
    assert cookie == 0x1C849313 and length == len(plain) - 40
    total = value = shift = 0
    for byte in plain[40:]:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            # ZigZag: odd numbers are negative, and stand for runs of empty buckets.
            total += 0 if value & 1 else value >> 1
            value = shift = 0
    return total


def table_rows(text):
    """The backends in the rows of the table; the control's name is in parentheses."""
    row = r"^ *(?:\d+=? +)?(\w+…?)( \(con\w*[)…])? +≥?[\d.]+ "
    found = []
    for name, control in re.findall(row, text, re.MULTILINE):
        # Long names are shortened.
        whole = [b for b in BACKENDS if name == b or name[-1] == "…" and b.startswith(name[:-1])]
        found += [f"({b})" if control else b for b in whole]
    return found


class NormalRun(RingsideTest):
    """One run over all real backends; every test looks at it from another side."""

    @classmethod
    def setUpClass(cls):
        cls.shared = Sandbox()
        cls.addClassCleanup(cls.shared.close)
        cls.done = cls.shared.run("run", "--output", "out", *FLAGS)
        cls.results = Results(cls.shared.work / "out")

    def measured(self):
        """The trials with figures. Where a backend cannot run it says why, and that is right."""
        for trial in self.results.trials:
            self.assertNotEqual(trial["status"], "failed", trial["reason"])
            if trial["status"] == "skipped":
                self.assertTrue(trial["reason"] and trial["mend"])
        measured = [trial for trial in self.results.trials if trial["status"] == "ok"]
        self.assertTrue(measured)
        return measured

    def test_ends_well_and_leaves_nothing_behind(self):
        self.assertEqual(self.done.returncode, 0, self.done.stderr)
        self.assertEqual(self.shared.left_behind(), [])

    def test_files_follow_their_schemas(self):
        self.assertEqual(self.results.errors(), [])
        names = {path.name for path in self.results.folder.iterdir()}
        self.assertLessEqual({"run.json", "trials.jsonl", "summary.csv", "summary.json"}, names)

    def test_has_a_trial_for_every_backend_and_round(self):
        got = [(t["round"], t["backend"], t["control"]) for t in self.results.trials]
        wanted = [(n, name, False) for n in (1, 2) for name in BACKENDS]
        self.assertCountEqual(got, [*wanted, (1, "epoll", True), (2, "epoll", True)])

    def test_table_has_a_row_for_every_backend_and_the_control(self):
        skipped = {t["backend"] for t in self.results.trials if t["status"] == "skipped"}
        rows = [name for name in table_rows(self.done.stdout) if name not in skipped]
        wanted = [name for name in BACKENDS if name not in skipped]
        self.assertCountEqual(rows, [*wanted, "(epoll)"], self.done.stdout)

    def test_table_fits_the_width_it_is_made_for(self):
        # With two rounds intervals are as wide as they get.
        self.assertLessEqual(max(map(len, self.done.stdout.splitlines())), 120)

    def test_run_json_says_what_was_asked(self):
        run = self.results.run
        self.assertEqual(run["command"], [RINGSIDE, "run", "--output", "out", *FLAGS, "--no-plots"])
        self.assertEqual((run["seed"], run["options"]["rounds"]), (7, 2))
        self.assertEqual(run["options"]["cycles"], 3)
        self.assertFalse(run["interrupted"])
        for row in run["backends"]:
            self.assertEqual(row["available"], row["reason"] is None and row["mend"] is None)
        self.assertLessEqual(run["started_at"], run["finished_at"])
        self.assertEqual(tuple(row["name"] for row in run["backends"]), BACKENDS)

    def test_operations_add_up(self):
        for trial in self.measured():
            slices = trial["slices"]
            self.assertEqual({len(column) for column in slices.values()}, {3})
            self.assertEqual(sum(slices["ops"]), trial["ops"])
            self.assertEqual(trial["verified_ops"], trial["ops"])
            self.assertEqual(
                trial["bytes"], round(trial["work_ops"] * trial["params"]["payload_bytes"])
            )
            begun = trial["conservation"]
            self.assertEqual(sum(slices["started"]), begun["started"])
            self.assertEqual(samples_in(trial["histogram"]), begun["started"])
            mean = trial["ops"] / trial["params"]["connections"]
            self.assertLessEqual(trial["generator"]["least_ops_per_connection"], mean)
            self.assertGreaterEqual(trial["generator"]["most_ops_per_connection"], mean)

    def test_times_and_rates_follow_from_the_slices(self):
        for trial in self.measured():
            elapsed_ns = sum(trial["slices"]["elapsed_ns"])
            cpu_ns = sum(trial["slices"]["cpu_ns"])
            self.close(trial["elapsed_s"], elapsed_ns / 1e9)
            self.close(trial["throughput_ops_per_s"], trial["work_ops"] / trial["elapsed_s"])
            self.close(trial["throughput_bytes_per_s"], trial["bytes"] / trial["elapsed_s"])
            cpu = trial["cpu"]
            self.close(cpu["total_ns_per_op"], cpu_ns / trial["work_ops"])
            self.close(cpu["user_ns_per_op"] + cpu["system_ns_per_op"], cpu["total_ns_per_op"])
            self.close(cpu["utilisation"], cpu_ns / elapsed_ns)

    def test_cpu_of_every_slice_is_all_that_was_used_in_it(self):
        # The fake burns 20 us of its thread's CPU time at each read, and an operation has one at least. A clock that
        # is as old as the last tick (1 to 10 ms) would leave a part of them out in some of the slices.
        (trial,) = self.measure_fakes("slow", status=0, cycles=20).of("slow")
        for cpu_ns, ops in zip(trial["slices"]["cpu_ns"], trial["slices"]["ops"], strict=True):
            self.assertGreaterEqual(cpu_ns, 20_000 * ops)

    def test_latencies_are_in_order(self):
        for trial in self.measured():
            latency = trial["latency_ns"]
            known = [latency[name] for name in LATENCIES if latency[name] is not None]
            # Only whole windows show the longest: see docs/METHODOLOGY.md.
            longest = [] if latency["max"] is None else [latency["max"]]
            ladder = [latency["min"], *known, *longest]
            self.assertEqual(ladder, sorted(ladder))
            for name in LATENCIES:
                self.assertTrue(latency[name] is not None or name in latency["reason"])

    def test_what_is_unknown_is_null_and_says_why(self):
        for trial in self.measured():
            switches = trial["context_switches"]
            self.assertEqual(switches["total"], switches["voluntary"] + switches["involuntary"])
            self.assertGreater(switches["per_op"], 0)
            syscalls = trial["syscalls"]
            if syscalls["per_op"] is None:
                self.assertTrue(syscalls["reason"])
            else:
                self.assertGreater(syscalls["per_op"], 0)
            self.assertGreater(trial["memory"]["max_rss_bytes"], 1 << 20)
            self.assertGreaterEqual(trial["threads"]["peak"], 2, "the cell's and the control's")

    def test_every_cycle_has_each_place_once(self):
        for number in (1, 2):
            places = [t["slices"]["order"] for t in self.measured() if t["round"] == number]
            for cycle in zip(*places):
                self.assertEqual(len(set(cycle)), len(cycle))

    def test_summary_is_made_of_the_trials(self):
        (group,) = self.results.summary["groups"]
        for row in group["rows"]:
            trials = self.results.of(row["backend"], row["control"])
            ok = [trial for trial in trials if trial["status"] == "ok"]
            self.assertEqual((row["rounds"], row["rounds_ok"]), (2, len(ok)))
            if ok:
                self.assertEqual(row["ops"], sum(trial["ops"] for trial in ok))

    def test_report_gives_the_same_pages_again(self):
        folder = self.results.folder
        before = {path.name: path.read_bytes() for path in folder.iterdir()}
        (folder / "summary.json").unlink()
        (folder / "summary.csv").unlink()
        again = self.shared.run("report", "out")
        self.assertEqual((again.returncode, again.stderr), (0, ""))
        self.assertEqual(again.stdout, self.done.stdout)
        self.assertEqual({path.name: path.read_bytes() for path in folder.iterdir()}, before)

    def test_report_speaks_every_format(self):
        def report(name):
            done = self.shared.run("report", "out", "--format", name)
            self.assertEqual(done.returncode, 0, done.stderr)
            return done.stdout

        self.assertEqual(validate_results.parse(report("json")), self.results.summary)
        self.assertEqual(report("csv"), (self.results.folder / "summary.csv").read_text())
        rows = list(csv.DictReader(io.StringIO(report("csv")), strict=True))
        self.assertEqual(len(rows), len(BACKENDS) + 1)
        lines = [line for line in report("markdown").splitlines() if line.startswith("|")]
        # What matters most, and everything, folded away.
        table = 2 + len(BACKENDS) + 1
        self.assertEqual(len(lines), 2 * table)
        for half in (lines[:table], lines[table:]):
            self.assertEqual(len({line.count("|") for line in half}), 1)

    def close(self, got, wanted):
        self.assertTrue(math.isclose(got, wanted, rel_tol=1e-6), f"{got} is not {wanted}")


class Plan(RingsideTest):
    """What is measured, and in which order."""

    def order(self, name, seed):
        self.output = self.sandbox.work / name
        flags = brief(rounds=2, cycles=12, slice="2ms", seed=seed)
        results = self.measure("--backends", "epoll,callback", *flags)
        self.assert_ok(results.trials)
        return [(t["backend"], t["control"], t["slices"]["order"]) for t in results.trials]

    def test_seed_decides_the_order(self):
        first = self.order("first", seed=1)
        again = self.order("again", seed=1)
        other = self.order("other", seed=2)
        self.assertEqual(first, again)
        self.assertNotEqual(first, other)

    def test_processes_start_in_an_order_that_is_drawn_in_each_round(self):
        backends = ["epoll", "callback", "coroutine", "libevent"]
        flags = brief(rounds=6, cycles=4, backends=",".join(backends))
        process = self.sandbox.start("run", "--output", "out", "--no-control", *flags)
        seen = {}  # names of backends by when their processes began
        while process.poll() is None:
            for pid in self.sandbox.cells():
                try:
                    stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
                except OSError:
                    continue  # it has ended meanwhile
                name, _, facts = stat.partition("(")[2].rpartition(")")
                _, parent, *others = facts.split()
                # Not what a process starts itself, as LeakSanitizer does at its end.
                if name in backends and int(parent) == process.pid:
                    seen[int(others[17]), pid] = name
        self.assertEqual(process.returncode, 0, process.stderr.read())
        started = [name for _, name in sorted(seen.items())]
        rounds = [tuple(started[at : at + 4]) for at in range(0, len(started), 4)]
        self.assertEqual(len(rounds), 6)
        for names in rounds:
            self.assertCountEqual(names, backends)
        self.assertGreater(len(set(rounds)), 1)

    def test_dry_run_prints_the_plan_and_writes_nothing(self):
        flags = ["--connections", "3,5", "--payload", "4KiB", "--rounds", "2", "--output", "out"]
        done = self.run_ringside("run", "echo", "--dry-run", "--backends", "epoll,future", *flags)
        self.assertEqual(done.stdout.count("epoll, epoll (control), future"), 4)
        self.assertEqual(done.stdout.count("3 connections x 4 KiB"), 2)
        self.assertEqual(done.stdout.count("5 connections x 4 KiB"), 2)
        self.assertEqual(list(self.sandbox.work.iterdir()), [])

    def test_lists_are_a_sweep(self):
        results = self.measure(
            *["--backends", "epoll", "--no-control"],
            *brief(connections="1,3", payload="1,16385", pipeline="1,5"),
        )
        self.assert_ok(results.trials)
        names = ("connections", "payload_bytes", "pipeline")
        got = [tuple(trial["params"][name] for name in names) for trial in results.trials]
        self.assertCountEqual(got, [(c, b, p) for c in (1, 3) for b in (1, 16385) for p in (1, 5)])

    def test_whole_windows(self):
        results = self.measure(
            *["--backends", "epoll,callback"],
            *brief(interleave="trial", duration="100ms"),
        )
        self.assert_ok(results.trials)
        self.assertEqual(len(results.trials), 3)
        for trial in results.trials:
            # Far beyond any slice; on a busy machine its first edge is passed late.
            self.assertGreater(trial["elapsed_s"], 0.02)

    def test_several_threads(self):
        flags = ["--backends", "all", "--no-control", *brief(threads=3)]
        for trial in self.measure(*flags).trials:
            self.assertIn(trial["status"], ("ok", "invalid", "skipped"), trial["reason"])
            self.assertEqual(trial["params"]["threads"], 3)


class StandardStreams(RingsideTest):
    """Standard output is clean data; people are talked to on standard error."""

    FLAGS = ["--backends", "epoll", "--no-control", *brief()]

    def test_formats_are_all_that_is_printed(self):
        done = self.run_ringside("run", *self.FLAGS, "--output", "out", "--format", "json")
        self.assertEqual(validate_results.parse(done.stdout), Results(self.output).summary)
        done = self.run_ringside("run", *self.FLAGS, "--output", "csv", "--format", "csv")
        self.assertEqual(len(list(csv.DictReader(io.StringIO(done.stdout), strict=True))), 1)

    def test_without_a_terminal_only_the_folder_is_told(self):
        done = self.run_ringside("run", *self.FLAGS, "--output", "out")
        self.assertEqual(done.stderr, "results: out, to look at: out/report.html\n")

    def test_quiet(self):
        done = self.run_ringside("run", *self.FLAGS, "--output", "out", "--quiet")
        self.assertEqual(done.stderr, "")
        self.assertIn("epoll", done.stdout)

    def test_default_folder_is_named_after_time_and_host(self):
        self.run_ringside("run", *self.FLAGS)
        (folder,) = (self.sandbox.work / "results").iterdir()
        self.assertRegex(folder.name, r"^\d{8}T\d{6}Z-[\w.-]+$")
        self.assertEqual(Results(folder).errors(), [])

    def test_output_that_cannot_be_written_is_an_error(self):
        run = ["run", *self.FLAGS, "--output", "out", "--format", "json"]
        with open("/dev/full", "w") as full:
            for words in (run, ["report", "out"], ["list"], ["run", "--dry-run"]):
                done = self.run_ringside(*words, stdout=full, status=1)
                self.assertIn("standard output: No space left", done.stderr)
        self.assert_ok(Results(self.output).trials)


class Inspection(RingsideTest):
    """What can be asked without measuring."""

    def test_list_names_every_backend(self):
        rows = validate_results.parse(self.run_ringside("list", "--json").stdout)["backends"]
        self.assertEqual(tuple(row["name"] for row in rows), BACKENDS)
        text = self.run_ringside("list").stdout
        for row in rows:
            self.assertRegex(text, rf"(?m)^ +{row['name']} .*{re.escape(row['summary'])}$")

    def test_doctor(self):
        self.assertTrue(validate_results.parse(self.run_ringside("doctor", "--json").stdout))
        self.assertTrue(self.run_ringside("doctor").stdout)

    def test_version_and_help(self):
        self.assertRegex(self.run_ringside("--version").stdout, r"^\d+\.\d+\.\d+\n$")
        for words in ([], ["run"], ["report"], ["serve"], ["list"], ["doctor"]):
            self.assertIn("Usage:", self.run_ringside(*words, "--help").stdout)
