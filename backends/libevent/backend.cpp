#include "backends/backend.hpp"

#include <event2/event.h>
#include <fmt/format.h>

#include "backends/tasks/echo.hpp"
#include "backends/tasks/fan_out.hpp"
#include "backends/tasks/file_copy.hpp"

namespace ringside::libevent {

void echo(const EchoTask& task);
void file_copy(const FileCopyTask& task);
void fan_out(const FanOutTask& task);

namespace {

// The method that is tried first, without trying it: who may not use it is killed for that in the
// cell's process, and no command that names versions is. What was used is in the cells' facts.
std::string version() {
  return fmt::format("libevent {}, method {}", event_get_version(), *event_get_supported_methods());
}

}  // namespace

extern const Backend backend;
const Backend backend{
    .name = "libevent",
    .summary = "libevent raw persistent events (a bufferevent costs half as much again)",
    .version = version,
    .available = [] { return Availability{}; },
    .cells = {echo, file_copy, fan_out},
};

}  // namespace ringside::libevent
