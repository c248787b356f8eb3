"""The pictures of a run: scripts/plot.py by hand, and as `ringside` runs it."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import unittest
import xml.etree.ElementTree

from support import RINGSIDE, RingsideTest, brief, eventually

ROOT = pathlib.Path(__file__).resolve().parents[2]
CASES = ROOT / "tests" / "golden" / "cases"
SCRIPT = ROOT / "scripts" / "plot.py"
PYTHON = "/usr/bin/python3"
UNPACKED = ROOT / "build" / "python"

HAS_MATPLOTLIB = not subprocess.run(
    [PYTHON, "-c", "import matplotlib.figure"],
    env=os.environ | {"PYTHONPATH": str(UNPACKED)},
    stderr=subprocess.DEVNULL,
).returncode
needs_matplotlib = unittest.skipUnless(HAS_MATPLOTLIB, "scripts/install-matplotlib has not run")


class PlotFolders:
    """Results folders to draw from, and looking at what was drawn."""

    def case(self, name):
        """A copy of a golden case as a results folder."""
        folder = self.sandbox.work / name
        shutil.copytree(CASES / name, folder)
        return folder

    def plot(self, *arguments, status=0, **options):
        done = self.sandbox.run(*arguments, program=SCRIPT, **options)
        self.assertEqual(done.returncode, status, f"{done.args}\n{done.stdout}\n{done.stderr}")
        return done

    def changed(self, folder, change):
        path = folder / "summary.json"
        summary = json.loads(path.read_text())
        change(summary)
        path.write_text(json.dumps(summary))

    def assert_pictures(self, folder):
        """Every figure as well-formed XML and as a picture that opens; returns their names."""
        from PIL import Image  # where matplotlib is, this is too

        for path in folder.iterdir():
            if path.suffix == ".svg":
                xml.etree.ElementTree.parse(path)
            else:
                with Image.open(path) as picture:
                    picture.verify()
        names = {path.stem if path.suffix in (".svg", ".png") else path.name for path in folder.iterdir()}
        self.assertEqual(len(list(folder.iterdir())), 2 * len(names), sorted(names))
        return names


@needs_matplotlib
class EveryFigure(PlotFolders, RingsideTest):
    def test_is_made(self):
        folder = self.case("scenarios")
        self.plot(folder)
        both = [f"{kind}-{name}" for name in ("fan_out", "file_copy")
                for kind in ("ratios", "latency", "cpu", "calls", "slices")]
        self.assertEqual(self.assert_pictures(folder / "plots"), {*both, "excess-fan_out"})

    def test_of_a_sweep_is_made_and_says_what_changes(self):
        folder = self.case("sweep")
        self.plot(folder, "--only", "sweep,ratios")
        made = self.assert_pictures(folder / "plots")
        self.assertEqual(made, {"sweep-echo-connections", "ratios-echo-connections-1", "ratios-echo-connections-500"})
        text = (folder / "plots" / "sweep-echo-connections.svg").read_text()
        for words in ("echo, swept over connections", "payload 128 B", "p99 latency", "2026-11-23"):
            self.assertIn(words, text)

    def test_of_a_figure_that_nobody_has_has_no_unit(self):
        folder = self.case("sweep")

        def without_p99(summary):
            for group in summary["groups"]:
                for row in group["rows"]:
                    row["intervals"]["latency_p99_ns"].update(centre=None, low=None, high=None)

        self.changed(folder, without_p99)
        self.plot(folder, "--only", "sweep")
        text = (folder / "plots" / "sweep-echo-connections.svg").read_text()
        self.assertRegex(text, r">\s*p99 latency<")
        self.assertRegex(text, r">\s*no figures<")
        self.assertRegex(text, r">\s*CPU per message, µs<")

    def test_of_too_few_rounds_shows_ratios_without_intervals(self):
        folder = self.case("hostile")
        self.plot(folder, "--only", "ratios")
        text = (folder / "plots" / "ratios-echo.svg").read_text()
        summary = json.loads((folder / "summary.json").read_text())
        ratios = [one["ratio"] for one in summary["groups"][0]["comparisons"] if one["ratio"]]
        self.assertTrue(any(f"{ratio:.3f}" in text for ratio in ratios), ratios)
        self.assertIn("and nothing is told by a ratio", text)

    def test_is_the_same_again(self):
        folder = self.case("normal")
        self.plot(folder, "--only", "latency,cpu")
        self.plot(folder, "--only", "latency,cpu", "--output", folder / "again")
        for path in (folder / "plots").iterdir():
            self.assertEqual(path.read_bytes(), (folder / "again" / path.name).read_bytes(), path.name)

    def test_shows_small_figures_as_what_they_are(self):
        folder = self.case("normal")

        def make_small(summary):
            summary["groups"][0]["rows"][0]["context_switches"]["per_op"] = 0.000588

        self.changed(folder, make_small)
        self.plot(folder, "--only", "calls")
        self.assertRegex((folder / "plots" / "calls-echo.svg").read_text(), r">\s*0\.000588<")

    def test_says_where_figures_are_bounds(self):
        folder = self.case("saturated")
        self.plot(folder, "--only", "ratios")
        self.assertRegex((folder / "plots" / "ratios-echo.svg").read_text(), r">\s*≥\d")

    def test_has_the_style_that_was_asked_for(self):
        folder = self.case("normal")
        for style in ("paper", "slides", "dark"):
            self.plot(folder, "--only", "cpu", "--style", style, "--output", folder / style)
            self.assertEqual(self.assert_pictures(folder / style), {"cpu-echo"})
        sizes = [(folder / style / "cpu-echo.png").stat().st_size for style in ("paper", "slides")]
        self.assertNotEqual(*sizes)
        self.assertIn("#000000", (folder / "dark" / "cpu-echo.svg").read_text())

    def test_shows_hostile_names_as_text(self):
        folder = self.case("hostile")
        self.plot(folder, "--only", "ratios,latency")
        self.assert_pictures(folder / "plots")
        tree = xml.etree.ElementTree.parse(folder / "plots" / "ratios-echo.svg")
        tags = {element.tag.partition("}")[2] for element in tree.iter()}
        self.assertNotIn("script", tags)
        texts = " ".join(tree.getroot().itertext())
        self.assertIn("owned�<script>|@all", texts)
        self.assertNotIn("\u202e", texts)

    def test_needs_no_second_backend(self):
        folder = self.case("normal")

        def only_the_baseline(summary):
            (group,) = summary["groups"]
            group["rows"] = [row for row in group["rows"] if row["baseline"]]
            for family in ("comparisons", "control_comparisons"):
                group[family] = []

        self.changed(folder, only_the_baseline)
        self.plot(folder)
        made = self.assert_pictures(folder / "plots")
        self.assertEqual(made, {"latency-echo", "cpu-echo", "calls-echo", "slices-echo"})


@needs_matplotlib
class PlotTrouble(PlotFolders, RingsideTest):
    def test_nothing_measured_is_no_error(self):
        folder = self.case("normal")
        self.changed(folder, lambda summary: summary.update(groups=[], sweeps=[]))
        self.assertIn("nothing was measured", self.plot(folder).stdout)
        self.assertFalse((folder / "plots").exists())

    def test_rows_without_figures_are_left_out(self):
        folder = self.case("trouble")
        self.plot(folder, "--only", "calls,cpu")
        self.assertNotIn(">io_uring<", (folder / "plots" / "cpu-echo.svg").read_text())
        self.assertIn("not measured", (folder / "plots" / "calls-echo.svg").read_text())

    def test_a_broken_summary_is_an_error(self):
        folder = self.case("normal")
        path = folder / "summary.json"
        whole = path.read_text()
        for text, said in [
            (whole[:3000], "is no JSON"),
            ("[]", "ringside.summary/1"),
            ('{"schema": "ringside.summary/1"}', "docs/FORMAT.md"),
            (whole.replace('"latency_percentiles"', '"other"'), "ringside report"),
            (whole.replace('"better": "a"', '"better": []'), "docs/FORMAT.md"),
        ]:
            with self.subTest(said):
                path.write_text(text)
                done = self.plot(folder, "--only", "ratios", status=1)
                self.assertIn(said, done.stderr)
                self.assertNotIn("Traceback", done.stderr)
        self.assertIn("No such file", self.plot("nowhere", status=1).stderr)
        self.assertFalse((folder / "plots").exists())

    def test_a_folder_that_cannot_be_written_is_an_error(self):
        folder = self.case("normal")
        (folder / "plots").write_text("a file where the folder should be")
        self.assertRegex(self.plot(folder, status=1).stderr, r"\Aplot.py: cannot write")

    def test_an_unknown_figure_is_named(self):
        done = self.plot(self.case("normal"), "--only", "cpu,pie", status=1)
        self.assertIn("no such figure: pie", done.stderr)


@needs_matplotlib
class PlotsOfARun(PlotFolders, RingsideTest):
    def test_are_drawn(self):
        flags = brief(cycles=8, rounds=2)
        done = self.run_ringside("run", "--output=out", "--backends=epoll", *flags, plots=True)
        self.assertIn("echo", done.stdout)
        self.assertIn("ratios-echo", self.assert_pictures(self.output / "plots"))
        self.assertNotIn("no plots", done.stderr)

    def test_do_not_need_the_folder_to_be_the_current_one_nor_python_to_be_debians(self):
        folder = self.case("normal")
        other = self.sandbox.work / "bin"
        other.mkdir()
        (other / "python3").write_text("#!/bin/sh\nexit 9\n")
        (other / "python3").chmod(0o755)
        (self.sandbox.work / "json.py").write_text("raise SystemExit(9)\n")
        (self.sandbox.work / "matplotlibrc").write_text("figure.facecolor: red\n")
        path = f"{other}:{os.environ['PATH']}"
        strange = {"PATH": path, "PYTHONPATH": str(self.sandbox.work), "PYTHONHOME": "/nowhere"}
        done = self.run_ringside("report", folder, plots=True, environment=strange)
        self.assertEqual(done.stderr, "")
        self.assertIn("latency-echo", self.assert_pictures(folder / "plots"))
        self.assertNotIn("#ff0000", (folder / "plots" / "cpu-echo.svg").read_text())

    def test_that_cannot_be_written_are_one_line(self):
        folder = self.case("normal")
        (folder / "plots").write_text("a file where the folder should be")
        done = self.run_ringside("report", folder, plots=True)
        self.assertRegex(done.stderr, r"\Ano plots: .*cannot write to .*\n\Z")

    def test_are_left_out_on_request(self):
        folder = self.case("normal")
        self.run_ringside("report", folder, "--no-plots", plots=True)
        self.run_ringside("report", folder, "--no-write", plots=True)
        self.assertFalse((folder / "plots").exists())


class PlotsWithoutMatplotlib(PlotFolders, RingsideTest):
    """With a matplotlib of our own, where `ringside` looks for the unpacked one."""

    def ringside_beside(self, matplotlib):
        program = self.sandbox.work / "build" / "release" / "ringside"
        program.parent.mkdir(parents=True)
        shutil.copy(RINGSIDE, program)
        package = self.sandbox.work / "build" / "python" / "matplotlib"
        package.mkdir(parents=True)
        (package / "__init__.py").write_text(matplotlib)
        return program

    def test_are_one_line_and_no_failure(self):
        program = self.ringside_beside('raise ImportError("none here")')
        folder = self.case("normal")
        done = self.run_ringside("report", folder, plots=True, program=program)
        self.assertRegex(done.stderr, r"\Ano plots: .*none here.*scripts/install-matplotlib\n\Z")

    def test_stop_when_the_user_interrupts(self):
        program = self.ringside_beside("import time\ntime.sleep(600)")
        for end in (signal.SIGINT, signal.SIGTERM):
            folder = self.case("normal")
            process = self.sandbox.start("report", folder, plots=True, program=program)
            self.assertTrue(eventually(lambda: len(self.sandbox.processes()) == 2))
            process.send_signal(end)
            _, errors = process.communicate(timeout=20)
            self.assertEqual((process.returncode, errors.count("\n")), (0, 1), errors)
            self.assertIn("interrupted", errors)
            self.assertEqual(self.sandbox.processes(), {})
            shutil.rmtree(folder)

    def test_do_not_outlive_a_crash(self):
        program = self.ringside_beside("import time\ntime.sleep(600)")
        process = self.sandbox.start("report", self.case("normal"), plots=True, program=program)
        self.assertTrue(eventually(lambda: len(self.sandbox.processes()) == 2))
        process.kill()
        process.wait()
        self.assertTrue(eventually(lambda: not self.sandbox.processes()))
