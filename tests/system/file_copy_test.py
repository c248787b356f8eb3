"""The file_copy scenario: what a run of it says, what goes wrong, and what is left on the disk."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import threading
import time

from support import FAKE, Results, RingsideTest, eventually

REFERENCES = ("copy_file_range", "memory_copy")


def flags(**changed):
    """As little copying as shows what is to be shown, or as these say otherwise."""
    wanted = {"rounds": 1, "cycles": 2, "slice": "1ms", "files": "1x64KiB", "block": "16KiB"}
    return [f"--{name.replace('_', '-')}={value}" for name, value in (wanted | changed).items()]


class FileCopyTest(RingsideTest):
    def setUp(self):
        super().setUp()
        self.data = self.sandbox.work / "data"
        self.data.mkdir()

    def copy_with(self, backends, *arguments, status=0, program=FAKE, **changed):
        """`ringside run file_copy` in self.data, after which that must be as empty as before."""
        chosen = ["file_copy", "--backends", backends, "--no-control", *flags(**changed)]
        results = self.measure(
            *chosen, "--dir", self.data, *arguments, status=status, program=program
        )
        self.assertEqual(list(self.data.iterdir()), [])
        return results

    def start(self, backends, **changed):
        """A run that does not end by itself, in the middle of its slices."""
        chosen = ["--backends", backends, "--no-control", *flags(rounds=100_000, **changed)]
        arguments = ["run", "file_copy", "--output", "out", "--dir", self.data, *chosen]
        process = self.sandbox.start(*arguments, program=FAKE)
        count = len(backends.split(",")) + len(REFERENCES)
        return process, self.sandbox.wait_for_cells(count)

    def set_folder(self):
        """The files of the run that is under way."""
        (folder,) = self.data.glob("ringside-*/1x*")
        return folder


class FileCopyRun(FileCopyTest):
    def test_every_backend_that_copies(self):
        listed = json.loads(self.run_ringside("list", "--json").stdout)
        copiers = [row["name"] for row in listed["backends"] if row["offers"]["file_copy"]]
        arguments = ["file_copy", *flags(files="1x100kB,20x5kB"), "--dir", self.data]
        results = self.measure(*arguments)
        self.assertEqual(list(self.data.iterdir()), [])
        for trial in results.trials:
            self.assertIn(trial["status"], ("ok", "skipped"), trial["reason"])
        for name in (*copiers, *REFERENCES):
            trials = results.of(name)
            self.assertEqual([t["params"]["files"] for t in trials], [1, 20], name)
            self.assertEqual({t["reference"] for t in trials}, {name in REFERENCES})

    def test_figures(self):
        results = self.copy_with("steady", files="1x64KiB,10x1000")
        for trial in results.trials:
            params = trial["params"]
            in_pass = 4 if params["files"] == 1 else params["files"]
            passes, rest = divmod(trial["ops"], in_pass)
            self.assertGreaterEqual(passes, 2, "one in each slice")
            self.assertEqual(rest, 0)
            self.assertEqual(trial["bytes"], passes * params["files"] * params["file_bytes"])
            self.assertIsNone(trial["generator"]["cpu_utilisation"])
            if trial["backend"] != "memory_copy":  # which copies no files
                self.assertIn("a page-cache copy", "".join(trial["caveats"]))
            if trial["backend"] == "steady":
                self.assertGreaterEqual(trial["verified_ops"], 2 * in_pass)
                self.assertTrue(trial["effective"]["file_system"])
                self.assertTrue(trial["effective"]["mount_options"])
                self.assertEqual(trial["effective"]["access"], "page cache")

    def test_destinations(self):
        for destination in ("in-place", "fresh", "truncate"):
            self.output = self.sandbox.work / destination
            results = self.copy_with("steady", "--destination", destination, files="3x10kB")
            self.assert_ok(results.trials)

    def test_fsync_is_timed_apart(self):
        (trial,) = self.copy_with("steady", "--fsync").of("steady")
        self.assertGreater(trial["figures"]["fsync_ns_per_pass"], 0)
        self.assertNotIn("page-cache copy", "".join(trial["caveats"]))

    def test_files_are_in_the_folder_of_the_results_where_nothing_is_said(self):
        chosen = ["file_copy", "--backends", "steady", "--no-control", *flags()]
        self.assert_ok(self.measure(*chosen, program=FAKE).trials)
        names = {path.name for path in self.output.iterdir()}
        self.assertEqual({name for name in names if name.startswith("ringside-")}, set())

    def test_what_is_large_is_measured_in_whole_windows(self):
        chosen = flags(files="1x65MiB", block="8MiB", duration="1ms")
        done = self.run_ringside("run", "file_copy", *chosen, "--dry-run")
        self.assertIn("whole windows", done.stdout)
        self.assertIn("one pass copies 65 MiB", done.stdout)
        results = self.copy_with("steady", files="1x65MiB", block="8MiB", duration="1ms")
        for trial in results.trials:
            self.assertEqual(trial["status"], "ok", trial["reason"])
            self.assertEqual(trial["ops"], 9)

    def test_direct(self):
        for trial in self.copy_with("steady", "--direct").of("steady"):
            if trial["status"] == "skipped":
                self.assertIn("O_DIRECT", trial["reason"])
                self.skipTest(trial["reason"])
            self.assertEqual(trial["status"], "ok", trial["reason"])
            self.assertEqual(trial["effective"]["access"], "O_DIRECT")


class FileCopyBadInput(FileCopyTest):
    def refused(self, *arguments, says):
        with self.subTest(" ".join(map(str, arguments))):
            done = self.run_ringside("run", "file_copy", "--output", "out", *arguments, status=1)
            self.assertEqual(done.stdout, "")
            for text in says:
                self.assertIn(text, done.stderr)
            self.assertFalse(self.output.exists())
            self.assertEqual(list(self.data.iterdir()), [])

    def test_files(self):
        for text in ("7", "x4KiB", "1x", "1x4x4", "-1x4KiB"):
            self.refused("--files", text, says=[f"{text}", "mend"])
        self.refused("--files", "64KiB", says=["'64KiB'", "COUNTxSIZE", "1x256MiB"])
        self.refused("--files", "1x4Kib", says=["no unit 'Kib'"])
        self.refused("--files", "1x0", says=["nothing to copy"])
        self.refused("--files", "0x1", says=["--files is 0"])
        self.refused("--files", "99999999999999999999x1", says=["--files"])
        self.refused("--files", "1000000x1GiB", says=["more than"])

    def test_numbers(self):
        self.refused("--block", "0", says=["--block is 0 B", "1 GiB"])
        self.refused("--block", "2GiB", says=["--block is 2 GiB"])
        self.refused("--block", "4x", says=["no unit 'x'"])
        self.refused("--depth", "0", says=["--depth"])
        self.refused("--depth", "4097", says=["--depth is 4097", "1 to 4096"])
        self.refused("--workers", "1025", says=["--workers is 1025"])
        self.refused("--workers", "-1", says=["--workers"])

    def test_names(self):
        self.refused("--destination", "inplace", says=["'inplace'", "'in-place'?"])
        self.refused("--dirct", says=["'--direct'?"])

    def test_alignment(self):
        self.refused("--direct", "--block", "1000", says=["--block with --direct", "4 KiB"])
        self.refused("--direct", "--files", "1x5000", says=["--files with --direct", "4 KiB"])

    def test_directories(self):
        self.refused("--dir", "nowhere", says=["--dir nowhere", "No such file", "mend"])
        file = self.sandbox.work / "file"
        file.write_text("")
        self.refused("--dir", file, says=["Not a directory"])
        if os.geteuid() != 0:  # root may write anywhere
            self.data.chmod(0o500)
            self.refused("--dir", self.data, says=["Permission denied"])


class FileCopyTrouble(FileCopyTest):
    def failed(self, results, backend):
        (trial,) = results.of(backend)
        self.assertEqual(trial["status"], "failed")
        self.assert_ok(results.of("steady"))
        return trial

    def test_wrong_bytes(self):
        trial = self.failed(self.copy_with("steady,wrong", status=2), "wrong")
        self.assertRegex(trial["reason"], r"destination-\d/000000 differs from .* at byte 16383")

    def test_nothing_copied(self):
        trial = self.failed(self.copy_with("steady,lazy", status=2), "lazy")
        self.assertIn("at byte 0", trial["reason"])

    def test_crash(self):
        trial = self.failed(self.copy_with("steady,crash", status=1), "crash")
        self.assertIn("signal 6", trial["reason"])

    def test_error(self):
        trial = self.failed(self.copy_with("steady,quits", status=1), "quits")
        self.assertIn("'quits' cannot start", trial["reason"])
        self.assertEqual(trial["mend"], "choose another fake backend")

    def test_backend_without_a_cell(self):
        self.run_ringside("run", "echo", "--backends", "lazy", program=FAKE, status=1)

    def test_killed_in_the_middle(self):
        process, _ = self.start("steady,mute")
        time.sleep(0.5)  # mute hangs from its third pass: then it is in the middle of one
        os.kill(self.sandbox.cell_of("mute"), signal.SIGKILL)
        trials = self.output / "trials.jsonl"
        self.assertTrue(eventually(lambda: trials.read_text().count("\n") >= 4))
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        first = [trial for trial in Results(self.output).trials if trial["round"] == 1]
        (mute,) = [trial for trial in first if trial["backend"] == "mute"]
        self.assertEqual(mute["status"], "failed")
        self.assertIn("killed by signal 9", mute["reason"])
        self.assert_ok([trial for trial in first if trial["backend"] != "mute"])
        self.assertEqual(list(self.data.iterdir()), [])

    def test_interrupted_between_and_in_passes(self):
        for backends in ("steady", "mute"):
            with self.subTest(backends):
                shutil.rmtree(self.output, ignore_errors=True)
                process, _ = self.start(backends)
                time.sleep(0.5)
                process.send_signal(signal.SIGINT)
                _, errors = process.communicate(timeout=60)
                self.assertEqual(process.returncode, 130, errors)
                self.assertEqual(list(self.data.iterdir()), [])
                for trial in Results(self.output).trials:
                    self.assertNotEqual(trial["status"], "failed", trial["reason"])

    def test_interrupted_while_files_are_made(self):
        chosen = ["--files", "1x4GiB", "--backends", "steady", "--dir", self.data]
        process = self.sandbox.start("run", "file_copy", "--output", "out", *chosen, program=FAKE)
        self.assertTrue(eventually(lambda: list(self.data.glob("*/*/source-a/*"))))
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, errors)
        self.assertEqual(list(self.data.iterdir()), [])

    def test_what_a_killed_run_leaves_goes_with_the_next(self):
        process, _ = self.start("steady")
        process.kill()
        process.wait()
        self.assertTrue(list(self.data.iterdir()))
        eventually(lambda: not self.sandbox.processes())
        shutil.rmtree(self.output)
        self.assert_ok(self.copy_with("steady").trials)

    def test_two_runs_in_one_folder(self):
        process, _ = self.start("steady")
        self.output = self.sandbox.work / "second"
        chosen = ["file_copy", "--backends", "steady", *flags(), "--dir", self.data]
        self.assert_ok(self.measure(*chosen, program=FAKE).trials)
        self.assertTrue(self.set_folder().exists())
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130)
        self.assertEqual(list(self.data.iterdir()), [])

    def test_source_that_shrinks(self):
        process, _ = self.start("steady")
        os.truncate(self.set_folder() / "source-b" / "000000", 100)
        trials = self.output / "trials.jsonl"
        self.assertTrue(eventually(lambda: trials.read_text().count("\n") >= 6))
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        reasons = [t["reason"] for t in Results(self.output).of("steady") if t["reason"]]
        self.assertTrue(any("source" in reason for reason in reasons), reasons)
        self.assertEqual(list(self.data.iterdir()), [])


class FileCopyFileSystems(FileCopyTest):
    """On file systems made for the purpose, which takes root."""

    @contextlib.contextmanager
    def mounted(self, kind, options):
        command = ["mount", "-t", kind, "-o", options, "ringside-test", str(self.data)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            self.skipTest(f"cannot mount {kind}: {done.stderr.strip()}")
        try:
            yield
        finally:
            eventually(lambda: subprocess.run(["umount", str(self.data)]).returncode == 0, 10)

    def test_not_enough_room(self):
        with self.mounted("tmpfs", "size=8m"):
            results = self.copy_with("steady", files="1x4MiB", block="1MiB", status=1)
        for trial in results.trials:
            self.assertEqual(trial["status"], "skipped")
            self.assertIn("need 21 MiB", trial["reason"])
            self.assertIn("where 8 MiB are free", trial["reason"])
            self.assertIn("--dir", trial["mend"])

    def test_not_enough_files(self):
        with self.mounted("tmpfs", "size=8m,nr_inodes=50"):
            (trial,) = self.copy_with("steady", files="20x1", status=1).of("steady")
        self.assertEqual(trial["status"], "skipped")
        self.assertIn("100 files are needed", trial["reason"])

    def test_room_that_goes_in_the_middle(self):
        def fill():
            with open(self.data / "ballast", "wb", buffering=0) as ballast:
                while not filled.is_set():
                    with contextlib.suppress(OSError):
                        ballast.write(bytes(65536))

        filled = threading.Event()
        with self.mounted("tmpfs", "size=16m"):
            process, _ = self.start("epoll", files="1x2MiB", destination="truncate")
            thread = threading.Thread(target=fill)
            thread.start()
            trials = self.output / "trials.jsonl"
            self.assertTrue(
                eventually(lambda: trials.exists() and '"failed"' in trials.read_text())
            )
            filled.set()
            thread.join()
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)
            self.assertEqual([path.name for path in self.data.iterdir()], ["ballast"])
        failed = [t for t in Results(self.output).trials if t["status"] == "failed"]
        self.assertIn("No space left on device", failed[0]["reason"])
        self.assertIn("--dir", failed[0]["mend"])

    def test_read_only(self):
        with self.mounted("tmpfs", "ro"):
            chosen = ["file_copy", *flags(), "--dir", self.data]
            done = self.run_ringside("run", *chosen, status=1)
        self.assertIn("Read-only file system", done.stderr)

    def test_direct_io_refused(self):
        with self.mounted("ramfs", "mode=700"):
            trials = self.copy_with("steady", "--direct", status=1).trials
        for trial in trials:
            self.assertEqual(trial["status"], "skipped")
            self.assertIn("refused with O_DIRECT", trial["reason"])
            self.assertIn("ramfs", trial["reason"])
            self.assertIn("leave --direct out", trial["mend"])
