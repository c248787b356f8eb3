// What continuous integration looks at: JUnit's XML, and GitHub's annotations.
#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/text.hpp"
#include "harness/report/gate/gate_formats.hpp"
#include "harness/report/gate/gate_result.hpp"

namespace ringside {

namespace {

struct Escape {
  char character;
  std::string_view text;
};

std::string replaced(std::string_view text, std::initializer_list<Escape> escapes) {
  std::string result;
  for (const char character : text) {
    const auto* const found = std::ranges::find(escapes, character, &Escape::character);
    if (found == escapes.end())
      result += character;
    else
      result += found->text;
  }
  return result;
}

/// Printable text holds no character that XML forbids.
std::string xml(std::string_view any_text) {
  return replaced(printable(any_text),
                  {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}});
}

/// The text of a workflow command: GitHub's runner takes nothing else back in it, so what else were
/// escaped would be shown as escapes. Printable text has no line ends.
std::string workflow_text(std::string_view any_text) {
  return replaced(printable(any_text), {{'%', "%25"}});
}

/// A property of a workflow command, which a colon or comma would end.
std::string workflow_property(std::string_view any_text) {
  return replaced(printable(any_text), {{'%', "%25"}, {':', "%3A"}, {',', "%2C"}});
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
                       workflow_property(fmt::format("ringside gate: {}", what)),
                       workflow_text(fmt::format("{}: {}", describe(row), say(row))));
  }
  return out;
}

}  // namespace ringside
