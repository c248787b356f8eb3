#include "backends/epoll/listener.hpp"

#include <sys/epoll.h>

#include "backends/support/socket.hpp"
#include "base/error.hpp"

namespace ringside::epoll {

int control(const UniqueFd& epoll, int operation, int fd, std::uint32_t events) noexcept {
  epoll_event event{.events = events, .data = {.fd = fd}};
  return ::epoll_ctl(epoll.get(), operation, fd, &event);
}

Listener::Listener(const UniqueFd& epoll, int socket) : epoll_(epoll), socket_(socket) {
  check(control(epoll_, EPOLL_CTL_ADD, socket_, EPOLLIN),
        "waiting for the listening socket (epoll_ctl)");
}

bool Listener::goes_on_after(int error) {
  const AcceptFailure failure = classify_accept(error);
  if (failure == AcceptFailure::broken) throw_errno("accepting a connection", error);
  if (failure == AcceptFailure::exhausted) pause();
  return failure == AcceptFailure::try_again;
}

void Listener::pause() {
  resume_at_ = Clock::now() + accept_pause;
  check(control(epoll_, EPOLL_CTL_MOD, socket_, 0), "waiting for the listening socket (epoll_ctl)");
}

int Listener::timeout_ms() const noexcept {
  return resume_at_ ? static_cast<int>(accept_pause.count()) : -1;
}

void Listener::resume_when_due() {
  if (!resume_at_ || Clock::now() < *resume_at_) return;
  resume_at_.reset();
  check(control(epoll_, EPOLL_CTL_MOD, socket_, EPOLLIN),
        "waiting for the listening socket (epoll_ctl)");
}

}  // namespace ringside::epoll
