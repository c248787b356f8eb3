// Every form of a comparison of two runs, byte by byte, from the committed runs of golden_test.cpp.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "base/text.hpp"
#include "harness/record/atomic_file.hpp"
#include "harness/report/compare/changes.hpp"
#include "harness/report/compare/compare_formats.hpp"
#include "harness/report/compare/compared_run.hpp"
#include "harness/report/compare/run_comparison.hpp"

namespace ringside {
namespace {

namespace fs = std::filesystem;

const fs::path runs = RINGSIDE_GOLDEN_CASES;
const fs::path expected = RINGSIDE_GOLDEN_COMPARISONS;  // the source tree's tests/golden/compare

struct Output {
  const char* file;
  Format format;
  RenderOptions options;
};

const Output outputs[] = {
    {"table.txt", Format::table, {}},
    {"table-colour.txt", Format::table, {.colour = true, .ascii = false}},
    {"table-ascii.txt", Format::table, {.colour = false, .ascii = true}},
    {"compare.md", Format::markdown, {}},
    {"compare.csv", Format::csv, {}},
    {"compare.json", Format::json, {}},
};

struct Case {
  const char* name;
  const char* base;
  const char* head;
  /// The head has more CPU and system calls in one row, and in another more throughput and a round
  /// without a context switch.
  bool changed = false;
};

const Case comparisons[] = {
    {"changed", "normal", "normal", true},   {"trouble", "normal", "trouble"},
    {"one_round", "one_round", "normal"},    {"saturated", "saturated", "saturated"},
    {"scenarios", "scenarios", "scenarios"}, {"hostile", "hostile", "hostile"},
};

void change(ComparedRun& run) {
  for (Measurement& trial : run.trials) {
    const double wobble = 1 + 0.002 * trial.round;
    if (trial.backend == "callback") {
      trial.cpu.value->total_ns_per_op *= 1.06 * wobble;
      trial.syscalls.value->per_op += 1;  // in no round less or more
      trial.effective["arming"] = "level-triggered";
    }
    if (trial.backend == "io_uring") {
      trial.elapsed_ns = trial.elapsed_ns * 9 / 10;
      if (trial.round == 2) trial.context_switches.value->per_op = 0;
    }
  }
  std::erase_if(run.trials,
                [](const Measurement& trial) { return trial.backend == "blocking_threads"; });
  run.run["machine"]["hostname"] = "another";
}

ComparedRun read(const char* name) {
  ComparedRun run = read_compared_run(runs / name);
  run.name = name;
  return run;
}

RunComparison compare(const Case& which) {
  ComparedRun head = read(which.head);
  if (which.changed) change(head);
  return compare_runs(read(which.base), head);
}

std::string content(const fs::path& path) {
  std::stringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

/// The sentences of the page, a line each; "! " marks those that call for doubt.
std::string changes(const RunComparison& comparison) {
  std::string lines;
  for (const Sentence& sentence : what_changed(comparison)) {
    lines += (sentence.warning ? "! " : "") + sentence.text + "\n";
  }
  return lines;
}

class GoldenComparison : public testing::TestWithParam<Case> {};

TEST_P(GoldenComparison, IsAsCommitted) {
  const RunComparison comparison = compare(GetParam());
  const fs::path folder = expected / GetParam().name;
  const bool update = std::getenv("RINGSIDE_UPDATE_GOLDEN") != nullptr;
  if (update) fs::create_directories(folder);
  for (const Output& output : outputs) {
    const std::string rendered = render(comparison, output.format, output.options);
    if (update) write_file_atomically(folder / output.file, rendered);
    EXPECT_EQ(rendered, content(folder / output.file)) << output.file;
  }
  if (update) write_file_atomically(folder / "changes.txt", changes(comparison));
  EXPECT_EQ(changes(comparison), content(folder / "changes.txt"));
}

TEST_P(GoldenComparison, NoLineIsWiderThanTheTerminalOrActsOnIt) {
  std::istringstream lines(render(compare(GetParam()), Format::table, {}));
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(display_width(line), 120u) << line;
    EXPECT_EQ(line, printable(line));
  }
}

INSTANTIATE_TEST_SUITE_P(Cases, GoldenComparison, testing::ValuesIn(comparisons),
                         [](const auto& one) { return one.param.name; });

}  // namespace
}  // namespace ringside
