#!/usr/bin/python3
"""Draws the figures of a results folder, as SVG and PNG, for slides and papers.

Reads summary.json, where every figure, interval and crossover stands already, and run.json for what
machine it was. `ringside run` and `ringside report` run this same script by themselves.
"""

import argparse
import contextlib
import ctypes
import fcntl
import json
import os
import pathlib
import re
import secrets
import signal
import sys
import textwrap
import unicodedata
import warnings

if __file__ == "<stdin>":
    # `ringside` has started this, says by PYTHONPATH where matplotlib is, and must not be outlived.
    PR_SET_PDEATHSIG = 1
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.environ.get("RINGSIDE_PID", str(os.getppid())) != str(os.getppid()):
        sys.exit("ringside was gone before its plots were begun")
else:
    # Where scripts/install-matplotlib unpacks it.
    sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "build" / "python"))

try:
    import matplotlib
    import matplotlib.style
    from matplotlib.figure import Figure
    from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator
except ImportError as error:
    sys.exit(f"no matplotlib for /usr/bin/python3 ({error}): install python3-matplotlib, or run scripts/install-matplotlib")


class BadInput(Exception):
    """What was to be read or written cannot be; says which and why."""


# Okabe and Ito's palette without its yellow, which does not show on white. Colour is never alone:
# every backend has a marker and every part of a bar a hatch.
COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f7f7f", "#a6611a"]
ON_BLACK = ["#4da3ff", "#ff8033", "#2fd39b", "#e69ac5", "#f0b429", "#8fd3ff", "#bdbdbd", "#d9a066"]
MARKERS = "os^DvPX*"
QUIET = "#8a8a8a"

# By name: width of a figure and height of its unit in inches, size of text in points, dark or not.
STYLES = {
    "paper": (7.2, 1.0, 8.5, False),
    "slides": (11.0, 1.35, 13.0, False),
    "dark": (11.0, 1.35, 13.0, True),
}

METRICS = {
    "throughput_ops_per_s": "throughput",
    "cpu_ns_per_op": "CPU per {operation}",
    "latency_p50_ns": "median latency",
    "latency_p99_ns": "p99 latency",
}
TIME_UNITS = [(1, "ns"), (1e3, "µs"), (1e6, "ms"), (1e9, "s")]
COUNT_UNITS = [(1, ""), (1e3, "k"), (1e6, "M"), (1e9, "G")]
BYTE_UNITS = [(1, "B"), (2**10, "KiB"), (2**20, "MiB"), (2**30, "GiB")]


def clean(text, longest=None):
    """Text from a results folder: nothing that hides, turns text round or is no XML."""
    shown = "".join("�" if unicodedata.category(c)[0] == "C" else c for c in str(text))
    return shown if longest is None or len(shown) <= longest else shown[: longest - 1] + "…"


def slug(text):
    return re.sub(r"[^A-Za-z0-9_.]+", "-", str(text)).strip("-.")[:60] or "unnamed"


