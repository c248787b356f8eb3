// The rounds of one comparison: from measurements to evidence.
#pragma once

#include <vector>

#include "harness/gate/judge.hpp"
#include "harness/report/comparison.hpp"
#include "harness/results/measurement.hpp"

namespace ringside {

/// The three sides of one round, measured in the same slices.
struct GateRound {
  Measurement base;
  Measurement control;
  Measurement head;
};

/// A round's slowdown is that of the head against both copies of the base, half each: that takes a
/// quarter off the variance that one copy would leave.
class GateRounds {
 public:
  explicit GateRounds(Metric metric) : metric_(metric) {}

  /// Takes a round in which all sides are ok; one without a figure in some side counts for nothing.
  void add(const GateRound& round);

  Evidence evidence() const;
  int count() const noexcept { return static_cast<int>(slowdowns_.size()); }

  /// Throughput was measured while the load generator may have been what limited it.
  bool saturated() const noexcept { return saturated_; }

 private:
  Metric metric_;
  std::vector<std::vector<double>> slowdowns_;  // a value for each round
  std::vector<std::vector<double>> controls_;
  bool saturated_ = false;
};

}  // namespace ringside
