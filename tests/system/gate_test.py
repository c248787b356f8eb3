"""`ringside gate`: two builds side by side, its answers, and where continuous integration looks."""

import json
import os
import pathlib
import shutil
import signal
import sys
import tempfile
import xml.etree.ElementTree

import validate_results
from support import FAKE, RINGSIDE, Results, RingsideTest, eventually

SLOW_SEND = os.environ["RINGSIDE_SLOW_SEND"]
# Fast and with few cycles: what is shown does not depend on how exact the figures are. A margin of
# 100 % and a slowdown of many times that leave no doubt on a machine that is busy elsewhere either.
BRIEF = ["--cycles=3", "--connections=4", "--quiet"]

# A program that says what it is told to say on the control channel, and waits.
SPEAKER = """
import json, socket, struct, time
channel = socket.socket(fileno=3)
said = json.dumps({greeting}).encode()
channel.sendall(struct.pack(">I", len(said)) + said)
time.sleep(60)
"""


def slowed(nanoseconds, program=RINGSIDE):
    # A build under AddressSanitizer wants its runtime to be the first library otherwise.
    options = f"ASAN_OPTIONS={os.environ.get('ASAN_OPTIONS', '')}:verify_asan_link_order=0"
    return f"env LD_PRELOAD={SLOW_SEND} RINGSIDE_SPIN_NS={nanoseconds} {options} {program}"


class GateRuns:
    """What the tests below have in common; has none of its own."""

    def gate(self, *arguments, base=RINGSIDE, head=RINGSIDE, status=0, budget="50s", **options):
        """A brief gate over echo; returns gate.json and what was printed."""
        flags = ["--base", base, "--head", head, "--output", self.output, "--budget", budget]
        done = self.run_ringside("gate", *flags, *BRIEF, *arguments, status=status, **options)
        result = validate_results.parse((self.output / "gate.json").read_text())
        checker = validate_results.validator("gate-1")
        self.assertEqual(list(validate_results.errors_in(checker, result, "gate.json")), [])
        return result, done

    def junit(self):
        return xml.etree.ElementTree.parse(self.output / "junit.xml").getroot()

    def warmups(self):
        """Of the slices that were measured, in ns; a machine that is too busy has whole windows instead."""
        windows = [trial["windows"] for trial in Results(self.output).trials if trial["windows"]]
        return [window["warmup_ns"] for window in windows if window["kind"] == "slice"]

    def refused(self, *arguments, says):
        done = self.run_ringside("gate", *arguments, "--output", self.output, status=1)
        self.assertEqual(done.stdout, "")
        for text in (*says, "mend: "):
            self.assertIn(text, done.stderr)
        self.assertFalse(self.output.exists())


