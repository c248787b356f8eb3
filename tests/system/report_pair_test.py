"""`ringside report BASE HEAD`: where the page of two runs goes, and what is refused."""

import json
import pathlib
import shutil

from support import TEMPORARY_FILE, RingsideTest

CASES = pathlib.Path(__file__).resolve().parents[1] / "golden" / "cases"


class ReportPair(RingsideTest):
    def setUp(self):
        super().setUp()
        self.base = self.copy("base")
        self.head = self.copy("head")
        self.page = self.head / "compare-base.html"

    def copy(self, name, case="normal"):
        folder = self.sandbox.work / name
        folder.mkdir()
        for file in ("run.json", "trials.jsonl"):
            shutil.copy(CASES / case / file, folder)
        return folder

    def files(self):
        return sorted(str(path) for path in self.sandbox.work.rglob("*"))

    def refused(self, *arguments, says):
        before = self.files()
        done = self.run_ringside("report", *arguments, status=1)
        self.assertEqual(done.stdout, "")
        for text in says:
            self.assertIn(text, done.stderr)
        self.assertEqual(self.files(), before)

    def test_it_prints_what_compare_prints_and_says_where_the_page_is(self):
        done = self.run_ringside("report", self.base, self.head)
        self.assertEqual(done.stdout, self.run_ringside("compare", self.base, self.head).stdout)
        self.assertEqual(done.stderr, f"side by side, to look at: {self.page}\n")
        text = self.page.read_text()
        self.assertTrue(text.startswith("<!DOCTYPE html>"))
        self.assertIn('"schema":"ringside.compare/1"', text)
        self.assertLess(len(text), 2_000_000)
        written = {path.name for path in self.head.iterdir()}
        self.assertEqual(written, {"run.json", "trials.jsonl", "compare-base.html"})
        self.assertEqual({path.name for path in self.base.iterdir()}, {"run.json", "trials.jsonl"})

    def test_other_forms_on_standard_output(self):
        for form in ("markdown", "csv", "json"):
            done = self.run_ringside("report", self.base, self.head, "--format", form)
            same = self.run_ringside("compare", self.base, self.head, "--format", form)
            self.assertEqual(done.stdout, same.stdout)

    def test_the_page_is_the_same_each_time_and_replaces_the_old_one(self):
        self.page.write_text("old")
        self.run_ringside("report", self.base, self.head)
        first = self.page.read_bytes()
        self.page.unlink()
        self.run_ringside("report", f"{self.base}/", f"{self.head}/")
        self.assertEqual([name for name in self.files() if TEMPORARY_FILE.search(name)], [])
        again = self.page.read_text().replace(f"{self.base}/", str(self.base))
        self.assertEqual(again.replace(f"{self.head}/", str(self.head)).encode(), first)

    def test_output_names_the_file(self):
        page = self.sandbox.work / "pull-request.html"
        done = self.run_ringside("report", self.base, self.head, "--output", page)
        self.assertIn(str(page), done.stderr)
        self.assertTrue(page.exists())
        self.assertFalse(self.page.exists())

    def test_output_that_cannot_be_written(self):
        self.refused(self.base, self.head, "--output", self.sandbox.work / "none" / "page.html",
                     says=["none/page.html", "No such file"])

    def test_no_write_writes_nothing(self):
        before = self.files()
        done = self.run_ringside("report", self.base, self.head, "--no-write")
        self.assertEqual(done.stderr, "")
        self.assertEqual(self.files(), before)

    def test_folders_only_and_no_more_than_two(self):
        third = self.copy("third")
        self.refused(self.base, self.head, third,
                     says=["one folder, or of two side by side, and 3 were named", "mend: "])
        self.refused(self.base / "trials.jsonl", self.head,
                     says=["trials.jsonl is a file", "ringside compare"])
        self.refused(self.base, self.sandbox.work / "none", says=["none", "No such file"])

    def test_flags_of_two_folders_need_two(self):
        for flags in (["--output", "page.html"], ["--allow-different-machines"]):
            self.refused(self.base, *flags, says=[f"{flags[0]} is for the page of two folders"])

    def test_another_machine_is_refused_unless_allowed(self):
        run = json.loads((self.head / "run.json").read_text())
        run["machine"]["kernel"] = "Linux 7.0"
        (self.head / "run.json").write_text(json.dumps(run))
        self.refused(self.base, self.head,
                     says=["the kernel: Linux 6.18.5 against Linux 7.0", "--allow-different"])
        self.run_ringside("report", self.base, self.head, "--allow-different-machines")
        # The command on the page is one that makes the page.
        self.assertIn(f"ringside report {self.base} {self.head} --allow-different-machines",
                      self.page.read_text())

    def test_nothing_in_common(self):
        self.refused(self.base, self.copy("other", "saturated"), says=["nothing in common"])

    def test_wrong_data_is_status_2_and_has_a_page(self):
        path = self.head / "trials.jsonl"
        trials = [json.loads(line) for line in path.read_text().splitlines()]
        trials[0].update(status="failed", wrong_data=True, reason="byte 7")
        path.write_text("".join(json.dumps(trial) + "\n" for trial in trials))
        self.run_ringside("report", self.base, self.head, status=2)
        self.assertIn("answered with other bytes than were sent", self.page.read_text())
