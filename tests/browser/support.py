"""What the browser tests share: one browser without a network, and pages made from runs."""

import atexit
import base64
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import unittest

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

RINGSIDE = os.environ["RINGSIDE"]
CASES = pathlib.Path(__file__).resolve().parents[1] / "golden" / "cases"

# Seconds for what must happen. It bounds a hang and says nothing about speed.
PATIENCE = 120

SWITCHES = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync"]


# WCAG 2.1, 1.4.3: contrast of text against what is behind it, 4.5, or 3 for large text.
CONTRAST = """
  const channel = (value) => value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const luminance = ([r, g, b]) => 0.2126 * channel(r / 255) + 0.7152 * channel(g / 255) +
    0.0722 * channel(b / 255);
  const parse = (color) => color.match(/[\\d.]+/g).map(Number);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = parse(getComputedStyle(at).backgroundColor);
      if (color.length < 4 || color[3] === 1) return color;
      if (color[3] !== 0) throw new Error('translucent: ' + at.outerHTML.slice(0, 80));
    }
    return [255, 255, 255];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const seen = new Map();
  let count = 0;
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (walker.currentNode.data.trim() === '' || !element.checkVisibility()) continue;
    if (element.closest('script, style, noscript, option, :disabled, svg')) continue;
    const style = getComputedStyle(element);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || size >= 18.66 && Number(style.fontWeight) >= 700;
    const [a, b] = [luminance(parse(style.color)), luminance(behind(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    ++count;
    if (contrast < (large ? 3 : 4.5)) {
      seen.set(element.tagName + '.' + element.className, contrast.toFixed(2));
    }
  }
  return {count, poor: Object.fromEntries(seen)};"""

OPEN_ALL = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"


def eventually(condition, limit=PATIENCE):
    """Waits until `condition()` is true, and returns what it gave last."""
    end = time.monotonic() + limit
    while not (value := condition()) and time.monotonic() < end:
        time.sleep(0.02)
    return value


