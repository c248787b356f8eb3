// Which CPUs belong to the same core and to the same package.
#pragma once

#include <filesystem>
#include <vector>

#include "harness/measure/cpus.hpp"

namespace ringside {

/// A physical core: the CPUs it shows to the operating system, more than one with SMT.
struct Core {
  int package = 0;  ///< the socket it sits in
  CpuSet cpus;

  bool operator==(const Core&) const = default;
};

/// Every online core, by package and then by its lowest CPU.
struct Topology {
  std::vector<Core> cores;

  CpuSet online() const;
  std::size_t packages() const;
  bool has_smt() const noexcept;

  /// The same machine with only those CPUs; cores that have none of them are left out.
  Topology restricted_to(const CpuSet& cpus) const;

  bool operator==(const Topology&) const = default;
};

/// Reads /sys/devices/system/cpu under `root`; a fake tree serves tests. A CPU whose topology is
/// not told counts as a core of its own in package 0. Without any online CPU in the tree, the
/// result is empty.
Topology read_topology(const std::filesystem::path& root = "/");

}  // namespace ringside
