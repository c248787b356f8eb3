"""What a terminal sees: progress and colours, and only there."""

import fcntl
import os
import pty
import struct
import termios
import threading

from support import RingsideTest, Sandbox, brief

ERASE_LINE = "\r\033[K"


class Terminal:
    """A pseudo-terminal; text() is all that was written to it, once every writer has closed it."""

    def __init__(self, columns):
        self._ours, self.theirs = pty.openpty()
        fcntl.ioctl(self.theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self._written = b""
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self):
        try:
            while piece := os.read(self._ours, 4096):
                self._written += piece
        except OSError:
            pass  # how the end of a terminal without writers looks, see pty(7)

    def text(self):
        os.close(self.theirs)
        self._reader.join()
        os.close(self._ours)
        return self._written.decode()


def on_terminal(sandbox, stream, *arguments, columns=100, environment=None, **options):
    """Runs ringside with that stream a terminal; returns what it saw, and the other stream."""
    terminal = Terminal(columns)
    done = sandbox.run(
        *arguments,
        environment={"TERM": "xterm"} | (environment or {}),
        **{stream: terminal.theirs},
        **options,
    )
    return terminal.text(), done.stdout if stream == "stderr" else done.stderr


class Progress(RingsideTest):
    def on_terminal(self, *more, output="out", flags=brief(), **options):
        flags = ["--output", output, "--backends", "epoll", *flags]
        return on_terminal(self.sandbox, "stderr", "run", *flags, *more, **options)

    def test_is_seen_on_a_terminal(self):
        seen, output = self.on_terminal(flags=brief(rounds=2, slice="200ms"))
        self.assertIn("round 1/2 · echo, 4 connections x 128 B", seen)
        self.assertIn("s left", seen)
        self.assertIn("epoll", output)
        self.assertNotIn("round 1/2", output)
        self.assertNotIn("\033", output)
        before, _, last = seen.rpartition(ERASE_LINE)
        self.assertTrue(before.startswith(ERASE_LINE))
        self.assertEqual(last, "results: out, to look at: out/report.html\r\n", "the line is gone at the end")

    def test_fits_the_terminal(self):
        for columns in (20, 33, 34, 35):
            seen, _ = self.on_terminal("--no-control", output=f"{columns}", columns=columns)
            lines = seen.split(ERASE_LINE)
            self.assertGreater(len(lines), 2)
            self.assertLess(max(map(len, lines[:-1])), columns)

    def test_is_ascii_where_the_locale_is(self):
        seen, _ = self.on_terminal(environment={"LC_ALL": "C"})
        self.assertIn("round 1/1 | echo", seen)
        self.assertTrue(seen.isascii())

    def test_quiet(self):
        seen, output = self.on_terminal("--quiet")
        self.assertEqual(seen, "")
        self.assertIn("epoll", output)

    def test_a_dumb_terminal_is_sent_no_escapes(self):
        seen, _ = self.on_terminal(environment={"TERM": "dumb"})
        self.assertEqual(seen, "results: out, to look at: out/report.html\r\n")


class Colour(RingsideTest):
    """Of the table, on standard output."""

    @classmethod
    def setUpClass(cls):
        cls.shared = Sandbox()
        cls.addClassCleanup(cls.shared.close)
        cls.shared.run("run", "--output", "out", "--backends", "epoll", *brief())

    def seen(self, *flags, **environment):
        text, errors = on_terminal(
            self.shared, "stdout", "report", "out", *flags, environment=environment
        )
        self.assertEqual(errors, "")
        self.assertIn("epoll", text)
        return text

    def piped(self, *flags, **environment):
        return self.shared.run("report", "out", *flags, environment=environment).stdout

    def test_only_on_a_terminal_that_wants_it(self):
        self.assertIn("\033[", self.seen())
        self.assertNotIn("\033", self.seen(NO_COLOR="1"))
        self.assertIn("\033[", self.seen(NO_COLOR=""))
        self.assertNotIn("\033", self.seen(TERM="dumb"))
        self.assertNotIn("\033", self.piped())

    def test_can_be_chosen(self):
        self.assertNotIn("\033", self.seen("--color", "never"))
        self.assertIn("\033[", self.piped("--color", "always"))
        self.assertIn("\033[", self.piped("--color", "always", NO_COLOR="1"))

    def test_is_of_the_table_alone(self):
        for name in ("json", "csv", "markdown"):
            self.assertNotIn("\033", self.piped("--format", name, "--color", "always"))

    def test_text_is_ascii_where_the_locale_is(self):
        self.assertTrue(self.piped(LC_ALL="C").isascii())
        self.assertFalse(self.piped().isascii())
