"""A results folder that cannot be written, or no longer."""

import os
import shutil
import subprocess

from support import Results, RingsideTest, brief, eventually

# Without the right to write anywhere, root is like anybody else.
AS_ANYBODY = (
    ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
)
FLAGS = ["--backends", "epoll", "--no-control"]


class ResultsFolder(RingsideTest):
    def refused(self, output, *says, **options):
        done = self.run_ringside("run", *FLAGS, *brief(), "--output", output, status=1, **options)
        self.assertEqual(done.stdout, "")
        for text in (str(output), *says, "mend: "):
            self.assertIn(text, done.stderr)

    def test_file_in_the_way(self):
        file = self.sandbox.work / "file"
        file.write_text("mine")
        self.refused(file, "Not a directory", "--output")
        self.refused(file / "below", "Not a directory", "--output")
        self.assertEqual(file.read_text(), "mine")

    def test_link_to_nothing(self):
        link = self.sandbox.work / "link"
        link.symlink_to("nowhere")
        self.refused(link, "is a link to what is not there", "--output")
        self.assertTrue(link.is_symlink())

    def test_folder_that_goes_in_the_middle(self):
        flags = [*FLAGS, *brief(rounds=10_000, cycles=1, slice="2ms"), "--output", self.output]
        process = self.sandbox.start("run", *flags)
        self.assertTrue(eventually(lambda: (self.output / "run.json").exists()))
        shutil.rmtree(self.output)
        self.assertIn("trials.jsonl was removed while the run", process.communicate(timeout=60)[1])
        self.assertEqual(process.returncode, 1)

    def test_folder_that_cannot_be_made(self):
        self.refused("/proc/ringside", "--output")

    def test_folder_without_the_right_to_write(self):
        locked = self.sandbox.work / "locked"
        locked.mkdir(mode=0o555)
        self.refused(locked, "Permission denied", "--output", prefix=AS_ANYBODY)
        self.refused(locked / "below", "Permission denied", "--output", prefix=AS_ANYBODY)
        self.assertEqual(list(locked.iterdir()), [])

    def test_folder_that_cannot_be_looked_into(self):
        locked = self.sandbox.work / "locked"
        locked.mkdir(mode=0o000)
        self.addCleanup(locked.chmod, 0o700)
        self.refused(locked, "Permission denied", "--output", prefix=AS_ANYBODY)

    def test_folder_that_holds_a_run(self):
        self.measure(*FLAGS, *brief())
        before = {path.name: path.read_bytes() for path in self.output.iterdir()}
        self.refused(self.output, "already holds a run")
        after = {path.name: path.read_bytes() for path in self.output.iterdir()}
        self.assertEqual(after, before)

    def test_folder_that_is_there_and_empty(self):
        self.output.mkdir()
        self.assert_ok(self.measure(*FLAGS, *brief()).trials)

    def test_folder_deep_down_is_made(self):
        self.output = self.sandbox.work / "a" / "b" / "c"
        self.assert_ok(self.measure(*FLAGS, *brief()).trials)


class FullDisk(RingsideTest):
    """In the middle of a run: it ends, says so, and what was written before stays whole."""

    FLAGS = [*FLAGS, *brief(rounds=1000, cycles=1, slice="2ms")]

    def check(self, done, *says):
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("cannot write", done.stderr)
        self.assertIn("trials.jsonl", done.stderr)
        for text in (*says, "mend: "):
            self.assertIn(text, done.stderr)
        trials = Results(self.output).trials
        self.assertEqual([trial["round"] for trial in trials], list(range(1, len(trials) + 1)))
        self.assertGreater(len(trials), 1)
        self.assertTrue((self.output / "trials.jsonl").read_text().endswith("\n"))
        again = self.run_ringside("report", self.output)
        self.assertIn("epoll", again.stdout)

    def test_small_disk(self):
        # In a mount namespace of its own, so that no mount can be left behind.
        own_mounts = ["unshare", "--mount"] + ([] if os.geteuid() == 0 else ["--map-root-user"])
        disk = self.sandbox.work / "disk"
        disk.mkdir()
        mount = f"mount -t tmpfs -o size=32k tmpfs {disk}"
        possible = subprocess.run([*own_mounts, "sh", "-c", mount], capture_output=True, text=True)
        if possible.returncode != 0:
            self.skipTest(f"needs root or user namespaces: {possible.stderr}")
        script = f'{mount} && {{ "$@"; status=$?; cp -r {disk}/run {self.output}; exit $status; }}'
        prefix = [*own_mounts, "sh", "-c", script, "sh"]
        done = self.sandbox.run("run", *self.FLAGS, "--output", disk / "run", prefix=prefix)
        self.check(done, "No space left on device", "free space")

    def test_limit_on_file_sizes(self):
        # The kernel's first answer to a file that grows too large is a signal that kills.
        limit = ["prlimit", f"--fsize={12 << 10}"]
        done = self.sandbox.run("run", *self.FLAGS, "--output", self.output, prefix=limit)
        self.check(done, "File too large", "ulimit -f")
