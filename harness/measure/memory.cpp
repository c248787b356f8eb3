#include "harness/measure/memory.hpp"

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <string_view>

#include "harness/measure/cgroup.hpp"
#include "harness/measure/kernel_text.hpp"

namespace ringside {

namespace {

namespace fs = std::filesystem;

/// The number in the first of `names` that the folder has: version 1 and 2 call it differently.
std::optional<std::uint64_t> first_number(const fs::path& folder,
                                          std::initializer_list<const char*> names) {
  for (const char* const name : names) {
    if (const auto number = read_number<std::uint64_t>(folder / name)) return *number;
  }
  return std::nullopt;  // "max" is no number either
}

/// Pages of files that the group may lose without harm: inactive_file of memory.stat.
std::uint64_t droppable(const fs::path& folder) {
  const Measured<std::string> stat = read_text(folder / "memory.stat");
  if (!stat) return 0;
  for (const std::string_view name : {"total_inactive_file", "inactive_file"}) {
    for (const std::string_view line : lines(*stat)) {
      const auto parts = words(line);
      if (parts.size() == 2 && parts[0] == name) {
        return to_number<std::uint64_t>(parts[1]).value_or(0);
      }
    }
  }
  return 0;
}

std::optional<std::uint64_t> left_in(const fs::path& folder) {
  auto limit = first_number(folder, {"memory.max", "memory.limit_in_bytes"});
  // Whoever takes more than memory.high is slowed down instead of killed, and its pages of files go
  // all the same.
  const auto high = first_number(folder, {"memory.high"});
  if (high) limit = std::min(limit.value_or(*high), *high);
  const auto used = first_number(folder, {"memory.current", "memory.usage_in_bytes"});
  if (!limit || !used) return std::nullopt;
  const std::uint64_t held = *used - std::min(*used, droppable(folder));
  return *limit - std::min(*limit, held);
}

}  // namespace

Measured<MemoryRoom> memory_room(const fs::path& root) {
  std::optional<MemoryRoom> least;
  const auto bound = [&](std::uint64_t bytes, const char* by) {
    if (!least || bytes < least->bytes) least = MemoryRoom{.bytes = bytes, .bound_by = by};
  };
  const Measured<std::string> text = read_text(root / "proc/meminfo");
  const auto available = text ? field(*text, "MemAvailable") : std::nullopt;
  if (available) {
    const auto parts = words(*available);
    const auto kib = parts.empty() ? std::nullopt : to_number<std::uint64_t>(parts[0]);
    if (kib) bound(*kib * 1024, "MemAvailable");
  }
  for (const fs::path& folder : cgroup_folders("memory", root)) {
    if (const auto left = left_in(folder)) bound(*left, "memory.max of the control group");
  }
  if (least) return *least;
  return Measured<MemoryRoom>::unknown(text ? "/proc/meminfo has no MemAvailable" : text.reason);
}

}  // namespace ringside
