#include "backends/backend.hpp"

#include <sys/utsname.h>

#include <fmt/format.h>

#include "backends/tasks/echo.hpp"
#include "backends/tasks/fan_out.hpp"
#include "backends/tasks/file_copy.hpp"
#include "base/error.hpp"
#include "base/uring/probe.hpp"

namespace ringside::io_uring {

void echo(const EchoTask& task);
void file_copy(const FileCopyTask& task);
void fan_out(const FanOutTask& task);

namespace {

std::string version() {
  utsname kernel{};
  ::uname(&kernel);
  return fmt::format("liburing {}, Linux {}", RINGSIDE_PACKAGE_VERSION, kernel.release);
}

Availability available() {
  try {
    uring::probe();
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
    .cells = {echo, file_copy, fan_out},
};

}  // namespace ringside::io_uring
