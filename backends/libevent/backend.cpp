#include "backends/backend.hpp"

#include <event2/event.h>
#include <fmt/format.h>

#include "backends/libevent/resources.hpp"

namespace ringside::libevent {

void echo(const EchoTask& task);
void file_copy(const FileCopyTask& task);

namespace {

std::string version() {
  return fmt::format("libevent {}, method {}", event_get_version(),
                     event_base_get_method(make_base().get()));
}

}  // namespace

extern const Backend backend;
const Backend backend{
    .name = "libevent",
    .summary = "libevent raw persistent events (a bufferevent costs half as much again)",
    .version = version,
    .available = [] { return Availability{}; },
    .echo = echo,
    .file_copy = file_copy,
};

}  // namespace ringside::libevent
