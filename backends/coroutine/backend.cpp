#include "backends/backend.hpp"

#include "backends/asio_support/loop.hpp"

namespace ringside::coroutine {

void echo(const EchoTask& task);

extern const Backend backend;
const Backend backend{
    .name = "coroutine",
    .summary = "Boost.Asio awaitables, co_await all the way, an io_context per thread",
    .version = asio_support::version,
    .available = [] { return Availability{}; },
    .echo = echo,
};

}  // namespace ringside::coroutine