def unit_for(values, units):
    """The greatest unit that the middle of the values is at least one of."""
    middle = sorted(values)[len(values) // 2] if values else 0
    return next((unit for unit in reversed(units) if middle >= unit[0]), units[0])


def number(value):
    return f"{value:.3g}" if abs(value) < 999.5 else f"{value:.0f}"


def param_text(name, value):
    if name.endswith("_bytes") and isinstance(value, int):
        size, unit = unit_for([value], BYTE_UNITS)
        return f"{clean(name[:-6])} {value / size:g} {unit}"
    value = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
    return f"{clean(name)} {clean(value)}"


def described(scenario, params):
    shown = [param_text(name, value) for name, value in params.items() if value is not None]
    return " · ".join([clean(scenario), *shown])


class Results:
    """What stands in a folder, and how its backends are drawn."""

    def __init__(self, folder):
        self.summary = self._read(folder / "summary.json", "ringside.summary/1")
        run = folder / "run.json"
        self.run = self._read(run, "ringside.run/1") if run.exists() else {}
        self.groups = self.summary["groups"]
        if any("latency_percentiles" not in row for group in self.groups for row in group["rows"]):
            raise BadInput(f"{folder} was summed up by an older ringside: run `ringside report` on it")
        names = [row["backend"] for g in self.groups for row in g["rows"] if not row["reference"]]
        self.backends = list(dict.fromkeys(names))
        names = [row["backend"] for g in self.groups for row in g["rows"] if row["reference"]]
        self.references = list(dict.fromkeys(names))
        self.colours = COLOURS

    @staticmethod
    def _read(path, schema):
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise BadInput(f"cannot read {path}: {error.strerror}") from error
        except ValueError as error:
            raise BadInput(f"{path} is no JSON: {error}") from error
        if not isinstance(content, dict) or content.get("schema") != schema:
            raise BadInput(f"{path} is no {schema}")
        return content

    def look(self, row):
        """How a row's line is drawn: the same in every figure of the run."""
        if row["control"]:
            return {"color": QUIET, "marker": "", "linestyle": (0, (2, 2))}
        if row["reference"]:
            place = self.references.index(row["backend"])
            marker = "+x|1234"[place % 7]
            return {"color": QUIET, "marker": marker, "linestyle": (0, (6, 2 + 3 * place))}
        place = self.backends.index(row["backend"])
        return {
            "color": self.colours[place % len(self.colours)],
            "marker": MARKERS[place % len(MARKERS)],
            "linestyle": "-" if place < len(self.colours) else "--",
        }

    def tag(self, index):
        """What tells a group from the others of its scenario, for the name of a file."""
        group = self.groups[index]
        others = [g["params"] for g in self.groups if g["scenario"] == group["scenario"]]
        varied = [
            f"{name}-{value}"
            for name, value in group["params"].items()
            if any(other.get(name) != value for other in others)
            and not (name == "quorum" and value == group["params"].get("fan_out"))
        ]
        return "-".join(slug(part) for part in [group["scenario"], *varied])

    def caption(self):
        machine = self.run.get("machine", {})
        cpu = machine.get("cpu", {}) if isinstance(machine.get("cpu"), dict) else {}
        cores = cpu.get("topology", {}).get("online") if isinstance(cpu.get("topology"), dict) else None
        facts = [
            f"ringside {self.run['ringside_version']}" if "ringside_version" in self.run else None,
            cpu.get("model") and cpu["model"] + (f" (CPUs {cores})" if cores else ""),
            machine.get("hypervisor"),
            machine.get("kernel") and f"Linux {machine['kernel']}",
            str(self.run.get("started_at", ""))[:10],
        ]
        return " · ".join(clean(fact) for fact in facts if fact) or "machine and date are not known"


def name_of(row, longest=24):
    kind = " (control)" if row["control"] else " (reference)" if row["reference"] else ""
    return clean(row["backend"], longest) + kind


def operation_of(group):
    return clean(group.get("operation") or "operation")


class Canvas:
    """A figure with its title, what it is about, and a caption of machine and date."""

    def __init__(self, style, results, title, about, height, footer=()):
        width, unit, size, dark = STYLES[style]
        self.columns = int(width * 72 / (0.46 * size))
        head = textwrap.wrap(about, self.columns)[:3]
        foot = [line for text in footer for line in textwrap.wrap(text, self.columns)]
        foot.append(clean(results.caption(), self.columns))
        line = 1.45 * size / 72  # inches
        top = line * (1.6 + len(head)) + 0.06
        bottom = line * len(foot) + 0.06
        tall = height * unit + top + bottom
        self.figure = Figure(figsize=(width, tall))
        self.figure.set_layout_engine(
            "constrained", rect=(0.01, bottom / tall, 0.98, 1 - (top + bottom) / tall)
        )
        quiet = "#b8b8b8" if dark else "#555555"
        edge = 0.08 / width
        put = self.figure.text
        put(edge, 1 - 0.3 * line / tall, title, weight="bold", size=1.2 * size, va="top")
        for i, text in enumerate(head):
            put(edge, 1 - (1.75 + i) * line / tall, text, color=quiet, size=0.92 * size, va="top")
        for i, text in enumerate(reversed(foot)):
            put(edge, (0.25 + i) * line / tall, text, color=quiet, size=0.82 * size, va="bottom")

    def panels(self, rows=1, columns=1, **options):
        return self.figure.subplots(rows, columns, squeeze=False, **options)


def legend(axes, **options):
    axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, **options)


def set_units(axis, size):
    axis.set_major_formatter(FuncFormatter(lambda value, _: number(value / size)))


