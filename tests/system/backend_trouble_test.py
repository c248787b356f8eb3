"""A backend that misbehaves is a row that says how, and the others are measured all the same."""

import os
import shutil
import signal
import time

from support import FAKE, Results, RingsideTest, brief, eventually


# The fakes count reads. Every connection is served once when it is made and at least once in each
# window, so that these numbers are reached however slow the machine is.
TWO_HUNDRED_READS = {"connections": 100, "cycles": 2}
A_THOUSAND_READS = {"connections": 100, "cycles": 10}


class Misbehaviour(RingsideTest):
    """Of fake backends, beside one that behaves."""

    def trial_of(self, name, status, **flags):
        """The one trial of that fake; the steady one beside it must be well."""
        results = self.measure_fakes(f"steady,{name}", status, **flags)
        self.assert_ok(results.of("steady"))
        (trial,) = results.of(name)
        return trial

    def test_wrong_byte(self):
        trial = self.trial_of("wrong", status=2, **A_THOUSAND_READS)
        self.assertEqual(trial["status"], "failed")
        pattern = r"connection \d+, byte \d+: sent 0x[0-9a-f]{2}, got back 0x[0-9a-f]{2}"
        self.assertRegex(trial["reason"], pattern)
        self.assertIsNone(trial["ops"])

    def test_report_of_a_wrong_byte(self):
        results = self.measure_fakes("steady,wrong", status=2, **A_THOUSAND_READS)
        self.run_ringside("report", results.folder, status=2)
        self.run_ringside("report", "--no-write", results.folder, status=2)

    def test_wrong_byte_outweighs_a_crash(self):
        results = self.measure_fakes("steady,crash,wrong", status=2, **A_THOUSAND_READS)
        self.assert_ok(results.of("steady"))

    def test_crash(self):
        trial = self.trial_of("crash", status=1, **TWO_HUNDRED_READS)
        self.assertEqual(trial["status"], "failed")
        self.assertIn("killed by signal 6 (Aborted)", trial["reason"])

    def test_one_that_never_rests(self):
        results = self.measure_fakes("steady,restless", status=0)
        (caveat,) = [text for text in results.of("restless")[0]["caveats"] if "went on using the CPU" in text]
        self.assertIn("so do the slices of others", caveat)
        self.assertFalse([text for text in results.of("steady")[0]["caveats"] if "went on using" in text])

    def test_quitting_at_once(self):
        trial = self.trial_of("quits", status=1)
        self.assertEqual(trial["status"], "failed")
        self.assertIn("the fake backend 'quits' cannot start", trial["reason"])
        self.assertEqual(trial["mend"], "choose another fake backend")

    def test_not_available(self):
        trial = self.trial_of("absent", status=0)
        self.assertEqual(trial["status"], "skipped")
        self.assertEqual(trial["reason"], "the fake backend 'absent' runs nowhere")
        self.assertEqual(trial["mend"], "choose another fake backend")

    def test_baseline_that_crashes_takes_only_its_control_along(self):
        flags = ["--backends", "steady,crash", *brief(baseline="crash", **TWO_HUNDRED_READS)]
        results = self.measure(*flags, program=FAKE, status=1)
        self.assertEqual([trial["status"] for trial in results.of("crash")], ["failed"])
        self.assertEqual([trial["status"] for trial in results.of("crash", True)], ["failed"])
        self.assert_ok(results.of("steady"))

    def test_failure_in_one_round_is_tried_again_in_the_next(self):
        results = self.measure_fakes("steady,crash", status=1, rounds=2, **TWO_HUNDRED_READS)
        self.assertEqual([trial["round"] for trial in results.of("crash")], [1, 2])
        self.assert_ok(results.of("steady"))

    def test_the_table_tells(self):
        flags = ["--output", "out", "--backends", "steady,quits,absent", *brief()]
        done = self.run_ringside("run", *flags, program=FAKE, status=1)
        self.assertIn("the fake backend 'quits' cannot start", done.stdout)
        self.assertIn("the fake backend 'absent' runs nowhere", done.stdout)

    def test_serving_what_is_not_available(self):
        done = self.run_ringside("serve", "echo", "--backend", "absent", program=FAKE, status=1)
        self.assertIn("runs nowhere", done.stderr)
        self.assertIn("mend: choose another fake backend", done.stderr)


class Silence(RingsideTest):
    """Apart from the others because it waits for the limit of ten seconds."""

    def test_no_answer(self):
        results = self.measure_fakes("steady,mute", status=1, **TWO_HUNDRED_READS)
        self.assert_ok(results.of("steady"))
        (trial,) = results.of("mute")
        self.assertEqual(trial["status"], "failed")
        self.assertIn("no answer for 10 s", trial["reason"])


