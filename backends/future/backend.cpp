#include "backends/backend.hpp"

#include "backends/asio_support/loop.hpp"

namespace ringside::future {

void echo(const EchoTask& task);
void fan_out(const FanOutTask& task);

extern const Backend backend;
const Backend backend{
    .name = "future",
    .summary = "Boost.Asio use_future, a thread per connection that waits for futures",
    .version = asio_support::version,
    .available = [] { return Availability{}; },
    .echo = echo,
    .fan_out = fan_out,
};

}  // namespace ringside::future
