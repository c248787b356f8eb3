#include "harness/report/compare/changes.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.hpp"
#include "harness/record/measurement.hpp"
#include "harness/report/analysis/run_metric.hpp"
#include "harness/report/analysis/units.hpp"
#include "harness/report/compare/run_comparison.hpp"

namespace ringside {

namespace {

std::string counted(std::size_t number, std::string_view thing) {
  return fmt::format("{} {}{}", number, thing, number == 1 ? "" : "s");
}

/// A figure that was told apart, and whose it is.
struct Change {
  const ComparedRow* row = nullptr;
  const FigureComparison* figure = nullptr;

  double size() const { return std::abs(std::log(*figure->ratio)); }
};

std::optional<Change> greatest(const RunComparison& comparison, Verdict verdict) {
  std::optional<Change> found;
  for (const ComparedRow& row : comparison.rows) {
    for (const FigureComparison& figure : row.figures) {
      const Change change{&row, &figure};
      if (verdict_of(figure) != verdict) continue;
      if (!found || change.size() > found->size()) found = change;
    }
  }
  return found;
}

/// "CPU per message of epoll in echo · connections 64".
std::string subject(const RunComparison& comparison, const Change& change) {
  const ComparedRow& row = *change.row;
  std::string text(change.figure->metric->title);
  if (change.figure->metric->per_op) {
    text += fmt::format(" per {}", row.words.operation);
  }
  text += fmt::format(" of {} in {}", row.backend, row.scenario);
  const std::set<std::string> varied = varied_params(comparison, row.scenario);
  for (const auto& [name, value] : row.params.items()) {
    if (varied.contains(name) && !value.is_null()) text += " · " + describe_param(name, value);
  }
  return text;
}

void add_greatest(const RunComparison& comparison, Verdict verdict,
                  std::vector<Sentence>& sentences) {
  const std::optional<Change> change = greatest(comparison, verdict);
  if (!change) return;
  const FigureComparison& figure = *change->figure;
  sentences.push_back({printable(fmt::format(
      "The greatest change told apart for the {}: {}, {} (head over base {}, interval {} to {}).",
      to_string(verdict), subject(comparison, *change), as_difference(*figure.ratio),
      ratio_text(*figure.ratio), ratio_text(*figure.low), ratio_text(*figure.high)))});
}

/// For each metric the difference that would have been seen in every row that has an interval.
void add_visible(const RunComparison& comparison, std::vector<Sentence>& sentences) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < run_metrics().size(); ++i) {
    double greatest = 0;
    for (const ComparedRow& row : comparison.rows) {
      greatest = std::max(greatest, row.figures[i].smallest_visible_ratio.value_or(0));
    }
    if (greatest == 0) continue;
    words.push_back(fmt::format("{} {}", run_metrics()[i].title, as_difference(greatest)));
  }
  if (words.empty()) return;
  sentences.push_back({fmt::format(
      "In any row with an interval, a change of this size would have been seen 4 times in 5: {}. "
      "Smaller ones may have been missed.",
      fmt::join(words, ", "))});
}

void add_unknown(const RunComparison& comparison, const VerdictCount& count,
                 std::vector<Sentence>& sentences) {
  if (count.unknown == 0) return;
  std::vector<std::string> reasons;
  for (const ComparedRow& row : comparison.rows) {
    for (const FigureComparison& figure : row.figures) {
      const bool known = verdict_of(figure) != Verdict::unknown;
      if (!known && std::ranges::find(reasons, figure.reason) == reasons.end()) {
        reasons.push_back(figure.reason);
      }
    }
  }
  const std::string others =
      reasons.size() > 1 ? fmt::format(" (and {})", counted(reasons.size() - 1, "other reason"))
                         : "";
  sentences.push_back(
      {printable(fmt::format("{} could not be compared: {}{}.", counted(count.unknown, "figure"),
                             reasons.front(), others)),
       count.told == 0});
}

void add_unmatched(const std::vector<UnmatchedRow>& rows, std::string_view side,
                   std::vector<std::string>& sentences) {
  for (std::size_t i = 0; i < rows.size();) {
    const UnmatchedRow& first = rows[i];
    std::vector<std::string> backends;
    for (; i < rows.size() && rows[i].scenario == first.scenario &&
           same_params(rows[i].params, first.params);
         ++i) {
      backends.push_back(printable(rows[i].backend));
    }
    sentences.push_back(fmt::format("only in the {}: {}: {}", side,
                                    describe_work(first.scenario, first.params),
                                    fmt::join(backends, ", ")));
  }
}

}  // namespace

std::vector<std::string> unmatched_rows(const RunComparison& comparison) {
  std::vector<std::string> sentences;
  add_unmatched(comparison.only_in_base, "base", sentences);
  add_unmatched(comparison.only_in_head, "head", sentences);
  return sentences;
}

void VerdictCount::add(const ComparedRow& row) {
  for (const FigureComparison& figure : row.figures) {
    const Verdict verdict = verdict_of(figure);
    told += verdict == Verdict::unknown ? 0 : 1;
    better += verdict == Verdict::better ? 1 : 0;
    worse += verdict == Verdict::worse ? 1 : 0;
    unknown += verdict == Verdict::unknown ? 1 : 0;
  }
}

std::string VerdictCount::sentence() const {
  std::string text =
      fmt::format("Of {}, the head has {} better and {} worse; {} not told apart",
                  counted(told + unknown, "figure"), better, worse, told - better - worse);
  if (unknown > 0) text += fmt::format(", {} without a verdict", unknown);
  return text + ".";
}

std::set<std::string> varied_params(const RunComparison& comparison, const std::string& scenario) {
  const Json* first = nullptr;
  std::set<std::string> varied;
  for (const ComparedRow& row : comparison.rows) {
    if (row.scenario != scenario) continue;
    if (first == nullptr) first = &row.params;
    // Both ways: either may have a name that the other has not.
    for (const Json* params : {&row.params, first}) {
      for (const auto& [name, value] : params->items()) {
        if (first->value(name, Json()) != row.params.value(name, Json())) varied.insert(name);
      }
    }
  }
  return varied;
}

std::vector<Sentence> what_changed(const RunComparison& comparison) {
  std::vector<Sentence> sentences;
  if (comparison.wrong_data) {
    sentences.push_back(
        {"A backend of one of the runs answered with other bytes than were sent.", true});
  }
  VerdictCount count;
  for (const ComparedRow& row : comparison.rows) count.add(row);
  if (count.better + count.worse > 0) {
    sentences.push_back(
        {count.sentence() +
         " The chance that any change told in one metric is false is 5 % at most."});
  } else if (count.told > 0) {
    sentences.push_back({fmt::format(
        "Nothing was told apart: the intervals of all {} figures hold 1, no change.", count.told)});
  }
  add_greatest(comparison, Verdict::worse, sentences);
  add_greatest(comparison, Verdict::better, sentences);
  add_visible(comparison, sentences);
  add_unknown(comparison, count, sentences);
  return sentences;
}

}  // namespace ringside
