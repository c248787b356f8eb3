#include "backends/backend.hpp"

#include <sys/utsname.h>

#include <fmt/format.h>

#include "base/error.hpp"
#include "uring/buffer_ring.hpp"
#include "uring/ring.hpp"

namespace ringside::io_uring {

void echo(const EchoTask& task);

namespace {

std::string version() {
  utsname kernel{};
  ::uname(&kernel);
  return fmt::format("liburing {}, Linux {}", RINGSIDE_PACKAGE_VERSION, kernel.release);
}

// The only way to know is to try.
Availability available() {
  try {
    uring::Ring ring(8, 16);
    const uring::BufferRing buffers(ring, 0, 8, 64);
  } catch (const Error& error) {
    return {.yes = false, .reason = error.what(), .mend = error.mend()};
  }
  return {};
}

}  // namespace

extern const Backend backend;
const Backend backend{
    .name = "io_uring",
    .summary = "raw io_uring, multishot accept and recv, provided buffer ring",
    .version = version,
    .available = available,
    .echo = echo,
};

}  // namespace ringside::io_uring
