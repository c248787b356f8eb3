#include "harness/load/epoll_transport.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <cstdint>

#include "base/error.hpp"
#include "base/stop_signal.hpp"
#include "harness/load/load.hpp"

namespace ringside {

namespace {

// What an event belongs to: a stream's number, or this.
constexpr std::uint64_t of_interrupt = ~std::uint64_t{0};

// Arrivals passed on in a turn. Taking in many and then sending many keeps each of the kernel's two
// paths in the instruction cache and costs about 4 % less CPU a message than taking turns; more
// than this would only make the backend wait.
constexpr std::size_t event_batch = 32;

}  // namespace

EpollTransport::EpollTransport(StreamClient& client, const StopSignal& interrupt)
    : client_(client),
      epoll_(check(::epoll_create1(EPOLL_CLOEXEC), "the epoll set of the load (epoll_create1)")),
      buffer_(longest_piece),
      events_(event_batch) {
  epoll_event event{.events = EPOLLIN, .data = {.u64 = of_interrupt}};
  check(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, interrupt.fd(), &event),
        "waiting for one more descriptor (epoll_ctl)");
}

void EpollTransport::add(UniqueFd socket) {
  // Edge-triggered, because a level-triggered set polls every socket once more after its event.
  epoll_event event{.events = EPOLLIN | EPOLLOUT | EPOLLET, .data = {.u64 = streams_.size()}};
  check(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, socket.get(), &event),
        "waiting for one more descriptor (epoll_ctl)");
  streams_.push_back({.socket = std::move(socket), .unsent = {}});
}

bool EpollTransport::turn() {
  const int count = ::epoll_wait(epoll_.get(), events_.data(), static_cast<int>(events_.size()),
                                 static_cast<int>(idle_wait.count()));
  if (count < 0 && errno != EINTR) throw_errno("waiting for events (epoll_wait)");
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events_[static_cast<std::size_t>(i)];
    if (event.data.u64 == of_interrupt) throw Interrupted();
    const auto stream = static_cast<std::size_t>(event.data.u64);
    if ((event.events & EPOLLOUT) != 0 && !streams_[stream].unsent.empty()) send(stream);
    if ((event.events & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0) receive(stream);
  }
  return count > 0;
}

void EpollTransport::receive(std::size_t stream) {
  while (true) {
    const ssize_t got =
        ::recv(streams_[stream].socket.get(), buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (got > 0) {
      const auto bytes = std::span<const std::byte>(buffer_).first(static_cast<std::size_t>(got));
      client_.arrived(stream, bytes, StreamClient::Clock::now());
      // A short read has emptied a stream socket: the next edge will tell, see epoll(7).
      if (bytes.size() < buffer_.size()) return;
    } else if (got == 0) {
      client_.broken(stream, 0);
    } else if (errno == EAGAIN) {
      return;
    } else if (errno != EINTR) {
      client_.broken(stream, errno);
    }
  }
}

void EpollTransport::send(std::size_t stream) {
  Stream& to = streams_[stream];
  while (true) {
    if (to.unsent.empty()) to.unsent = client_.next_piece(stream);
    if (to.unsent.empty()) return;
    const ssize_t sent =
        ::send(to.socket.get(), to.unsent.data(), to.unsent.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) {
      to.unsent = to.unsent.subspan(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      return;  // EPOLLOUT will tell when there is room again
    } else if (errno != EINTR) {
      client_.broken(stream, errno);
    }
  }
}

}  // namespace ringside
