"""What is installed: by `cmake --install`, and from the Debian package into a system that has nothing but its dependencies."""

import gzip
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from support import RingsideTest, brief

BUILD = pathlib.Path(os.environ["RINGSIDE_BUILD"])
ROOT = pathlib.Path(__file__).resolve().parents[2]
CASES = ROOT / "tests" / "golden" / "cases"

not_of_a_sanitizer = unittest.skipIf(os.environ["RINGSIDE_SANITIZED"] == "yes", "a sanitizer's build is not installed")


def run_command(*words):
    """Of which both output and errors are wanted, and nothing but success."""
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True)
    assert done.returncode == 0, f"{done.args}\n{done.stdout}\n{done.stderr}"
    return done


def output_of(*words):
    return run_command(*words).stdout


@not_of_a_sanitizer
class InstallIntoPrefix(RingsideTest):
    def setUp(self):
        super().setUp()
        self.prefix = self.sandbox.work / "prefix"
        run_command("cmake", "--install", BUILD, "--prefix", self.prefix)

    def test_has_what_belongs_there(self):
        share = self.prefix / "share"
        self.assertTrue((share / "man" / "man1" / "ringside.1").read_text().startswith(".\\\""))
        self.assertIn("complete -F", (share / "bash-completion" / "completions" / "ringside").read_text())
        self.assertTrue((share / "zsh" / "site-functions" / "_ringside").read_text().startswith("#compdef"))
        documents = {path.name for path in (share / "doc" / "ringside").iterdir()}
        self.assertEqual(documents, {"README.md", "CHANGELOG.md", "LICENSE", "copyright", "docs"})
        self.assertEqual({path.name for path in self.prefix.iterdir()} - {"lib"}, {"bin", "share"})

    def test_runs_from_anywhere(self):
        program = self.prefix / "bin" / "ringside"
        self.assertRegex(self.run_ringside("--version", program=program).stdout, r"\A\d+\.\d+\.\d+\n\Z")
        folder = self.sandbox.work / "normal"
        shutil.copytree(CASES / "normal", folder)
        done = self.run_ringside("report", folder, plots=True, program=program)
        if (self.prefix / "lib" / "ringside" / "python" / "matplotlib").exists():
            self.assertEqual(done.stderr, "")
            self.assertTrue(list((folder / "plots").glob("*.svg")))
        else:
            self.assertNotIn("Traceback", done.stderr)


def dependencies(package, installed):
    """The packages that one needs to run, of those that are installed here."""
    fields = installed[package]
    needed = set()
    for field in ("Depends", "Pre-Depends"):
        for alternatives in fields.get(field, "").split(","):
            names = [re.split(r"[\s(:]", one.strip())[0] for one in alternatives.split("|")]
            needed.update([name for name in names if name in installed][:1])
    return needed


def installed_packages():
    """By name: the fields that dpkg has of a package, as they stand in its database."""
    installed = {}
    for paragraph in pathlib.Path("/var/lib/dpkg/status").read_text().split("\n\n"):
        fields = dict(re.findall(r"^([A-Za-z-]+): (.*(?:\n .*)*)", paragraph, flags=re.MULTILINE))
        if fields.get("Status", "").endswith(" ok installed"):
            installed[fields["Package"]] = fields | {"": paragraph}
    return installed


