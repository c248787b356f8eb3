// The rounds of one comparison: from measurements to evidence.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "harness/record/measurement.hpp"
#include "harness/report/analysis/comparison.hpp"
#include "harness/report/gate/judge.hpp"
#include "harness/report/stats/unpaired.hpp"

namespace ringside {

/// The sides of one round, measured in the same slices.
struct GateRound {
  std::optional<Measurement> base;  ///< none where the base is another run's
  Measurement control;              ///< a second copy of the base or, where there is none, the head
  Measurement head;
};

/// A round's slowdown is that of the head against both copies of the base, half each: that takes a
/// quarter off the variance that one copy would leave.
class GateRounds {
 public:
  explicit GateRounds(Metric metric) : metric_(metric) {}

  /// The base is another run, of which these are the logs of the rounds' figures: nothing pairs
  /// them with the rounds that are added, so the slowdown is estimated by Welch's test.
  GateRounds(Metric metric, std::vector<double> base_logs)
      : metric_(metric), base_(Sample{.logs = std::move(base_logs)}) {}

  /// Takes a round in which all sides are ok; one without a figure in some side counts for nothing.
  void add(const GateRound& round);

  Evidence evidence() const;
  int count() const noexcept { return static_cast<int>(controls_.size()); }

  /// The rounds' values, logs of ratios, in the order of the rounds; of the slowdown none where the
  /// base is another run.
  std::vector<double> slowdowns() const { return flat(slowdowns_); }
  std::vector<double> controls() const { return flat(controls_); }

  /// Throughput was measured while the load generator may have been what limited it.
  bool saturated() const noexcept { return saturated_; }

 private:
  static std::vector<double> flat(const std::vector<std::vector<double>>& rounds);
  void add_side_by_side(const GateRound& round);
  void add_alone(const GateRound& round);
  void look_for_saturation(const Measurement& side);

  Metric metric_;
  std::optional<Sample> base_;
  Sample head_;                                 // beside base_ only
  std::vector<std::vector<double>> slowdowns_;  // a value for each round
  std::vector<std::vector<double>> controls_;
  bool saturated_ = false;
};

}  // namespace ringside
