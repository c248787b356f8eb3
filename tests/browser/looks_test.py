"""Contrast, narrow screens, paper, and what a screen reader is told."""

from support import CONTRAST, OPEN_ALL, PageTest

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
        pdf = self.print_page()
        self.assertGreater(pdf.count(b"/Type /Page"), 3)
        self.assertEqual(self.run_script("return document.documentElement.dataset.theme"), "dark")
        self.assertEqual(len(self.all("main details[open]")), 0)
        self.assert_no_error()

    def test_headings_names_and_ids(self):
        for name in ("scenarios", "sweep"):
            self.case(name)
            self.open("#comparison=0&row=epoll")
            self.assert_well_formed()
