#include "backends/backend.hpp"

#include <sys/utsname.h>

#include <gnu/libc-version.h>

namespace ringside::blocking_threads {

void echo(const EchoTask& task);
void file_copy(const FileCopyTask& task);

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
    .echo = echo,
    .file_copy = file_copy,
};

}  // namespace ringside::blocking_threads
