#include "backends/backend.hpp"

#include <sys/utsname.h>

#include "backends/tasks/echo.hpp"
#include "backends/tasks/fan_out.hpp"
#include "backends/tasks/file_copy.hpp"

namespace ringside::epoll {

void echo(const EchoTask& task);
void file_copy(const FileCopyTask& task);
void fan_out(const FanOutTask& task);

namespace {

std::string version() {
  utsname kernel{};
  ::uname(&kernel);
  return std::string("Linux ") + kernel.release;
}

}  // namespace

extern const Backend backend;
const Backend backend{
    .name = "epoll",
    .summary = "raw epoll, non-blocking sockets, edge-triggered",
    .version = version,
    .available = [] { return Availability{}; },
    .cells = {echo, file_copy, fan_out},
};

}  // namespace ringside::epoll
