"""What cannot be written beside the result never changes how a command ends, nor what it writes."""

import os
import shutil
import subprocess

import validate_results
from gate_test import slowed
from support import FAKE, PATIENCE, RingsideTest, Sandbox

# Short, but so long that there is an answer in some slice on the busiest machine.
BRIEF = ["--cycles=4", "--slice=25ms", "--warmup=1ms", "--connections=4", "--output=out"]
RUN = ["run", "echo", "--backends=steady", "--no-control", "--rounds=1", *BRIEF]
GATE = ["gate", "echo", "--base", FAKE, "--backends=steady", "--margin=100%", *BRIEF]
PASS = [*GATE, "--budget=50s"]
# For lack of time: what is decided here without any measuring.
INCONCLUSIVE = [*GATE, "--budget=1ms"]
# How a shell takes the streams away; sh's arguments are the command.
STREAMS = {
    "standard error full": '"$@" 2>/dev/full',
    "standard error closed": '"$@" 2>&-',
    "reader of standard error gone": '{ "$@" 2>&3; echo $? >status; } 3>&1 >/dev/null | true',
    "standard output full": '"$@" >/dev/full',
    "standard output closed": '"$@" >&-',
    "reader of standard output gone": '{ "$@"; echo $? >status; } | true',
    "all closed": '"$@" <&- >&- 2>&-',
}


class SideChannels(RingsideTest):
    def ends_with(self, script, *arguments, environment=None):
        """The exit status of the fake program, run by a shell script."""
        status = self.sandbox.work / "status"
        status.unlink(missing_ok=True)
        prefix = ["sh", "-c", script, "sh"]
        done = self.sandbox.run(*arguments, program=FAKE, prefix=prefix, environment=environment)
        code = int(status.read_text()) if status.exists() else done.returncode
        return code, done

    def names(self):
        return sorted(path.name for path in self.output.iterdir())

    def check_streams(self, arguments, status):
        self.run_ringside(*arguments, program=FAKE, status=status)
        wanted = self.names()
        for name, script in STREAMS.items():
            with self.subTest(name):
                shutil.rmtree(self.output)
                code, done = self.ends_with(script, *arguments)
                self.assertEqual(code, status, done.stderr)
                self.assertEqual(self.names(), wanted)
                self.assertEqual(list(validate_results.check_folder(self.output)), [])

    def test_a_run_ends_as_it_was_measured(self):
        self.check_streams(RUN, 0)

    def test_a_gate_ends_as_it_was_decided(self):
        self.check_streams(INCONCLUSIVE, 3)
        for arguments, status in ((PASS, 0), ([*PASS, "--head", slowed(500_000, FAKE)], 4)):
            shutil.rmtree(self.output)
            code, done = self.ends_with(STREAMS["standard output full"], *arguments)
            self.assertEqual(code, status, done.stderr)

    def test_an_error_is_an_error_where_nobody_hears_of_it(self):
        for name, script in STREAMS.items():
            with self.subTest(name):
                self.assertEqual(self.ends_with(script, "run", "--backends=nobody")[0], 1)
                self.assertEqual(self.ends_with(script, "run", "--no-such-flag")[0], 1)

    def test_output_for_a_program_that_is_lost_is_an_error_after_the_files_are_safe(self):
        for arguments in (RUN, INCONCLUSIVE):
            for name in ("json", "csv", "markdown"):
                with self.subTest(f"{arguments[0]} {name}"):
                    shutil.rmtree(self.output, ignore_errors=True)
                    script = '"$@" >/dev/full'
                    code, done = self.ends_with(script, *arguments, f"--format={name}")
                    self.assertEqual(code, 1)
                    self.assertIn("standard output: No space left", done.stderr)
                    self.assertIn("mend: send it to a file with room for it", done.stderr)
                    self.assertIn("summary.json", self.names())
        self.assertIn("junit.xml", self.names())
        for words in (["--help"], ["--version"], ["list"], ["run", "--dry-run"]):
            self.assertEqual(self.ends_with('"$@" >/dev/full', *words)[0], 1, words)

    def test_a_summary_of_the_job_that_cannot_be_written_is_a_warning(self):
        pipe = self.sandbox.work / "pipe"
        os.mkfifo(pipe)
        for path in ("/nowhere/summary.md", "/dev/full", str(pipe), str(self.sandbox.work)):
            with self.subTest(path):
                shutil.rmtree(self.output, ignore_errors=True)
                github = {"GITHUB_STEP_SUMMARY": path, "GITHUB_ACTIONS": "true"}
                done = self.run_ringside(*INCONCLUSIVE, program=FAKE, environment=github, status=3)
                self.assertIn("Answer: inconclusive", done.stdout)
                self.assertIn(f"cannot write {path}", done.stderr)
                self.assertIn("junit.xml", self.names())

    def test_annotations_are_no_part_of_the_data(self):
        flags = [flag.replace("=steady", "=quits") for flag in PASS]
        done = self.run_ringside(
            *flags, "--format=json", program=FAKE, status=1, environment={"GITHUB_ACTIONS": "true"}
        )
        validate_results.parse(done.stdout)
        self.assertIn("::error", done.stderr)

    def test_closed_streams_are_not_taken_for_files(self):
        # The first file that is opened would get the number of standard error, and its text.
        flags = [flag.replace("=steady", "=steady,quits") for flag in RUN]
        code, _ = self.ends_with(STREAMS["all closed"], *flags)
        self.assertEqual(code, 1)
        self.assertEqual(list(validate_results.check_folder(self.output)), [])


