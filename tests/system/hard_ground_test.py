"""Odd machines: what cannot be had is said at once, with its cause, its limit and the cure."""

import json
import os
import pathlib
import platform
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

import in_namespace
import refuse_system_call
from support import Results, RingsideTest, brief, line_of, not_under_a_sanitizer

LAUNCHER = [sys.executable, str(pathlib.Path(refuse_system_call.__file__).resolve())]
KNOWN_MACHINE = unittest.skipUnless(
    platform.machine() in refuse_system_call.NUMBERS, "numbers of system calls are not known"
)
NAMESPACE = [sys.executable, str(pathlib.Path(in_namespace.__file__).resolve())]
BACKENDS = "blocking_threads,callback,future,coroutine,epoll,io_uring,libevent".split(",")


def refusing(what):
    """The prefix of a command that is refused these system calls: see refuse_system_call.py."""
    return [*LAUNCHER, what]


def another_user():
    """The prefix of a command that is run as a user without rights and without other processes."""
    user = str(random.randrange(400_000, 500_000))
    return ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]


class OddMachine:
    """What the tests below have in common; has none of its own."""

    def in_namespace(self, kinds, *what):
        """The prefix of a command in namespaces of its own: see unshare(1) and in_namespace.py."""
        prefix = ["unshare", "--map-root-user", *kinds, *NAMESPACE, *what, "--"]
        tried = subprocess.run([*prefix, "true"], capture_output=True, text=True, check=False)
        if tried.returncode != 0:
            self.skipTest(f"namespaces are not permitted here: {tried.stderr}")
        return prefix

    def with_memory(self, mebibytes):
        """The prefix of a command that has so much memory, in a control group of its own."""
        for top, limit in (("", "memory.max"), ("memory", "memory.limit_in_bytes")):
            lines = pathlib.Path("/proc/self/cgroup").read_text().splitlines()
            own = [line.split(":", 2)[2] for line in lines if line.split(":")[1] == top]
            folder = pathlib.Path("/sys/fs/cgroup", top, *[path.lstrip("/") for path in own])
            if not own or not (folder / "cgroup.procs").exists():
                continue
            try:
                group = pathlib.Path(tempfile.mkdtemp(prefix="ringside-test-", dir=folder))
                self.addCleanup(group.rmdir)
                (group / limit).write_text(str(mebibytes << 20))
            except OSError as refusal:
                self.skipTest(f"a control group cannot be made: {refusal}")
            join = f'echo $$ > "{group}/cgroup.procs" && exec "$@"'
            return ["sh", "-c", join, "sh"]
        self.skipTest("there is no control group of memory")


@KNOWN_MACHINE
class ReadyMeansReady(OddMachine, RingsideTest):
    """Nothing is announced before everything runs, and what cannot start ends at once."""

    def check_serve(self, backend, flags, prefix, says):
        flags = ["--backend", backend, "--listen", "127.0.0.1:0", *flags]
        done = self.run_ringside("serve", "echo", *flags, prefix=prefix, status=1)
        self.assertEqual(done.stdout, "", "announced what does not run")
        for text in (*says, "mend: "):
            self.assertIn(text, done.stderr)

    def test_serve_without_threads(self):
        for backend in BACKENDS:
            # The thread that runs Asio's loop for the others comes before the second listener's.
            first = "an io_context" if backend == "future" else "event loop 2 of 8"
            with self.subTest(backend):
                says = ["cannot start a thread for", "limit of processes and threads (ulimit -u"]
                says += [] if backend == "future" else [first]
                self.check_serve(backend, ["--threads=8"], refusing("thread=EAGAIN"), says)

    def test_serve_with_some_threads(self):
        if os.getuid() != 0:
            self.skipTest("another user's limit of processes can be set by root only")
        for backend in BACKENDS:
            with self.subTest(backend):
                says = ["Resource temporarily unavailable", "(ulimit -u, 3 here"]
                limited = ["prlimit", "--nproc=3", *another_user()]
                self.check_serve(backend, ["--threads=8"], limited, says)

    def test_serve_without_descriptors(self):
        for backend in BACKENDS:
            with self.subTest(backend):
                if backend == "blocking_threads":
                    continue  # a loop takes no descriptor of its own
                limited = ["prlimit", "--nofile=16"]
                self.check_serve(backend, ["--threads=8"], limited, ["(ulimit -n"])

    def test_a_cell_without_threads(self):
        flags = brief(backends="epoll,future", threads=2)
        results = self.measure(*flags, status=1, prefix=refusing("thread=EAGAIN"))
        self.assertTrue(results.trials)
        for trial in results.trials:
            self.assertEqual(trial["status"], "failed")
            self.assertIn("cannot start a thread for", trial["reason"])
            self.assertIn("ulimit -u", trial["mend"])


