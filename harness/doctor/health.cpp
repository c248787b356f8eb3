#include "harness/doctor/health.hpp"

#include <unistd.h>

#include <system_error>

#include <fmt/format.h>

#include "harness/measure/system_calls.hpp"

namespace ringside {

namespace {

namespace fs = std::filesystem;

// Long enough for a tick of 10 ms to be 2 % of it, short enough not to be waited for.
constexpr std::chrono::milliseconds busiest_window{500};

Measured<std::uint64_t> free_disk(const fs::path& folder) {
  std::error_code failure;
  fs::path existing = fs::absolute(folder, failure);
  while (!fs::exists(existing, failure) && existing.has_relative_path()) {
    existing = existing.parent_path();
  }
  const fs::space_info space = fs::space(existing, failure);
  if (!failure) return space.available;
  return Measured<std::uint64_t>::unknown(
      fmt::format("cannot tell for {}: {}", existing.string(), failure.message()));
}

}  // namespace

Health read_health(std::span<const Backend> backends, const fs::path& results_folder) {
  Health health;
  health.machine = read_machine();
  for (const Backend& backend : backends) {
    health.backends.push_back(
        {.name = std::string(backend.name), .availability = backend.available()});
  }
  if (const auto counter = SystemCallCounter::open(::getpid()); !counter) {
    health.syscalls_refused_because = counter.reason;
  }
  health.busiest = busiest_program(busiest_window);
  health.results_folder = results_folder;
  health.free_disk_bytes = free_disk(results_folder);
  return health;
}

}  // namespace ringside
