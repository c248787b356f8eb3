"""Every write that the program makes fails once: it ends as it would have, with the other files. And
it is killed once at every write: what was there stays whole, and the next command cleans up.

What is walked is counted by tests/support/fail_write.cpp, which is preloaded."""

import collections
import concurrent.futures
import errno
import os
import pathlib
import re
import shutil
import signal
import threading

import validate_results
from side_channels_test import PASS
from support import FAKE, RINGSIDE, TEMPORARY_FILE, RingsideTest, Results

PYTHON = "/usr/bin/python3"  # that of the plots
FAIL_WRITE = os.environ["RINGSIDE_FAIL_WRITE"]
MADE = ("summary.csv", "trials.csv", "percentiles.csv", "summary.json", "report.html")
GATE_FILES = ("gate.json", "gate.md", "junit.xml")
SIDE_BY_SIDE = 4  # most of the time a run waits
TRIES = 20  # of a run whose windows are so short that a busy machine spoils many
KILL = "kill"

# As little measuring as there is: some seventy of each are made.
BRIEF = ["--rounds=1", "--cycles=2", "--warmup=1ms"]
ECHO = ["--slice=5ms", "--connections=4", "--output=out"]
COPY = ["--slice=1ms", "--files=1x64KiB", "--block=16KiB", "--workers=1"]
RUN = ["run", "echo", "--backends=steady", "--no-control", "--no-audit", *BRIEF, *ECHO]
RUN_COPY = ["run", "file_copy", "--no-control", "--no-audit", *BRIEF, *COPY]
GATE = ["gate", "echo", "--base", FAKE, "--backends=steady", "--margin=100%", *BRIEF[1:], *ECHO]
INCONCLUSIVE = [*GATE, "--budget=1ms"]

# Instead of matplotlib, which takes seconds for what is written here in some pieces.
DRAWS_NOTHING = {
    "__init__": "rcParams = {}\n",
    "style": "def use(_):\n    pass\n",
    "figure": """
class Anything:
    def __init__(self, *_, **__):
        pass

    def __getattr__(self, _):
        return self

    def __call__(self, *_, **__):
        return self

    def __getitem__(self, _):
        return self

    def __iter__(self):
        return iter([self] * 9)

    def __mul__(self, _):
        return 1.0

    def savefig(self, file, **_):
        for _ in range(3):
            file.write(b"<svg/>" * 1500)

Figure = Anything
""",
    "ticker": """
from matplotlib.figure import Anything

FixedLocator = FuncFormatter = MaxNLocator = NullLocator = Anything
""",
}

# `name` of a file on its own, `path` whole.
# `code` is what it fails with.
Operation = collections.namedtuple("Operation", "number call name path code", defaults=[None])

walked_in_all = 0


def tearDownModule():
    print(f"{walked_in_all} operations were walked in all", flush=True)


def is_data_folder(path):
    return path.is_dir() and path.name.startswith("ringside-") and len(path.name) == 15