def log_ticks(axis, low, high, steps=(1, 2, 5)):
    """These steps in every decade: plain logarithmic ticks have none within one."""
    ticks = [m * 10.0**e for e in range(-6, 13) for m in steps]
    if high > 300 * low:
        ticks = [10.0**e for e in range(-6, 13)]
    axis.set_major_locator(FixedLocator(ticks))
    axis.set_minor_locator(NullLocator())


def measured(group):
    return [row for row in group["rows"] if row["rounds_ok"] > 0]


# ---- the figures: each gives a Canvas, or nothing where there is nothing to draw ----


def against_baseline(group, metric):
    """A comparison for each row but the baseline, by the row's place."""
    baseline = next((row for row in group["rows"] if row["baseline"]), None)
    found = []
    for row in group["rows"]:
        if baseline is None or row is baseline:
            continue
        kind = "control_" if row["control"] else "reference_" if row["reference"] else ""
        for one in group[f"{kind}comparisons"]:
            if (one["metric"], one["a"], one["b"]) == (metric, row["backend"], baseline["backend"]):
                found.append((row, one))
    return baseline, found


def bound_of(row, baseline, metric):
    """The sign before a ratio of throughputs of which one is a lower bound."""
    limits = row["throughput_is_lower_bound"], baseline["throughput_is_lower_bound"]
    known = {(True, False): "≥", (False, True): "≤"} if metric == "throughput_ops_per_s" else {}
    return known.get(limits, "")


def draw_ratio(axes, place, one, bound, colours):
    """One line of the forest: the ratio, its interval, and both as text beside them."""
    better = {"a": (colours[0], "o"), "b": (colours[1], "s")}.get(one["better"], (QUIET, "D"))
    hollow = one["better"] is None
    if one["ratio"] is None:
        axes.text(1.02, place, "—", transform=axes.get_yaxis_transform(), va="center")
        return
    if one["interval_low"] is not None and one["interval_high"] is not None:
        axes.plot([one["interval_low"], one["interval_high"]], [place, place], color=better[0])
    face = axes.get_facecolor() if hollow else better[0]
    axes.plot(
        [one["ratio"]], [place], marker=better[1], color=better[0], markerfacecolor=face, markersize=6
    )
    text = f"{bound}{one['ratio']:.3f}"
    if one["interval_low"] is not None and one["interval_high"] is not None:
        text += f"  {one['interval_low']:.3f}–{one['interval_high']:.3f}"
    axes.text(1.02, place, text, transform=axes.get_yaxis_transform(), va="center", size="small")


def scale_ratios(axes, found):
    ends = [1.0]
    for _, one in found:
        ends += [one[k] for k in ("ratio", "interval_low", "interval_high") if one[k]]
    low, high = min(ends), max(ends)
    if high / low > 2.5:
        axes.set_xscale("log")
        log_ticks(axes.xaxis, low, high, (1, 2, 5) if high > 10 * low else (1, 1.5, 2, 3, 5, 7))
        set_units(axes.xaxis, 1)
        axes.set_xlim(low / 1.12, high * 1.12)
    else:
        margin = max(0.06 * (high - low), 0.002)
        axes.set_xlim(low - margin, high + margin)
        axes.xaxis.set_major_locator(MaxNLocator(5))


def limited_note(group):
    if not any(row["throughput_is_lower_bound"] for row in measured(group)):
        return []
    return ["The load generator was saturated: throughput is a lower bound (≥) where it was."]