@KNOWN_MACHINE
class IsolatedProbes(OddMachine, RingsideTest):
    """Who kills for trying kills the trial, and no command of ours."""

    calls = ("io_uring_setup", "io_uring_enter", "io_uring_register")

    def row_of(self, done, backend="io_uring"):
        (row,) = [row for row in json.loads(done.stdout)["backends"] if row["name"] == backend]
        return row

    def test_io_uring(self):
        if not self.row_of(self.run_ringside("list", "--json"))["available"]:
            self.skipTest("io_uring cannot be had here anyway")
        for call in self.calls:
            for how in ("kill", "EPERM", "ENOSYS", "EIO"):
                with self.subTest(call=call, how=how):
                    prefix = refusing(f"{call}={how}")
                    row = self.row_of(self.run_ringside("list", "--json", prefix=prefix))
                    self.assertFalse(row["available"])
                    self.assertTrue(row["reason"])
                    if how != "EIO":
                        self.assertIn("seccomp filter", row["reason"])
                        self.assertTrue(row["mend"])

    def test_doctor(self):
        for call in (*self.calls, "perf_event_open"):
            with self.subTest(call):
                done = self.run_ringside("doctor", prefix=refusing(f"{call}=kill"))
                self.assertRegex(done.stdout, "seccomp|tracefs")

    def test_run(self):
        for call in ("io_uring_setup", "perf_event_open"):
            with self.subTest(call):
                self.output = self.sandbox.work / call
                flags = brief(backends="epoll,io_uring")
                results = self.measure(*flags, prefix=refusing(f"{call}=kill"))
                self.assert_ok(results.of("epoll"))
        (trial,) = Results(self.sandbox.work / "io_uring_setup").of("io_uring")
        self.assertEqual(trial["status"], "skipped")
        self.assertIn("a seccomp filter kills whoever tries io_uring", trial["reason"])

    def test_asio_files(self):
        flags = ["file_copy", "--backends", "callback,blocking_threads", "--files=1x64KiB"]
        flags += ["--rounds=1", "--cycles=2", "--no-control"]
        results = self.measure(*flags, prefix=refusing("io_uring_setup=kill"))
        self.assert_ok(results.of("blocking_threads"))
        (trial,) = results.of("callback")
        self.assertEqual(trial["status"], "skipped")
        self.assertIn("seccomp", trial["reason"])

    def test_what_backends_wait_with(self):
        prefix = refusing("epoll_create1=kill")
        listed = json.loads(self.run_ringside("list", "--json", prefix=prefix).stdout)
        self.assertEqual(len(listed["backends"]), len(BACKENDS))
        flags = brief(backends="blocking_threads,epoll,libevent", load_io="io_uring")
        flags += ["--no-control"]
        if not self.row_of(self.run_ringside("list", "--json"))["available"]:
            self.skipTest("the load cannot do without epoll here")
        results = self.measure(*flags, status=1, prefix=prefix)
        self.assert_ok(results.of("blocking_threads"))
        for name in ("epoll", "libevent"):
            (trial,) = results.of(name)
            self.assertIn("killed by signal 31", trial["reason"])
            self.assertIn("seccomp filter", trial["mend"])

    def test_load_io(self):
        flags = brief(backends="epoll", load_io="io_uring")
        prefix = refusing("io_uring_enter=kill")
        done = self.run_ringside("run", *flags, prefix=prefix, status=1)
        self.assertIn("the load cannot use io_uring: a seccomp filter kills", done.stderr)