class Walk:
    """Lets the operations of a command fail one by one, each in a folder of its own."""

    def setUp(self):
        super().setUp()
        self.walked = 0
        self.places = iter(range(10_000))
        self.lock = threading.Lock()

    def place(self, make=None):
        """A folder for one case alone."""
        with self.lock:
            folder = self.sandbox.work / f"{next(self.places)}"
        (folder / "tmp").mkdir(parents=True)
        if make:
            make(folder)
        return folder

    def end(self, folder, arguments, program, at=0, code=0, file="", inside="", plots=False):
        """Runs a command in that folder; returns how it ended and its operations."""
        log = folder / "operations"
        environment = {
            # A build under AddressSanitizer wants its runtime to be the first library otherwise.
            "ASAN_OPTIONS": f"{os.environ.get('ASAN_OPTIONS', '')}:verify_asan_link_order=0",
            "RINGSIDE_FAIL_LOG": str(log),
            "RINGSIDE_FAIL_AT": str(at),
            "RINGSIDE_FAIL_FILE": file,
            "RINGSIDE_FAIL_WITH": str(code),
            "RINGSIDE_FAIL_IN": inside,
            "GITHUB_STEP_SUMMARY": str(folder / "step.md"),
            "GITHUB_ACTIONS": "true",
            "TMPDIR": str(folder / "tmp"),
        }
        prefix = ["env", "-C", str(folder), f"LD_PRELOAD={FAIL_WRITE}"]
        for _ in range(TRIES):
            done = self.sandbox.run(
                *arguments, program=program, prefix=prefix, environment=environment, plots=plots,
                errors="replace",  # what is killed while it writes ends in the middle of a character
            )
            text = log.read_text() if log.exists() else ""
            lines = [line.split(" ", 2) for line in text.splitlines()]
            operations = [Operation(int(n), call, pathlib.Path(f).name, f) for n, call, f in lines]
            log.unlink(missing_ok=True)
            trials = folder / "out" / "trials.jsonl"
            if arguments[:1] != ["run"] or '"invalid"' not in (
                trials.read_text() if trials.exists() else ""
            ):
                break  # else the machine was too busy for a single answer, which is no loss
            shutil.rmtree(folder / "out")
        return done, operations

    @staticmethod
    def files(folder):
        """What is in the folder of results, by its path there."""
        out = folder / "out"
        files = [path.relative_to(out) for path in out.rglob("*") if not path.is_dir()]
        return {str(path) for path in files if not is_data_folder(out / path.parts[0])}

    @staticmethod
    def left_over(folder):
        found = [path for path in folder.rglob("*") if TEMPORARY_FILE.search(path.name)]
        found += [path for path in folder.rglob("ringside-*") if is_data_folder(path)]
        return found + list((folder / "tmp").iterdir())

    def walk(self, arguments, status, expected, codes, make=None, program=FAKE, most=None, **options):
        """Lets each operation of a command, or the first so many, fail with each of those errors.
        `expected` tells, of an operation and those before it, the exit status and the files that are
        missing, or None when all are."""
        before = self.place(make)
        done, operations = self.end(before, arguments, program, **options)
        self.assertEqual(done.returncode, status, done.stderr)
        wanted = self.files(before)

        def check(number, code):
            folder = self.place(make)
            done, seen = self.end(folder, arguments, program, number, code, **options)
            failed = seen[number - 1]
            case = f"{arguments}: {failed} fails with {code}"
            ends, missing = expected(failed._replace(code=code), seen[: number - 1])
            said = f"{case}\n{done.stdout[-1000:]}\n{done.stderr}"
            self.assertEqual(done.returncode, ends, said)
            names = self.files(folder)
            self.assertEqual(names, set() if missing is None else wanted - missing, said)
            if "run.json" in names:
                self.assertTrue(Results(folder / "out").run)
            for name in names & {"summary.json", "gate.json"}:
                validate_results.parse((folder / "out" / name).read_text())
            self.check_told(folder, failed, code, done, said)
            self.assertEqual(self.left_over(folder), [], said)
            shutil.rmtree(folder)

        # What is not ours (matplotlib's folders in the user's home) is left alone.
        ours = [one for one in operations if "/." not in one.path][:most]
        self.each((check, one.number, code) for one in ours for code in codes)
        where = options.get("inside") or "ringside"
        words = " ".join(arguments[:2])
        print(f"{len(ours) * len(codes)} failing writes of {where} in '{words}' were walked", flush=True)

    def each(self, cases):
        global walked_in_all
        with concurrent.futures.ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            begun = [pool.submit(*case) for case in cases]
        failures = [case.exception() for case in begun if case.exception()]
        if failures:
            raise self.failureException(
                f"{len(failures)} of {len(begun)}\n" + "\n\n".join(map(repr, failures[:9]))
            )
        self.walked += len(begun)
        walked_in_all += len(begun)

    def check_told(self, folder, failed, code, done, said):
        """What is lost is told, and the reason with it, where somebody may hear of it."""
        if failed.name != "stderr":
            self.assertIn(os.strerror(code), done.stderr, said)

    @staticmethod
    def lost(status, failed, before, lossless):
        """Of a run or a gate that otherwise ends with that status."""
        begun = [operation.name for operation in before]
        # Without its trials a gate has nothing to say.
        unanswered = set(GATE_FILES) if "step.md" in lossless else set()
        if failed.name in lossless:
            return status, set()
        if failed.call == "mkdir" or (failed.call == "open" and failed.name == "trials.jsonl"):
            is_claim = "trials.jsonl" not in begun
            # The second opening comes when the run has been recorded.
            return 1, None if is_claim else unanswered
        if failed.name == "trials.jsonl":
            return 1, unanswered
        if failed.name.startswith("run.json"):
            is_first = begun.count("trials.jsonl") <= 1
            return (1, None) if is_first else (status or 1, set())
        return status or 1, {next(name for name in (*MADE, *GATE_FILES) if failed.name.startswith(name))}

    def recorded(self, *arguments, program=FAKE):
        """A folder with a run in out/."""
        folder = self.place()
        done, _ = self.end(folder, arguments, program)
        self.assertEqual(done.returncode, 0, done.stderr)
        return folder


