#include "harness/cli/queue_watch.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/remedy.hpp"
#include "base/threads.hpp"

namespace ringside {

namespace {

constexpr std::chrono::seconds interval{1};

/// Connections that wait at a listening socket, whose TCP_INFO has them where others have what the
/// peer has not acknowledged. Source: tcp_get_info() of Linux, since 2.6.
std::uint32_t waiting_at(int listener) noexcept {
  tcp_info info{};
  socklen_t length = sizeof info;
  if (::getsockopt(listener, IPPROTO_TCP, TCP_INFO, &info, &length) != 0) return 0;
  return info.tcpi_unacked;
}

std::uint32_t waiting_at(std::span<const int> listeners) noexcept {
  std::uint32_t sum = 0;
  for (const int listener : listeners) sum += waiting_at(listener);
  return sum;
}

/// What a server needs for one more client, tried.
std::string why_not_accepted(int listener) {
  const UniqueFd descriptor(::fcntl(listener, F_DUPFD_CLOEXEC, 0));
  if (!descriptor) {
    return fmt::format("{}; mend: {}", std::generic_category().message(errno),
                       remedy(Need::call, errno));
  }
  try {
    start_thread("a connection", [] {});
  } catch (const Error& none) {
    return fmt::format("{}; mend: {}", none.what(), none.mend());
  }
  return "the backend does not accept them";
}

void watch(std::span<const int> listeners, const std::function<void(const std::string&)>& tell,
           const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::uint32_t before = 0;
  bool told = false;
  std::unique_lock lock(mutex);
  while (!never.wait_for(lock, stop, interval, [&] { return stop.stop_requested(); })) {
    const std::uint32_t now = waiting_at(listeners);
    const std::uint32_t stuck = std::min(before, now);
    before = now;
    if (stuck == 0 || told) {
      told = stuck != 0;
      continue;
    }
    told = true;
    tell(fmt::format("{} client{} for a second to be accepted: {}", stuck,
                     stuck == 1 ? " has waited" : "s have waited",
                     why_not_accepted(listeners.front())));
  }
}

}  // namespace

QueueWatch::QueueWatch(std::span<const int> listeners,
                       std::function<void(const std::string& said)> tell) {
  const auto work = [listeners = std::vector(listeners.begin(), listeners.end()),
                     tell = std::move(tell)](const std::stop_token& stop) {
    watch(listeners, tell, stop);
  };
  try {
    thread_ = start_thread("watching the accept queue", work);
  } catch (const Error&) {
    return;  // who serves is more important than who watches
  }
}

}  // namespace ringside
