// A library to preload (LD_PRELOAD) that makes a program slower by a known time: it spins
// $RINGSIDE_SPIN_NS nanoseconds before each call that sends or writes. It works from outside, on
// any build; what io_uring sends passes it by, since that makes no such call.
#include <dlfcn.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>

namespace {

long spin_ns() {
  const char* const text = std::getenv("RINGSIDE_SPIN_NS");
  return text == nullptr ? 0 : std::atol(text);
}

[[gnu::noinline]] void spin_steps(long steps) {
  for (; steps > 0; --steps) asm volatile("" : "+r"(steps));
}

/// How many steps fit into that time. Looking at the clock instead would cost as much as the
/// slowdowns that are to be told apart. The shortest of many tries: nothing came between.
long steps_in(long nanoseconds) {
  using Clock = std::chrono::steady_clock;
  constexpr long tried = 100'000;
  auto shortest = Clock::duration::max();
  for (int i = 0; i < 20; ++i) {
    const auto begun = Clock::now();
    spin_steps(tried);
    shortest = std::min(shortest, Clock::now() - begun);
  }
  return nanoseconds * tried / std::max(std::chrono::nanoseconds(shortest).count(), 1L);
}

void spin() {
  static const long steps = steps_in(spin_ns());
  spin_steps(steps);
}

/// The function of that name that would have been called without this library.
template <typename Function>
Function* real(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {

ssize_t send(int fd, const void* data, size_t length, int flags) {
  static auto* const next = real<ssize_t(int, const void*, size_t, int)>("send");
  spin();
  return next(fd, data, length, flags);
}

ssize_t sendmsg(int fd, const msghdr* message, int flags) {
  static auto* const next = real<ssize_t(int, const msghdr*, int)>("sendmsg");
  spin();
  return next(fd, message, flags);
}

ssize_t write(int fd, const void* data, size_t length) {
  static auto* const next = real<ssize_t(int, const void*, size_t)>("write");
  spin();
  return next(fd, data, length);
}

ssize_t writev(int fd, const iovec* parts, int count) {
  static auto* const next = real<ssize_t(int, const iovec*, int)>("writev");
  spin();
  return next(fd, parts, count);
}

ssize_t pwrite(int fd, const void* data, size_t length, off_t offset) {
  static auto* const next = real<ssize_t(int, const void*, size_t, off_t)>("pwrite");
  spin();
  return next(fd, data, length, offset);
}

}  // extern "C"
