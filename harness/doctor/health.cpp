#include "harness/doctor/health.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <system_error>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/net/listen.hpp"
#include "base/remedy.hpp"
#include "harness/measure/noise.hpp"
#include "harness/measure/system_calls.hpp"

namespace ringside {

namespace {

namespace fs = std::filesystem;

// Long enough for a tick of 10 ms to be 2 % of it, short enough not to be waited for.
constexpr std::chrono::milliseconds busiest_window{500};

/// The folder itself or the nearest above it that is there.
fs::path existing_part(const fs::path& folder) {
  std::error_code failure;
  fs::path existing = fs::absolute(folder, failure);
  while (!fs::exists(existing, failure) && existing.has_relative_path()) {
    existing = existing.parent_path();
  }
  return existing;
}

Measured<std::uint64_t> free_disk(const fs::path& existing) {
  std::error_code failure;
  const fs::space_info space = fs::space(existing, failure);
  if (!failure) return space.available;
  return Measured<std::uint64_t>::unknown(
      fmt::format("cannot tell for {}: {}", existing.string(), failure.message()));
}

/// By the rights with which a run would write: of the effective user.
Availability writable(const fs::path& existing) {
  if (::faccessat(AT_FDCWD, existing.c_str(), W_OK | X_OK, AT_EACCESS) == 0) return {};
  return {.yes = false,
          .reason = fmt::format("nothing can be written in {}: {}", existing.string(),
                                std::generic_category().message(errno)),
          .mend = "choose another place with --output"};
}

Availability tried(const std::function<void()>& attempt) {
  try {
    attempt();
  } catch (const Error& failure) {
    return {.yes = false, .reason = failure.what(), .mend = failure.mend()};
  }
  return {};
}

void connect_over_loopback() {
  const Listeners listeners = listen_apart(1);
  const UniqueFd socket(
      check(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "a socket"));
  const sockaddr_in address = to_sockaddr(listeners.endpoints.front());
  const auto* const to = reinterpret_cast<const sockaddr*>(&address);
  if (::connect(socket.get(), to, sizeof address) == 0 || errno == EINPROGRESS) return;
  throw_errno("cannot connect over the loopback", errno, remedy(Need::connecting, errno));
}

/// Who uses the CPU, by name where we may look, and by the machine's own account where not.
void watch_others(Health& health) {
  NoiseProbe probe({});
  health.busiest = busiest_program(busiest_window);
  health.other_cpu_share = probe.stop().other_cpu_share;
}

}  // namespace

Health read_health(std::span<const Backend> backends, const fs::path& results_folder,
                   TryCell try_cell) {
  Health health;
  health.machine = read_machine();
  for (const Backend& backend : backends) {
    health.backends.push_back(
        {.name = std::string(backend.name), .availability = backend.available()});
  }
  if (const auto counter = SystemCallCounter::open(::getpid()); !counter) {
    health.syscalls_refused_because = counter.reason;
  }
  health.cells = tried(try_cell);
  health.loopback = tried(connect_over_loopback);
  watch_others(health);
  health.memory = memory_room();
  health.results_folder = results_folder;
  const fs::path existing = existing_part(results_folder);
  health.free_disk_bytes = free_disk(existing);
  health.results = writable(existing);
  return health;
}

}  // namespace ringside