class Browser:
    """Chromium with a profile and a folder for downloads of its own, and no network."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="ringside-browser-"))
        self.downloads = self.folder / "downloads"
        self.downloads.mkdir()
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for switch in [*SWITCHES, f"--user-data-dir={self.folder / 'profile'}"]:
            options.add_argument(switch)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
        atexit.register(self.close)
        self.tell("Network.enable")
        self.tell("Network.emulateNetworkConditions", offline=True, latency=0,
                  downloadThroughput=0, uploadThroughput=0)
        self.tell("Browser.setDownloadBehavior", behavior="allow",
                  downloadPath=str(self.downloads))

    def close(self):
        self.driver.quit()
        shutil.rmtree(self.folder, ignore_errors=True)

    def tell(self, command, **arguments):
        return self.driver.execute_cdp_cmd(command, arguments)


_browser = None


def browser():
    """The one browser of this process, started when it is first needed."""
    global _browser
    if _browser is None:
        _browser = Browser()
    return _browser


def of_version_0_1(trial):
    """The trial without what the laws are about beyond that version, for tests that change its figures."""
    for name in ("work_ops", "windows", "cpus", "in_system", "conservation", "audit"):
        trial.pop(name, None)
    for name in ("work_ops", "first_half_ops", "first_half_ns", "response_ns", "idle_ns", "started"):
        trial["slices"].pop(name, None)
    return trial


class PageTest(unittest.TestCase):
    """A folder of results, its page in the browser, and questions about it."""

    def setUp(self):
        self.driver = browser().driver
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="ringside-page-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.resize(1280)
        self.scheme("light")

    def case(self, name):
        """A golden case's run, with its page made anew."""
        for file in ("run.json", "trials.jsonl"):
            shutil.copy(CASES / name / file, self.folder)
        self.report()

    def lines(self, name):
        text = (CASES / name / "trials.jsonl").read_text()
        return [json.loads(line) for line in text.removesuffix("\n").split("\n")]

    def trials(self, trials):
        """A run of these trials, as dictionaries."""
        with open(self.folder / "trials.jsonl", "w") as file:
            for trial in trials:
                file.write(json.dumps(trial) + "\n")
        self.report()

    def report(self):
        subprocess.run([RINGSIDE, "report", "--no-plots", "--force", str(self.folder)],
                       stdout=subprocess.DEVNULL, check=True, timeout=3 * PATIENCE)
        self.summary = json.loads((self.folder / "summary.json").read_text())

    def open(self, fragment=""):
        self.driver.get_log("browser")
        # From elsewhere: a change of the fragment alone would load nothing.
        self.driver.get("about:blank")
        self.driver.get(f"file://{self.folder}/report.html{fragment}")
        self.assert_no_error()

    def assert_no_error(self):
        self.assertEqual([entry["message"] for entry in self.driver.get_log("browser")], [])

    def resize(self, width, height=900):
        browser().tell("Emulation.setDeviceMetricsOverride", width=width, height=height,
                       deviceScaleFactor=1, mobile=False)

    def scheme(self, name):
        browser().tell("Emulation.setEmulatedMedia",
                       features=[{"name": "prefers-color-scheme", "value": name}])

    def run_script(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def text(self, selector):
        return self.run_script("return document.querySelector(arguments[0]).textContent", selector)

    def click(self, selector):
        """Clicks and waits for the state that the click leads to."""
        self.run_script("arguments[0].scrollIntoView({block: 'center'})", self.find(selector))
        self.find(selector).click()
        # hashchange comes in a task of its own; two frames later everything is drawn.
        self.driver.execute_async_script(
            "requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")

    def print_page(self):
        """Prints, asserts that what must be on paper is, and returns the PDF."""
        self.run_script("""
          addEventListener('beforeprint', () => {
            window.printed = {theme: document.documentElement.dataset.theme,
              closed: document.querySelectorAll('main details:not([open])').length};
          });""")
        pdf = base64.b64decode(browser().tell("Page.printToPDF", printBackground=True)["data"])
        self.assertTrue(pdf.startswith(b"%PDF-"))
        self.assertEqual(self.run_script("return printed"), {"theme": "light", "closed": 0})
        return pdf

    def assert_well_formed(self):
        """Headings go down one step at a time, what can be used has a name, ids are unique."""
        levels = self.run_script("return [...document.querySelectorAll('h1, h2, h3, h4')]"
                                 ".filter((one) => one.checkVisibility())"
                                 ".map((one) => Number(one.tagName[1]))")
        self.assertEqual(levels.count(1), 1)
        for before, after in zip(levels, levels[1:]):
            self.assertLessEqual(after, before + 1)
        nameless = self.run_script("""
          return [...document.querySelectorAll('a, button, select, input, canvas, table, section')]
            .filter((one) => one.checkVisibility() && !(one.getAttribute('aria-label') ||
              document.getElementById(one.getAttribute('aria-labelledby')) ||
              one.caption && one.caption.textContent || one.labels && one.labels.length > 0 ||
              one.matches('a, button') && one.textContent.trim()))
            .map((one) => one.outerHTML.slice(0, 120))""")
        self.assertEqual(nameless, [])
        self.assertEqual(self.run_script("""
          const ids = [...document.querySelectorAll('[id]')].map((one) => one.id);
          return ids.filter((id, index) => ids.indexOf(id) !== index)"""), [])

    def table(self, name):
        """The table's rows as dictionaries from column key to the cell's raw value, a text."""
        return self.run_script("""
          const table = document.getElementById('table-' + arguments[0]);
          const keys = [...table.querySelectorAll('thead th')].map((head) => head.dataset.key);
          return [...table.tBodies[0].rows].map((row) => Object.fromEntries(
            [...row.cells].map((cell, index) => [keys[index], cell.dataset.value])));""", name)

    def rows(self):
        """(group, row) of the summary in its order."""
        return [(group, row) for group in self.summary["groups"] for row in group["rows"]]


def key_of(row):
    """The name under which the page shows a row."""
    role = " (control)" if row["control"] else " (reference)" if row["reference"] else ""
    return row["backend"] + role


def same(one, other):
    """Whether two raw values are the same figure or text."""
    try:
        return float(one) == float(other)
    except ValueError:
        return one == other


def raw(value):
    """A value of the summary as the page keeps it beside what it shows."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value == int(value) and abs(value) < 1e21:
        return str(int(value))
    return str(value)
