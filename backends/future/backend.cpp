#include "backends/backend.hpp"

#include "backends/asio_support/loop.hpp"

namespace ringside::future {

void echo(const EchoTask& task);

extern const Backend backend;
const Backend backend{
    .name = "future",
    .summary = "Boost.Asio use_future, a thread per connection that waits for futures",
    .version = asio_support::version,
    .available = [] { return Availability{}; },
    .echo = echo,
};

}  // namespace ringside::future
