"""The page says what summary.json says, all of it, and nothing else."""

import re

from selenium.webdriver.common.action_chains import ActionChains

from support import PageTest, eventually, key_of, raw, same, of_version_0_1


class Figures(PageTest):
    def assert_table(self, name, expected):
        """`expected` has a dictionary for each row, with the columns that are to be checked."""
        seen = self.table(name)
        self.assertEqual(len(seen), len(expected), name)
        for line, wanted in zip(seen, expected):
            for key, value in wanted.items():
                self.assertTrue(same(line[key], raw(value)),
                                f"{name}: {key} is {line[key]}, not {raw(value)}, in {line}")

    def comparison(self, group, row, metric):
        family = "control_comparisons" if row["control"] else (
            "reference_comparisons" if row["reference"] else "comparisons")
        if row["baseline"]:
            return None
        baseline = next(one["backend"] for one in group["rows"] if one["baseline"])
        return next(one for one in group[family] if one["metric"] == metric and
                    one["a"] == row["backend"] and one["b"] == baseline)

    def test_opens_without_a_network_and_without_an_error(self):
        self.case("scenarios")
        self.open()
        self.assertEqual(self.run_script("return navigator.onLine"), False)
        self.assertEqual(
            self.run_script("return performance.getEntriesByType('resource').length"), 0)
        page = (self.folder / "report.html").read_text()
        self.assertNotRegex(page, r'(src|href)="(https?:)?//')
        self.assertIn("Permission is hereby granted", page)

    def test_the_verdict_is_the_findings_the_machine_first(self):
        self.case("sweep")
        self.open()
        shown = self.run_script("return [...document.querySelectorAll('#verdict .words')]"
                                ".map((one) => one.textContent)")
        self.assertCountEqual(shown, [one["text"] for one in self.summary["findings"]])
        self.assertEqual(shown[0], self.summary["findings"][0]["text"])
        self.assertEqual(self.summary["findings"][0]["kind"], "control")
        warnings = [one for one in self.summary["findings"] if one["warning"]]
        self.assertEqual(len(self.all("#verdict .badge")), len(warnings))

    def test_the_matrix_has_every_cell(self):
        self.case("scenarios")
        self.open()
        self.assertEqual(len(self.all(".matrix [data-cell]")), len(self.rows()))
        for index, group in enumerate(self.summary["groups"]):
            for row in group["rows"]:
                cell = self.find(f'[data-cell="{index}/{key_of(row)}"]')
                label = cell.get_attribute("aria-label")
                if row["rank"] is not None:
                    self.assertIn(f"rank {row['rank']},", label)
                comparison = self.comparison(group, row, group["ranking_metric"])
                if comparison and comparison["ratio"] is not None:
                    self.assertIn(f"{comparison['ratio']:.3f}", cell.text)
                    words = {"a": "better", "b": "worse", None: "not told apart"}
                    self.assertIn(words[comparison["better"]], label)

    def test_the_table_of_all_rows_agrees(self):
        self.case("scenarios")
        self.open()
        expected = []
        for group, row in self.rows():
            one = self.comparison(group, row, group["ranking_metric"]) or {}
            cpu = row["cpu"] or {}
            expected.append({
                "backend": key_of(row), "scenario": group["scenario"], "label": group["label"],
                "status": row["status"], "rank": row["rank"],
                "throughput_is_lower_bound": row["throughput_is_lower_bound"],
                "throughput_ops_per_s": row["throughput_ops_per_s"], "ratio": one.get("ratio"),
                "interval_low": one.get("interval_low"), "interval_high": one.get("interval_high"),
                "latency_p50_ns": row["latency_ns"]["p50"],
                "latency_p99_ns": row["latency_ns"]["p99"],
                "latency_p99_9_ns": row["latency_ns"]["p99_9"],
                "cpu_total_ns_per_op": cpu.get("total_ns_per_op"),
                "cpu_user_ns_per_op": cpu.get("user_ns_per_op"),
                "context_switches_per_op": (row["context_switches"] or {}).get("per_op"),
                "syscalls_per_op": (row["syscalls"] or {}).get("per_op"),
                "max_rss_bytes": row["max_rss_bytes"], "threads_peak": row["threads_peak"],
                "rounds_ok": row["rounds_ok"]})
        self.assert_table("rows", expected)

    def test_every_figure_of_every_comparison_has_a_table_that_agrees(self):
        self.case("scenarios")
        for index, group in enumerate(self.summary["groups"]):
            self.open(f"#comparison={index}")
            rows = group["rows"]
            compared = [(row, one) for row in rows
                        if (one := self.comparison(group, row, group["ranking_metric"]))]
            self.assert_table("forest", [
                {"backend": key_of(row), "ratio": one["ratio"],
                 "interval_low": one["interval_low"], "interval_high": one["interval_high"],
                 "p_adjusted": one["p_adjusted"], "reason": one["reason"]}
                for row, one in compared])
            self.assert_table("cpu", [
                {"backend": key_of(row),
                 "cpu_system_ns_per_op": (row["cpu"] or {}).get("system_ns_per_op"),
                 "reason": row["reasons"].get("cpu")} for row in rows])
            for name, member in (("switches", "context_switches"), ("syscalls", "syscalls")):
                self.assert_table(name, [
                    {"backend": key_of(row), f"{member}_per_op": (row[member] or {}).get("per_op"),
                     "reason": row["reasons"].get(member)} for row in rows])
            self.check_curves("latency", rows, lambda row: row["latency_percentiles"])
            if any("excess_over_ideal" in row["times_percentiles"] for row in rows):
                self.check_curves("excess", rows,
                                  lambda row: row["times_percentiles"]["excess_over_ideal"])
            self.check_slices(rows)
            self.assert_no_error()

    def check_curves(self, name, rows, points):
        lines = {float(line["percentile"]): line for line in self.table(name)}
        for row in rows:
            for point in points(row):
                self.assertEqual(lines[point["percentile"]][f"{key_of(row)}_ns"],
                                 raw(point["ns"]))

    def check_slices(self, rows):
        lines = {(line["round"], line["cycle"]): line
                 for line in self.table("slices-throughput-ops-per-s")}
        for row in rows:
            for one in row["slices"]["rounds"]:
                for index, value in enumerate(one["ops_per_s"]):
                    cycle = index * row["slices"]["cycles_per_point"] + 1
                    line = lines[str(one["round"]), str(cycle)]
                    self.assertTrue(same(line[f"{key_of(row)}_throughput_ops_per_s"], raw(value)))

    def test_sweeps_agree_and_name_their_crossovers(self):
        trials = [of_version_0_1(trial) for trial in self.lines("sweep")]
        for trial in trials:  # io_uring is behind at 1 connection and in front at 500
            if trial["backend"] == "io_uring" and trial["params"]["connections"] == 1:
                trial["slices"]["ops"] = [ops // 3 for ops in trial["slices"]["ops"]]
        self.trials(trials)
        self.open()
        sweep, = self.summary["sweeps"]
        self.assertTrue(any(one["a"] == "io_uring" for one in sweep["crossovers"]))
        groups = [self.summary["groups"][index] for index in sweep["groups"]]
        expected = [
            {"connections": group["params"]["connections"], "backend": key_of(row),
             "throughput_ops_per_s": row["intervals"]["throughput_ops_per_s"]["centre"],
             "throughput_ops_per_s_low": row["intervals"]["throughput_ops_per_s"]["low"],
             "cpu_ns_per_op_high": row["intervals"]["cpu_ns_per_op"]["high"]}
            for group in groups for row in group["rows"]
            if not row["control"] and row["rounds_ok"] > 0]
        self.assert_table("sweep-connections", expected)
        self.assert_table("sweep-connections-crossovers", [
            {"sentence": one["sentence"], "ratio_at_low": one["at_low"]["ratio"],
             "interval_high_at_high": one["at_high"]["interval_high"]}
            for one in sweep["crossovers"]])
        self.assertIn("io_uring overtakes", self.text("#figure-sweep-connections"))

    def test_every_figure_is_drawn_and_described(self):
        self.case("scenarios")
        self.open("#comparison=1")
        canvases = self.run_script("""
          return [...document.querySelectorAll('canvas')].map((canvas) => ({
            label: canvas.getAttribute('aria-label'), role: canvas.getAttribute('role'),
            points: Chart.getChart(canvas).data.datasets.map((one) => one.data.length),
            blank: canvas.toDataURL() === Object.assign(document.createElement('canvas'),
              {width: canvas.width, height: canvas.height}).toDataURL(),
            look: canvas.closest('.figure').querySelector('.look').textContent,
            tables: canvas.closest('.figure').querySelectorAll('table').length}))""")
        self.assertGreaterEqual(len(canvases), 6)
        for canvas in canvases:
            self.assertEqual(canvas["role"], "img")
            self.assertIn("table below", canvas["label"])
            self.assertFalse(canvas["blank"], canvas["label"])
            self.assertTrue(canvas["points"] and all(canvas["points"]), canvas["label"])
            self.assertGreater(len(canvas["look"]), 30)
            self.assertGreaterEqual(canvas["tables"], 1)

    def test_every_figure_tells_its_figures_when_pointed_at(self):
        self.case("sweep")
        self.open()
        for canvas in self.all("canvas"):
            self.run_script("arguments[0].scrollIntoView({block: 'center'})", canvas)
            ActionChains(self.driver, duration=0).move_to_element(canvas).perform()
            told = eventually(lambda: self.run_script("""
              const {tooltip} = Chart.getChart(arguments[0]);
              return tooltip.opacity > 0 && tooltip.body.flatMap((one) => one.lines);""", canvas))
            label = canvas.get_attribute("aria-label")
            self.assertTrue(told, label)
            for line in told:
                self.assertRegex(line, "[0-9]", label)
                self.assertNotRegex(line, "NaN|undefined|null", label)
        self.assert_no_error()

    def test_lower_bounds_are_shown_as_such(self):
        self.case("saturated")
        self.open()
        bound = [row for _, row in self.rows() if row["throughput_is_lower_bound"]]
        self.assertTrue(bound)
        cells = self.run_script("return [...document.querySelectorAll('#table-rows td')]"
                                ".map((one) => one.textContent)")
        self.assertEqual(len([cell for cell in cells if re.match("≥[0-9]", cell)]), len(bound))
        self.click("#metric-throughput_ops_per_s")
        self.assertIn("lower bounds (≥)", self.text("#figure-forest"))
