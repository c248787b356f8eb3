// Checks of what runs, how fast, and what else wants to run.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "harness/doctor/checks.hpp"
#include "harness/doctor/health.hpp"

namespace ringside {

namespace {

using Outcome = std::optional<Diagnosis>;

bool is_virtual(const Machine& machine) {
  return machine.hypervisor && *machine.hypervisor != "none";
}

std::string_view plural(std::size_t count) {
  return count == 1 ? "" : "s";
}

Topology usable(const Machine& machine) {
  return machine.topology.restricted_to(machine.allowed);
}

Outcome check_count(const Health& health) {
  const Machine& machine = health.machine;
  const std::size_t cpus = machine.allowed.size();
  const std::size_t online = machine.topology.online().size();
  Diagnosis finding{.name = "CPUs", .level = Level::ok, .finding = {}, .mend = {}};
  if (cpus == 0) {
    finding.level = Level::note;
    finding.finding = "cannot tell which this process may use";
    return finding;
  }
  const Topology topology = usable(machine);
  finding.finding = fmt::format("{} CPU{}", cpus, plural(cpus));
  if (topology.cores.empty()) {
    finding.level = Level::note;
    finding.finding += "; cannot tell on how many cores, nor which of them are siblings";
    finding.mend = "mount /sys";
  } else {
    finding.finding +=
        fmt::format(" on {} core{}", topology.cores.size(), plural(topology.cores.size()));
  }
  if (cpus < online) finding.finding += fmt::format(", of {} that are online", online);
  if (cpus == 1) {
    finding.level = Level::problem;
    finding.finding += ": backends and load generator share it";
    finding.mend = online > 1 ? "let this process use more of them (taskset, cpuset)"
                              : "use a machine with two CPUs or more";
  } else if (topology.packages() > 1) {
    finding.level = Level::note;
    finding.finding += fmt::format(" in {} sockets", topology.packages());
    finding.mend = "keep both sides in one socket with --backend-cpus and --load-cpus";
  }
  return finding;
}

Outcome check_smt(const Health& health) {
  if (!health.machine.topology.has_smt()) return std::nullopt;
  const std::size_t cores = usable(health.machine).cores.size();
  if (cores >= 2) {
    return Diagnosis{.name = "SMT",
                     .level = Level::ok,
                     .finding = "on; siblings of used cores are left idle where cores suffice",
                     .mend = {}};
  }
  return Diagnosis{.name = "SMT",
                   .level = Level::warning,
                   .finding = "on, and all allowed CPUs share one core: each side slows the other",
                   .mend = "use a machine, or a CPU list, with two cores or more"};
}

Outcome check_governor(const Health& health) {
  const Machine& machine = health.machine;
  Diagnosis finding{.name = "frequency", .level = Level::ok, .finding = {}, .mend = {}};
  if (!machine.governor) {
    finding.level = Level::note;
    finding.finding = is_virtual(machine) ? "the host decides over it, unseen from here"
                                          : "the kernel does not show it";
    return finding;
  }
  finding.finding = fmt::format("governor {}", *machine.governor);
  if (*machine.governor != "performance") {
    finding.level = Level::warning;
    finding.finding += ": frequency follows the load, so a light load looks slow";
    finding.mend = "cpupower frequency-set --governor performance";
  }
  return finding;
}

Outcome check_turbo(const Health& health) {
  const Machine& machine = health.machine;
  if (!machine.turbo) return std::nullopt;
  if (!*machine.turbo) {
    return Diagnosis{.name = "turbo", .level = Level::ok, .finding = "off", .mend = {}};
  }
  const bool intel = machine.frequency_driver && machine.frequency_driver->starts_with("intel_");
  return Diagnosis{.name = "turbo",
                   .level = Level::note,
                   .finding = "on: frequency depends on heat and on how many CPUs are busy",
                   .mend = intel ? "echo 1 > /sys/devices/system/cpu/intel_pstate/no_turbo"
                                 : "echo 0 > /sys/devices/system/cpu/cpufreq/boost"};
}

Outcome check_idle_states(const Health& health) {
  // Waking up from shallower ones takes no longer than a switch from one thread to another.
  constexpr std::uint64_t shallow_us = 10;
  const IdleState* deepest = nullptr;
  for (const IdleState& state : health.machine.idle_states) {
    if (!state.enabled) continue;
    if (deepest == nullptr || state.exit_latency_us > deepest->exit_latency_us) deepest = &state;
  }
  if (deepest == nullptr) return std::nullopt;
  Diagnosis finding{.name = "idle states",
                    .level = Level::ok,
                    .finding = fmt::format("waking up takes at most {} us ({})",
                                           deepest->exit_latency_us, deepest->name),
                    .mend = {}};
  if (deepest->exit_latency_us > shallow_us) {
    finding.level = Level::note;
    finding.finding += ": light loads show it in their latency";
    finding.mend = fmt::format("cpupower idle-set --disable-by-latency {}", shallow_us);
  }
  return finding;
}

Outcome check_virtualisation(const Health& health) {
  const Measured<std::string>& hypervisor = health.machine.hypervisor;
  Diagnosis finding{.name = "virtualisation", .level = Level::note, .finding = {}, .mend = {}};
  if (!hypervisor) {
    finding.finding = "cannot tell: " + hypervisor.reason;
  } else if (*hypervisor == "none") {
    finding.level = Level::ok;
    finding.finding = "none";
  } else {
    finding.finding = fmt::format(
        "a virtual machine ({}): the host and its other guests take time and caches, unseen but "
        "for steal",
        *hypervisor);
    finding.mend = "compare within one run only; absolute figures want bare metal";
  }
  return finding;
}

Outcome check_quota(const Health& health) {
  const Measured<double>& quota = health.machine.cgroup.cpus;
  const std::size_t cpus = health.machine.allowed.size();
  if (!quota) return std::nullopt;
  if (*quota >= static_cast<double>(cpus)) {
    return Diagnosis{.name = "CPU quota",
                     .level = Level::ok,
                     .finding = "none that is smaller than the CPUs",
                     .mend = {}};
  }
  return Diagnosis{
      .name = "CPU quota",
      .level = Level::problem,
      .finding = fmt::format("the cgroup grants {:.3g} of {} CPU{}: when it is used up, everything "
                             "stands still for the rest of its period",
                             *quota, cpus, plural(cpus)),
      .mend =
          "limit by CPU list instead (docker run --cpuset-cpus instead of --cpus; no CPUQuota= "
          "in systemd; no CPU limit in Kubernetes)"};
}

/// A share of the CPUs that is more than an accident of ticks, each of which goes as a whole to
/// whoever runs when it ends.
double noticeable_share(const Health& health) {
  constexpr double tick_per_window = 0.02;  // 10 ms in half a second
  const auto cpus = static_cast<double>(std::max<std::size_t>(health.machine.allowed.size(), 1));
  return std::max(0.1, 3 * tick_per_window * std::sqrt(cpus));
}

Outcome check_other_programs(const Health& health) {
  constexpr double busy_share = 0.05;
  constexpr double busy_load = 0.5;
  const Measured<double>& load = health.machine.load_average;
  const std::string average =
      load ? fmt::format("load average {:.2f}", *load) : "load average unknown";
  Diagnosis finding{.name = "other programs", .level = Level::ok, .finding = {}, .mend = {}};
  const double seen = health.busiest ? health.busiest->cpu_share : 0;
  const double all = health.other_cpu_share.value.value_or(0);
  if (seen >= busy_share) {
    finding.level = Level::warning;
    finding.finding =
        fmt::format("'{}' uses {:.0f} % of a CPU now{}; {}", health.busiest->name, seen * 100,
                    all - seen >= noticeable_share(health)
                        ? fmt::format(", and all of them together {:.0f} %", all * 100)
                        : "",
                    average);
    finding.mend = "stop it, or wait until it has ended";
  } else if (all >= noticeable_share(health)) {
    finding.level = Level::warning;
    finding.finding = fmt::format(
        "programs that cannot be seen from here use {:.0f} % of a CPU now; "
        "{}",
        all * 100, average);
    finding.mend = "look from outside of this container, or as root, and stop them";
  } else if (!health.other_cpu_share) {
    finding.level = Level::note;
    finding.finding = fmt::format("cannot tell whether they are quiet: {}; {}",
                                  health.other_cpu_share.reason, average);
  } else if (load && *load >= busy_load) {
    finding.level = Level::note;
    finding.finding = fmt::format("quiet now, but not a minute ago: {}", average);
  } else {
    finding.finding = "quiet; " + average;
  }
  return finding;
}

}  // namespace

std::vector<Check> cpu_checks() {
  return {check_count,       check_smt,   check_governor,       check_turbo,
          check_idle_states, check_quota, check_virtualisation, check_other_programs};
}

}  // namespace ringside