class LostWritesOfMeasuring(Walk, RingsideTest):
    def test_of_a_run(self):
        def expected(failed, before):
            return self.lost(0, failed, before, ("stdout", "stderr"))

        self.walk(RUN, 0, expected, [errno.ENOSPC, errno.EIO])
        self.assertGreater(self.walked, 60)

    def test_of_a_gate(self):
        def expected(failed, before):
            return self.lost(3, failed, before, ("stdout", "stderr", "step.md"))

        self.walk(INCONCLUSIVE, 3, expected, [errno.EIO])
        self.assertGreater(self.walked, 40)

    def test_of_a_gate_that_passes(self):
        ends = {name: 0 for name in (*MADE, "stdout", "stderr", "step.md")}
        ends |= {name: 1 for name in GATE_FILES}
        for file in ("report.html", "stderr", "step.md", "junit.xml"):
            with self.subTest(file):
                done, seen = self.end(self.place(), PASS, FAKE, code=errno.EDQUOT, file=file)
                self.assertEqual(done.returncode, ends[file], done.stderr)
                self.assertTrue(any(operation.name.startswith(file) for operation in seen))


class LostWritesOfReading(Walk, RingsideTest):
    codes = [errno.ENOSPC, errno.EDQUOT]

    def make(self, folder):
        for name in ("out", "other"):
            shutil.copytree(self.source / "out", folder / name)

    def make_anew(self, folder):
        self.make(folder)
        for name in MADE:
            (folder / "out" / name).unlink()

    def setUp(self):
        super().setUp()
        self.source = self.recorded(*RUN)

    @staticmethod
    def only_output_counts(failed, _):
        if failed.name == "stderr":
            return 0, set()
        return 1, {name for name in ("compare-other.html", "x.csv") if failed.name.startswith(name)}

    def test_of_a_report(self):
        def expected(failed, _):
            if failed.name in ("stdout", "stderr"):
                return 1 if failed.name == "stdout" else 0, set()
            return 1, {next(name for name in MADE if failed.name.startswith(name))}

        self.walk(["report", "out"], 0, expected, [*self.codes, errno.EIO, errno.EROFS], self.make_anew)
        self.walk(["report", "other", "out"], 0, self.only_output_counts, self.codes, self.make)
        self.assertGreater(self.walked, 80)

    def test_of_other_commands(self):
        for arguments in (
            ["compare", "other", "out"],
            ["compare", "other", "out", "--format=csv"],
            ["compare", "other", "out", "--format=json"],
            ["export", "out", "--format=csv", "--output=out/x.csv"],
            ["export", "out", "--format=benchstat"],
            ["list"],
            ["list", "--json"],
            ["doctor", "--json"],
            ["run", "--dry-run"],
            ["--version"],
            ["--help"],
            ["run", "--help"],
        ):
            codes = [*self.codes, errno.EIO, errno.EROFS]
            self.walk(arguments, 0, self.only_output_counts, codes, self.make, RINGSIDE)
        self.assertGreater(self.walked, 60)

    def test_of_wrong_use(self):
        for arguments in (
            [],
            ["rnu"],
            ["run", "--no-such-flag"],
            ["run", "--backends=nobody"],
            ["report", "nowhere"],
            ["report", "out", "other", "--force"],
            ["compare", "out"],
            ["export", "out", "--format=no"],
            ["gate", "--base=/nowhere", "--output=new"],
            ["serve", "echo", "--backend=nobody"],
            ["doctor", "--color=red"],
            ["--job=nowhere", "run"],
        ):
            self.walk(arguments, 1, lambda *_: (1, set()), self.codes, self.make, RINGSIDE)
        self.assertGreater(self.walked, 20)


