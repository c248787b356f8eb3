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
#include "harness/measure/memory.hpp"

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
      syscalls_refused_because;      ///< why system calls cannot be counted; empty when they can
  Measured<BusyProgram> busiest;     ///< of the programs that are not ours, as far as we may look
  Measured<double> other_cpu_share;  ///< of all of them, seen or not; 1.0 is one whole CPU
  Availability cells;                ///< whether the process of a backend can be started
  Availability loopback;             ///< whether it can be listened on and connected to
  Measured<MemoryRoom> memory;       ///< for copies of files in the page cache
  std::filesystem::path results_folder;
  Measured<std::uint64_t> free_disk_bytes;  ///< for the results, as far as this user may fill it
  Availability results;                     ///< whether a folder for them can be made there
};

/// Starts the process of a backend, and ends it. Throws Error.
using TryCell = void (*)();

/// Looks at this machine for about half a second. `results_folder` need not exist yet.
Health read_health(std::span<const Backend> backends, const std::filesystem::path& results_folder,
                   TryCell try_cell);

}  // namespace ringside
