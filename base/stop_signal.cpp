#include "base/stop_signal.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "base/error.hpp"

namespace ringside {

StopSignal::StopSignal()
    : fd_(check(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
                "a descriptor that tells threads to stop (eventfd)")) {}

void StopSignal::raise() const noexcept {
  raised_ = true;
  const int saved_errno = errno;  // this may run in a signal handler
  const std::uint64_t one = 1;
  // EAGAIN would mean that the counter is full, and then it is raised already.
  [[maybe_unused]] const auto written = ::write(fd_.get(), &one, sizeof one);
  errno = saved_errno;
}

}  // namespace ringside
