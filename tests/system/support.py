"""What the system tests share: a place to run the executable in, and what must be true after it."""

import os
import pathlib
import re
import signal
import subprocess
import tempfile
import threading
import time
import unittest
import uuid

import validate_results

RINGSIDE = os.environ["RINGSIDE"]
# The same program over fake backends: see tests/support/fake_backends.hpp.
FAKE = os.environ["RINGSIDE_FAKE"]

# Seconds for what must happen. It bounds a hang and says nothing about speed.
PATIENCE = 60

# Built with AddressSanitizer or ThreadSanitizer, which need much memory, and /proc to know their stack.
not_under_a_sanitizer = unittest.skipIf(
    os.environ.get("RINGSIDE_SANITIZED") == "yes", "a sanitizer needs what is taken away here"
)

# Beside the file that it replaces, while it is being written.
TEMPORARY_FILE = re.compile(r".\.ringside-unfinished-[0-9A-Za-z]{6}$")


def brief(scenario="echo", **flags):
    """As little measuring of a scenario as shows what is to be shown, or as these flags say."""
    flags = {"rounds": 1, "cycles": 2, "connections": 4, "audit": False} | flags
    audit = "--audit" if flags.pop("audit") else "--no-audit"
    words = (f"--{name.replace('_', '-')}={value}" for name, value in flags.items())
    return [scenario, audit, *words]


def eventually(condition, limit=PATIENCE):
    """Waits until `condition()` is true, and returns what it gave last."""
    end = time.monotonic() + limit
    while not (value := condition()) and time.monotonic() < end:
        time.sleep(0.02)
    return value


def line_of(process, name="stdout"):
    """The next line that a process says; one that keeps silent is killed, and has said nothing."""
    silence = threading.Timer(PATIENCE, process.kill)
    silence.start()
    try:
        return getattr(process, name).readline()
    finally:
        silence.cancel()