class Gate(GateRuns, RingsideTest):
    def test_the_same_build_passes(self):
        result, done = self.gate("--backends=epoll", "--margin=100%")
        self.assertEqual(result["answer"], "pass")
        (row,) = result["rows"]
        self.assertEqual(row["answer"], "pass")
        self.assertLess(row["slowdown_high"], 2)
        self.assertGreaterEqual(row["rounds"], 2)
        self.assertIn("Answer: pass", done.stdout)
        self.assertEqual(self.junit().get("failures"), "0")
        self.assertTrue(all(warmup < 50e6 for warmup in self.warmups()), "slices as long as those of a run")

    def test_a_slowed_build_fails_in_the_right_row(self):
        # io_uring makes no call that sends, so the library that slows sends leaves it as it is.
        result, done = self.gate(
            "--backends=epoll,io_uring", "--margin=100%", head=slowed(50_000), status=4
        )
        self.assertEqual(result["answer"], "regression")
        by_backend = {row["backend"]: row for row in result["rows"]}
        self.assertEqual(by_backend["epoll"]["answer"], "regression")
        self.assertGreater(by_backend["epoll"]["slowdown_low"], 2)
        if by_backend["io_uring"]["answer"] != "skipped":
            self.assertEqual(by_backend["io_uring"]["answer"], "pass")
        self.assertRegex(done.stdout, r"epoll +regression")
        (failure,) = self.junit().findall(".//testcase[failure]")
        self.assertIn("epoll", failure.get("name"))

    def test_no_time_is_inconclusive(self):
        result, _ = self.gate("--backends=epoll", budget="1ms", status=3)
        self.assertEqual(result["answer"], "inconclusive")
        self.assertIn("--budget", result["rows"][0]["reason"])
        self.assertIsNone(result["rows"][0]["slowdown_low"])

    def test_its_folder_can_be_reported(self):
        self.gate("--backends=epoll", "--margin=100%")
        results = Results(self.output)
        self.assertEqual(results.errors(), [])
        self.assertEqual({trial["backend"] for trial in results.trials}, {"base", "head"})
        self.assertEqual({trial["params"]["backend"] for trial in results.trials}, {"epoll"})
        report = self.run_ringside("report", "--no-write", self.output)
        self.assertIn("base (control)", report.stdout)
        self.assertIn("head", report.stdout)

    def test_wrong_data_comes_first(self):
        result, _ = self.gate("--backends=wrong", base=FAKE, head=FAKE, program=FAKE, status=2)
        self.assertEqual(result["answer"], "wrong data")

    def test_a_side_that_breaks_is_an_error(self):
        result, _ = self.gate(
            "--backends=steady,crash", "--margin=100%", base=FAKE, head=FAKE, program=FAKE, status=1
        )
        self.assertEqual(result["answer"], "failed")
        answers = {row["backend"]: row["answer"] for row in result["rows"]}
        self.assertEqual(answers, {"steady": "pass", "crash": "failed"})
        self.assertEqual(self.junit().get("errors"), "1")

    def test_what_cannot_run_here_is_skipped(self):
        result, _ = self.gate(
            "--backends=steady,absent", "--margin=100%", base=FAKE, head=FAKE, program=FAKE
        )
        answers = {row["backend"]: row["answer"] for row in result["rows"]}
        self.assertEqual(answers, {"steady": "pass", "absent": "skipped"})

    def test_a_backend_that_one_build_has_not(self):
        result, _ = self.gate("--backends=steady", base=FAKE, head=RINGSIDE, program=FAKE, status=1)
        self.assertIn("head: ", result["rows"][0]["reason"])

    def test_programs_that_are_no_builds(self):
        self.refused("--base", "/nonexistent/ringside", says=["--base", "No such file"])
        self.refused("--base", "true", says=["--base: 'true' does not answer"])
        self.refused("--base", RINGSIDE, "--head", "false", says=["--head: 'false'"])
        self.refused("--base", "sh -c 'sleep 1000; true'", says=["no answer in time"])
        self.assertEqual(self.sandbox.left_behind(), [])
        other = self.sandbox.work / "other.py"
        other.write_text(SPEAKER.format(greeting='{"type": "hello", "protocol": 99}'))
        self.refused("--base", f"{sys.executable} '{other}'", says=["speaks protocol 99"])
        other.write_text(SPEAKER.format(greeting='["hello"]'))
        self.refused("--base", f"{sys.executable} '{other}'", says=["not a message"])

    def test_wrong_use(self):
        self.refused("--base", "'open", says=["--base", "close the quote with '"])
        self.refused("--base", "  ", says=["--base", "no command"])
        self.refused("--base", RINGSIDE, "--margin", "3", says=["'3'", "3%"])
        self.refused("--base", RINGSIDE, "--budget", "5", says=["'5'", "unit"])
        self.refused("--base", RINGSIDE, "--budget", "0s", says=["--budget", "10min"])
        self.refused("--base", RINGSIDE, "--metric", "cpus", says=["'cpu'?"])

    def test_interrupt_keeps_what_was_measured(self):
        flags = ["--base", RINGSIDE, "--backends=epoll", *BRIEF, "--margin=0", "--budget=10min"]
        process = self.sandbox.start("gate", *flags, "--output", self.output)
        trials = self.output / "trials.jsonl"
        self.assertTrue(eventually(lambda: trials.exists() and trials.stat().st_size > 0))
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(timeout=30), 130)
        self.assertTrue(Results(self.output).run["interrupted"])
        self.assertTrue((self.output / "gate.json").exists())

    def test_github_sees_a_summary_and_annotations(self):
        summary = self.sandbox.work / "summary.md"
        summary.write_text("before\n")
        github = {"GITHUB_STEP_SUMMARY": str(summary), "GITHUB_ACTIONS": "true"}
        _, done = self.gate(
            "--backends=epoll", "--margin=100%", head=slowed(50_000), status=4, environment=github
        )
        self.assertTrue(summary.read_text().startswith("before\n"))
        self.assertIn("| epoll | regression |", summary.read_text())
        errors = [line for line in done.stdout.splitlines() if line.startswith("::")]
        self.assertEqual(len(errors), 1)
        self.assertRegex(errors[0], r"^::error title=ringside gate%3A regression::CPU per .* epoll")


