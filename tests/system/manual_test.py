"""The man page and the completions: what `ringside manual` writes of the command line, held against its help."""

import contextlib
import os
import re
import shutil
import subprocess
import threading
import unittest

from support import RINGSIDE, RingsideTest, eventually

# "  --audit,--no-audit{false}   Hold …"
OPTION = re.compile(r"^  (-\S+)", re.MULTILINE)
SUBCOMMAND = re.compile(r"^  ([a-z]+) ", re.MULTILINE)


def output_of(*words):
    return subprocess.run([RINGSIDE, *words], capture_output=True, text=True, check=True).stdout


def flags_of(*command):
    """Those that the help of `ringside COMMAND` lists."""
    names = ",".join(OPTION.findall(output_of(*command, "--help")))
    return {name.partition("{")[0] for name in names.split(",")}


def subcommands():
    return SUBCOMMAND.findall(output_of("--help").partition("Subcommands:\n")[2])


class HelpInOtherForms(RingsideTest):
    def test_the_help_is_read_right(self):
        self.assertIn("run", subcommands())
        self.assertNotIn("manual", subcommands())
        self.assertLessEqual({"-h", "--help", "--backends", "--no-audit"}, flags_of("run"))

    def test_has_another_form_only_where_there_is_one(self):
        self.assertIn("did you mean 'man'", self.run_ringside("manual", "mn", status=1).stderr)


class ManPage(RingsideTest):
    @unittest.skipUnless(shutil.which("groff"), "needs the package groff-base")
    def test_is_typeset_without_a_warning(self):
        groff = ["groff", "-man", "-Tutf8", "-ww", "-P-c"]
        done = subprocess.run(groff, input=output_of("manual", "man"), capture_output=True, text=True, check=True)
        self.assertEqual(done.stderr, "")
        text = re.sub(r".\x08", "", done.stdout)
        for words in ("Backends to compare: a,b,… or all", "io_uring", "--leaf-delay"):
            self.assertIn(words, text)

    def test_has_every_flag_of_every_subcommand_and_no_other(self):
        page = output_of("manual", "man").replace("\\-", "-")
        sections = re.split(r"^\.S[SH] ", page, flags=re.MULTILINE)
        for command in subcommands():
            (section,) = [one for one in sections if one.startswith(f"ringside {command}\n")]
            tags = re.findall(r"^\.TP\n(.*)$", section, flags=re.MULTILINE)
            named = {name for tag in tags for name in re.findall(r"\\fB(-\S+?)\\fR", tag)}
            self.assertEqual(named, flags_of(command), command)
        self.assertLessEqual(set(re.findall(r"\\fB(--\S+?)\\fR", page)), set().union(*map(flags_of, subcommands()), flags_of()))

    def test_names_every_backend(self):
        page = output_of("manual", "man")
        for name in ("blocking_threads", "libevent", "fan_out"):
            self.assertIn(f"\n\\fB{name}\\fR\n", page)


COMPLETE_IN_BASH = r"""
source "$1"
shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_ringside
((${#COMPREPLY[@]})) && printf '%s\n' "${COMPREPLY[@]}"
exit 0
"""


class BashCompletion(RingsideTest):
    def setUp(self):
        super().setUp()
        self.script = self.sandbox.work / "ringside.bash"
        self.script.write_text(output_of("manual", "bash"))

    def complete(self, *words):
        """What the tab key offers for these words, as bash takes them apart; the last is under the cursor."""
        bash = ["bash", "--norc", "-c", COMPLETE_IN_BASH, "bash", self.script, "ringside", *words]
        done = subprocess.run(bash, capture_output=True, text=True, cwd=self.sandbox.work, check=True)
        self.assertEqual(done.stderr, "")
        return done.stdout.split("\n")[:-1]

    def test_of_subcommands(self):
        self.assertEqual(self.complete("r"), ["run", "report"])
        self.assertEqual(sorted(self.complete("")), sorted(subcommands()))
        self.assertEqual(self.complete("nonsense"), [])

    def test_of_flags(self):
        self.assertEqual(set(self.complete("run", "--ba")), {"--backends", "--backend-cpus", "--baseline"})
        self.assertEqual(self.complete("run", "echo", "--fsync", "--no-p"), ["--no-plots"])
        self.assertEqual(self.complete("--job", "run", "list", "--j"), ["--json"])
        for command in subcommands():
            self.assertEqual(set(self.complete(command, "-")), flags_of(command), command)
        self.assertEqual(set(self.complete("-")), flags_of())

    def test_of_lists(self):
        everything = self.complete("run", "--backends", "")
        self.assertLessEqual({"all", "epoll", "io_uring", "libevent"}, set(everything))
        self.assertEqual(self.complete("run", "--backends", "io"), ["io_uring"])
        self.assertEqual(self.complete("run", "--backends", "epoll,io"), ["epoll,io_uring"])
        self.assertNotIn("epoll,epoll", self.complete("run", "--backends", "epoll,"))
        self.assertEqual(self.complete("run", "--backends", "=", "io"), ["io_uring"])
        self.assertEqual(self.complete("run", "--backends", "="), everything)
        # Where the user's COMP_WORDBREAKS is without "=".
        self.assertEqual(self.complete("run", "--backends=epoll,io"), ["--backends=epoll,io_uring"])

    def test_of_words(self):
        self.assertEqual(self.complete("run", "e"), ["echo"])
        self.assertEqual(self.complete("run", "echo", "--quiet", ""), ["file_copy", "fan_out"])
        self.assertEqual(self.complete("run", "--destination", ""), ["in-place", "fresh", "truncate"])
        self.assertEqual(self.complete("gate", "--metric", "t"), ["throughput"])
        self.assertEqual(self.complete("export", "run", "--format", "be"), ["bencher-bmf", "benchstat"])
        self.assertEqual(self.complete("run", "--rounds", ""), [])

    def test_of_paths(self):
        (self.sandbox.work / "old run").mkdir()
        (self.sandbox.work / "older").mkdir()
        self.assertEqual(set(self.complete("compare", "ol")), {"old run", "older"})
        self.assertEqual(self.complete("run", "--output", "olde"), ["older"])
        self.assertEqual(self.complete("--job", "rings"), ["ringside.bash"])


