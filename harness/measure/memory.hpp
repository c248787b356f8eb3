// How much memory this process may still take, for itself or for the pages of its files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/measured.hpp"

namespace ringside {

/// A bound on memory, and whose it is.
struct MemoryRoom {
  std::uint64_t bytes = 0;
  std::string bound_by;  ///< "MemAvailable" or "memory.max of the control group"
};

/// What is left now without swapping: MemAvailable, or what the tightest control group leaves
/// (its limit less what it uses, of which file pages that are not in use count as free). Unknown
/// where neither can be read. `root` is where /proc and /sys are looked for.
Measured<MemoryRoom> memory_room(const std::filesystem::path& root = "/");

}  // namespace ringside