class OldRuns(RingsideTest):
    """Reading a run never destroys what is there, whatever has become of its files."""

    @classmethod
    def setUpClass(cls):
        cls.shared = Sandbox()
        cls.addClassCleanup(cls.shared.close)
        flags = ["run", "echo", "--backends=steady,absent", "--no-control", "--rounds=2"]
        cls.shared.run(*flags, *BRIEF, program=FAKE)

    def setUp(self):
        super().setUp()
        self.copy()

    def copy(self):
        shutil.rmtree(self.output, ignore_errors=True)
        shutil.copytree(self.shared.work / "out", self.output)

    def everything(self):
        return {
            path.name: path.read_bytes() if path.is_file() and not path.is_symlink() else None
            for path in self.output.iterdir()
        }

    def refused(self, *says, command=("report", "out")):
        before = self.everything()
        done = self.run_ringside(*command, status=1)
        self.assertEqual(done.stdout, "")
        for text in (*says, "mend: "):
            self.assertIn(text, done.stderr)
        self.assertEqual(self.everything(), before)

    def test_trials_that_cannot_be_read(self):
        trials = self.output / "trials.jsonl"
        text = trials.read_text()
        cases = {
            "another version": text.replace("ringside.trial/1", "ringside.trial/2"),
            "a pointer of git-lfs": "version https://git-lfs.github.com/spec/v1\noid sha256:0\n",
            "a pointer of git-annex": "/annex/objects/SHA256E-s1--0.jsonl\n",
            "another file": '{"groups": []}\n',
            "cut in its first line": text[:100],
            "empty": "",
        }
        for name, content in cases.items():
            with self.subTest(name):
                trials.write_text(content)
                self.refused("out")
                self.refused("out", command=("report", "out", "--no-write"))
                self.refused("out", command=("report", "out", "--force"))

    def test_trials_that_are_no_file(self):
        trials = self.output / "trials.jsonl"
        for make in (
            lambda: trials.symlink_to("/dev/zero"),
            lambda: trials.symlink_to("/dev/null"),
            lambda: trials.symlink_to("nowhere"),
            lambda: os.mkfifo(trials),
            trials.mkdir,
        ):
            trials.unlink()
            make()
            with self.subTest(str(make)):
                self.refused("cannot read", "trials.jsonl")
            trials.rmdir() if trials.is_dir() else trials.unlink()
            trials.touch()

    def test_a_record_that_cannot_be_read(self):
        record = self.output / "run.json"
        for content in (record.read_text()[:-100], "", "[]", '{"schema": "ringside.run/2"}'):
            with self.subTest(content[-20:]):
                record.write_text(content)
                self.refused("run.json")
        record.unlink()
        record.symlink_to("nowhere")
        self.refused("run.json")
        record.unlink()
        self.run_ringside("report", "out")

    def test_less_than_before_replaces_nothing_unless_told_to(self):
        trials = self.output / "trials.jsonl"
        lines = trials.read_text().splitlines(keepends=True)
        for content in (lines[0], lines[0] + lines[1][:50], lines[0] + "\n" + lines[0]):
            with self.subTest(content[-20:]):
                self.copy()
                trials.write_text(content)
                self.refused("summary.json has 4 rounds and would get 1", "--force", "--no-write")
                before = self.everything()
                self.assertIn("steady", self.run_ringside("report", "out", "--no-write").stdout)
                self.assertEqual(self.everything(), before)
                self.run_ringside("report", "out", "--force")
                self.assertNotEqual(self.everything(), before)
                self.run_ringside("report", "out")

    def test_what_was_measured_is_never_written_over(self):
        other = self.sandbox.work / "other"
        shutil.copytree(self.output, other)
        trials = str(self.output / "trials.jsonl")
        self.refused(trials, command=("report", "out", "other", "--output", trials))
        self.refused(trials, command=("report", "other", "other", "--output", trials))
        record = str(self.output / "run.json")
        self.refused(record, command=("export", "out", "--format=csv", "--output", record))
        self.refused(trials, command=("export", "other", "--format=csv", "--output", trials))
        renamed = other / "july"
        (other / "trials.jsonl").rename(renamed)
        self.refused("july", command=("export", renamed, "--format=csv", "--output", renamed))

    def test_a_device_stays_a_device(self):
        pipe = self.sandbox.work / "pipe"
        os.mkfifo(pipe)
        reader = subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE, text=True)
        self.addCleanup(reader.stdout.close)
        self.addCleanup(reader.kill)
        self.run_ringside("export", "out", "--format=csv", "--output", pipe)
        self.assertTrue(pipe.is_fifo())
        self.assertIn("steady", reader.communicate(timeout=PATIENCE)[0])
        self.run_ringside("export", "out", "--format=csv", "--output=/dev/full", status=1)

    def test_a_folder_that_cannot_be_written_is_shown_nevertheless(self):
        (self.output / "trials.csv").unlink()
        (self.output / "trials.csv").mkdir()
        for name in ("summary.csv", "report.html"):
            (self.output / name).unlink()
        done = self.run_ringside("report", "out", status=1)
        self.assertIn("steady", done.stdout)
        self.assertIn("cannot write out/trials.csv: Is a directory", done.stderr)
        self.assertTrue((self.output / "report.html").exists())