# Ctrl-G leaves what has become of the line in a file.
ZSHRC = r"""
PS1=
fpath=($ZDOTDIR $fpath)
autoload -Uz compinit
compinit -u -d $ZDOTDIR/dump
tell() {
  print -r -- "$BUFFER" >$ZDOTDIR/unfinished
  mv $ZDOTDIR/unfinished $ZDOTDIR/line
  BUFFER=
}
zle -N tell
bindkey '^G' tell
touch $ZDOTDIR/ready
"""


@unittest.skipUnless(shutil.which("zsh"), "needs the package zsh")
class ZshCompletion(RingsideTest):
    """In a terminal, since zsh completes in none other."""

    def setUp(self):
        super().setUp()
        self.folder = self.sandbox.work
        (self.folder / "_ringside").write_text(output_of("manual", "zsh"))
        (self.folder / ".zshrc").write_text(ZSHRC)
        self.keyboard, terminal = os.openpty()
        environment = self.sandbox.environment | {"ZDOTDIR": str(self.folder), "TERM": "xterm"}
        self.shell = subprocess.Popen(
            ["zsh", "-i"], cwd=self.folder, env=environment, stdin=terminal, stdout=terminal, stderr=terminal,
            start_new_session=True,
        )
        os.close(terminal)
        self.screen = threading.Thread(target=self.read_screen)
        self.screen.start()
        self.assertTrue(eventually((self.folder / "ready").exists))

    def tearDown(self):
        self.shell.kill()
        self.shell.wait()
        self.screen.join()
        os.close(self.keyboard)
        super().tearDown()

    def read_screen(self):
        """Or the shell would wait until somebody does."""
        with contextlib.suppress(OSError):
            while os.read(self.keyboard, 4096):
                pass

    def complete(self, typed):
        """The line after the tab key."""
        line = self.folder / "line"
        line.unlink(missing_ok=True)
        os.write(self.keyboard, typed.encode() + b"\t\x07")
        self.assertTrue(eventually(line.exists), typed)
        return line.read_text().strip()

    def test_completes_what_there_is_one_of(self):
        (self.folder / "older").mkdir()
        for typed, completed in (
            ("ringside rep", "ringside report"),
            ("ringside run --conn", "ringside run --connections"),
            ("ringside run fa", "ringside run fan_out"),
            ("ringside run --fsync fi", "ringside run --fsync file_copy"),
            ("ringside run --backends io", "ringside run --backends io_uring"),
            ("ringside run --backends=epoll,io", "ringside run --backends=epoll,io_uring"),
            ("ringside run echo --destination=t", "ringside run echo --destination=truncate"),
            ("ringside export older --format benchs", "ringside export older --format benchstat"),
            ("ringside compare old", "ringside compare older/"),
            ("ringside --job=_rings", "ringside --job=_ringside"),
            ("ringside manual", "ringside manual"),
        ):
            self.assertEqual(self.complete(typed).rstrip("=, "), completed)

    def test_has_every_flag(self):
        script = output_of("manual", "zsh")
        for command in subcommands():
            (own,) = re.findall(rf"^        '{command}'\)\n(.*?);;", script, flags=re.MULTILINE | re.DOTALL)
            named = re.findall(r"'(?:\([^)]*\))?(-[a-z-]+)=?\[", own)
            self.assertEqual(set(named), flags_of(command), command)
