// Checks of how much is allowed: descriptors, threads, memory, ports, disk.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "harness/doctor/checks.hpp"
#include "harness/doctor/health.hpp"
#include "harness/measure/limits.hpp"

namespace ringside {

namespace {

using Outcome = std::optional<Diagnosis>;

constexpr double mebi = 1024.0 * 1024;
constexpr double gibi = 1024 * mebi;

Diagnosis unknown(std::string name, const std::string& reason) {
  return {.name = std::move(name),
          .level = Level::note,
          .finding = "cannot tell: " + reason,
          .mend = {}};
}

/// Backends that are alive at once in a round: those that can run, and the control.
double contenders(const Health& health) {
  const auto available = std::ranges::count_if(
      health.backends, [](const BackendState& backend) { return backend.availability.yes; });
  return static_cast<double>(available) + 1;
}

Outcome check_descriptors(const Health& health) {
  constexpr double few = 64;
  constexpr double enough = 1000;
  // The soft limit is of no account: a run raises it to the hard one.
  const Measured<double>& limit = health.machine.open_files.hard;
  if (!limit) return unknown("descriptors", limit.reason);
  Diagnosis finding{.name = "descriptors", .level = Level::ok, .finding = "no limit", .mend = {}};
  if (std::isinf(*limit)) return finding;
  const double fits = std::max(0.0, std::floor((*limit - spare_descriptors) / contenders(health)));
  finding.finding = fmt::format(
      "{:.0f}: enough for {:.0f} connections to each of {:.0f} backends at once "
      "(the control included)",
      *limit, fits, contenders(health));
  if (fits >= enough) return finding;
  finding.level = fits < few ? Level::warning : Level::note;
  finding.mend =
      "raise the hard limit: LimitNOFILE= in systemd, /etc/security/limits.conf, or "
      "docker run --ulimit nofile=65536";
  return finding;
}

Outcome check_threads(const Health& health) {
  constexpr double enough = 1000;
  const Measured<double>& user = health.machine.processes.soft;
  const Measured<double>& cgroup = health.machine.cgroup.tasks;
  if (!user) return unknown("threads", user.reason);
  const double limit = cgroup ? std::min(*user, *cgroup) : *user;
  Diagnosis finding{.name = "threads",
                    .level = Level::ok,
                    .finding = std::isinf(limit) ? "no limit" : fmt::format("{:.0f}", limit),
                    .mend = {}};
  if (limit >= enough) return finding;
  finding.level = Level::note;
  finding.finding += ": blocking threads take one for each connection";
  finding.mend = cgroup && *cgroup <= *user
                     ? "raise pids.max of the cgroup (docker run --pids-limit)"
                     : "raise 'ulimit -u'";
  return finding;
}

Outcome check_locked_memory(const Health& health) {
  constexpr double enough = 8 * mebi;
  const Measured<double>& limit = health.machine.locked_memory_bytes.soft;
  if (!limit) return unknown("locked memory", limit.reason);
  if (std::isinf(*limit)) {
    return Diagnosis{
        .name = "locked memory", .level = Level::ok, .finding = "no limit", .mend = {}};
  }
  Diagnosis finding{.name = "locked memory",
                    .level = Level::ok,
                    .finding = fmt::format("{:.3g} MiB", *limit / mebi),
                    .mend = {}};
  if (*limit >= enough) return finding;
  finding.level = Level::note;
  finding.finding += ": io_uring's registered buffers count, and before Linux 5.12 its rings";
  finding.mend = "raise 'ulimit -l'";
  return finding;
}

Outcome check_ports(const Health& health) {
  constexpr std::uint32_t enough = 10'000;
  const Measured<PortRange>& ports = health.machine.local_ports;
  if (!ports) return unknown("ports", ports.reason);
  const std::uint32_t count = ports->last < ports->first ? 0 : ports->last - ports->first + 1;
  Diagnosis finding{.name = "ports",
                    .level = Level::ok,
                    .finding = fmt::format("{} for connections to each listening socket", count),
                    .mend = {}};
  if (count >= enough) return finding;
  finding.level = Level::note;
  finding.mend = "sysctl net.ipv4.ip_local_port_range='32768 60999'";
  return finding;
}

Outcome check_loopback(const Health& health) {
  if (health.loopback.yes) return std::nullopt;
  return Diagnosis{.name = "loopback",
                   .level = Level::problem,
                   .finding = health.loopback.reason,
                   .mend = health.loopback.mend};
}

Outcome check_accept_queue(const Health& health) {
  constexpr int enough = 512;  // connections of the largest sets that the profiles have
  const Measured<int>& longest = health.machine.somaxconn;
  if (!longest) return unknown("accept queue", longest.reason);
  Diagnosis finding{
      .name = "accept queue",
      .level = Level::ok,
      .finding = fmt::format("{} connections may wait at each listening socket", *longest),
      .mend = {}};
  if (*longest >= enough) return finding;
  finding.level = Level::note;
  finding.finding += ": of more that come at once, some wait for seconds";
  finding.mend = "sysctl net.core.somaxconn=4096";
  return finding;
}

Outcome check_page_cache(const Health& health) {
  const Measured<MemoryRoom>& room = health.memory;
  if (!room) return unknown("page cache", room.reason);
  const auto bytes = static_cast<double>(room->bytes);
  Diagnosis finding{.name = "page cache",
                    .level = Level::ok,
                    .finding = fmt::format("{:.1f} GiB of memory for copies of files ({})",
                                           bytes / gibi, room->bound_by),
                    .mend = {}};
  if (bytes >= gibi) return finding;
  finding.level = Level::warning;
  finding.finding = fmt::format(
      "{:.0f} MiB of memory for copies of files ({}): what does not fit comes from the disk",
      bytes / mebi, room->bound_by);
  finding.mend = "raise memory.max of the control group, free memory, or copy smaller --files";
  return finding;
}

Outcome check_disk(const Health& health) {
  if (!health.results.yes) {
    return Diagnosis{.name = "disk",
                     .level = Level::problem,
                     .finding = health.results.reason,
                     .mend = health.results.mend};
  }
  const Measured<std::uint64_t>& free = health.free_disk_bytes;
  if (!free) return unknown("disk", free.reason);
  const auto bytes = static_cast<double>(*free);
  Diagnosis finding{.name = "disk",
                    .level = Level::ok,
                    .finding = fmt::format("{:.1f} GiB free for results", bytes / gibi),
                    .mend = {}};
  if (bytes >= gibi) return finding;
  finding.level = Level::warning;
  finding.finding =
      fmt::format("{:.0f} MiB free in {}", bytes / mebi, health.results_folder.string());
  finding.mend = "make room, or choose another place with --output";
  return finding;
}

}  // namespace

std::vector<Check> limit_checks() {
  return {check_descriptors, check_threads,      check_locked_memory, check_ports,
          check_loopback,    check_accept_queue, check_page_cache,    check_disk};
}

}  // namespace ringside
