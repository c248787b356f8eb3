#include "harness/report/gate/judge.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include <boost/math/distributions/students_t.hpp>

#include "harness/report/stats/holm.hpp"
#include "harness/report/stats/visible.hpp"

namespace ringside {

namespace {

using boost::math::complement;
using boost::math::students_t;

// The control may differ by less than the answers turn on: a third of the margin.
constexpr double control_tolerance = 1.0 / 3;

/// The chance of an estimate so far above `bound` or farther when the truth is at it; 1 without a
/// spread.
double p_above(const Estimate& estimate, double value, double bound) {
  if (!estimate.standard_error) return 1;
  if (*estimate.standard_error == 0) return value > bound ? 0 : 1;
  return cdf(complement(students_t(estimate.degrees_of_freedom),
                        (value - bound) / *estimate.standard_error));
}

/// How far the one-sided bound at `chance` lies from the estimate.
double reach(const Estimate& estimate, double chance) {
  if (*estimate.standard_error == 0) return 0;
  return quantile(complement(students_t(estimate.degrees_of_freedom), chance)) *
         *estimate.standard_error;
}

}  // namespace

std::string_view to_string(Answer answer) noexcept {
  switch (answer) {
    case Answer::inconclusive:
      return "inconclusive";
    case Answer::pass:
      return "pass";
    case Answer::regression:
      return "regression";
    case Answer::unstable:
      return "unstable";
  }
  return {};
}

void Judge::look(std::span<const Evidence> evidence, const Look& look) {
  assert(evidence.size() == judgements_.size());
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < judgements_.size(); ++i) {
    if (!decided(i)) open.push_back(i);
  }
  find_regressions(evidence, open, false_alarm_chance * look.alarm_share);
  find_passes(evidence, open, false_pass_chance * look.pass_share);
  find_unstable(evidence, open, false_alarm_chance * look.alarm_share);
}

void Judge::find_regressions(std::span<const Evidence> evidence, std::span<const std::size_t> open,
                             double chance) {
  const auto before = std::ranges::count(judgements_, Answer::regression, &Judgement::answer);
  std::vector<double> p_values;
  for (const std::size_t i : open) {
    const Estimate& slowdown = evidence[i].slowdown;
    p_values.push_back(p_above(slowdown, slowdown.log_ratio, margin_));
  }
  // Those that have passed stay in the family: it was chosen before anything was measured.
  p_values.resize(judgements_.size() - static_cast<std::size_t>(before), 1.0);
  const std::vector<HolmResult> results = holm(p_values, chance);
  for (std::size_t at = 0; at < open.size(); ++at) {
    const Estimate& slowdown = evidence[open[at]].slowdown;
    if (!slowdown.standard_error) continue;
    Judgement& judgement = judgements_[open[at]];
    judgement.low = slowdown.log_ratio - reach(slowdown, 1 - results[at].confidence);
    if (results[at].rejected) judgement.answer = Answer::regression;
  }
}

void Judge::find_passes(std::span<const Evidence> evidence, std::span<const std::size_t> open,
                        double chance) {
  for (const std::size_t i : open) {
    const Estimate& slowdown = evidence[i].slowdown;
    if (!slowdown.standard_error) continue;
    judgements_[i].high = slowdown.log_ratio + reach(slowdown, chance);
    if (*judgements_[i].high < margin_) judgements_[i].answer = Answer::pass;
  }
}

void Judge::find_unstable(std::span<const Evidence> evidence, std::span<const std::size_t> open,
                          double chance) {
  std::vector<double> p_values;
  for (const std::size_t i : open) {
    const Estimate& control = evidence[i].control;
    // Two-sided: either copy may come out slower.
    p_values.push_back(std::min(
        1.0, 2 * p_above(control, std::abs(control.log_ratio), margin_ * control_tolerance)));
  }
  p_values.resize(judgements_.size(), 1.0);
  const std::vector<HolmResult> results = holm(p_values, chance);
  for (std::size_t at = 0; at < open.size(); ++at) {
    if (results[at].rejected) judgements_[open[at]].answer = Answer::unstable;
  }
}

std::optional<double> smallest_visible_slowdown(const Estimate& slowdown, int used, int rounds,
                                                std::size_t comparisons, double margin) {
  if (!slowdown.standard_error || rounds < 2) return std::nullopt;
  const double chance =
      false_alarm_chance * last_look(rounds).alarm_share / static_cast<double>(comparisons);
  const double error = *slowdown.standard_error * std::sqrt(static_cast<double>(used) / rounds);
  return margin +
         error * visible_in_standard_errors(slowdown.degrees_of_freedom, rounds - 1, chance);
}

}  // namespace ringside
