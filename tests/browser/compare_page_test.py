"""The page of two runs side by side: it says what `ringside compare` says, all of it."""

import csv
import json
import pathlib
import shutil
import subprocess
import tempfile

from support import (
    CASES, CONTRAST, OPEN_ALL, PATIENCE, RINGSIDE, PageTest, browser, eventually, raw, same)

HOSTILE = "</script><script>window.owned = 1</script><img src=x onerror='window.owned = 1'>"
METRICS = 6


def altered(trial):
    """io_uring needs more CPU, callback less."""
    factor = {"io_uring": 1.1, "callback": 0.9}.get(trial["backend"])
    if factor and trial["status"] == "ok":
        trial["cpu"]["total_ns_per_op"] *= factor + trial["round"] / 1000


class ComparePage(PageTest):
    def setUp(self):
        super().setUp()
        self.base = pathlib.Path(tempfile.mkdtemp(prefix="ringside-base-"))
        self.addCleanup(shutil.rmtree, self.base)

    def pair(self, case, change=lambda trial: None, run=lambda run: None, without=()):
        """The case against itself with its trials and run.json changed."""
        for file in ("run.json", "trials.jsonl"):
            shutil.copy(CASES / case / file, self.base)
        self.head(case, change, run, without)
        self.report_pair()

    def head(self, case, change=lambda trial: None, run=lambda run: None, without=()):
        lines = [trial for trial in self.lines(case) if trial["backend"] not in without]
        for trial in lines:
            change(trial)
        (self.folder / "trials.jsonl").write_text(
            "".join(json.dumps(trial) + "\n" for trial in lines))
        of_head = json.loads((CASES / case / "run.json").read_text())
        run(of_head)
        (self.folder / "run.json").write_text(json.dumps(of_head))

    def report_pair(self):
        flags = ["--format", "json", "--output", str(self.folder / "report.html")]
        done = subprocess.run([RINGSIDE, "report", *flags, str(self.base), str(self.folder)],
                              capture_output=True, check=True, timeout=PATIENCE)
        self.comparison = json.loads(done.stdout)

    def test_every_figure_is_the_comparisons(self):
        self.pair("scenarios", altered)
        self.open()
        wanted = [(row, figure) for row in self.comparison["rows"] for figure in row["figures"]]
        lines = self.table("rows")
        self.assertEqual(len(lines), len(wanted))
        for line, (row, figure) in zip(lines, wanted):
            self.assertEqual((line["scenario"], line["metric"], line["verdict"]),
                             (row["scenario"], figure["metric"], figure["verdict"]))
            for side in ("base", "head"):
                self.assertEqual(line[side], raw(figure[side]["value"]))
                self.assertEqual(line[f"{side}_reach"], raw(figure[side]["reach"]))
                self.assertEqual(line[f"{side}_rounds"], raw(figure[side]["rounds"]))
            for name in ("ratio", "interval_low", "interval_high", "interval_confidence",
                         "p_adjusted", "smallest_visible_ratio", "reason"):
                self.assertTrue(same(line[name], raw(figure[name])), name)
        means = self.comparison["geometric_means"]
        self.assertEqual([line["ratio"] for line in self.table("means")],
                         [raw(one["ratio"]) for one in means])
        self.assert_no_error()

    def test_cautions_come_before_what_changed(self):
        self.pair("normal", altered, lambda run: run.update(ringside_version="9.9"))
        self.open()
        shown = self.run_script("return [...document.querySelectorAll('#verdict .words')]"
                                ".map((one) => one.textContent)")
        warnings = self.comparison["warnings"]
        self.assertEqual(shown[:len(warnings)], warnings)
        self.assertTrue(any("0.1.0 against 9.9" in text for text in warnings))
        self.assertIn("1 better and 1 worse", shown[len(warnings)])
        self.assertIn("for the worse: CPU per message of io_uring", shown[len(warnings) + 1])
        self.assertIn("for the better: CPU per message of callback", shown[len(warnings) + 2])

    def test_many_cautions_are_folded_but_for_what_always_holds(self):
        def other_versions(trial):
            trial["backend_version"] += " changed"
            trial["caveats"] = ["one", "two", "three", "four"]

        def other_machine(run):
            run["machine"].update(hostname="b", distribution="c", clock_source="d")
            run["options"].update(cycles=1, slice_ns=2, warmup_ns=3)

        self.pair("normal", other_versions, other_machine)
        self.open()
        self.assertGreater(len(self.comparison["warnings"]), 9)
        visible = [one.text for one in self.all("#verdict > .findings .warning .words")]
        self.assertEqual(len(visible), 8)
        self.assertEqual(visible[-1], self.comparison["warnings"][-1])
        self.assertEqual(len(self.all("#verdict .warning")), len(self.comparison["warnings"]))

    def test_without_a_change_nothing_is_coloured_and_the_page_says_what_it_could_see(self):
        self.pair("normal")
        self.open()
        self.assertIn("Nothing was told apart", self.text("#verdict"))
        self.assertIn("would have been seen 4 times in 5", self.text("#verdict"))
        self.assertEqual(self.all("td.good, td.bad"), [])

    def test_the_matrix_shows_the_chosen_metric(self):
        self.pair("scenarios", altered)
        self.open("#metric=cpu_ns_per_op")
        cells = self.all(".matrix [data-cell]")
        self.assertEqual(len(cells), len(self.comparison["rows"]))
        cell = self.find('[data-cell="0/io_uring"]')
        figure = self.figure(0, "io_uring", "cpu_ns_per_op")
        self.assertIn(f"{figure['ratio']:.3f}", cell.text)
        self.assertIn(f"{figure['interval_low']:.3f}–{figure['interval_high']:.3f}", cell.text)
        self.assertIn("worse", cell.text)
        self.assertIn("bad", cell.find_element("xpath", "..").get_attribute("class"))
        self.click("#metric-latency_p50_ns")
        self.assertIn("not told apart", self.find('[data-cell="0/io_uring"]').text)
        self.click('[data-cell="0/io_uring"]')
        self.assertEqual(len(self.table("details")), METRICS)
        self.assertEqual(self.run_script("return document.activeElement.id"), "details-title")

    def figure(self, index, backend, metric):
        group = self.run_script("return Ringside.data.groups[arguments[0]].params", index)
        row = next(row for row in self.comparison["rows"]
                   if row["backend"] == backend and row["params"] == group)
        return next(one for one in row["figures"] if one["metric"] == metric)

    def test_the_first_metric_shown_is_one_that_is_known(self):
        self.pair("saturated")
        self.open()
        chosen = self.find('.tab[aria-pressed="true"]').get_attribute("id")
        self.assertNotEqual(chosen, "metric-throughput_ops_per_s")
        self.click("#metric-throughput_ops_per_s")
        self.assertIn("no interval", self.text(".matrix"))
        self.assertTrue([line for line in self.table("rows") if line["base_is_lower_bound"] == "true"])

    def test_forests_and_curves_of_both_runs(self):
        self.pair("normal", altered)
        self.open()
        forests = self.run_script("""
          return [...document.querySelectorAll('#figure-forest canvas')].map((canvas) => {
            const {data} = Chart.getChart(canvas);
            return {rows: data.labels, ratios: data.datasets[0].data, bars: data.datasets[1].data};
          })""")
        self.assertEqual(len(forests), METRICS)
        figure = self.figure(0, "io_uring", "cpu_ns_per_op")
        cpu = forests[1]
        place = cpu["rows"].index("io_uring")
        self.assertEqual(cpu["ratios"][place], figure["ratio"])
        self.assertEqual(cpu["bars"][place], [figure["interval_low"], figure["interval_high"]])
        curves = self.run_script("""
          return Chart.getChart(document.querySelector('#figure-latency canvas')).data.datasets
            .map(({label, borderDash, borderColor, data}) =>
              ({label, dashed: borderDash.length > 0, color: borderColor, points: data.length}))""")
        self.assertEqual(len(curves), 2 * len(self.comparison["rows"]))
        for base, head in zip(curves[::2], curves[1::2]):
            self.assertTrue(base["label"].endswith(", base") and base["dashed"])
            self.assertTrue(head["label"].endswith(", head") and not head["dashed"])
            self.assertEqual(base["color"], head["color"])
            self.assertGreater(base["points"], 10)

    def test_too_few_rounds_have_ratios_and_no_verdict(self):
        self.pair("normal", altered)
        path = self.folder / "trials.jsonl"
        lines = [line for line in path.read_text().splitlines() if json.loads(line)["round"] < 4]
        path.write_text("\n".join(lines) + "\n")
        self.report_pair()
        self.open()
        too_few = "3 rounds of the head are too few for an interval: 4 are needed"
        self.assertIn(too_few, self.text("#verdict"))
        self.assertNotRegex(self.text("#verdict"), "greatest change|would have been seen")
        self.assertIn("no interval", self.text(".matrix"))
        self.assertEqual(self.all(".matrix td.good, .matrix td.bad"), [])
        self.assertEqual(self.all("#figure-forest canvas"), [])
        self.assertIn("No figure of both runs has an interval", self.text("#figure-forest"))
        for line in self.table("rows"):
            self.assertEqual((line["verdict"], line["interval_low"]), ("unknown", ""))
            self.assertNotEqual(line["ratio"], "")
        self.assert_no_error()

    def test_curves_are_each_of_their_own_run(self):
        self.pair("one_round")
        shutil.copy(CASES / "normal" / "trials.jsonl", self.folder)
        self.report_pair()
        self.open()
        lines = self.table("latency")
        for side, folder in (("base", self.base), ("head", self.folder)):
            shown = {line["percentile"]: line[f"epoll_{side}_ns"] for line in lines}
            self.assertEqual({at: ns for at, ns in shown.items() if ns != ""},
                             self.curve_of(folder, "epoll"))

    def curve_of(self, folder, backend):
        """Of the backend in the folder's own summary."""
        done = subprocess.run([RINGSIDE, "report", "--no-write", "--format", "json", str(folder)],
                              capture_output=True, check=True, timeout=PATIENCE)
        rows = json.loads(done.stdout)["groups"][0]["rows"]
        row = next(row for row in rows if row["backend"] == backend and not row["control"])
        return {raw(one["percentile"]): raw(one["ns"]) for one in row["latency_percentiles"]}

    def test_what_only_one_run_has_is_listed(self):
        self.pair("normal", without=("blocking_threads",))
        self.open()
        self.assertEqual([(line["run"], line["backend"]) for line in self.table("unmatched")],
                         [("base", "blocking_threads")])
        self.assertNotIn("blocking_threads", self.text("#matrix"))

    def test_machines_stand_side_by_side_with_differences_marked(self):
        def other(run):
            run["machine"]["hostname"] = "elsewhere"
            run["machine"]["extra"] = 7

        self.pair("normal", run=other)
        self.open()
        lines = {line["fact"]: line for line in self.table("machine")}
        self.assertEqual((lines["hostname"]["head"], lines["hostname"]["differs"]),
                         ("elsewhere", "differs"))
        self.assertEqual((lines["extra"]["base"], lines["extra"]["head"]), ("", "7"))
        self.assertEqual({name for name, line in lines.items() if line["differs"] == "differs"},
                         {"hostname", "extra"})
        self.assertEqual(self.run_script(
            "return document.querySelectorAll('#table-machine td.changed').length"), 6)
        self.assertTrue(self.all("details[open] #table-machine"))
        self.assertTrue(self.all("details:not([open]) #table-options"))
        self.assertIn(f"ringside report {self.base} {self.folder}", self.text("#command"))

    def test_without_run_json_the_page_says_so(self):
        self.pair("normal")
        (self.base / "run.json").unlink()
        self.report_pair()
        self.open()
        self.assertIn("there is no run.json", self.text("#manifest"))
        self.assertEqual(self.all("#table-machine"), [])
        self.assert_no_error()

    def test_a_link_holds_the_state_and_filters_hide_rows(self):
        self.pair("scenarios")
        self.open("#comparison=1&row=epoll&without=io_uring&metric=latency_p50_ns")
        self.assertTrue(self.find("#details-title").text.startswith("epoll in "))
        self.assertEqual(self.all('[data-cell="1/io_uring"]'), [])
        self.assertEqual(self.find("#metric-latency_p50_ns").get_attribute("aria-pressed"), "true")
        self.assertNotIn("io_uring", {line["backend"] for line in self.table("rows")})
        self.click("#filter-reset")
        self.assertEqual(len(self.table("rows")), METRICS * len(self.comparison["rows"]))

    def test_csv_is_the_table(self):
        self.pair("normal", altered)
        self.open()
        self.click("#csv-rows")
        files = eventually(lambda: [file for file in browser().downloads.iterdir()
                                    if file.suffix == ".csv"])
        self.addCleanup(files[0].unlink)
        with open(files[0], newline="") as file:
            self.assertEqual(list(csv.DictReader(file, strict=True)), self.table("rows"))

    def test_hostile_names_are_text(self):
        def hostile(trial):
            trial["backend"] = HOSTILE if trial["backend"] == "io_uring" else trial["backend"]
            trial["params"]["note"] = HOSTILE

        self.head("normal", hostile, lambda run: run["machine"].update({HOSTILE: HOSTILE}))
        for file in ("run.json", "trials.jsonl"):
            shutil.copy(self.folder / file, self.base)
        self.report_pair()
        self.open()
        self.assertIn(HOSTILE, self.text("#table-rows"))
        self.assertIn(HOSTILE, self.text("#table-machine"))
        self.assertEqual(self.run_script("return typeof window.owned"), "undefined")
        self.assertEqual(self.all("img, iframe, object"), [])
        self.assertEqual(len(self.all("script")), 3)

    def test_odd_runs_give_a_page_all_the_same(self):
        for case in ("hostile", "one_round", "trouble", "sweep", "version_0_1"):
            self.pair(case)
            self.open()
            self.assertEqual(len(self.table("rows")), METRICS * len(self.comparison["rows"]), case)
            self.assert_no_error()

    def test_it_can_be_read_in_both_schemes_and_on_a_phone(self):
        self.pair("scenarios", altered, lambda run: run["machine"].update(hostname="b"))
        for scheme in ("light", "dark"):
            self.scheme(scheme)
            self.open("#comparison=0&row=io_uring&metric=cpu_ns_per_op")
            self.run_script(OPEN_ALL)
            found = self.run_script(CONTRAST)
            self.assertGreater(found["count"], 200)
            self.assertEqual(found["poor"], {}, scheme)
        self.resize(360, 740)
        self.open("#comparison=0&row=io_uring")
        self.run_script(OPEN_ALL)
        self.assertLessEqual(self.run_script("return document.documentElement.scrollWidth"), 360)

    def test_paper_is_light_and_has_everything_opened(self):
        self.pair("scenarios", altered)
        self.scheme("dark")
        self.open()
        self.print_page()
        self.assert_no_error()

    def test_names_headings_and_ids(self):
        self.pair("scenarios", altered, without=("blocking_threads",))
        self.open("#comparison=0&row=epoll")
        self.run_script(OPEN_ALL)
        self.assert_well_formed()
