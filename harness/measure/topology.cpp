#include "harness/measure/topology.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "base/error.hpp"
#include "harness/measure/kernel_text.hpp"

namespace ringside {

namespace {

CpuSet read_list(const std::filesystem::path& file) {
  const Measured<std::string> text = read_text(file);
  if (!text || text->empty()) return {};
  try {
    return CpuSet::parse(*text);
  } catch (const Error&) {
    return {};
  }
}

Core core_of(int cpu, const std::filesystem::path& cpus_folder) {
  const std::filesystem::path folder = cpus_folder / fmt::format("cpu{}", cpu) / "topology";
  Core core;
  const Measured<int> package = read_number<int>(folder / "physical_package_id");
  // Arm and virtual machines without a package number say -1.
  if (package) core.package = std::max(0, *package);
  core.cpus = read_list(folder / "thread_siblings_list");
  if (!core.cpus.contains(cpu)) core.cpus = CpuSet{cpu};
  return core;
}

}  // namespace

CpuSet Topology::online() const {
  CpuSet cpus;
  for (const Core& core : cores) cpus = cpus.united(core.cpus);
  return cpus;
}

std::size_t Topology::packages() const {
  std::set<int> packages;
  for (const Core& core : cores) packages.insert(core.package);
  return packages.size();
}

bool Topology::has_smt() const noexcept {
  return std::ranges::any_of(cores, [](const Core& core) { return core.cpus.size() > 1; });
}

Topology Topology::restricted_to(const CpuSet& cpus) const {
  Topology result;
  for (const Core& core : cores) {
    CpuSet kept = core.cpus.common(cpus);
    if (!kept.empty()) result.cores.push_back({.package = core.package, .cpus = std::move(kept)});
  }
  return result;
}

Topology read_topology(const std::filesystem::path& root) {
  const std::filesystem::path folder = root / "sys/devices/system/cpu";
  Topology topology;
  for (const int cpu : read_list(folder / "online")) {
    Core core = core_of(cpu, folder);
    // Each core is met once for every CPU it has.
    if (core.cpus.front() == cpu) topology.cores.push_back(std::move(core));
  }
  std::ranges::sort(topology.cores, {},
                    [](const Core& core) { return std::tuple(core.package, core.cpus.front()); });
  return topology;
}

}  // namespace ringside