class KilledFromOutside(RingsideTest):
    def start(self, rounds):
        """A run over three backends, long enough to be in the middle of it; its processes."""
        flags = brief(rounds=rounds, cycles=20, slice="100ms", backends="epoll,callback,coroutine")
        process = self.sandbox.start("run", "--output", "out", "--no-control", *flags)
        return process, self.sandbox.wait_for_cells(3)

    def test_a_backend(self):
        process, _ = self.start(rounds=1)
        os.kill(self.sandbox.cell_of("callback"), signal.SIGKILL)
        output, errors = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 1, errors)
        results = Results(self.output)
        self.assertEqual(results.errors(), [])
        (trial,) = results.of("callback")
        self.assertEqual(trial["status"], "failed")
        self.assertIn("killed by signal 9 (Killed)", trial["reason"])
        self.assertIn("signal 9", output)
        self.assert_ok(results.of("epoll") + results.of("coroutine"))

    def test_the_harness(self):
        process, _ = self.start(rounds=100)
        process.kill()
        process.wait()
        eventually(lambda: not self.sandbox.processes())
        self.assertEqual(self.sandbox.processes(), {})

    def test_the_harness_while_backends_are_stopped(self):
        # One that cannot answer must die as well.
        process, cells = self.start(rounds=100)
        for cell in cells:
            os.kill(cell, signal.SIGSTOP)
        process.kill()
        process.wait()
        eventually(lambda: not self.sandbox.processes())
        self.assertEqual(self.sandbox.processes(), {})


class Interruption(RingsideTest):
    """By a signal in the middle of a run: what was measured is kept."""

    def start(self, slice="20ms", backends="epoll,callback", cycles=2, **options):
        """A run that does not end by itself."""
        flags = brief(rounds=100_000, slice=slice, backends=backends, cycles=cycles)
        return self.sandbox.start("run", "--output", "out", *flags, **options)

    def interrupt(self, send, after=1):
        """Runs until `after` rounds are written down, then calls `send(process)`."""
        process = self.start(start_new_session=True)
        trials = self.output / "trials.jsonl"

        def rounds_written():
            return trials.exists() and trials.read_text().count("\n") >= 3 * after

        self.assertTrue(eventually(rounds_written))
        send(process)
        output, errors = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 130, errors)
        self.assertEqual(self.sandbox.processes(), {})
        return output

    def check_kept(self, output):
        results = Results(self.output)
        self.assertEqual(results.errors(), [])
        self.assertTrue(results.run["interrupted"])
        self.assertTrue(results.run["finished_at"])
        self.assert_ok(results.trials)
        last = results.trials[-1]["round"]
        for number in range(1, last):
            self.assertEqual(sum(trial["round"] == number for trial in results.trials), 3)
        self.assertIn("callback", output, "a table of what was measured")

    def test_ctrl_c(self):
        self.check_kept(self.interrupt(lambda process: process.send_signal(signal.SIGINT)))

    def test_ctrl_c_goes_to_the_whole_group(self):
        def send(process):
            os.killpg(process.pid, signal.SIGINT)

        self.check_kept(self.interrupt(send, after=2))

    def test_termination(self):
        self.check_kept(self.interrupt(lambda process: process.terminate()))

    def test_termination_of_the_whole_group(self):
        # As timeout(1), a service manager or a container runtime does it.
        def send(process):
            os.killpg(process.pid, signal.SIGTERM)

        self.check_kept(self.interrupt(send))

    def test_while_backends_are_being_started(self):
        process = self.start(backends="all")
        self.assertTrue(eventually(self.sandbox.cells))
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 130, errors)
        self.assertEqual(Results(self.output).errors(), [])

    def test_in_the_middle_of_a_slice(self):
        process = self.start(slice="600s")
        self.sandbox.wait_for_cells(3)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 130, errors)
        self.assertTrue(Results(self.output).run["interrupted"])
        self.assertEqual(Results(self.output).trials, [])

    def test_in_the_middle_of_a_later_cycle(self):
        """Of the cycle that is broken off nothing counts, of those before everything, for all."""
        for patience in (3, 6, 12, 24):
            shutil.rmtree(self.output, ignore_errors=True)
            process = self.start(slice="300ms", cycles=1000)
            self.sandbox.wait_for_cells(3)
            time.sleep(patience)
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=30)
            self.assertEqual(process.returncode, 130, errors)
            trials = Results(self.output).trials
            if trials:
                break
        self.assert_ok(trials)
        for trial in trials:
            self.assertNotIn("conservation", trial["reason"] or "")
        self.assertEqual(len(trials), 3)
        self.assertEqual(len({len(trial["slices"]["ops"]) for trial in trials}), 1)

    def test_while_a_backend_is_silent(self):
        process = self.start(slice="600s", backends="mute,steady", program=FAKE)
        self.sandbox.wait_for_cells(3)
        time.sleep(1)  # for the window in which it falls silent
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
        self.assertEqual(process.returncode, 130)

    def test_a_second_time(self):
        # For a user who does not want to wait. The first one must have been seen, which its
        # default meaning coming back shows; SIGCGT is proc(5)'s set of caught signals.
        process = self.start(slice="600s")
        for cell in self.sandbox.wait_for_cells(3):
            os.kill(cell, signal.SIGSTOP)  # so that stopping them takes long
        process.send_signal(signal.SIGINT)
        self.assertTrue(eventually(lambda: not catches(process.pid, signal.SIGINT)))
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(timeout=30), -signal.SIGINT)
        eventually(lambda: not self.sandbox.processes())


def catches(pid, number):
    with open(f"/proc/{pid}/status") as status:
        (caught,) = [line.split()[1] for line in status if line.startswith("SigCgt:")]
    return bool(int(caught, 16) >> (number - 1) & 1)
