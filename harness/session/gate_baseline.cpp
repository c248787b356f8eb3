#include "harness/session/gate_baseline.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.hpp"
#include "harness/report/analysis/run_metric.hpp"
#include "harness/report/compare/compared_run.hpp"
#include "harness/report/compare/machines.hpp"
#include "harness/report/compare/series.hpp"
#include "harness/session/run_record.hpp"
#include "harness/session/setting.hpp"

namespace ringside {

std::vector<std::string> check_baseline(const ComparedRun& base, const Options& options,
                                        const Setting& setting) {
  if (base.run.is_null()) {
    throw Error(fmt::format("{} has no run.json, so its machine is not known", base.name),
                "name the folder of a whole run");
  }
  ComparedRun here{.name = "this machine", .trials = {}, .run = {}, .warning = {}};
  here.run = describe_conditions(options, setting);
  here.run["interrupted"] = false;
  here.trials.emplace_back();
  here.trials.front().generator = GeneratorUse{.io = std::string(to_string(setting.load_io.io))};
  const RunDifferences differ = differences(base, here);
  if (!differ.grave.empty()) {
    throw Error(fmt::format("{} was taken on another machine or in another way: {}", base.name,
                            fmt::join(differ.grave, "; ")),
                "take a baseline here with `ringside run`, or compare two builds with --base");
  }
  std::vector<std::string> warnings = {
      "the base was measured at another time: what changed on the machine since then looks like a "
      "slowdown or hides one, and is in no bound; two builds side by side (--base) see much more"};
  if (!base.warning.empty()) warnings.push_back(base.warning);
  std::ranges::copy(differ.slight, std::back_inserter(warnings));
  if (!differ.unchecked.empty()) warnings.push_back(unchecked_sentence(differ));
  return warnings;
}

std::vector<GateWork> held_against(const ComparedRun& base, std::vector<GateWork> work,
                                   const std::vector<std::string>& program) {
  const std::vector<Series> series = make_series(base.trials);
  std::vector<GateWork> held;
  for (GateWork& one : work) {
    const auto found = std::ranges::find_if(series, [&](const Series& row) {
      return row.scenario == one.round.scenario && same_params(row.params, one.round.params) &&
             row.backend == one.backend;
    });
    if (found == series.end()) continue;
    if (one.metric == Metric::throughput && is_saturated(*found)) continue;
    const RunMetric& metric =
        *std::ranges::find(run_metrics(), to_string(one.metric), &RunMetric::name);
    std::vector<double> logs = values_of(log_figures(*found, metric));
    if (logs.size() < 2) continue;
    one.base = BaseRun{.logs = std::move(logs), .example = *found->rounds.begin()->second};
    one.round.trials = {{.backend = one.backend, .baseline = true, .program = program},
                        {.backend = one.backend, .control = true, .program = program}};
    held.push_back(std::move(one));
  }
  return held;
}

}  // namespace ringside
