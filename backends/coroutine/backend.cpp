#include "backends/backend.hpp"

#include "backends/asio_support/files.hpp"
#include "backends/asio_support/loop.hpp"
#include "backends/tasks/echo.hpp"
#include "backends/tasks/fan_out.hpp"
#include "backends/tasks/file_copy.hpp"

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
    .cells = {echo, {file_copy, asio_support::files_available}, fan_out},
};

}  // namespace ringside::coroutine
