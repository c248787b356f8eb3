#include "harness/measure/noise.hpp"

#include <unistd.h>

#include <algorithm>
#include <numeric>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "base/error.hpp"
#include "harness/measure/cgroup.hpp"
#include "harness/measure/kernel_text.hpp"

namespace ringside {

namespace {

using std::chrono::nanoseconds;

double seconds(nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

/// `function` of two figures, or the reason why one of them is missing.
template <typename R, typename T, typename F>
Measured<R> combine(const Measured<T>& before, const Measured<T>& after, F function) {
  if (!before) return Measured<R>::unknown(before.reason);
  if (!after) return Measured<R>::unknown(after.reason);
  return static_cast<R>(function(*before, *after));
}

nanoseconds tick_length() {
  return std::chrono::nanoseconds(std::chrono::seconds(1)) / ::sysconf(_SC_CLK_TCK);
}

Measured<MachineCpuTimes> read_machine_cpu_times() {
  const Measured<std::string> stat = read_text("/proc/stat");
  if (!stat) return Measured<MachineCpuTimes>::unknown(stat.reason);
  return parse_machine_cpu_times(*stat, tick_length());
}

}  // namespace

Measured<MachineCpuTimes> parse_machine_cpu_times(std::string_view stat, nanoseconds tick) {
  enum Column : std::size_t { user, nice, system, idle, iowait, irq, softirq, steal, columns };
  std::optional<MachineCpuTimes> all;
  int cpus = 0;
  for (const std::string_view line : lines(stat)) {
    const std::vector<std::string_view> parts = words(line);
    if (parts.empty() || !parts[0].starts_with("cpu")) continue;
    if (parts[0] != "cpu") ++cpus;
    if (parts.size() <= columns || parts[0] != "cpu") continue;
    // The guest columns that follow are contained in user and nice.
    const auto time = [&](Column column) {
      return to_number<std::int64_t>(parts[column + 1]).value_or(0) * tick;
    };
    all =
        MachineCpuTimes{.cpus = 0,
                        .busy = time(user) + time(nice) + time(system) + time(irq) + time(softirq),
                        .steal = time(steal)};
  }
  if (all) {
    all->cpus = cpus;
    return *all;
  }
  return Measured<MachineCpuTimes>::unknown("/proc/stat has no line 'cpu' with a steal column");
}

Noise noise_between(const NoiseSnapshot& before, const NoiseSnapshot& after) {
  Noise noise;
  // Steal has been seen to go backwards by a tick after live migration.
  noise.steal_s = combine<double>(before.machine, after.machine, [](const auto& b, const auto& a) {
    return std::max(0.0, seconds(a.steal - b.steal));
  });
  noise.throttled = combine<std::uint64_t>(before.throttled, after.throttled,
                                           [](auto b, auto a) { return a - std::min(a, b); });
  const Measured<double> busy_s =
      combine<double>(before.machine, after.machine,
                      [](const auto& b, const auto& a) { return seconds(a.busy - b.busy); });
  const Measured<double> own_s =
      combine<double>(before.own_cpu, after.own_cpu, [](auto b, auto a) { return seconds(a - b); });
  noise.other_cpu_share = combine<double>(busy_s, own_s, [&](double busy, double own) {
    const double share = (busy - own) / seconds(after.at - before.at);
    return std::clamp(share, 0.0, static_cast<double>(after.machine->cpus));
  });
  if (noise.other_cpu_share && after.at - before.at < fewest_ticks) {
    noise.other_cpu_share = Measured<double>::unknown(
        fmt::format("the window was shorter than the {} ms of which /proc/stat can tell",
                    fewest_ticks.count()));
  }
  return noise;
}

NoiseProbe::NoiseProbe(std::span<const pid_t> own) {
  own_.emplace_back(::getpid());
  for (const pid_t pid : own) {
    try {
      own_.emplace_back(pid);
    } catch (const Error& error) {
      missing_own_ = error.what();
    }
  }
  start();
}

void NoiseProbe::start() {
  before_ = snapshot();
}

Noise NoiseProbe::stop() const {
  return noise_between(before_, snapshot());
}

NoiseSnapshot NoiseProbe::snapshot() const {
  NoiseSnapshot now;
  now.at = std::chrono::steady_clock::now().time_since_epoch();
  now.machine = read_machine_cpu_times();
  now.throttled = throttled_periods();
  if (!missing_own_.empty()) {
    now.own_cpu = Measured<nanoseconds>::unknown(missing_own_);
    return now;
  }
  try {
    now.own_cpu = std::accumulate(
        own_.begin(), own_.end(), nanoseconds(0),
        [](nanoseconds sum, const ProcessCpuClock& clock) { return sum + clock.now(); });
  } catch (const Error& error) {
    now.own_cpu = Measured<nanoseconds>::unknown(error.what());
  }
  return now;
}

}  // namespace ringside