class Doctor(OddMachine, RingsideTest):
    """Says what it can see, and that it cannot tell where it cannot."""

    def findings(self, *flags, prefix=()):
        done = self.run_ringside("doctor", "--json", *flags, prefix=prefix)
        report = json.loads(done.stdout)
        return report["verdict"], {check["name"]: check for check in report["checks"]}

    def test_a_busy_program_outside_of_the_namespace(self):
        prefix = self.in_namespace(["--pid", "--fork", "--mount-proc"])
        with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as hog:
            try:
                _, checks = self.findings(prefix=prefix)
            finally:
                hog.kill()
        self.assertEqual(checks["other programs"]["level"], "warning")
        self.assertIn("cannot be seen from here", checks["other programs"]["finding"])

    @not_under_a_sanitizer
    def test_without_proc(self):
        prefix = self.in_namespace(["--mount"], "--hide=/proc")
        verdict, checks = self.findings(prefix=prefix)
        self.assertIn("cannot tell whether they are quiet", checks["other programs"]["finding"])
        self.assertEqual(checks["backends"]["level"], "problem")
        self.assertIn("mount /proc", checks["backends"]["mend"])
        self.assertIn("problem", verdict)

    def test_without_sys(self):
        prefix = self.in_namespace(["--mount"], "--hide=/sys")
        _, checks = self.findings(prefix=prefix)
        self.assertNotEqual(checks["CPUs"]["level"], "ok")
        self.assertNotIn("0 cores", checks["CPUs"]["finding"])

    def test_a_folder_that_cannot_be_written(self):
        folder = self.sandbox.work / "read-only"
        folder.mkdir()
        prefix = self.in_namespace(["--mount"], f"--read-only={folder}")
        verdict, checks = self.findings("--output", folder / "new" / "one", prefix=prefix)
        self.assertEqual(checks["disk"]["level"], "problem")
        self.assertIn("Read-only file system", checks["disk"]["finding"])
        self.assertNotIn("Fit to measure", verdict)

    def test_a_folder_of_somebody_else(self):
        prefix = another_user() if os.getuid() == 0 else []
        _, checks = self.findings("--output", "/ringside-results", prefix=prefix)
        self.assertIn("Permission denied", checks["disk"]["finding"])

    def test_a_loopback_that_is_down(self):
        _, checks = self.findings(prefix=self.in_namespace(["--net"]))
        self.assertEqual(checks["loopback"]["level"], "problem")
        self.assertIn("ip link set lo up", checks["loopback"]["mend"])

    def test_a_short_accept_queue(self):
        what = ["--loopback", "net.core.somaxconn=16"]
        _, checks = self.findings(prefix=self.in_namespace(["--net"], *what))
        self.assertIn("16 connections may wait", checks["accept queue"]["finding"])
        self.assertIn("net.core.somaxconn", checks["accept queue"]["mend"])

    def test_little_memory(self):
        _, checks = self.findings(prefix=self.with_memory(96))
        self.assertEqual(checks["page cache"]["level"], "warning")
        self.assertIn("memory.max", checks["page cache"]["finding"] + checks["page cache"]["mend"])


class LittleMemory(OddMachine, RingsideTest):
    """A copy is called what it was, and a reference that cannot run is no failure."""

    flags = ["file_copy", "--backends=blocking_threads", "--no-control", "--rounds=1"]

    @not_under_a_sanitizer
    def test_more_files_than_memory(self):
        # 24 MiB times five: two sources, and a destination for the backend and each reference.
        flags = [*self.flags, "--cycles=2", "--files=1x24MiB"]
        results = self.measure(*flags, prefix=self.with_memory(40))
        (trial,) = results.of("blocking_threads")
        if "tmpfs" in str(trial["effective"]):
            self.skipTest("the files are memory here")
        (caveat,) = [text for text in trial["caveats"] if "page cache" in text]
        self.assertRegex(caveat, r"^no copy from the page cache: \d+ % of what it read came from")
        self.assertIn("memory.max of the control group", caveat)
        self.assertNotIn("a page-cache copy", str(trial["caveats"]))
        (reference,) = results.of("memory_copy")
        self.assertEqual(reference["status"], "skipped")
        self.assertRegex(reference["reason"], r"memory_copy needs 48 MiB of memory, and \d+ MiB are")

    def test_files_that_fit(self):
        results = self.measure(*self.flags, "--cycles=2", "--files=1x1MiB")
        (trial,) = results.of("blocking_threads")
        self.assertIn("a page-cache copy: without --fsync", str(trial["caveats"]))
        (reference,) = results.of("memory_copy")
        self.assertNotIn("page cache", str(reference["caveats"]))


