#include "backends/epoll/acceptor.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>

#include "backends/support/socket.hpp"
#include "base/error.hpp"

namespace ringside::epoll {

int control(const UniqueFd& epoll, int operation, int fd, std::uint32_t events) noexcept {
  epoll_event event{.events = events, .data = {.fd = fd}};
  return ::epoll_ctl(epoll.get(), operation, fd, &event);
}

Acceptor::Acceptor(const UniqueFd& epoll, int listener) : epoll_(epoll), listener_(listener) {
  check(control(epoll_, EPOLL_CTL_ADD, listener_, EPOLLIN),
        "waiting for the listening socket (epoll_ctl)");
}

UniqueFd Acceptor::accept() {
  for (;;) {
    UniqueFd socket(::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (socket) {
      set_no_delay(socket.get());
      return socket;
    }
    const int error = errno;
    switch (classify_accept(error)) {
      case AcceptFailure::try_again:
        continue;
      case AcceptFailure::none_left:
        return {};
      case AcceptFailure::exhausted:
        pause();
        return {};
      case AcceptFailure::broken:
        throw_errno("accepting a connection", error);
    }
  }
}

void Acceptor::pause() {
  resume_at_ = Clock::now() + accept_pause;
  check(control(epoll_, EPOLL_CTL_MOD, listener_, 0),
        "waiting for the listening socket (epoll_ctl)");
}

int Acceptor::timeout_ms() const noexcept {
  return resume_at_ ? static_cast<int>(accept_pause.count()) : -1;
}

void Acceptor::resume_when_due() {
  if (!resume_at_ || Clock::now() < *resume_at_) return;
  resume_at_.reset();
  check(control(epoll_, EPOLL_CTL_MOD, listener_, EPOLLIN),
        "waiting for the listening socket (epoll_ctl)");
}

}  // namespace ringside::epoll
