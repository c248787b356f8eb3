"""Runs beside each other, and what one leaves for the next when it is killed or hung up on."""

import collections
import os
import pathlib
import shutil
import signal
import subprocess
import time

from support import FAKE, Results, RingsideTest, eventually
from side_channels_test import GATE, RUN

ENDLESS = [flag.replace("--rounds=1", "--rounds=100000") for flag in RUN]
RUNS = 8
GATES = 4


def without_output(arguments):
    return [argument for argument in arguments if not argument.startswith("--output")]


class ManyAtOnce(RingsideTest):
    def test_every_run_and_gate_has_a_folder_of_its_own(self):
        run = [*without_output(RUN), "--seed"]
        # No gate is decided in one round of so few cycles, nor is there time for a second.
        gate = [*without_output(GATE), "--budget=1ms", "--seed"]
        started = [
            self.sandbox.start(*(run if number < RUNS else gate), f"{number}", program=FAKE)
            for number in range(RUNS + GATES)
        ]
        said = [process.communicate(timeout=120)[1] for process in started]
        folders = [pathlib.Path(text.split("results: ")[1].split(",")[0].strip()) for text in said]
        self.assertEqual(len(set(folders)), RUNS + GATES, folders)
        there = {path.name for path in (self.sandbox.work / "results").iterdir()}
        self.assertEqual(there, {folder.name for folder in folders})
        for number, (process, folder) in enumerate(zip(started, folders)):
            results = Results(self.sandbox.work / folder)
            self.assertEqual(results.errors(), [])
            self.assertEqual(results.run["seed"], number)
            if number < RUNS:
                self.assertEqual([trial["round"] for trial in results.trials], [1])
                # Twelve at once may leave one of them without a single answer.
                self.assertIn(process.returncode, (0, 1))
            else:
                self.assertEqual(process.returncode, 3)
                self.assertTrue((results.folder / "gate.json").exists())
        # All began in the same few seconds, or nothing was tried here.
        seconds = collections.Counter(folder.name[:16] for folder in folders)
        self.assertGreater(max(seconds.values()), 1)

    def test_a_folder_that_another_run_holds_is_refused(self):
        first = self.sandbox.start(*ENDLESS, program=FAKE)
        self.assertTrue(eventually(lambda: (self.output / "run.json").exists()))
        for arguments in (RUN, [*GATE, "--budget=1ms"]):
            done = self.run_ringside(*arguments, program=FAKE, status=1)
            self.assertRegex(done.stderr, "out (is being used by another run|already holds a run)")
            self.assertIn("mend: ", done.stderr)
        trials = self.output / "trials.jsonl"
        self.assertTrue(eventually(lambda: trials.stat().st_size > 0))
        first.send_signal(signal.SIGINT)
        self.assertEqual(first.wait(timeout=60), 130)
        self.assertEqual({trial["backend"] for trial in Results(self.output).trials}, {"steady"})
        self.run_ringside(*RUN, program=FAKE, status=1)

    def test_what_a_dead_run_claimed_before_its_first_round_can_be_used(self):
        flags = ["--connections=1", "--slice=900ms", "--cycles=10000", "--output=out"]
        process = self.sandbox.start("run", "echo", "--backends=steady", *flags, program=FAKE)
        self.assertTrue(eventually(lambda: (self.output / "run.json").exists()))
        process.kill()
        process.wait()
        eventually(lambda: not self.sandbox.processes())
        self.run_ringside(*RUN, program=FAKE)
        self.assertEqual(Results(self.output).errors(), [])


class LeftBehind(RingsideTest):
    COPY = ["--no-control", "--cycles=2", "--slice=1ms", "--files=1x64KiB", "--block=16KiB"]

    def killed(self, *arguments):
        """A run that copies, killed in the middle; returns the folder that it leaves."""
        flags = ["run", "file_copy", "--backends=steady", "--rounds=100000", *self.COPY]
        process = self.sandbox.start(*flags, *arguments, program=FAKE)
        self.sandbox.wait_for_cells(3)
        process.kill()
        process.wait()
        eventually(lambda: not self.sandbox.processes())
        (folder,) = [p for p in self.sandbox.work.rglob("ringside-??????") if p.is_dir()]
        return folder

    def test_the_next_run_removes_it_wherever_it_is(self):
        elsewhere = self.sandbox.work / "elsewhere"
        elsewhere.mkdir()
        nexts = ([*RUN], [*GATE, "--budget=1ms"])
        for arguments, following in zip(([], ["--output=a", f"--dir={elsewhere}"]), nexts):
            with self.subTest(str(arguments)):
                left = self.killed(*arguments)
                self.assertTrue(left.exists())
                # One that does not copy, and whose results go somewhere else.
                shutil.rmtree(self.output, ignore_errors=True)
                status = 0 if following[0] == "run" else 3
                self.run_ringside(*following, program=FAKE, status=status)
                self.assertFalse(left.exists())
                self.assertTrue(left.parent.exists())

    def test_a_living_run_keeps_its_own(self):
        flags = ["run", "file_copy", "--backends=steady", "--rounds=100000", *self.COPY]
        process = self.sandbox.start(*flags, "--output=living", program=FAKE)
        self.sandbox.wait_for_cells(3)
        self.run_ringside(*RUN, program=FAKE)
        (folder,) = (self.sandbox.work / "living").glob("ringside-??????")
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(timeout=60), 130)
        self.assertFalse(folder.exists())

    def test_a_terminal_that_is_closed_ends_a_run_as_ctrl_c_does(self):
        for name in ("SIGHUP", "SIGTERM"):
            with self.subTest(name):
                shutil.rmtree(self.output, ignore_errors=True)
                process = self.sandbox.start(*ENDLESS, program=FAKE)
                trials = self.output / "trials.jsonl"
                self.assertTrue(eventually(lambda: trials.exists() and trials.stat().st_size > 0))
                # The shell sends it to every process of the job.
                for pid in [*self.sandbox.cells(), process.pid]:
                    os.kill(pid, getattr(signal, name))
                self.assertEqual(process.wait(timeout=60), 130)
                results = Results(self.output)
                self.assertTrue(results.run["interrupted"])
                self.assertEqual(results.errors(), [])
                self.assertTrue(results.summary["groups"])
                self.assertTrue((self.output / "report.html").exists())
                self.assertEqual({t["status"] for t in results.trials} - {"ok", "invalid"}, set())

    def test_nohup_goes_on(self):
        process = self.sandbox.start(*RUN, program=FAKE, prefix=["nohup"], stdout=subprocess.DEVNULL)
        self.assertTrue(eventually(lambda: (self.output / "run.json").exists()))
        time.sleep(0.02)
        process.send_signal(signal.SIGHUP)
        self.assertEqual(process.wait(timeout=60), 0)
        self.assertFalse(Results(self.output).run["interrupted"])