class NoUtf8(OddMachine, RingsideTest):
    """Kept where it is a path to be opened, replaced where it is text, never raw on a terminal."""

    odd = os.fsdecode(b"\xff\xc3-\x1b[2J-\xe9t\xe9")

    def check_said(self, done):
        for text in (done.stdout, done.stderr):
            said = text.decode("utf-8")  # which is strict
            self.assertNotIn("json.exception", said)
            self.assertNotIn("\x1b[2J", said)

    def run_in_bytes(self, *arguments, **options):
        done = self.run_ringside(*arguments, text=False, **options)
        self.check_said(done)
        return done

    def test_folders(self):
        files = self.sandbox.work / ("files" + self.odd)
        files.mkdir()
        self.output = self.sandbox.work / ("out" + self.odd)
        flags = ["file_copy", "--backends=epoll,io_uring,callback,blocking_threads", "--rounds=1"]
        flags += ["--cycles=2", "--files=2x64KiB", "--dir", files, "--output", self.output]
        self.run_in_bytes("run", *flags)
        results = Results(self.output)
        self.assertEqual(results.errors(), [])
        self.assert_ok(results.of("blocking_threads") + results.of("epoll"))
        self.assertEqual(list(files.iterdir()), [])
        self.run_in_bytes("report", self.output)
        self.run_in_bytes("report", "--format=json", self.output)
        self.run_in_bytes("export", self.output, "--format=benchstat")
        self.run_in_bytes("compare", self.output, self.output)

    def test_words_that_are_wrong(self):
        for words in (
            ["run", "--backends", self.odd],
            ["run", self.odd],
            ["run", f"--{self.odd}"],
            [self.odd],
            ["report", self.odd],
            ["serve", "echo", "--backend", self.odd],
            ["serve", "echo", "--backend=epoll", "--listen", self.odd],
            ["run", "file_copy", "--dir", self.odd],
            ["--job", self.odd, "run"],
        ):
            with self.subTest(words):
                done = self.sandbox.run(*words, text=False)
                self.assertEqual(done.returncode, 1)
                self.check_said(done)

    def test_a_host(self):
        prefix = self.in_namespace(["--uts"], "--host=" + self.odd)
        self.run_in_bytes("run", "--output", self.output, *brief(backends="epoll"), prefix=prefix)
        self.assertEqual(Results(self.output).errors(), [])
        self.run_in_bytes("doctor", prefix=prefix)

    def test_a_busy_program(self):
        name = self.sandbox.work / self.odd
        name.symlink_to("/usr/bin/yes" if os.path.exists("/usr/bin/yes") else sys.executable)
        with subprocess.Popen([name], stdout=subprocess.DEVNULL) as hog:
            try:
                self.run_in_bytes("doctor")
                json.loads(self.run_in_bytes("doctor", "--json").stdout)
            finally:
                hog.kill()


