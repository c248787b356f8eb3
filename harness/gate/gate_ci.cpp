// What continuous integration looks at: JUnit's XML, and GitHub's annotations.
#include <algorithm>

#include <fmt/format.h>

#include "harness/gate/gate_formats.hpp"
#include "harness/gate/gate_result.hpp"
#include "harness/report/text.hpp"

namespace ringside {

namespace {

/// Printable text holds no character that XML forbids.
std::string xml(std::string_view any_text) {
  std::string result;
  for (const char character : printable(any_text)) {
    switch (character) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += character;
    }
  }
  return result;
}

/// The escapes of workflow commands, those of their properties among them.
std::string workflow(std::string_view any_text) {
  std::string result;
  for (const char character : printable(any_text)) {
    switch (character) {
      case '%':
        result += "%25";
        break;
      case ':':
        result += "%3A";
        break;
      case ',':
        result += "%2C";
        break;
      default:
        result += character;
    }
  }
  return result;
}

/// On an unstable machine nothing is a regression.
bool regressed(const GateResult& result, const GateRow& row) {
  return !row.failed && row.judgement.answer == Answer::regression &&
         overall(result) != GateAnswer::unstable;
}

bool undecided(const GateResult& result, const GateRow& row) {
  if (row.failed || regressed(result, row)) return false;
  return row.skipped || row.judgement.answer == Answer::regression ||
         row.judgement.answer == Answer::inconclusive || row.judgement.answer == Answer::unstable;
}

std::string_view answer_text(const GateRow& row) {
  return row.skipped ? "skipped" : to_string(row.judgement.answer);
}

std::string outcome(const GateResult& result, const GateRow& row) {
  const std::string said = xml(say(row));
  if (row.failed) return fmt::format("      <error message=\"{}\"/>\n", said);
  if (regressed(result, row)) {
    return fmt::format("      <failure message=\"{}\"/>\n", said);
  }
  if (undecided(result, row)) {
    return fmt::format("      <skipped message=\"{}: {}\"/>\n", answer_text(row), said);
  }
  return fmt::format("      <system-out>{}</system-out>\n", said);
}

}  // namespace

std::string junit_xml(const GateResult& result) {
  const auto count = [&](auto condition) { return std::ranges::count_if(result.rows, condition); };
  const std::string counts =
      fmt::format(R"(tests="{}" failures="{}" errors="{}" skipped="{}")", result.rows.size(),
                  count([&](const GateRow& row) { return regressed(result, row); }),
                  count([](const GateRow& row) { return row.failed; }),
                  count([&](const GateRow& row) { return undecided(result, row); }));
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  out += fmt::format("<testsuites {}>\n  <testsuite name=\"ringside gate\" {} time=\"{:.3f}\">\n",
                     counts, counts, std::chrono::duration<double>(result.elapsed).count());
  for (const GateRow& row : result.rows) {
    out += fmt::format("    <testcase classname=\"ringside.{}\" name=\"{}\">\n{}    </testcase>\n",
                       xml(row.scenario), xml(describe(row)), outcome(result, row));
  }
  return out + "  </testsuite>\n</testsuites>\n";
}

std::string github_annotations(const GateResult& result) {
  std::string out;
  for (const GateRow& row : result.rows) {
    const bool bad = row.failed || regressed(result, row);
    if (!bad && !undecided(result, row)) continue;
    const std::string_view what = row.failed ? "failed" : answer_text(row);
    out += fmt::format("::{} title={}::{}\n", bad ? "error" : "warning",
                       workflow(fmt::format("ringside gate: {}", what)),
                       workflow(fmt::format("{}: {}", describe(row), say(row))));
  }
  return out;
}

}  // namespace ringside