@not_of_a_sanitizer
@unittest.skipUnless(os.geteuid() == 0, "only root may install a package and change its root")
@unittest.skipUnless(shutil.which("dpkg-shlibdeps") and shutil.which("file"), "needs the packages dpkg-dev and file")
class DebianPackage(RingsideTest):
    """In a folder that has the package and what it depends on, and nothing else: taken from this system, which must not
    be one that has them in another way. scripts/check-package tries whole releases."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        holder = tempfile.TemporaryDirectory(prefix="ringside-test-")
        cls.addClassCleanup(holder.cleanup)
        run_command("cpack", "--config", BUILD / "CPackConfig.cmake", "-G", "DEB", "-B", holder.name)
        (cls.package,) = pathlib.Path(holder.name).glob("*.deb")
        cls.fields = output_of("dpkg-deb", "--field", cls.package)

    def field(self, name):
        found = re.search(rf"^{name}: (.*)$", self.fields, flags=re.MULTILINE)
        return found and found[1]

    def make_root(self):
        """A system of the package's dependencies, those of these, and so on, without the package."""
        root = self.sandbox.work / "root"
        database = root / "var" / "lib" / "dpkg"
        for folder in (database / "info", database / "updates", root / "proc", root / "dev", root / "tmp"):
            folder.mkdir(parents=True)
        # As on every system of these releases.
        for name in ("bin", "sbin", "lib", "lib64"):
            (root / "usr" / name).mkdir(parents=True, exist_ok=True)
            (root / name).symlink_to(f"usr/{name}")
        installed = installed_packages()
        installed["ringside"] = {"Depends": self.field("Depends")}
        chosen, seen = ["ringside"], set()
        while chosen:
            name = chosen.pop()
            if name not in seen:
                seen.add(name)
                chosen += dependencies(name, installed)
        seen.remove("ringside")
        for name in seen:
            for path in map(pathlib.Path, output_of("dpkg-query", "--listfiles", name).split("\n")):
                if path.is_file():  # or a link to one; what was left out when it was installed is not there
                    copy = root / path.relative_to("/")
                    copy.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy2(path, copy, follow_symlinks=False)
        (database / "status").write_text("".join(installed[name][""].strip() + "\n\n" for name in sorted(seen)))
        return root, seen

    def in_root(self, root, *arguments):
        """Runs the ringside that was installed there, with /proc and /dev."""
        prepare = 'mount --rbind /proc "$0/proc" && mount --rbind /dev "$0/dev" && exec chroot "$0" "$@"'
        return run_command("unshare", "--mount", "--", "/bin/sh", "-c", prepare, root, "ringside", *arguments)

    def test_says_what_it_is(self):
        self.assertEqual(self.field("Package"), "ringside")
        self.assertEqual(self.field("Recommends"), "python3-matplotlib")
        self.assertEqual(self.field("Section"), "utils")
        needed = re.findall(r"(?:\A|, )([a-z0-9.+-]+)", self.field("Depends"))
        self.assertLessEqual({"libc6", "libstdc++6", "zlib1g"}, set(needed))
        self.assertFalse([name for name in needed if name.endswith("-dev") or name.startswith("python")])

    def test_has_what_debian_wants(self):
        tree = self.sandbox.work / "tree"
        run_command("dpkg-deb", "--raw-extract", self.package, tree)
        documents = tree / "usr" / "share" / "doc" / "ringside"
        self.assertIn("MIT", (documents / "copyright").read_text())
        self.assertIn("Unreleased", gzip.decompress((documents / "changelog.gz").read_bytes()).decode())
        self.assertRegex(gzip.decompress((documents / "changelog.Debian.gz").read_bytes()).decode(),
                         r"\Aringside \(\S+-1\) [\s\S]*\n -- [^\n]*>  [A-Z][a-z]{2}, \d")
        page = (tree / "usr" / "share" / "man" / "man1" / "ringside.1.gz").read_bytes()
        self.assertEqual(page[4:9], b"\0\0\0\0\2", "has no time in it, and was compressed as well as can be")
        self.assertTrue((tree / "usr" / "share" / "zsh" / "vendor-completions" / "_ringside").exists())
        for path in tree.rglob("*"):
            self.assertIn(path.stat().st_mode & 0o777, (0o644, 0o755), path)

    def test_runs_with_nothing_but_its_dependencies(self):
        tried = subprocess.run(["unshare", "--mount", "mount", "--rbind", "/proc", self.sandbox.temporary], capture_output=True, text=True)
        if tried.returncode != 0:
            self.skipTest(f"nothing can be mounted here: {tried.stderr}")
        root, packages = self.make_root()
        self.assertIn("libc6", packages)
        run_command("dpkg", "--root", root, "--force-script-chrootless", "--install", self.package)
        self.assertRegex(self.in_root(root, "--version").stdout, r"\A\d+\.\d+\.\d+\n\Z")
        self.assertRegex(self.in_root(root, "list").stdout, "(?m)^  epoll ")
        ran = self.in_root(root, "run", *brief(), "--backends=epoll", "--output=/tmp/out")
        self.assertIn("epoll", ran.stdout)
        self.assertIn("no plots: /usr/bin/python3 is missing: install python3-matplotlib\n", ran.stderr)
        self.assertTrue((root / "tmp" / "out" / "report.html").exists())
        run_command("dpkg", "--root", root, "--purge", "ringside")
        self.assertFalse((root / "usr" / "bin" / "ringside").exists())