class Hints(OddMachine, RingsideTest):
    """The cause that can be known is in the reason, and the hint cures that cause."""

    @KNOWN_MACHINE
    def test_copy_file_range_is_refused(self):
        flags = ["file_copy", "--backends=blocking_threads", "--no-control", "--rounds=1"]
        flags += ["--cycles=2", "--files=1x64KiB"]
        for how in ("EPERM", "ENOSYS", "EOPNOTSUPP"):
            with self.subTest(how):
                self.output = self.sandbox.work / how
                results = self.measure(*flags, prefix=refusing(f"copy_file_range={how}"))
                (trial,) = results.of("copy_file_range")
                self.assertEqual(trial["status"], "skipped")
                self.assertIn("copy_file_range to", trial["reason"])
                if how != "EOPNOTSUPP":
                    self.assertIn("seccomp filter", trial["mend"])

    @KNOWN_MACHINE
    def test_writing_is_refused(self):
        flags = ["file_copy", "--backends=blocking_threads", "--no-control", "--rounds=1"]
        prefix = refusing("pwrite64=EPERM")
        results = self.measure(*flags, "--cycles=2", "--files=1x64KiB", status=1, prefix=prefix)
        for trial in results.trials:
            self.assertIn("Operation not permitted", trial["reason"])
            self.assertIn("seccomp filter", trial["mend"])

    @KNOWN_MACHINE
    def test_accepting_is_refused(self):
        backends = [name for name in BACKENDS if name != "io_uring"]
        for how, said in (("ENOSYS", "not implemented"), ("EPERM", "not permitted")):
            with self.subTest(how):
                self.output = self.sandbox.work / how
                prefix = refusing(f"accept={how},accept4={how}")
                flags = ["--no-control", *brief(backends=",".join(backends))]
                results = self.measure(*flags, status=1, prefix=prefix)
                self.assertEqual(len(results.trials), len(backends))
                for trial in results.trials:
                    self.assertIn("accepting a connection", trial["reason"])
                    self.assertIn(said, trial["reason"])
                    self.assertIn("seccomp filter", trial["mend"])

    def test_few_ports(self):
        what = ["--loopback", "net.ipv4.ip_local_port_range=40000 40010"]
        prefix = self.in_namespace(["--net"], *what)
        for connections in (8, 64):
            with self.subTest(connections):
                self.output = self.sandbox.work / str(connections)
                flags = brief(backends="epoll,callback", threads=8, connections=connections)
                results = self.measure(*flags, status=1, prefix=prefix)
                self.assertTrue(results.trials)
                failed = [trial for trial in results.trials if trial["status"] == "failed"]
                self.assertTrue(failed)
                for trial in failed:
                    self.assertNotIn("127.0.0.1:0", trial["reason"])
                    self.assertIn("net.ipv4.ip_local_port_range", trial["mend"])

    def test_the_loopback_is_down(self):
        flags = brief(backends="epoll")
        results = self.measure(*flags, status=1, prefix=self.in_namespace(["--net"]))
        for trial in results.trials:
            self.assertIn("ip link set lo up", trial["mend"])

    def test_a_short_accept_queue(self):
        # What does not fit into it is tried again after one second, two, four …
        what = ["--loopback", "net.core.somaxconn=1"]
        prefix = self.in_namespace(["--net"], *what)
        counting = ["sh", "-c", '"$@"; status=$?; cat /proc/net/netstat >&2; exit $status', "sh"]
        flags = ["--no-control", *brief(backends="epoll,blocking_threads", connections=100)]
        flags += ["--output", self.output]
        done = self.run_ringside("run", *flags, prefix=[*prefix, *counting])
        self.assert_ok(Results(self.output).trials)
        names, values = [line.split() for line in done.stderr.splitlines() if line.startswith("TcpExt:")]
        self.assertEqual(dict(zip(names, values))["ListenOverflows"], "0")

    def serve(self, backend, prefix):
        flags = ["--backend", backend, "--listen=127.0.0.1:0"]
        process = self.sandbox.start("serve", "echo", *flags, prefix=prefix)
        line = line_of(process)
        match = re.search(r"127\.0\.0\.1:(\d+);", line)
        self.assertTrue(match, line or process.stderr.read())
        return process, ("127.0.0.1", int(match[1]))

    def check_waiting_clients(self, backend, prefix, says):
        process, address = self.serve(backend, prefix)
        clients = [socket.create_connection(address, timeout=30) for _ in range(40)]
        said = line_of(process, "stderr")
        for client in clients:
            client.close()
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(timeout=30), 0)
        self.assertRegex(said, r"\d+ clients have waited for a second to be accepted: ")
        self.assertIn(says, said)

    def test_serving_more_than_descriptors(self):
        for backend in ("epoll", "callback", "blocking_threads"):
            with self.subTest(backend):
                prefix = ["prlimit", "--nofile=24"]
                self.check_waiting_clients(backend, prefix, "limit of open files (ulimit -n, 24 here")

    def test_serving_more_than_threads(self):
        if os.getuid() != 0:
            self.skipTest("another user's limit of processes can be set by root only")
        for backend in ("blocking_threads", "future"):
            with self.subTest(backend):
                prefix = ["prlimit", "--nproc=8", *another_user()]
                self.check_waiting_clients(backend, prefix, "(ulimit -u, 8 here")


