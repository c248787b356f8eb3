"""What the user got wrong is said at once, with what would be right, and nothing is done."""

from support import RINGSIDE, RingsideTest


class BadInput(RingsideTest):
    def refused(self, *arguments, says):
        with self.subTest(" ".join(arguments)):
            done = self.run_ringside(*arguments, status=1)
            self.assertEqual(done.stdout, "")
            for text in says:
                self.assertIn(text, done.stderr)
            self.assertEqual(list(self.sandbox.work.iterdir()), [])

    def test_unknown_names_come_with_the_nearest_right_one(self):
        self.refused("run", "--backends", "epol", says=["no backend 'epol'", "'epoll'?"])
        self.refused("run", "--backends", "epoll,iouring", says=["'iouring'", "'io_uring'?"])
        self.refused("run", "--baseline", "libevents", says=["'libevents'", "'libevent'?"])
        self.refused("run", "ecko", says=["no scenario 'ecko'", "'echo'?"])
        self.refused("run", "--profile", "quik", says=["no profile 'quik'", "'quick'?"])
        self.refused("run", "--format", "jsn", says=["no format 'jsn'", "'json'?"])
        self.refused("run", "--color", "alway", says=["'alway'", "'always'?"])
        self.refused("run", "--interleave", "slices", says=["'slices'", "'slice'?"])
        self.refused("serve", "echo", "--backend", "epol", says=["'epol'", "'epoll'?"])
        self.refused("serve", "ecko", "--backend", "epoll", says=["'ecko'", "'echo'?"])

    def test_unknown_flags_come_with_the_nearest_right_one(self):
        self.refused("run", "--conections", "4", says=["--conections", "'--connections'?"])
        self.refused("run", "--cycle=4", says=["no flag '--cycle'", "'--cycles'?"])
        self.refused("serve", "echo", "--backend", "epoll", "--thread", "2", says=["'--threads'?"])
        self.refused("run", "--xyzzy", says=["--xyzzy"])
        self.refused("reprot", says=["no subcommand 'reprot'", "'report'?"])

    def test_something_must_be_asked(self):
        self.refused(says=["subcommand"])
        self.refused("serve", "echo", says=["--backend"])
        self.refused("report", says=["folder"])

    def test_units(self):
        self.refused("run", "--payload", "12x", says=["12x", "no unit 'x'", "KiB"])
        self.refused("run", "--payload", "KiB", says=["'KiB'", "number"])
        self.refused("run", "--payload", "1.5", says=["'1.5'", "whole"])
        self.refused("run", "--slice", "20", says=["'20'", "unit is missing", "20ms"])
        self.refused("run", "--slice", "-3ms", says=["-3ms"])
        self.refused("run", "--warmup", "3m", says=["no unit 'm'"])
        self.refused("run", "--duration", "1h", says=["no unit 'h'"])

    def test_a_decimal_comma_is_told_from_a_list(self):
        self.refused("run", "--slice", "2,5ms", says=["'2,5ms'", "with a point"])
        for flag, value, says in (
            ("--payload", "1,5KiB", "two sizes, 1 B and 5 KiB; a decimal is written 1.5KiB"),
            ("--payload", "12,5kB", "two sizes, 12 B and 5 kB"),
            ("--block", "4KiB,1,5KiB", "two sizes, 1 B and 5 KiB"),
        ):
            done = self.run_ringside("run", flag, value, "--dry-run")
            self.assertIn(f"{flag} ", done.stderr)
            self.assertIn(says, done.stderr)
        for value in ("128,4KiB", "64,512", "1KiB,4KiB"):
            self.assertEqual(self.run_ringside("run", "--payload", value, "--dry-run").stderr, "")

    def test_values_that_are_empty(self):
        names = ("output", "backend-cpus", "load-cpus", "dir", "load-io", "backends", "payload")
        for name in (*names, "slice", "destination", "profile"):
            self.refused("run", f"--{name}", "", "--dry-run", says=[f"--{name}: ", "empty"])
            self.refused("run", f"--{name}=", "--dry-run", says=[f"--{name} is empty", "mend"])
        self.refused("run", "--output", "--dry-run", says=["--output: ", "'--dry-run'"])
        self.refused("gate", "--base", "", says=["--base: ", "empty"])
        self.refused("gate", "--base", "a", "--head", "", says=["--head: ", "empty"])
        self.refused("report", "", says=["folder: ", "empty"])
        self.refused("export", "x", "--format=csv", "--output", "", says=["--output: ", "empty"])
        self.refused("doctor", "--output", "", says=["--output: ", "empty"])
        self.refused("--job", "", "run", "--dry-run", says=["--job: ", "empty"])

    def test_numbers_out_of_range(self):
        self.refused("run", "--rounds", "0", says=["--rounds is 0", "1 to"])
        self.refused("run", "--cycles", "-2", says=["--cycles is -2"])
        self.refused("run", "--slice", "1us", says=["--slice is 1 us"])
        self.refused("run", "--connections", "0", says=["--connections: '0' is not a whole number"])
        self.refused("run", "--connections", "1,many", says=["--connections: 'many'", "from 1"])
        self.refused("run", "--depth", "2.5", says=["--depth: '2.5'"])
        self.refused("run", "--connections", "18446744073709551615", says=["--connections"])
        self.refused("run", "--threads", "2000", "--connections", "2000", says=["--threads is 2000", "1 to 1024"])
        self.refused("run", "--payload", "0", says=["--payload"])
        self.refused("run", "--payload", "1GiB", says=["--payload is 1 GiB", "to 64 MiB"])
        self.refused("run", "--pipeline", "5000", says=["--pipeline is 5000", "1 to 4096"])
        self.refused("serve", "echo", "--backend", "epoll", "--threads", "0", says=["--threads"])

    def test_impossible_combinations(self):
        self.refused(
            *["run", "--threads", "8", "--connections", "4"],
            says=["--threads 8 with --connections 4", "at least as many connections"],
        )
        self.refused("run", "--backends", "epoll,epoll", says=["names epoll twice"])
        self.refused("run", "--backend-cpus", "9999", says=["9999"])
        self.refused("run", "--load-cpus", "x", says=["x"])

    def test_a_cell_is_not_started_by_hand(self):
        self.refused("cell", "1", says=["ringside run", "ringside serve"])

    def test_report_of_no_run(self):
        self.refused("report", "nowhere", says=["nowhere", "No such file", "folder of a run"])


