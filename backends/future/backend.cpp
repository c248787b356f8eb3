#include "backends/backend.hpp"

#include "backends/asio_support/files.hpp"
#include "backends/asio_support/loop.hpp"
#include "backends/tasks/echo.hpp"
#include "backends/tasks/fan_out.hpp"
#include "backends/tasks/file_copy.hpp"

namespace ringside::future {

void echo(const EchoTask& task);
void file_copy(const FileCopyTask& task);
void fan_out(const FanOutTask& task);

extern const Backend backend;
const Backend backend{
    .name = "future",
    .summary = "Boost.Asio use_future, a thread per connection that waits for futures",
    .version = asio_support::version,
    .available = [] { return Availability{}; },
    .cells = {echo, {file_copy, asio_support::files_available}, fan_out},
};

}  // namespace ringside::future
