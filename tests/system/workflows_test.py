"""docs/ci: what the workflows run, run here, so that they work when they are copied. Building is left out."""

import pathlib
import re

import yaml
from support import RINGSIDE, RingsideTest

WORKFLOWS = pathlib.Path(__file__).resolve().parents[2] / "docs" / "ci"


def github_step(name):
    jobs = yaml.safe_load((WORKFLOWS / "github-actions.yml").read_text())["jobs"]
    (found,) = [step for step in jobs["gate"]["steps"] if step.get("name") == name]
    return found["run"]


def gitlab_job():
    return yaml.safe_load((WORKFLOWS / "gitlab-ci.yml").read_text())["performance"]


class Workflows(RingsideTest):
    def setUp(self):
        super().setUp()
        self.summary = self.sandbox.work / "summary.md"

    def build(self, *sides):
        for side in sides:
            folder = (self.sandbox.work / side / "build" / "release").resolve()
            folder.mkdir(parents=True)
            (folder / "ringside").symlink_to(RINGSIDE)

    def run_step(self, script, folder="."):
        """As the runner does: `sh -e` with the step as a file. Only the budget is another one: how long two equal builds
        take to be told so depends on what else the machine does, and is nothing that is asked here."""
        script, budgets = re.subn(r"--budget \S+", "--budget 10s", script)
        self.assertEqual(budgets, 1, script)
        path = self.sandbox.work / "step.sh"
        path.write_text(f"cd {folder}\n{script}")
        environment = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(self.summary)}
        return self.sandbox.run("-e", path, program="/bin/sh", environment=environment)

    def test_github(self):
        self.build("base", "head")
        done = self.run_step(github_step("Gate"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(self.summary.read_text(), "Answer: (pass|inconclusive)")
        self.assertTrue((self.sandbox.work / "gate" / "gate.json").exists())

    def test_github_lets_only_the_inconclusive_through(self):
        for status, wanted in ((0, 0), (1, 1), (2, 2), (3, 0), (4, 1)):
            for side in ("base", "head"):
                program = self.sandbox.work / side / "build" / "release" / "ringside"
                program.parent.mkdir(parents=True, exist_ok=True)
                program.write_text(f"#!/bin/sh\nexit {status}\n")
                program.chmod(0o755)
            returned = self.run_step(github_step("Gate")).returncode
            self.assertEqual(returned == 0, wanted == 0, f"gate ended with {status}")

    def test_gitlab(self):
        self.build("base", "project")
        job = gitlab_job()
        (script,) = [line for line in job["script"] if "ringside gate" in line]
        done = self.run_step(script, folder="project")
        self.assertIn(done.returncode, (0, job["allow_failure"]["exit_codes"]), done.stderr)
        self.assertTrue((self.sandbox.work / "project" / job["artifacts"]["reports"]["junit"]).exists())
