// What a gate found, as a value: every figure that its reports show.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "harness/report/analysis/comparison.hpp"
#include "harness/report/gate/judge.hpp"

namespace ringside {

/// One scenario, set of parameters and backend.
struct GateRow {
  std::string scenario;
  Json params;
  std::string backend;
  Metric metric = Metric::cpu_per_op;
  Evidence evidence;
  Judgement judgement;
  int rounds = 0;                            ///< that all three sides gave a figure in
  std::vector<double> slowdowns{};           ///< of these rounds, logs of ratios; none where the
                                             ///< base is another run
  std::vector<double> controls{};            ///< likewise
  std::optional<double> smallest_visible{};  ///< as a log ratio, see smallest_visible_slowdown()
  bool failed = false;                       ///< a side broke: there is no answer
  bool skipped = false;                      ///< a side cannot run here: there is no answer
  std::string reason{};  ///< why there is no answer, or why it is inconclusive; may be empty
};

/// One of the two builds.
struct GateSide {
  std::string command;
  std::string version;
};

/// The answer for all rows together.
enum class GateAnswer { pass, regression, inconclusive, unstable, failed, wrong_data };

std::string_view to_string(GateAnswer answer) noexcept;

struct GateResult {
  GateSide base;
  GateSide head;
  double margin = 0;  ///< as a share: 0.03
  std::chrono::nanoseconds budget{};
  std::chrono::nanoseconds elapsed{};
  bool wrong_data = false;
  std::vector<std::string> warnings{};  ///< what the reader should doubt
  std::vector<GateRow> rows{};
};

/// Wrong data before anything else, then what broke; a machine that is unstable in one row can be
/// trusted in none; then the worst row counts. Rows that cannot run here count only when all are.
GateAnswer overall(const GateResult& result);

/// "CPU per operation of epoll, echo · connections 64": which row it is.
std::string describe(const GateRow& row);

/// What is said of the row in a sentence: "+5.2 % (at least +4.1 %)".
std::string say(const GateRow& row);

}  // namespace ringside
