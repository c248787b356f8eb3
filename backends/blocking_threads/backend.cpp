#include "backends/backend.hpp"

#include <sys/utsname.h>

#include <gnu/libc-version.h>

#include "backends/tasks/echo.hpp"
#include "backends/tasks/fan_out.hpp"
#include "backends/tasks/file_copy.hpp"

namespace ringside::blocking_threads {

void echo(const EchoTask& task);
void file_copy(const FileCopyTask& task);
void fan_out(const FanOutTask& task);

namespace {

// The C library too: its threads are what this backend is made of.
std::string version() {
  utsname kernel{};
  ::uname(&kernel);
  return std::string("Linux ") + kernel.release + ", glibc " + ::gnu_get_libc_version();
}

}  // namespace

extern const Backend backend;
const Backend backend{
    .name = "blocking_threads",
    .summary = "a thread for each connection, blocking calls",
    .version = version,
    .available = [] { return Availability{}; },
    .cells = {echo, file_copy, fan_out},
};

}  // namespace ringside::blocking_threads
