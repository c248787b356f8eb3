"""Runs that went wrong, that are old, large or hostile: each gives a page that makes sense."""

import copy
import json
import signal
import subprocess
import time

from support import PATIENCE, RINGSIDE, PageTest, key_of, of_version_0_1

HOSTILE = "</script><script>window.owned = 1</script><img src=x onerror='window.owned = 1'>"


class OddRuns(PageTest):
    def test_hostile_names_are_text(self):
        trials = self.lines("normal")
        for trial in trials:
            if trial["backend"] == "io_uring":
                trial["backend"] = HOSTILE
            trial["params"]["note"] = HOSTILE
            trial["caveats"] = [HOSTILE]
            trial["effective"] = {HOSTILE: HOSTILE + "\u202e\x1b[2J"}
            trial["backend_version"] = "<!--" + HOSTILE
        run = {"schema": "ringside.run/1", "command": ["ringside", HOSTILE, "it's", "$(rm x)"],
               "machine": {HOSTILE: HOSTILE}, "caveats": [HOSTILE], "backends": []}
        (self.folder / "run.json").write_text(json.dumps(run))
        self.trials(trials)
        self.open()
        self.click(f'[data-cell="0/{HOSTILE}"]'.replace("'", "\\'"))
        self.assertIn(HOSTILE, self.text("#details-title"))
        self.assertIn(HOSTILE, self.text("#verdict") + self.text("#table-rows"))
        self.assertEqual(self.run_script("return typeof window.owned"), "undefined")
        self.assertEqual(self.all("img, iframe, object"), [])
        self.assertEqual(len(self.all("script")), 3)
        self.assertNotIn("\u202e", self.text("body"))
        # The shell gets every word back as it was.
        self.assertIn("'it'\\''s' '$(rm x)'", self.text("#command"))

    def test_the_golden_hostile_case(self):
        self.case("hostile")
        self.open()
        self.assertEqual(len(self.all(".matrix [data-cell]")), len(self.rows()))
        self.assert_no_error()

    def test_old_lines_and_one_round(self):
        for name in ("version_0_1", "one_round", "trouble"):
            self.case(name)
            self.open()
            self.assertTrue(self.all("#figures canvas"), name)
            self.assertEqual(len(self.table("rows")), len(self.rows()), name)
            self.assert_no_error()

    def test_too_few_rounds_have_ratios_and_no_verdict(self):
        self.trials([trial for trial in self.lines("normal") if trial["round"] < 4])
        self.open()
        too_few = "3 rounds are too few for an interval: 4 are needed"
        verdict = self.text("#verdict")
        self.assertIn("Nobody is ranked: " + too_few, verdict)
        self.assertNotRegex(verdict, "fastest|cheapest|first place|Tails")
        self.assertEqual(self.all(".matrix .rank, .matrix td.good, .matrix td.bad"), [])
        cell = self.find('[data-cell="0/io_uring"]')
        self.assertIn("no interval", cell.text)
        self.assertIn("no interval: " + too_few, cell.get_attribute("aria-label"))
        self.assertIn("not known", cell.get_attribute("aria-label"))
        self.assertIn(too_few, self.text("#figure-forest .look"))
        ratios, bars = self.run_script(
            "return Chart.getChart(document.querySelector('#figure-forest canvas')).data.datasets"
            ".map(({data}) => data)")
        self.assertTrue(ratios and all(ratios))
        self.assertEqual(set(bars), {None}, "no interval may be drawn")
        for line in self.table("forest"):
            self.assertEqual((line["interval_low"], line["smallest_visible_ratio"], line["better"]),
                             ("", "", "not known"))
        self.assert_no_error()

    def test_a_row_that_is_not_judged_has_no_bar_beside_those_that_are(self):
        self.trials([trial for trial in self.lines("normal")
                     if trial["backend"] != "callback" or trial["round"] < 3])
        self.open()
        self.assertIn("1 of 4 rows have no interval: 2 rounds are too few",
                      self.text("#figure-forest .look"))
        labels, bars = self.run_script(
            "const {labels, datasets} = Chart.getChart(document.querySelector('#figure-forest canvas'))"
            ".data; return [labels, datasets[1].data]")
        self.assertEqual([name for name, bar in zip(labels, bars) if bar is None], ["callback"])
        self.assert_no_error()

    def test_a_sweep_draws_no_figure_that_nobody_has(self):
        trials = [of_version_0_1(trial) for trial in self.lines("sweep")]
        for trial in trials:
            trial["latency_ns"] = {name: None for name in trial["latency_ns"]}
            trial["histogram"] = self.lines("hostile")[2]["histogram"]  # of no operations
        self.trials(trials)
        self.open()
        self.assertEqual([one.text for one in self.all("#figure-sweep-connections h4")][:2],
                         ["Throughput", "CPU per message"])
        self.assertEqual(len(self.all("#figure-sweep-connections canvas")), 2)
        self.assert_no_error()

    def test_one_backend_has_figures_and_no_ratios(self):
        self.trials([trial for trial in self.lines("normal")
                     if trial["backend"] == "epoll" and not trial["control"]])
        self.open()
        self.assertEqual(len(self.all(".matrix [data-cell]")), 1)
        self.assertIn("baseline", self.text(".matrix tbody"))
        self.assertIn("No other row has a ratio", self.text("#figure-forest"))
        self.assertTrue(self.all("#figure-latency canvas"))
        self.assertTrue(self.all("#figure-cpu canvas"))
        self.assert_no_error()

    def skipped(self):
        trials = self.lines("trouble")
        example = next(trial for trial in trials if trial["status"] == "skipped")
        for trial in trials:
            for name in example:
                if name not in ("round", "backend", "control", "baseline", "params"):
                    trial[name] = copy.deepcopy(example[name])
        return trials

    def test_everything_skipped_says_why(self):
        self.trials(self.skipped())
        self.open()
        reason = self.summary["groups"][0]["rows"][0]["reason"]
        self.assertIn(reason, self.text("#verdict"))
        self.assertEqual(self.all("canvas"), [])
        self.assertEqual(len(self.table("troubles")), len(self.rows()))
        for row, line in zip((row for _, row in self.rows()), self.table("troubles")):
            self.assertEqual((line["backend"], line["status"], line["reason"], line["mend"]),
                             (key_of(row), "skipped", row["reason"], row["mend"] or ""))
        self.assert_no_error()

    def test_rows_in_trouble_are_listed_with_their_mend(self):
        self.case("trouble")
        self.open()
        expected = [row for _, row in self.rows() if row["status"] != "ok"]
        self.assertTrue(expected)
        self.assertEqual([line["reason"] for line in self.table("troubles")],
                         [row["reason"] for row in expected])

    def test_a_truncated_file_is_used_up_to_its_damage(self):
        self.case("normal")
        whole = (self.folder / "trials.jsonl").read_bytes()
        (self.folder / "trials.jsonl").write_bytes(whole[: len(whole) * 2 // 3])
        self.report()
        self.open()
        self.assertIn("is cut off", self.text("#verdict .findings .words"))
        self.assertTrue(self.all("#figures canvas"))

    def test_nothing_measured(self):
        """A run that was stopped before its first round ended; `report` has nothing to say of it."""
        command = [RINGSIDE, "run", "echo", "--backends=epoll", "--interleave=trial", "--duration=60s"]
        command += ["--output", str(self.folder / "run"), "--no-plots", "--quiet"]
        run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + PATIENCE
        while not (self.folder / "run" / "run.json").exists() and time.monotonic() < end:
            time.sleep(0.05)
        run.send_signal(signal.SIGINT)
        self.assertEqual(run.wait(PATIENCE), 130)
        self.folder = self.folder / "run"
        self.open()
        self.assertIn("Nothing was measured", self.text("#verdict"))
        self.assert_no_error()

    def test_a_missing_run_json_is_said(self):
        for content in (None, '{"schema": "ringside.run/1"}'):
            self.case("one_round")
            (self.folder / "run.json").unlink()
            if content is not None:
                (self.folder / "run.json").write_text(content)
            self.report()
            self.open()
            if content is None:
                self.assertIn("could not be read", self.text("#manifest"))
            self.assertEqual(len(self.table("rows")), len(self.rows()))
            self.assert_no_error()

    def test_whole_windows_have_no_slices(self):
        trials = self.lines("normal")
        for trial in trials:
            trial["slices"] = {name: [] for name in trial["slices"]}
        self.trials(trials)
        self.open()
        self.assertIn("Whole windows were measured", self.text("#figure-slices"))
        self.assertEqual(self.all("#figure-slices canvas"), [])

    def test_ten_thousand_trials(self):
        example = self.lines("one_round")[0]
        trials = []
        for connections in range(100):
            params = example["params"] | {"connections": connections + 1}
            for number in range(10):
                trials += [example | {"round": round_number + 1, "params": params,
                                      "backend": f"backend {number}", "baseline": number == 0}
                           for round_number in range(10)]
        self.trials(trials)
        self.open()
        self.assertEqual(len(self.table("rows")), 1000)
        self.assertEqual(len(self.all(".matrix [data-cell]")), 1000)
        self.assertEqual(len(self.run_script(
            "return Chart.getChart(document.querySelector('canvas')).data.labels") or []), 9)
        points = sum(len(one["ops_per_s"]) for _, row in self.rows()
                     for one in row["slices"]["rounds"])
        self.assertLessEqual(points, 24_000)
        self.assert_no_error()
