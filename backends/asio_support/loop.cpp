#include "backends/asio_support/loop.hpp"

#include <fcntl.h>

#include <utility>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/version.hpp>
#include <boost/system/system_error.hpp>
#include <boost/version.hpp>
#include <fmt/format.h>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/stop_signal.hpp"
#include "base/threads.hpp"

#if !defined(BOOST_ASIO_HAS_EPOLL)
#error "This build of Boost.Asio does not wait with epoll: say in reactor() what it does"
#endif

namespace ringside::asio_support {

namespace {

UniqueFd duplicate(int fd) {
  return UniqueFd(check(::fcntl(fd, F_DUPFD_CLOEXEC, 0), "one more descriptor of a socket"));
}

}  // namespace

std::string_view reactor() noexcept {
  return "epoll";
}

std::string version() {
  return fmt::format("Boost.Asio {}.{}.{} (Boost {}.{}.{}), reactor {}",
                     BOOST_ASIO_VERSION / 100000, BOOST_ASIO_VERSION / 100 % 1000,
                     BOOST_ASIO_VERSION % 100, BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000,
                     BOOST_VERSION % 100, reactor());
}

ringside::RunLoop translated(ringside::RunLoop loop) {
  return [loop = std::move(loop)](int listener, const Ready& ready) {
    try {
      loop(listener, ready);
    } catch (const boost::system::system_error& failure) {
      throw_errno("Asio's event loop", failure.code().value());
    }
  };
}

Acceptor make_acceptor(boost::asio::io_context& context, int listener) {
  UniqueFd copy = duplicate(listener);
  Acceptor acceptor(context, boost::asio::ip::tcp::v4(), copy.get());
  [[maybe_unused]] const int owned_by_acceptor = copy.release();
  return acceptor;
}

std::vector<Endpoint> to_endpoints(std::span<const sockaddr_in> addresses) {
  std::vector<Endpoint> endpoints;
  for (const sockaddr_in& address : addresses) {
    endpoints.emplace_back(boost::asio::ip::address_v4(ntohl(address.sin_addr.s_addr)),
                           ntohs(address.sin_port));
  }
  return endpoints;
}

Descriptor make_stop_descriptor(boost::asio::io_context& context, const StopSignal& stop) {
  UniqueFd copy = duplicate(stop.fd());
  Descriptor descriptor(context, copy.get());
  [[maybe_unused]] const int owned_by_descriptor = copy.release();
  return descriptor;
}

Loop::Loop(const StopSignal& stop)
    : context_(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE), stop_(make_stop_descriptor(context_, stop)) {
  stop_.async_wait(Descriptor::wait_read, [this](boost::system::error_code) { context_.stop(); });
}

void Loop::run() {
  context_.run();
}

// The hint 1 says that one thread runs it; the locks that let others start operations stay.
BackgroundLoop::BackgroundLoop()
    : context_(1), thread_(start_thread("an io_context", [this] {
        const auto idle_is_no_end = boost::asio::make_work_guard(context_);
        context_.run();
      })) {}

BackgroundLoop::~BackgroundLoop() {
  context_.stop();
}

}  // namespace ringside::asio_support
