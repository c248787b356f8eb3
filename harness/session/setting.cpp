#include "harness/session/setting.hpp"

#include <algorithm>

#include "base/names.hpp"
#include "harness/plan/plan.hpp"
#include "scenarios/scenario.hpp"

namespace ringside {

Setting choose_setting(const Options& options, const Plan& plan,
                       std::span<const Scenario> scenarios) {
  const auto parse = [](const std::optional<std::string>& list) -> std::optional<CpuSet> {
    if (!list) return std::nullopt;
    return CpuSet::parse(*list);
  };
  std::size_t threads = 1;
  for (const Round& round : plan.rounds) {
    const Scenario& scenario = find_named("scenario", round.scenario, scenarios);
    threads = std::max(threads, scenario.listeners(round.params));
  }
  return {.cpus = choose_cpus(threads, parse(options.backend_cpus), parse(options.load_cpus)),
          .load_io = choose_io(options.load_io)};
}

}  // namespace ringside
