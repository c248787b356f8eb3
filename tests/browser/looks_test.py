"""Contrast, narrow screens, paper, and what a screen reader is told."""

import base64

from support import PageTest, browser

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


class Looks(PageTest):
    def test_text_has_contrast_enough_in_both_schemes(self):
        for name in ("scenarios", "trouble", "saturated"):
            self.case(name)
            for scheme in ("light", "dark"):
                self.scheme(scheme)
                self.open("#comparison=0&row=io_uring")
                self.run_script(OPEN_ALL)
                found = self.run_script(CONTRAST)
                self.assertGreater(found["count"], 200)
                self.assertEqual(found["poor"], {}, f"{name}, {scheme}")

    def test_marks_in_figures_have_contrast_enough_in_both_schemes(self):
        self.case("scenarios")
        for scheme in ("light", "dark"):
            self.scheme(scheme)
            self.open()
            poor = self.run_script("""
              const channel = (v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
              const luminance = (hex) => [0.2126, 0.7152, 0.0722].reduce((sum, weight, at) =>
                sum + weight * channel(parseInt(hex.slice(1 + 2 * at, 3 + 2 * at), 16) / 255), 0);
              const surface = luminance(Ringside.chartStyle.colours().surface);
              const {first, second} = Ringside.chartStyle.colours();
              return Ringside.data.series.map((key) => Ringside.chartStyle.of(key).color)
                .concat(first, second).filter((color) => {
                  const own = luminance(color);
                  return (Math.max(own, surface) + 0.05) / (Math.min(own, surface) + 0.05) < 3;
                });""")
            self.assertEqual(poor, [], scheme)

    def test_rows_differ_by_more_than_colour(self):
        self.case("scenarios")
        self.open()
        styles = self.run_script("return Ringside.data.series.map(Ringside.chartStyle.of)")
        backends = self.run_script("return Ringside.data.backends.size")
        for member in ("marker", "dash", "color"):
            seen = {str(style[member]) for style in styles[:backends]}
            self.assertEqual(len(seen), backends, member)

    def test_a_phone_scrolls_only_downwards(self):
        for name in ("scenarios", "sweep", "hostile", "trouble"):
            self.case(name)
            self.resize(360, 740)
            self.open("#comparison=0&row=epoll")
            self.run_script(OPEN_ALL)
            self.assertLessEqual(
                self.run_script("return document.documentElement.scrollWidth"), 360, name)

    def test_paper_is_light_and_has_everything_opened(self):
        self.case("scenarios")
        self.scheme("dark")
        self.open()
        self.run_script("""
          addEventListener('beforeprint', () => {
            window.printed = {theme: document.documentElement.dataset.theme,
              closed: document.querySelectorAll('main details:not([open])').length};
          });""")
        pdf = base64.b64decode(browser().tell("Page.printToPDF", printBackground=True)["data"])
        self.assertTrue(pdf.startswith(b"%PDF-"))
        self.assertGreater(pdf.count(b"/Type /Page"), 3)
        self.assertEqual(self.run_script("return printed"), {"theme": "light", "closed": 0})
        self.assertEqual(self.run_script("return document.documentElement.dataset.theme"), "dark")
        self.assertEqual(len(self.all("main details[open]")), 0)
        self.assert_no_error()

    def test_headings_go_down_one_step_at_a_time(self):
        self.case("sweep")
        self.open("#comparison=0&row=epoll")
        levels = self.run_script("return [...document.querySelectorAll('h1, h2, h3, h4')]"
                                 ".filter((one) => one.checkVisibility())"
                                 ".map((one) => Number(one.tagName[1]))")
        self.assertEqual(levels.count(1), 1)
        for before, after in zip(levels, levels[1:]):
            self.assertLessEqual(after, before + 1)

    def test_everything_to_use_has_a_name(self):
        self.case("sweep")
        self.open("#comparison=0&row=epoll")
        nameless = self.run_script("""
          return [...document.querySelectorAll('a, button, select, input, canvas, table, section')]
            .filter((one) => one.checkVisibility() && !(one.getAttribute('aria-label') ||
              document.getElementById(one.getAttribute('aria-labelledby')) ||
              one.caption && one.caption.textContent || one.labels && one.labels.length > 0 ||
              one.matches('a, button') && one.textContent.trim()))
            .map((one) => one.outerHTML.slice(0, 120))""")
        self.assertEqual(nameless, [])

    def test_ids_are_unique(self):
        self.case("scenarios")
        self.open("#comparison=0&row=epoll")
        self.assertEqual(self.run_script("""
          const ids = [...document.querySelectorAll('[id]')].map((one) => one.id);
          return ids.filter((id, index) => ids.indexOf(id) !== index)"""), [])