def ratios(results, style, index):
    group = results.groups[index]
    metrics = ["throughput_ops_per_s", "cpu_ns_per_op"]
    if group["ranking_metric"] != metrics[0]:
        metrics.reverse()
    families = [against_baseline(group, metric) for metric in metrics]
    baseline = families[0][0]
    if baseline is None or not families[0][1]:
        return None
    names = [name_of(row) for row, _ in families[0][1]]
    canvas = Canvas(
        style,
        results,
        f"How the others compare with {clean(baseline['backend'], 24)}",
        described(group["scenario"], group["params"]),
        1.3 + 0.28 * len(names),
        [
            "Blue circles are better, orange squares worse, hollow ones not told apart; lines are "
            "intervals, and nothing is told by a ratio without one. The chance that any difference told is "
            "false is 5 % at most.",
            *limited_note(group),
        ],
    )
    for panel, metric, (_, found) in zip(canvas.panels(1, 2, sharey=True)[0], metrics, families):
        for place, (row, one) in enumerate(found):
            draw_ratio(panel, place, one, bound_of(row, baseline, metric), results.colours)
        panel.axvline(1, color=QUIET, linewidth=1)
        scale_ratios(panel, found)
        panel.set_yticks(range(len(names)), names)
        panel.set_ylim(len(names) - 0.4, -0.6)
        panel.grid(axis="x", alpha=0.25)
        direction = "right is better" if metric == "throughput_ops_per_s" else "left is better"
        panel.set_title(f"{METRICS[metric].format(operation=operation_of(group))} ({direction})")
    return canvas


