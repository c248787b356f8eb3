"""Filters, links, sorting, files: what a reader does with the page."""

import csv

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from support import PageTest, browser, eventually, key_of

# What the keyboard must reach.
REACHABLE = """[...document.querySelectorAll(
  'a[href], button, select, input, summary, [tabindex="0"]')]
  .filter((one) => !one.disabled && one.checkVisibility())"""


class Choices(PageTest):
    def visible(self, selector):
        return [one.text for one in self.all(selector) if one.is_displayed()]

    def test_a_cell_opens_its_details_and_the_back_button_closes_them(self):
        self.case("scenarios")
        self.open()
        self.assertFalse(self.find("#details").is_displayed())
        self.click('[data-cell="1/io_uring"]')
        self.assertIn("comparison=1", self.driver.current_url)
        self.assertTrue(self.find("#details-title").text.startswith("io_uring in "))
        self.assertEqual(self.run_script("return document.activeElement.id"), "details-title")
        self.assertEqual(self.find("#comparison").get_attribute("value"), "1")
        self.driver.back()
        self.assertTrue(eventually(lambda: not self.find("#details").is_displayed()))
        self.assertEqual(self.find("#comparison").get_attribute("value"), "0")

    def test_a_link_holds_the_state(self):
        self.case("scenarios")
        self.open("#comparison=1&row=epoll&without=io_uring&metric=latency_p50_ns&sort.rows=0.up")
        self.assertTrue(self.find("#details-title").text.startswith("epoll in "))
        self.assertEqual(self.all('[data-cell="1/io_uring"]'), [])
        self.assertEqual(self.find("#metric-latency_p50_ns").get_attribute("aria-pressed"), "true")
        names = [line["backend"] for line in self.table("rows")]
        self.assertEqual(names, sorted(names))
        self.assertNotIn("io_uring", names)

    def test_a_state_of_another_run_does_no_harm(self):
        self.case("one_round")
        self.open("#comparison=99&row=nobody&scenario=&metric=speed&sort.rows=77.up&x=%00%ff")
        self.assertFalse(self.find("#details").is_displayed())
        self.assertTrue(self.all("#figures canvas"))

    def test_filters_hide_scenarios_values_and_rows(self):
        self.case("sweep")
        self.open()
        groups = len(self.summary["groups"])
        self.assertEqual(len(self.all(".matrix th.group")), groups)
        self.find("#filter-connections").send_keys("500")
        self.assertTrue(eventually(lambda: len(self.all(".matrix th.group")) == 1))
        self.assertEqual({line["label"] for line in self.table("rows")}, {"connections 500"})
        self.click("#filter-row-1")
        hidden = self.run_script("return Ringside.data.series[1]")
        self.assertNotIn(hidden, [line["backend"] for line in self.table("rows")])
        self.assertNotIn(hidden, self.run_script(
            "return Chart.getChart(document.querySelector('#figure-cpu canvas')).data.labels"))
        self.assertEqual(self.run_script("return document.activeElement.id"), "filter-row-1")
        self.click("#filter-reset")
        self.assertEqual(len(self.table("rows")), len(self.rows()))

    def test_a_scenario_can_be_chosen(self):
        self.case("scenarios")
        self.open()
        self.find("#filter-scenario").send_keys("file_copy")
        self.assertTrue(eventually(lambda: self.visible(".matrix th.scenario") == ["file_copy"]))
        self.assertEqual({line["scenario"] for line in self.table("rows")}, {"file_copy"})
        self.assertIn("file_copy", self.text("#figures .params"))

    def test_without_any_row_the_page_says_so(self):
        self.case("one_round")
        names = {key_of(row) for _, row in self.rows()}
        self.open("#" + "&".join(f"without={name}" for name in names))
        self.assertIn("No row passes the filters", self.text("#matrix"))
        self.assert_no_error()

    def test_tables_sort_with_what_is_missing_last(self):
        self.case("trouble")
        self.open()

        def column():
            return [line["throughput_ops_per_s"] for line in self.table("rows")]

        before = column()
        head = '#table-rows th[data-key="throughput_ops_per_s"]'
        self.assertIn("", before)
        for direction, reverse in (("descending", True), ("ascending", False)):
            self.click(f"{head} button")
            self.assertEqual(self.find(head).get_attribute("aria-sort"), direction)
            figures = [value for value in column() if value != ""]
            self.assertEqual(figures, sorted(figures, key=float, reverse=reverse))
            self.assertEqual(column()[-1], "")
        self.click(f"{head} button")
        self.assertEqual(column(), before)

    def test_csv_is_the_table_with_all_its_digits(self):
        self.case("scenarios")
        self.open("#sort.rows=0.up")
        self.click("#csv-rows")
        files = eventually(lambda: [file for file in browser().downloads.iterdir()
                                    if file.suffix == ".csv"])
        self.assertEqual(len(files), 1)
        self.addCleanup(files[0].unlink)
        self.assertTrue(files[0].name.endswith("-rows.csv"))
        with open(files[0], newline="") as file:
            lines = list(csv.DictReader(file, strict=True))
        self.assertEqual(lines, self.table("rows"))

    def test_colours_follow_the_system_until_the_reader_chooses(self):
        self.case("one_round")
        self.scheme("dark")
        self.open()

        def background():
            return self.run_script("return getComputedStyle(document.body).backgroundColor")

        dark = background()
        self.click("#theme")
        light = background()
        self.assertNotEqual(dark, light)
        self.scheme("light")
        self.open()
        self.assertEqual(background(), light)
        self.click("#theme")
        self.assertEqual(background(), dark)

    def test_the_keyboard_reaches_everything_and_shows_where_it_is(self):
        self.case("one_round")
        self.open("#comparison=0&row=epoll")
        wanted = self.run_script(f"""
          window.reachable = {REACHABLE};
          window.reached = new Set();
          window.unseen = [];
          document.addEventListener('focusin', ({{target}}) => {{
            reached.add(target);
            if (getComputedStyle(target).outlineStyle === 'none') unseen.push(target.outerHTML);
          }});
          return reachable.length""")
        self.assertGreater(wanted, 40)
        for _ in range(6):
            ActionChains(self.driver, duration=0).send_keys(*[Keys.TAB] * (wanted // 5)).perform()
        self.assertEqual(self.run_script(
            "return reachable.filter((one) => !reached.has(one)).map((one) => one.outerHTML)"), [])
        self.assertEqual(self.run_script("return unseen"), [])

    def test_the_keyboard_can_do_what_the_mouse_does(self):
        self.case("scenarios")
        self.open()
        for selector, key, check in (
                ('[data-cell="1/epoll"]', Keys.ENTER, lambda: self.all("#details-title")),
                ("#metric-latency_p99_ns", Keys.SPACE, lambda: "metric" in self.driver.current_url),
                ("#figure-cpu summary", Keys.ENTER,
                 lambda: self.find("#table-cpu").is_displayed())):
            self.run_script("arguments[0].focus()", self.find(selector))
            ActionChains(self.driver).send_keys(key).perform()
            self.assertTrue(eventually(check), selector)
        self.assertEqual(self.run_script("return document.activeElement.tagName"), "SUMMARY")

    def test_the_skip_link_and_the_contents_keep_the_state(self):
        self.case("scenarios")
        self.open("#comparison=1")
        ActionChains(self.driver).send_keys(Keys.TAB, Keys.ENTER).perform()
        self.assertEqual(self.run_script("return document.activeElement.id"), "main")
        self.click('#contents a[href="#manifest"]')
        self.assertEqual(self.run_script("return document.activeElement.id"), "manifest")
        self.assertTrue(self.driver.current_url.endswith("#comparison=1"))
