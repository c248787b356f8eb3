// Checks of the kernel and what it lets us use and see.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "harness/doctor/checks.hpp"
#include "harness/doctor/health.hpp"

namespace ringside {

namespace {

using Outcome = std::optional<Diagnosis>;

Outcome check_kernel(const Health& health) {
  constexpr KernelVersion workers_are_threads{5, 12};
  constexpr KernelVersion multishot_recv{6, 0};
  constexpr KernelVersion defer_taskrun{6, 1};
  const Measured<std::string>& release = health.machine.kernel;
  const auto version =
      release ? parse_kernel_version(*release) : Measured<KernelVersion>::unknown(release.reason);
  if (!version) {
    return Diagnosis{.name = "kernel", .level = Level::note, .finding = version.reason, .mend = {}};
  }
  Diagnosis finding{.name = "kernel",
                    .level = Level::ok,
                    .finding = fmt::format("Linux {}", *release),
                    .mend = {}};
  if (*version < workers_are_threads) {
    finding.level = Level::warning;
    finding.finding += ": the CPU time of io_uring's kernel workers is not counted before 5.12";
  } else if (*version < multishot_recv) {
    finding.level = Level::note;
    finding.finding +=
        ": io_uring has no multishot receive before 6.0, nor DEFER_TASKRUN before 6.1";
  } else if (*version < defer_taskrun) {
    finding.level = Level::note;
    finding.finding += ": io_uring has no DEFER_TASKRUN before 6.1";
  }
  if (finding.level != Level::ok) finding.mend = "use Linux 6.1 or newer";
  return finding;
}

Outcome check_clock(const Health& health) {
  constexpr auto direct = std::to_array<std::string_view>(
      {"tsc", "arch_sys_counter", "riscv_clocksource", "timebase", "tod"});
  constexpr auto paravirtual =
      std::to_array<std::string_view>({"kvm-clock", "hyperv_clocksource_tsc_page"});
  const Measured<std::string>& source = health.machine.clock_source;
  Diagnosis finding{.name = "clock", .level = Level::note, .finding = {}, .mend = {}};
  if (!source) {
    finding.finding = source.reason;
  } else if (std::ranges::find(direct, *source) != direct.end()) {
    finding.level = Level::ok;
    finding.finding = *source;
  } else if (std::ranges::find(paravirtual, *source) != paravirtual.end()) {
    finding.finding = fmt::format("{}: read without a system call, but slower than tsc", *source);
  } else {
    finding.level = Level::warning;
    finding.finding = fmt::format("{}: every reading of it is a system call", *source);
    finding.mend = "boot with clocksource=tsc, if the CPU's tsc is stable";
  }
  return finding;
}

Outcome check_syscall_counting(const Health& health) {
  if (health.syscalls_refused_because.empty()) {
    return Diagnosis{
        .name = "system calls", .level = Level::ok, .finding = "can be counted", .mend = {}};
  }
  return Diagnosis{.name = "system calls",
                   .level = Level::note,
                   .finding = "cannot be counted: " + health.syscalls_refused_because,
                   .mend = {}};
}

Outcome check_balloon(const Health& health) {
  const Measured<bool>& reporting = health.machine.free_page_reporting;
  if (!reporting || !*reporting) return std::nullopt;
  return Diagnosis{.name = "memory",
                   .level = Level::note,
                   .finding =
                       "freed memory goes back to the host (virtio_balloon, free page "
                       "reporting), and touching it again is slow: file copies show it",
                   .mend = "keep file copies in place, which is the default"};
}

}  // namespace

std::vector<Check> system_checks() {
  return {check_kernel, check_clock, check_syscall_counting, check_balloon};
}

}  // namespace ringside