class Results:
    """A run's folder, read as another program would."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def _json(self, name):
        return validate_results.parse((self.folder / name).read_text())

    @property
    def run(self):
        return self._json("run.json")

    @property
    def summary(self):
        return self._json("summary.json")

    @property
    def trials(self):
        text = (self.folder / "trials.jsonl").read_text()
        return [validate_results.parse(line) for line in text.split("\n") if line]

    def of(self, backend, control=False):
        """The trials of one backend, in the order of rounds."""
        return [
            trial
            for trial in self.trials
            if trial["backend"] == backend and trial["control"] == control
        ]

    def is_all_invalid(self):
        """Whether every trial was measured, and each breaks a law."""
        if not (self.folder / "trials.jsonl").exists():
            return False
        trials = self.trials
        return bool(trials) and all(trial["status"] == "invalid" for trial in trials)

    def errors(self):
        return list(validate_results.check_folder(self.folder))


def ignores_interrupts(pid):
    try:
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False  # it has ended meanwhile
    (ignored,) = [line.split()[1] for line in status.splitlines() if line.startswith("SigIgn:")]
    return bool(int(ignored, 16) >> (signal.SIGINT - 1) & 1)


class Sandbox:
    """A folder to run ringside in, and the processes that came from it."""

    def __init__(self):
        self._holder = tempfile.TemporaryDirectory(prefix="ringside-test-")
        root = pathlib.Path(self._holder.name)
        self.work = root / "work"
        self.temporary = root / "tmp"
        self.work.mkdir()
        self.temporary.mkdir()
        # Every process inherits it, so that those of tests running beside are not taken for ours.
        self._mark = f"RINGSIDE_TEST={uuid.uuid4().hex}"
        unwanted = ("NO_COLOR", "TERM", "LANG", "LC_CTYPE")
        self.environment = {k: v for k, v in os.environ.items() if k not in unwanted}
        self.environment |= {
            "LC_ALL": "C.UTF-8",
            "TMPDIR": str(self.temporary),
            "RINGSIDE_TEST": self._mark.partition("=")[2],
        }
        self._started = []

    def start(
        self, *arguments, program=RINGSIDE, prefix=(), environment=None, plots=False, **options
    ):
        """Starts the program, in the background; `prefix` is a command that runs it."""
        if not plots and {"run", "report"} & set(arguments):
            arguments = (*arguments, "--no-plots")  # they take longer than most of what is tested
        process = subprocess.Popen(
            [*prefix, program, *map(str, arguments)],
            cwd=self.work,
            env=self.environment | (environment or {}),
            stdin=subprocess.DEVNULL,
            **({"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True} | options),
        )
        self._started.append(process)
        return process

    def run(self, *arguments, **options):
        """Runs the program to its end."""
        process = self.start(*arguments, **options)
        output, errors = process.communicate(timeout=2 * PATIENCE)
        return subprocess.CompletedProcess(process.args, process.returncode, output, errors)

    def processes(self):
        """Everything that was started here and still runs, by process id: command lines."""
        found = {}
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                if self._mark.encode() in (process / "environ").read_bytes().split(b"\0"):
                    words = (process / "cmdline").read_bytes().split(b"\0")
                    found[int(process.name)] = b" ".join(words).decode().strip()
            except OSError:
                continue  # it has ended meanwhile, or is somebody else's
        return found

    def cells(self):
        """The processes of backends, in no order."""
        return [pid for pid, words in self.processes().items() if " cell " in words]

    def cell_of(self, backend):
        """The process of that backend, or one of them, once it has been told which it is."""

        def names():
            return {pathlib.Path(f"/proc/{pid}/comm").read_text().strip(): pid for pid in self.cells()}

        name = backend[:15]  # the kernel keeps so much of it
        eventually(lambda: name in names())
        return names()[name]

    def wait_for_cells(self, count):
        """Waits until so many backends have their processes, and returns these."""
        # Before it ignores Ctrl-C, a process is not yet tied to the harness: one that is stopped so
        # early cannot die with it.
        eventually(lambda: sum(map(ignores_interrupts, self.cells())) == count)
        cells = self.cells()
        assert len(cells) == count, f"{count} were expected: {self.processes()}"
        return cells

    def left_behind(self):
        """Processes, and temporary files, of which there must be none."""
        files = [path for path in self.work.rglob("*") if TEMPORARY_FILE.search(path.name)]
        return [*self.processes().values(), *files, *self.temporary.iterdir()]

    def close(self):
        for process in self._started:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            process.wait()
            for stream in (process.stdout, process.stderr):
                if stream:
                    stream.close()
        eventually(lambda: not self.processes())
        self._holder.cleanup()


class RingsideTest(unittest.TestCase):
    """Each test has a sandbox of its own, and must leave nothing behind in it."""

    maxDiff = 4000

    def setUp(self):
        self.sandbox = Sandbox()
        self.addCleanup(self.sandbox.close)
        self.output = self.sandbox.work / "out"

    def tearDown(self):
        self.assertEqual(self.sandbox.left_behind(), [], "was left behind")

    def run_ringside(self, *arguments, status=0, **options):
        """Runs the program to its end, which must be with this exit status."""
        done = self.sandbox.run(*arguments, **options)
        self.assertEqual(done.returncode, status, f"{done.args}\n{done.stdout}\n{done.stderr}")
        return done

    def measure(self, *arguments, status=0, **options):
        """`ringside run` into self.output; returns the results, which must follow the schemas."""
        done = self.sandbox.run("run", "--output", self.output, *arguments, **options)
        results = Results(self.output)
        # On a machine that is busy enough a law may fail every row, which is no fault of what is tested.
        if status == 0 and done.returncode == 1 and results.is_all_invalid():
            status = 1
        self.assertEqual(done.returncode, status, f"{done.args}\n{done.stdout}\n{done.stderr}")
        self.assertEqual(results.errors(), [])
        return results

    def measure_fakes(self, backends, status=0, **flags):
        """The same over fake backends, without control; flags as for brief()."""
        chosen = ["--backends", backends, "--no-control", *brief(**flags)]
        return self.measure(*chosen, program=FAKE, status=status)

    def assert_ok(self, trials):
        """All of them were measured, though a machine may have made the figures meaningless."""
        self.assertTrue(trials)
        for trial in trials:
            self.assertIn(trial["status"], ("ok", "invalid"), trial["reason"])