class OddPlaces(OddMachine, RingsideTest):
    """Each ends as it should, or with 1 and what is wrong and what would be right."""

    flags = [*brief(backends="epoll"), "--no-control"]

    def test_a_umask_that_takes_the_owners_rights(self):
        self.sandbox.work.chmod(0o777)
        self.sandbox.work.parent.chmod(0o755)
        user = another_user() if os.getuid() == 0 else []
        prefix = [*user, "sh", "-c", 'umask 0777; exec "$@"', "sh"]
        self.assert_ok(self.measure(*self.flags, prefix=prefix).trials)
        self.assertEqual(self.output.stat().st_mode & 0o777, 0o700)
        self.assertEqual((self.output / "run.json").stat().st_mode & 0o777, 0o600)

    def test_something_else_in_the_place_of_the_trials(self):
        for make in (os.mkfifo, lambda path: path.symlink_to("nowhere"), os.mkdir):
            self.output = self.sandbox.work / f"{make}"
            self.output.mkdir()
            make(self.output / "trials.jsonl")
            done = self.run_ringside("run", *self.flags, "--output", self.output, status=1)
            self.assertIn("already holds a trials.jsonl that is no file\n  mend: ", done.stderr)

    def test_a_pipe_in_the_place_of_a_summary(self):
        self.measure(*self.flags)
        (self.output / "summary.csv").unlink()
        os.mkfifo(self.output / "summary.csv")
        done = self.run_ringside("report", self.output, status=1)
        self.assertIn("summary.csv: No such device or address\n  mend: start what reads", done.stderr)
        self.assertIn("epoll", done.stdout)

    def test_few_descriptors_for_plots(self):
        self.measure(*self.flags)
        for few in (4, 5, 6, 7):
            with self.subTest(few):
                limit = ["prlimit", f"--nofile={few}"]
                done = self.run_ringside("report", self.output, plots=True, prefix=limit)
                self.assertNotIn("takes its time", done.stderr)

    def test_no_dev_null(self):
        prefix = self.in_namespace(["--mount"], "--hide=/dev")
        self.assert_ok(self.measure(*self.flags, prefix=prefix).trials)

    def test_proc_of_another_namespace(self):
        prefix = self.in_namespace(["--pid", "--fork"])
        (trial,) = self.measure(*self.flags, prefix=prefix).trials
        self.assert_ok([trial])
        self.assertIsNone(trial["memory"]["max_rss_bytes"])
        self.assertIn("of another PID namespace", trial["memory"]["reason"])

    def test_a_full_disk_names_no_page_that_is_not_there(self):
        disk = self.sandbox.work / "disk"
        disk.mkdir()
        prefix = self.in_namespace(["--mount"], f"--small={disk}")
        done = self.run_ringside("run", *self.flags, "--output", disk / "out", prefix=prefix, status=1)
        self.assertIn("report.html: No space left on device\n  mend: ", done.stderr)
        self.assertNotIn("to look at", done.stderr)

    @not_under_a_sanitizer
    def test_little_address_space(self):
        ends = set()
        for mebibytes in (16, 20, 24, 32, 40, 48, 64):
            limit = ["prlimit", f"--as={mebibytes << 20}"]
            self.output = self.sandbox.work / str(mebibytes)
            done = self.sandbox.run("run", *self.flags, "--output", self.output, prefix=limit)
            ends.add(done.returncode)
            self.assertNotIn("bad_alloc", done.stderr + done.stdout)
            if done.returncode == 1 and not (self.output / "report.html").exists():
                self.assertIn("mend: ", done.stderr)
        # Where not even the libraries fit it cannot begin.
        self.assertLessEqual(ends, {0, 1, 127})
        self.assertIn(1, ends)