class GateBaselines(GateRuns, RingsideTest):
    """Against an earlier run."""

    @classmethod
    def setUpClass(cls):
        kept = tempfile.TemporaryDirectory()
        cls.addClassCleanup(kept.cleanup)
        cls.measured = pathlib.Path(kept.name) / "baseline"

    def baseline(self):
        """A run of this machine to hold builds against; measured once, a copy for each test."""
        if not self.measured.exists():
            flags = [*BRIEF, "--backends=epoll,io_uring", "--rounds=15", "--no-control"]
            self.run_ringside("run", "echo", *flags, "--output", self.measured)
        return shutil.copytree(self.measured, self.sandbox.work / "baseline")

    def against(self, folder, *arguments, status=0):
        flags = ["--baseline", folder, "--output", self.output, "--budget=50s", *BRIEF]
        self.run_ringside("gate", "--backends=epoll", *flags, *arguments, status=status)
        return validate_results.parse((self.output / "gate.json").read_text())

    def test_an_earlier_run_as_base(self):
        result = self.against(self.baseline(), "--margin=100%")
        self.assertEqual(result["answer"], "pass")
        self.assertIn("another time", result["warnings"][0])
        self.assertTrue(all(warmup >= 50e6 for warmup in self.warmups()), "other slices than those of the run")
        self.assertEqual({trial["backend"] for trial in Results(self.output).trials}, {"head"})

    def test_a_slowed_build_against_an_earlier_run(self):
        head = slowed(50_000)
        result = self.against(self.baseline(), "--margin=100%", "--head", head, status=4)
        self.assertEqual(result["rows"][0]["answer"], "regression")

    def test_an_earlier_run_of_another_machine_is_refused(self):
        folder = self.baseline()
        text = (folder / "run.json").read_text()
        run = validate_results.parse(text)
        (folder / "run.json").write_text(text.replace(run["machine"]["kernel"], "1.0"))
        self.refused("--baseline", folder, *BRIEF, says=["another machine", "1.0 against"])
        (folder / "run.json").unlink()
        self.refused("--baseline", folder, *BRIEF, says=["no run.json"])

    def test_an_earlier_run_that_was_measured_otherwise_has_no_answer(self):
        folder = self.baseline()
        text = (folder / "trials.jsonl").read_text()
        (folder / "trials.jsonl").write_text(text.replace('"trigger":"edge"', '"trigger":"level"'))
        result = self.against(folder, "--margin=100%")
        self.assertEqual(result["answer"], "pass")
        self.assertTrue(any("level against edge" in text for text in result["warnings"]), result)
        shutil.rmtree(self.output)
        lines = (folder / "trials.jsonl").read_text().splitlines()
        trials = [validate_results.parse(line) for line in lines]
        for trial in trials:
            trial["windows"]["kind"] = "whole"
        (folder / "trials.jsonl").write_text("".join(json.dumps(t) + "\n" for t in trials))
        result = self.against(folder, "--margin=100%", status=1)
        self.assertIn("in whole windows against in slices", result["rows"][0]["reason"])

    def test_what_an_earlier_run_does_not_say_is_told(self):
        folder = self.baseline()
        run = validate_results.parse((folder / "run.json").read_text())
        del run["machine"]["kernel"]
        (folder / "run.json").write_text(json.dumps(run))
        result = self.against(folder, "--margin=100%")
        unchecked = [text for text in result["warnings"] if "could not be checked" in text]
        self.assertEqual(len(unchecked), 1, result["warnings"])
        self.assertTrue(unchecked[0].endswith("say it: the kernel"), unchecked)

    def test_an_earlier_run_of_other_work_is_refused(self):
        flags = ["--cycles=3", "--connections=5", "--backends=epoll"]
        self.refused("--baseline", self.baseline(), *flags, says=["no figures"])
        self.refused("--baseline", self.sandbox.work / "none", says=["No such file"])
        self.refused(says=["--base or --baseline"])
