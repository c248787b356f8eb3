#include "harness/report/gate/gate_result.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.hpp"
#include "harness/report/analysis/units.hpp"

namespace ringside {

namespace {

bool any(const GateResult& result, Answer answer) {
  return std::ranges::any_of(result.rows, [&](const GateRow& row) {
    return !row.failed && !row.skipped && row.judgement.answer == answer;
  });
}

std::string difference(double log_ratio) {
  return as_difference(std::exp(log_ratio));
}

}  // namespace

std::string_view to_string(GateAnswer answer) noexcept {
  switch (answer) {
    case GateAnswer::pass:
      return "pass";
    case GateAnswer::regression:
      return "regression";
    case GateAnswer::inconclusive:
      return "inconclusive";
    case GateAnswer::unstable:
      return "unstable machine";
    case GateAnswer::failed:
      return "failed";
    case GateAnswer::wrong_data:
      return "wrong data";
  }
  return {};
}

GateAnswer overall(const GateResult& result) {
  if (result.wrong_data) return GateAnswer::wrong_data;
  const bool nothing_ran = std::ranges::all_of(result.rows, &GateRow::skipped);
  if (nothing_ran || std::ranges::any_of(result.rows, &GateRow::failed)) return GateAnswer::failed;
  if (any(result, Answer::unstable)) return GateAnswer::unstable;
  if (any(result, Answer::regression)) return GateAnswer::regression;
  return any(result, Answer::inconclusive) ? GateAnswer::inconclusive : GateAnswer::pass;
}

std::string describe(const GateRow& row) {
  return fmt::format("{} of {}, {}",
                     row.metric == Metric::throughput ? "throughput" : "CPU per operation",
                     printable(row.backend), describe_work(row.scenario, row.params));
}

std::string say(const GateRow& row) {
  if (row.failed || row.skipped || !row.judgement.low || !row.judgement.high) {
    return row.reason.empty() ? "too few rounds to say anything" : printable(row.reason);
  }
  const std::string range = fmt::format(
      "{} slower, surely between {} and {}", difference(row.evidence.slowdown.log_ratio),
      difference(*row.judgement.low), difference(*row.judgement.high));
  if (row.judgement.answer != Answer::unstable) return range;
  return fmt::format("{}, but a second copy of the base came out {} slower than the first", range,
                     difference(row.evidence.control.log_ratio));
}

}  // namespace ringside
