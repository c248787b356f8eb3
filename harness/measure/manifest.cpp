// The JSON form of machine.hpp.
#include <cmath>

#include <fmt/format.h>
#include <gnu/libc-version.h>

#include "harness/measure/machine.hpp"

namespace ringside {

namespace {

template <typename T>
Json or_null(const Measured<T>& fact) {
  return fact ? Json(*fact) : Json(nullptr);
}

/// JSON has no infinity: "unlimited" stands for it.
Json amount(const Measured<double>& limit) {
  if (!limit) return nullptr;
  if (std::isinf(*limit)) return "unlimited";
  const bool whole = std::floor(*limit) == *limit;
  return whole ? Json(static_cast<std::uint64_t>(*limit)) : Json(*limit);
}

Json limit(const Limit& limit) {
  return {{"soft", amount(limit.soft)}, {"hard", amount(limit.hard)}};
}

Json list_or_null(const CpuSet& cpus) {
  return cpus.empty() ? Json(nullptr) : Json(to_string(cpus));
}

Json cores(const Topology& topology) {
  if (topology.cores.empty()) return nullptr;
  return {{"online", to_string(topology.online())},
          {"packages", topology.packages()},
          {"cores", topology.cores.size()},
          {"smt", topology.has_smt()}};
}

Json caches(const Machine& machine) {
  Json all = Json::array();
  for (const Cache& cache : machine.caches) {
    all.push_back({{"level", cache.level},
                   {"type", cache.type},
                   {"bytes", cache.bytes},
                   {"shared_by_cpus", list_or_null(cache.shared_by)}});
  }
  return all;
}

Json idle_states(const Machine& machine) {
  Json all = Json::array();
  for (const IdleState& state : machine.idle_states) {
    all.push_back({{"name", state.name},
                   {"exit_latency_us", state.exit_latency_us},
                   {"enabled", state.enabled}});
  }
  return all;
}

Json cpu(const Machine& machine) {
  return {{"model", or_null(machine.cpu_model)},
          {"topology", cores(machine.topology)},
          {"allowed", list_or_null(machine.allowed)},
          {"caches", caches(machine)},
          {"frequency_driver", or_null(machine.frequency_driver)},
          {"governor", or_null(machine.governor)},
          {"turbo", or_null(machine.turbo)},
          {"idle_states", idle_states(machine)},
          {"mitigations", machine.mitigations}};
}

Json kernel_settings(const Machine& machine) {
  Json ports = nullptr;
  if (machine.local_ports) ports = {machine.local_ports->first, machine.local_ports->last};
  return {{"io_uring_disabled", or_null(machine.io_uring_disabled)},
          {"perf_event_paranoid", or_null(machine.perf_event_paranoid)},
          {"ip_local_port_range", ports},
          {"somaxconn", or_null(machine.somaxconn)},
          {"tcp_congestion_control", or_null(machine.congestion_control)}};
}

Json build() {
  return {{"compiler", RINGSIDE_COMPILER},
          {"build_type", RINGSIDE_BUILD_TYPE},
          {"flags", RINGSIDE_FLAGS},
          {"glibc", ::gnu_get_libc_version()},
          {"fmt", fmt::format("{}.{}.{}", FMT_VERSION / 10000, FMT_VERSION / 100 % 100,
                              FMT_VERSION % 100)},
          {"nlohmann_json", fmt::format("{}.{}.{}", NLOHMANN_JSON_VERSION_MAJOR,
                                        NLOHMANN_JSON_VERSION_MINOR, NLOHMANN_JSON_VERSION_PATCH)}};
}

}  // namespace

Json to_json(const Machine& machine) {
  return {{"hostname", or_null(machine.hostname)},
          {"kernel", or_null(machine.kernel)},
          {"distribution", or_null(machine.distribution)},
          {"hypervisor", or_null(machine.hypervisor)},
          {"cpu", cpu(machine)},
          {"memory_bytes", or_null(machine.memory_bytes)},
          {"free_page_reporting", or_null(machine.free_page_reporting)},
          {"clock_source", or_null(machine.clock_source)},
          {"cgroup",
           {{"cpus", amount(machine.cgroup.cpus)},
            {"memory_bytes", amount(machine.cgroup.memory_bytes)},
            {"tasks", amount(machine.cgroup.tasks)}}},
          {"limits",
           {{"open_files", limit(machine.open_files)},
            {"processes", limit(machine.processes)},
            {"locked_memory_bytes", limit(machine.locked_memory_bytes)}}},
          {"kernel_settings", kernel_settings(machine)},
          {"load_average", or_null(machine.load_average)}};
}

Json machine_manifest() {
  Json manifest = to_json(read_machine());
  manifest["build"] = build();
  return manifest;
}

}  // namespace ringside
