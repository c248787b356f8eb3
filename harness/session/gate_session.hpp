// The measuring half of `ringside gate`: rounds of base, base again and head, until it is decided.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/plan/plan.hpp"
#include "harness/report/gate/gate_result.hpp"
#include "harness/trial/round.hpp"

namespace ringside {

class JsonlWriter;
struct Scenario;

/// One row of an earlier run, as the base of a comparison.
struct BaseRun {
  std::vector<double> logs{};  ///< of its rounds' figures
  Measurement example{};       ///< one of its rounds: how it was measured
};

/// What one comparison measures in every round, and what it is judged by.
struct GateWork {
  std::string backend;
  Metric metric = Metric::cpu_per_op;
  Round round;  ///< its trials are the base, the base's second copy and the head
  /// Where an earlier run is the base; the trials are then the head and its second copy.
  std::optional<BaseRun> base{};
};

struct GateRules {
  double margin = 0.03;  ///< as a share
  std::chrono::nanoseconds budget{};
  std::uint64_t seed = 1;
};

/// Builds as lists of words; empty is this same executable.
struct GatePrograms {
  std::vector<std::string> base;
  std::vector<std::string> head;
};

/// A comparison for every round of the plan and every backend in it; references are left out.
std::vector<GateWork> make_gate_work(const Plan& plan, const GatePrograms& programs);

/// Measures round after round, looks, and leaves out what is decided, until all is or the time is
/// over. Trials are appended to `trials` as those of backends "base" and "head", with the real
/// backend among the parameters. `tell` is called with every look that was taken. Fills in rows,
/// wrong_data and elapsed of the result; ends early when the bench's interrupt is raised.
GateResult run_gate(const std::vector<GateWork>& work, const GateRules& rules,
                    std::span<const Scenario> scenarios, const Bench& bench, JsonlWriter& trials,
                    const std::function<void(const std::string& said)>& tell);

}  // namespace ringside