class LostWritesOfPlots(Walk, RingsideTest):
    """Pictures illustrate: without them a command ends as it would have."""

    def setUp(self):
        super().setUp()
        self.source = self.recorded(*RUN)
        # Beside which matplotlib is looked for: harness/report/plots/plots.cpp.
        self.program = self.sandbox.work / "build" / "release" / "ringside"
        self.program.parent.mkdir(parents=True)
        shutil.copy(FAKE, self.program)
        package = self.sandbox.work / "build" / "python" / "matplotlib"
        package.mkdir(parents=True)
        for name, text in DRAWS_NOTHING.items():
            (package / f"{name}.py").write_text(text)

    def make(self, folder):
        shutil.copytree(self.source / "out", folder / "out")

    @staticmethod
    def loses_nothing(failed, before):
        """The script's own streams, which nobody hears, and a folder that is there already."""
        made_before = (failed.call, failed.name) in [(one.call, one.name) for one in before]
        return failed.name.startswith("std") or (failed.call == "mkdir" and made_before)

    def check_told(self, folder, failed, code, done, said):
        if "no plots" not in done.stderr:
            pass  # then expected() knows that all were drawn
        elif code == KILL:
            self.assertIn("no plots: /usr/bin/python3 was killed by signal 9", done.stderr)
        else:
            super().check_told(folder, failed, code, done, said)
        for path in (folder / "out" / "plots").glob("*"):
            self.assertEqual(path.stat().st_size, 27_000, said)

    def walk_plots(self, arguments, make, codes):
        """Whatever happens to one picture, the command ends with 0 and all other files, and those
        that were drawn are whole. Those after it are not drawn."""
        drawn = []

        def expected(failed, before):
            if self.loses_nothing(failed, before) and failed.code != KILL:
                return 0, set()
            placed = [one.name for one in before if one.call == "rename"]
            return 0, {f"plots/{name}" for name in drawn if name not in placed}

        before = self.place(make)
        done, _ = self.end(before, arguments, self.program, plots=True)
        self.assertEqual((done.returncode, "no plots" in done.stderr), (0, False), done.stderr)
        drawn += [path.name for path in (before / "out" / "plots").iterdir()]
        self.assertGreater(len(drawn), 7)
        self.walk(arguments, 0, expected, codes, make, self.program, inside=PYTHON, plots=True)

    def test_of_a_report(self):
        self.walk_plots(["report", "out"], self.make, [errno.ENOSPC, KILL])
        self.assertGreater(self.walked, 60)

    def test_of_a_run(self):
        self.walk_plots(RUN, None, [errno.EIO])
        self.assertGreater(self.walked, 30)


class LostWritesOfCopying(Walk, RingsideTest):
    """file_copy writes files of its own besides its results."""

    arguments = [*RUN_COPY, "--backends=steady", "--output=out"]

    def check_told(self, folder, failed, code, done, said):
        if failed.name == "stderr":
            return
        if self.fails_a_row(failed):
            trials = (folder / "out" / "trials.jsonl").read_text()
            self.assertIn(os.strerror(code), trials, said)
        elif not self.is_of_data(failed):
            super().check_told(folder, failed, code, done, said)
        # What could not be removed goes with the next run, wherever that measures.
        if self.left_over(folder):
            self.assertIn(failed.call, ("unlink", "unlinkat", "remove", "rmdir"), said)
            following = ["run", "echo", "--backends=absent", *BRIEF, "--output=next"]
            self.end(folder, following, FAKE)

    @staticmethod
    def is_of_data(operation):
        """Of the folder with the files, or of the register of such folders."""
        parts = pathlib.Path(operation.path).parts
        folder = re.compile(rf"ringside-(\w{{6}}|{os.geteuid()})")
        is_inside = any(folder.fullmatch(part) for part in parts)
        return is_inside or operation.call == "unlinkat" or operation.name == ".ringside-data"

    def fails_a_row(self, operation):
        is_register = f"/tmp/ringside-{os.geteuid()}" in operation.path
        makes = ("mkdtemp", "mkdir", "open", "pwrite", "syncfs")
        return self.is_of_data(operation) and operation.call in makes and not is_register

    def test_of_the_harness(self):
        def expected(failed, before):
            if self.fails_a_row(failed):
                return 1, set()
            if self.is_of_data(failed):
                return 0, set()
            return self.lost(0, failed, before, ("stdout", "stderr"))

        self.walk(self.arguments, 0, expected, [errno.ENOSPC])
        self.assertGreater(self.walked, 70)

    def test_of_the_backends(self):
        arguments = [*RUN_COPY, "--destination=fresh", "--output=out"]
        for backend in ("blocking_threads", "epoll", "libevent"):
            flags = [*arguments, f"--backends={backend}"]
            # Further passes make the same calls again.
            self.walk(flags, 0, lambda *_: (1, set()), [errno.ENOSPC], program=RINGSIDE, inside="cell", most=7)
        self.assertGreater(self.walked, 20)


