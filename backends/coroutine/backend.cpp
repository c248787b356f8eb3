#include "backends/backend.hpp"

#include "backends/asio_support/files.hpp"
#include "backends/asio_support/loop.hpp"

namespace ringside::coroutine {

void echo(const EchoTask& task);
void file_copy(const FileCopyTask& task);
void fan_out(const FanOutTask& task);

extern const Backend backend;
const Backend backend{
    .name = "coroutine",
    .summary = "Boost.Asio awaitables, co_await all the way, an io_context per thread",
    .version = asio_support::version,
    .available = [] { return Availability{}; },
    .echo = echo,
    .file_copy = file_copy,
    .fan_out = fan_out,
    .file_copy_available = asio_support::files_available,
};

}  // namespace ringside::coroutine