def curve_canvas(results, style, index, title, curve):
    """Distributions over HdrHistogram's axis, on which a tail has as much room as a body."""
    group = results.groups[index]
    curves = [(row, curve(row)) for row in measured(group)]
    curves = [(row, points) for row, points in curves if points]
    if not curves:
        return None
    about = described(group["scenario"], group["params"])
    canvas = Canvas(style, results, title, about, 3.2)
    axes = canvas.panels()[0][0]
    size, unit = unit_for([p["ns"] for _, points in curves for p in points], TIME_UNITS)
    for row, points in curves:
        # A logarithmic axis has no place for 0.
        values = [max(point["ns"], 1) for point in points]
        beyond = [100 / (100 - point["percentile"]) for point in points]
        axes.plot(beyond, values, label=name_of(row), markevery=6, markersize=4, **results.look(row))
    values = [max(p["ns"], 1) for _, points in curves for p in points]
    axes.set_xscale("log")
    axes.set_yscale("log")
    percentiles = [0, 50, 90, 99, 99.9, 99.99, 99.999, 99.9999]
    axes.xaxis.set_major_locator(FixedLocator([100 / (100 - p) for p in percentiles]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{100 - 100 / x:.6g}"))
    log_ticks(axes.yaxis, min(values), max(values))
    set_units(axes.yaxis, size)
    axes.set_xlabel("percentile")
    axes.set_ylabel(unit)
    axes.grid(alpha=0.25)
    legend(axes)
    return canvas


def latency(results, style, index):
    return curve_canvas(
        results, style, index, "Latency by percentile", lambda row: row["latency_percentiles"]
    )


def excess(results, style, index):
    def curve(row):
        return row["times_percentiles"].get("excess_over_ideal")

    return curve_canvas(results, style, index, "Excess over the slowest leaf, by percentile", curve)


def bar_rows(group, cost):
    """Rows from cheap to dear, as far as they have the figure."""
    rows = [row for row in measured(group) if cost(row) is not None]
    return sorted(rows, key=cost)


def bar_axes(axes, names):
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.grid(axis="x", alpha=0.25)
    axes.set_axisbelow(True)
    axes.set_xlim(0, axes.get_xlim()[1] * 1.14)  # room for the figure beside the longest bar


def cpu(results, style, index):
    group = results.groups[index]
    rows = bar_rows(group, lambda row: row["cpu"] and row["cpu"]["total_ns_per_op"])
    if not rows:
        return None
    operation = operation_of(group)
    canvas = Canvas(
        style,
        results,
        f"CPU per {operation}, user and system",
        described(group["scenario"], group["params"]),
        1.0 + 0.28 * len(rows),
    )
    axes = canvas.panels()[0][0]
    size, unit = unit_for([row["cpu"]["total_ns_per_op"] for row in rows], TIME_UNITS)
    user = [row["cpu"]["user_ns_per_op"] / size for row in rows]
    system = [row["cpu"]["system_ns_per_op"] / size for row in rows]
    places = range(len(rows))
    edge = axes.get_facecolor()
    axes.barh(places, user, label="user", color=results.colours[1], hatch="////", edgecolor=edge)
    axes.barh(places, system, left=user, label="system", color=results.colours[5], edgecolor=edge)
    for place, total in enumerate(u + s for u, s in zip(user, system)):
        axes.text(total, place, f" {number(total)}", va="center", size="small")
    bar_axes(axes, [name_of(row) for row in rows])
    axes.set_xlabel(f"{unit} per {operation}, kernel workers included")
    legend(axes)
    return canvas


def calls(results, style, index):
    group = results.groups[index]
    rows = measured(group)
    if not any(row["context_switches"] or row["syscalls"] for row in rows):
        return None
    operation = operation_of(group)
    canvas = Canvas(
        style,
        results,
        f"Context switches and system calls per {operation}",
        described(group["scenario"], group["params"]),
        1.0 + 0.28 * len(rows),
    )
    panels = canvas.panels(1, 2, sharey=True)[0]
    kinds = [("context_switches", "context switches"), ("syscalls", "system calls")]
    for axes, (member, title), colour, hatch in zip(panels, kinds, results.colours[2:], ("", "\\\\\\\\")):
        for place, row in enumerate(rows):
            if row[member] is None:
                axes.text(0, place, " not measured", va="center", size="small", style="italic")
                continue
            value = row[member]["per_op"]
            axes.barh(place, value, color=colour, hatch=hatch, edgecolor=axes.get_facecolor())
            axes.text(value, place, f" {number(value)}", va="center", size="small")
        bar_axes(axes, [name_of(row) for row in rows])
        axes.set_title(title)
    return canvas


def slices(results, style, index):
    group = results.groups[index]
    rows = [row for row in measured(group) if row["slices"]["rounds"]]
    if not rows:
        return None
    by_cpu = group["ranking_metric"] == "cpu_ns_per_op"
    member, units = ("cpu_ns_per_op", TIME_UNITS) if by_cpu else ("ops_per_s", COUNT_UNITS)
    operation = operation_of(group)
    values = [v for row in rows for r in row["slices"]["rounds"] for v in r[member] if v is not None]
    if not values:
        return None
    size, unit = unit_for(values, units)
    what = f"{unit} per {operation}" if by_cpu else f"{unit} {operation}s/s".strip()
    columns = min(3, len(rows))
    lines = -(-len(rows) // columns)
    canvas = Canvas(
        style,
        results,
        f"The slices over time, {what}",
        described(group["scenario"], group["params"]),
        0.5 + 1.35 * lines,
        ["A dot a slice, in the order in which they were taken; lines are where a round of fresh processes "
         "begins."],
    )
    panels = canvas.panels(lines, columns, sharex=True, sharey=True)
    for axes, row in zip(panels.flat, rows):
        start = 0
        for one in row["slices"]["rounds"]:
            points = [(start + i, v / size) for i, v in enumerate(one[member]) if v is not None]
            if points:
                axes.plot(*zip(*points), ".", color=results.look(row)["color"], markersize=3)
            start += len(one[member])
            axes.axvline(start - 0.5, color=QUIET, linewidth=0.5, alpha=0.6)
        axes.set_title(name_of(row), loc="left", size="small")
        axes.grid(axis="y", alpha=0.25)
        axes.set_ylim(0, 1.05 * max(values) / size)
        axes.yaxis.set_major_locator(MaxNLocator(4))
        axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    for axes in panels.flat[len(rows) :]:
        axes.set_visible(False)
    return canvas


def sweep_points(results, one, row_key, metric):
    """Place on the axis, centre, ends of the interval and whether it is a lower bound."""
    points = []
    for place, index in enumerate(one["groups"]):
        for row in results.groups[index]["rows"]:
            band = row["intervals"][metric]
            if (row["backend"], row["control"], row["reference"]) == row_key and band["centre"]:
                bounded = metric == "throughput_ops_per_s" and row["throughput_is_lower_bound"]
                points.append((place, band["centre"], band["low"], band["high"], bounded))
    return points


def draw_sweep(axes, results, one, row, metric):
    points = sweep_points(results, one, (row["backend"], row["control"], row["reference"]), metric)
    if not points:
        return
    places, centres = [p[0] for p in points], [p[1] for p in points]
    look = results.look(row)
    axes.plot(places, centres, label=name_of(row), markersize=5, **look)
    banded = [p for p in points if p[2] is not None and p[3] is not None]
    ends = [p[2] for p in banded], [p[3] for p in banded]
    axes.fill_between([p[0] for p in banded], *ends, color=look["color"], alpha=0.15, linewidth=0)
    hollow = [(p[0], p[1]) for p in points if p[4]]
    if hollow:
        face = {"markerfacecolor": axes.get_facecolor(), "linestyle": "", "markersize": 5}
        axes.plot(*zip(*hollow), **look | face)


def sweep(results, style, index):
    one = results.summary["sweeps"][index]
    first = results.groups[one["groups"][0]]
    metrics = ["throughput_ops_per_s", "latency_p99_ns", "cpu_ns_per_op"]
    found = [c for c in one["crossovers"] if c["metric"] in metrics]
    shown = [f"{clean(c['sentence'])}." for c in found[:4]]
    if len(found) > len(shown):
        shown.append(f"{len(found) - len(shown)} more crossovers stand in summary.json.")
    values = [results.groups[i]["params"][one["parameter"]] for i in one["groups"]]
    name = clean(one["parameter"].removesuffix("_bytes"))
    labels = [param_text(one["parameter"], v).removeprefix(name).strip() for v in values]
    limited = any(limited_note(results.groups[i]) for i in one["groups"])
    canvas = Canvas(
        style,
        results,
        f"{clean(one['scenario'])}, swept over {name}",
        described(one["scenario"], one["fixed"]),
        3.0,
        [
            "Bands are 95 % intervals over rounds. Shaded: between these values backends change places.",
            *(["Hollow markers (≥) are lower bounds: the load generator was saturated."] if limited else []),
            *shown,
        ],
    )
    panels = canvas.panels(1, 3)[0]
    operation = operation_of(first)
    keys = {}
    for group_index in one["groups"]:
        for row in results.groups[group_index]["rows"]:
            keys.setdefault((row["backend"], row["control"], row["reference"]), row)
    for axes, metric in zip(panels, metrics):
        for row in keys.values():
            draw_sweep(axes, results, one, row, metric)
        drawn = [v for line in axes.get_lines() for v in line.get_ydata()]
        units = COUNT_UNITS if metric == "throughput_ops_per_s" else TIME_UNITS
        size, unit = unit_for(drawn, units)
        if drawn:
            axes.set_yscale("log")
            log_ticks(axes.yaxis, min(drawn), max(drawn))
        else:  # a unit and an axis would be made up
            axes.text(0.5, 0.5, "no figures", transform=axes.transAxes, ha="center", style="italic")
            axes.set_yticks([])
        set_units(axes.yaxis, size)
        for c in found:
            if c["metric"] == metric:
                ends = [one["groups"].index(i) for i in c["groups"]]
                axes.axvspan(*ends, color=QUIET, alpha=0.08, linewidth=0)
        axes.set_xticks(range(len(labels)), labels)
        axes.set_xlim(-0.3, len(labels) - 0.7)
        axes.set_xlabel(name)
        per = f"{unit} {operation}s/s".strip() if units is COUNT_UNITS else unit
        axes.set_title(METRICS[metric].format(operation=operation) + (f", {per}" if drawn else ""))
        axes.grid(alpha=0.25)
    legend(panels[-1])
    return canvas


# In order of importance: `ringside` allows only so much time.
FIGURES = {
    "ratios": ratios,
    "sweep": sweep,
    "latency": latency,
    "cpu": cpu,
    "calls": calls,
    "excess": excess,
    "slices": slices,
}


def sweep_tag(one):
    fixed = [f"{k}-{v}" for k, v in one["fixed"].items() if v is not None]
    return slug(one["scenario"]) + "-" + slug(one["parameter"]), "-".join(map(slug, fixed))


def planned(results, kinds):
    """Names of the files to be made, without an ending, and how each is drawn."""
    plan = []
    sweeps = results.summary.get("sweeps", [])
    heads = [sweep_tag(one)[0] for one in sweeps]
    for kind in kinds:
        if kind == "sweep":
            for i, one in enumerate(sweeps):
                head, fixed = sweep_tag(one)
                tag = head if heads.count(head) == 1 else f"{head}-{fixed}"
                plan.append((f"sweep-{tag}", kind, i))
        else:
            plan += [(f"{kind}-{results.tag(i)}", kind, i) for i in range(len(results.groups))]
    seen = {}
    for i, (name, kind, index) in enumerate(plan):  # hostile or long parameters may look alike
        seen[name] = seen.get(name, 0) + 1
        plan[i] = (name if seen[name] == 1 else f"{name}-{seen[name]}", kind, index)
    return plan


def temporary_file(path):
    """One beside a picture, held locked until it is closed: `ringside` removes those that nobody
    holds, which is what killing leaves. Returns its name and its descriptor."""
    while True:
        name = f"{path}.ringside-unfinished-{secrets.token_hex(3)}"
        handle = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        with contextlib.suppress(OSError):  # where a file system has no locks it counts as held
            fcntl.flock(handle, fcntl.LOCK_EX)
        if os.fstat(handle).st_nlink > 0:
            return name, handle
        os.close(handle)  # it was taken for one that was left before it was locked


def save(canvas, path):
    """Under a temporary name first, so that no half of a picture is ever seen."""
    for ending in ("svg", "png"):
        # The same run gives the same bytes: no dates, no versions.
        metadata = {"Date": None, "Creator": "ringside"} if ending == "svg" else {"Software": None}
        picture = f"{path}.{ending}"
        name, handle = temporary_file(picture)
        try:
            with os.fdopen(handle, "wb") as file:
                canvas.figure.savefig(file, format=ending, dpi=160, metadata=metadata)
                file.flush()
                os.replace(name, picture)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(name)
            raise


def set_up(style):
    _, _, size, dark = STYLES[style]
    # Not the user's own matplotlibrc: the same run gives the same bytes everywhere.
    matplotlib.style.use(["default", "dark_background"] if dark else "default")
    matplotlib.rcParams.update(
        {
            "font.size": size,
            "axes.titlesize": size,
            "axes.titlelocation": "left",
            "axes.spines.top": False,
            "axes.spines.right": False,
            "legend.fontsize": 0.9 * size,
            "lines.linewidth": 1.4,
            "hatch.linewidth": 0.6,
            "svg.hashsalt": "ringside",
            "svg.fonttype": "none",
            "text.parse_math": False,
        }
    )
    # Names may be in any script; a glyph that the font has not is a box in the picture.
    warnings.filterwarnings("ignore", message="Glyph .* missing from current font")


class Arguments(argparse.ArgumentParser):
    """Wrong use ends with status 1, as everywhere in the suite; argparse's own is 2."""

    def error(self, message):
        self.print_usage(sys.stderr)
        sys.exit(f"plot.py: {message}")


def parse_arguments():
    parser = Arguments(prog="plot.py", description=__doc__.split("\n\n")[0])
    parser.add_argument("results", type=pathlib.Path, help="a results folder")
    parser.add_argument("--only", metavar="NAMES", help=f"of these, with commas: {', '.join(FIGURES)}")
    parser.add_argument("--style", choices=STYLES, default="paper", help="(%(default)s)")
    parser.add_argument("--output", type=pathlib.Path, help="where to (RESULTS/plots)")
    arguments = parser.parse_args()
    kinds = arguments.only.split(",") if arguments.only else list(FIGURES)
    if unknown := [kind for kind in kinds if kind not in FIGURES]:
        parser.error(f"no such figure: {', '.join(unknown)}; there are {', '.join(FIGURES)}")
    return arguments, kinds


def make_plots(folder, output, kinds, style):
    """Makes every picture; returns how many."""
    results = Results(folder)
    if STYLES[style][3]:
        results.colours = ON_BLACK
    set_up(style)
    made = 0
    for name, kind, index in planned(results, kinds):
        canvas = FIGURES[kind](results, style, index)
        if canvas is None:
            continue
        try:
            output.mkdir(parents=True, exist_ok=True)
            save(canvas, output / name)
        except OSError as error:
            raise BadInput(f"cannot write to {output}: {error.strerror}") from error
        made += 1
    return made


def main():
    arguments, kinds = parse_arguments()
    output = arguments.output or arguments.results / "plots"
    try:
        made = make_plots(arguments.results, output, kinds, arguments.style)
    except BadInput as error:
        sys.exit(f"plot.py: {error}")
    except (KeyError, TypeError, AttributeError, ValueError, IndexError) as error:
        where = arguments.results / "summary.json"
        sys.exit(f"plot.py: {where} is not as docs/FORMAT.md says: {type(error).__name__}: {error}")
    print(f"{made} figures in {output}" if made else "nothing was measured that could be drawn")


if __name__ == "__main__":
    main()