class KilledAtEveryWrite(Walk, RingsideTest):
    """What was there is whole, and the next command leaves nothing of it behind."""

    def kill_walk(self, arguments, check_after, make=None):
        before = self.place(make)
        done, operations = self.end(before, arguments, FAKE)
        self.assertEqual(done.returncode, 0, done.stderr)

        def check(number):
            folder = self.place(make)
            done, seen = self.end(folder, arguments, FAKE, number, KILL)
            said = f"{arguments}: killed at {seen[number - 1]}"
            self.assertEqual(done.returncode, -signal.SIGKILL, said)
            check_after(folder, before, said)
            self.assertEqual(self.left_over(folder), [], said)
            shutil.rmtree(folder)

        self.each((check, one.number) for one in operations)
        print(f"{self.walked} times '{' '.join(arguments[:2])}' was killed", flush=True)

    def ends(self, folder, arguments, status, said):
        done, _ = self.end(folder, arguments, FAKE)
        self.assertEqual(done.returncode, status, f"{said}\n{done.args}\n{done.stderr}")

    def check_run(self, folder, before, said):
        """The run that was killed can be read, or else made anew in the same folder."""
        out = folder / "out"
        trials = out / "trials.jsonl"
        if trials.exists() and trials.read_bytes().endswith(b"\n"):
            self.ends(folder, ["report", "out"], 0, said)
            self.ends(folder, RUN, 1, said)
            self.assertEqual(Results(out).errors(), [], said)
        elif trials.exists() and trials.stat().st_size > 0:
            # Cut in its only line: nothing to read, and nothing is written over it.
            self.ends(folder, ["report", "out"], 1, said)
            self.ends(folder, RUN, 1, said)
            shutil.rmtree(out)
        else:
            self.ends(folder, RUN, 0, said)
            self.assertEqual(Results(out).errors(), [], said)
        if out.exists():
            self.assertEqual(self.files(folder), self.files(before), said)

    def test_a_run(self):
        self.kill_walk(RUN, self.check_run)
        self.assertGreater(self.walked, 30)

    def test_a_run_that_copies(self):
        arguments = [*RUN_COPY, "--backends=steady", "--output=out"]
        following = [*RUN_COPY, "--backends=steady", "--dir=out", "--output=next"]

        def check_after(folder, before, said):
            (folder / "out").mkdir(exist_ok=True)
            self.ends(folder, following, 0, said)
            trials = folder / "out" / "trials.jsonl"
            whole = trials.exists() and trials.read_bytes().endswith(b"\n")
            if not whole and trials.exists():
                trials.write_text("")  # cut in its first line
            self.ends(folder, ["report", "out"] if whole else RUN, 0, said)
            self.assertEqual(self.files(folder), self.files(before), said)

        self.kill_walk(arguments, check_after)
        self.assertGreater(self.walked, 60)

    def test_a_report(self):
        source = self.recorded(*RUN)

        def make(folder):
            shutil.copytree(source / "out", folder / "out")
            for name in MADE:
                file = folder / "out" / name
                file.write_text(file.read_text()[:-1] + " \n")  # the old ones

        def check_after(folder, before, said):
            old = self.place(make)
            for name in MADE:
                content = (folder / "out" / name).read_bytes()
                choice = [(place / "out" / name).read_bytes() for place in (old, before)]
                self.assertIn(content, choice, f"{said}: {name}")
            self.ends(folder, ["report", "out"], 0, said)
            for name in MADE:
                pair = [(place / "out" / name).read_bytes() for place in (folder, before)]
                self.assertEqual(*pair, f"{said}: {name}")

        self.kill_walk(["report", "out"], check_after, make)
        self.assertGreater(self.walked, 20)
