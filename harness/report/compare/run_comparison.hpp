// Two runs held against each other, as a value: every figure that the reports show, and nothing
// about how they show it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/work_words.hpp"

namespace ringside {

struct ComparedRun;
struct RunMetric;

/// One metric of one run: the mean of its rounds' figures, geometric unless some round has 0.
struct SideFigure {
  std::optional<double> value{};
  /// Of its 95 % interval, as a share: 0.02 is "±2 %". None where rounds are too few or differ too
  /// much for one, as below: see harness/report/stats/enough.hpp.
  std::optional<double> reach{};
  std::size_t rounds = 0;       ///< that gave a figure
  std::size_t zero_rounds = 0;  ///< of those, the ones that gave 0
  bool is_lower_bound = false;  ///< throughput, where the load generator was saturated
  std::string reason{};         ///< why there is no value; empty when there is one
};

/// How the head's figures of one metric stand to the base's. The ratio is head / base in the
/// metric's own unit.
struct FigureComparison {
  const RunMetric* metric = nullptr;  ///< never null
  SideFigure base;
  SideFigure head;
  std::optional<double> ratio{};
  std::optional<double> low{};  ///< the interval, which leaves out 1 exactly when `significant`
  std::optional<double> high{};
  std::optional<double> confidence{};  ///< of the interval: see HolmResult::confidence
  std::optional<double> p_adjusted{};  ///< Holm's, over all rows in this metric
  bool significant = false;
  /// Above 1: the difference that two runs like these would have shown 4 times in 5.
  std::optional<double> smallest_visible_ratio{};
  std::string reason{};  ///< why there is no interval; empty when there is one
};

/// What a comparison says of the head.
enum class Verdict {
  unknown,  ///< nothing can be said: see the reason
  not_told_apart,
  better,
  worse,
};

/// "unknown", "not told apart" and so on.
std::string_view to_string(Verdict verdict) noexcept;

Verdict verdict_of(const FigureComparison& comparison) noexcept;

/// What both runs have: one scenario, one set of parameters, one backend.
struct ComparedRow {
  std::string scenario{};
  Json params{};
  WorkWords words{};
  std::string backend{};
  bool reference = false;                   ///< no backend, but what a user would otherwise do
  double bytes_per_op = 0;                  ///< to show throughput in bytes
  std::vector<FigureComparison> figures{};  ///< one for each of run_metrics(), in their order
};

/// Of the ratios of a scenario's rows in one metric, references left out.
struct GeometricMean {
  std::string scenario{};
  const RunMetric* metric = nullptr;  ///< never null
  std::size_t rows = 0;               ///< that are in it: two or more
  std::optional<double> ratio{};
  std::optional<double> low{};  ///< at 95 %, of this mean alone
  std::optional<double> high{};
  std::string reason{};  ///< why there is no interval; empty when there is one
};

/// A row that only one of the runs has.
struct UnmatchedRow {
  std::string scenario{};
  Json params{};
  std::string backend{};
};

struct RunComparison {
  std::string base_name{};
  std::string head_name{};
  std::vector<std::string> warnings{};  ///< what the reader should doubt, most of all first
  std::vector<ComparedRow> rows{};      ///< in the base's order; controls are in none
  std::vector<GeometricMean> geometric_means{};  ///< those over two or more rows
  std::vector<UnmatchedRow> only_in_base{};
  std::vector<UnmatchedRow> only_in_head{};
  bool wrong_data = false;  ///< in either: some backend answered with other bytes than were sent
};

/// Compares the rounds of the two, which nothing pairs: Welch's test on the logs of the rounds'
/// figures, Holm's correction in each metric. A pure function. That the machines differ is a
/// warning here; whoever wants to refuse asks differences() first.
RunComparison compare_runs(const ComparedRun& base, const ComparedRun& head);

}  // namespace ringside
