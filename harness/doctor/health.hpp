// Everything that doctor looks at, read once.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "backends/backend.hpp"
#include "base/measured.hpp"
#include "harness/measure/busiest.hpp"
#include "harness/measure/machine.hpp"

namespace ringside {

struct BackendState {
  std::string name;
  Availability availability;
};

/// A value, so that checks can be tested on machines that are not here.
struct Health {
  Machine machine;
  std::vector<BackendState> backends;
  std::string
      syscalls_refused_because;   ///< why system calls cannot be counted; empty when they can
  Measured<BusyProgram> busiest;  ///< of the programs that are not ours
  std::filesystem::path results_folder;
  Measured<std::uint64_t> free_disk_bytes;  ///< for the results, as far as this user may fill it
};

/// Looks at this machine for about half a second. `results_folder` need not exist yet.
Health read_health(std::span<const Backend> backends, const std::filesystem::path& results_folder);

}  // namespace ringside