class JobFile(RingsideTest):
    FLAGS = (
        *("echo", "--backends", "epoll,future", "--no-control", "--connections", "3,5"),
        *("--payload", "4KiB", "--rounds", "2", "--slice", "30ms", "--seed", "9"),
    )
    JOB = """
        [run]
        backends = ["epoll", "future"]
        no-control = true
        connections = [3, 5]
        payload = "4KiB"
        rounds = 2
        slice = "30ms"
        seed = 9
        """

    def job(self, text):
        path = self.sandbox.work / "job.ini"
        path.write_text(text, newline="")
        return path

    def test_says_the_same_as_flags(self):
        with_flags = self.run_ringside("run", *self.FLAGS, "--dry-run")
        with_job = self.run_ringside("--job", self.job(self.JOB), "run", "echo", "--dry-run")
        self.assertEqual(with_job.stdout, with_flags.stdout)
        self.assertIn("seed", with_job.stdout)

    def test_flags_have_the_last_word(self):
        done = self.run_ringside("--job", self.job(self.JOB), "run", "echo", "--rounds=1", "--dry-run")
        self.assertEqual(done.stdout.count("round 1 of"), 2)
        self.assertNotIn("round 2 of", done.stdout)

    def test_unknown_name_is_an_error(self):
        job = self.job("[run]\nconections = 4\n")
        done = self.run_ringside("--job", job, "run", "--dry-run", status=1)
        self.assertEqual(done.stdout, "")
        self.assertIn("conections", done.stderr)

    def test_wrong_value_is_an_error(self):
        job = self.job("[run]\nslice = 20\n")
        done = self.run_ringside("--job", job, "run", "--dry-run", status=1)
        self.assertIn("unit is missing", done.stderr)

    def test_what_editors_add_is_no_part_of_it(self):
        wanted = self.run_ringside("run", *self.FLAGS, "--dry-run").stdout
        for text in ("\ufeff" + self.JOB, self.JOB.replace("\n", "\r\n")):
            with self.subTest(text[:12]):
                done = self.run_ringside("--job", self.job(text), "run", "echo", "--dry-run")
                self.assertEqual(done.stdout, wanted)

    def test_a_list_may_be_written_over_lines(self):
        text = self.JOB.replace("[3, 5]", "[\n    3, # few\n\n    5\n  ] # more")
        done = self.run_ringside("--job", self.job(text), "run", "echo", "--dry-run")
        self.assertEqual(done.stdout, self.run_ringside("run", *self.FLAGS, "--dry-run").stdout)

    def test_what_is_broken_is_an_error_with_its_line(self):
        for text, says in {
            "[run]\nconnections = [3, 5\n": "line 2: the list is not closed",
            "[run]\nconnections = [3, 5\nrounds = 2\n": "line 2: the list is not closed",
            "[run]\nconnections = [3,\n5\n[gate]\n": "line 2: the list is not closed",
            '[run]\n\npayload = "4KiB\n': "line 3: the quote is not closed",
            '[run]\ndir = "/mnt/a#b"\n': "line 2: a # within quotes",
            "[run]\nconnections = [3] 5\n": "line 2: something follows the list",
            '[run]\noutput = ""\n': "--output: its value is empty",
            "[run]\npayload = \n": "--payload: its value is empty",
            "[run]\npayload = \033[2J\n": "line 2: that is no text",
            "[run]\nrounds = 2\n\n[gate]\n": "line 4: [gate] is no section of `ringside run`",
            "gate.budget = '9s'\n": "line 1: [gate] is no section of `ringside run`",
            "rounds = 2\n": "line 1: this name stands under no section",
            "[run]\nrounds = 2\nrounds = 3\n": "line 3: 'rounds' was there before",
            "run.rounds = 2\n[run]\nrounds = 3\n": "line 3: 'rounds' was there before",
        }.items():
            with self.subTest(text):
                done = self.run_ringside("--job", self.job(text), "run", "--dry-run", status=1)
                self.assertEqual(done.stdout, "")
                self.assertIn(says, done.stderr)
                self.assertNotIn("\033", done.stderr)

    def test_what_is_no_text_is_not_printed(self):
        binary = self.sandbox.work / "binary"
        binary.write_bytes(bytes(range(256)) * 16)
        wide = self.sandbox.work / "wide"
        wide.write_text(self.JOB, encoding="utf-16")
        for path in (binary, wide, "/dev/zero", RINGSIDE):
            with self.subTest(str(path)):
                done = self.run_ringside("--job", path, "run", "--dry-run", status=1)
                self.assertEqual(done.stdout, "")
                self.assertTrue(done.stderr.replace("\n", "").isprintable(), done.stderr)
                self.assertIn("mend: ", done.stderr)

    def test_missing_file_is_an_error(self):
        done = self.run_ringside("--job", "nowhere.ini", "run", "--dry-run", status=1)
        self.assertEqual(done.stdout, "")
        self.assertIn("nowhere.ini", done.stderr)
