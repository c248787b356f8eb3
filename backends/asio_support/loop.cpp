#include "backends/asio_support/loop.hpp"

#include <fcntl.h>

#include <boost/asio/version.hpp>
#include <boost/version.hpp>
#include <fmt/format.h>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/stop_signal.hpp"

#if !defined(BOOST_ASIO_HAS_EPOLL)
#error "This build of Boost.Asio does not wait with epoll: say in reactor() what it does"
#endif

namespace ringside::asio_support {

namespace {

UniqueFd duplicate(int fd) {
  return UniqueFd(check(::fcntl(fd, F_DUPFD_CLOEXEC, 0), "fcntl(F_DUPFD_CLOEXEC)"));
}

void check_asio(const boost::system::error_code& error, std::string_view operation) {
  if (error) throw_errno(operation, error.value());
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

Acceptor make_acceptor(boost::asio::io_context& context, int listener) {
  Acceptor acceptor(context);
  UniqueFd copy = duplicate(listener);
  boost::system::error_code error;
  acceptor.assign(boost::asio::ip::tcp::v4(), copy.get(), error);
  check_asio(error, "Asio acceptor");
  [[maybe_unused]] const int owned_by_acceptor = copy.release();
  return acceptor;
}

Descriptor make_stop_descriptor(boost::asio::io_context& context, const StopSignal& stop) {
  Descriptor descriptor(context);
  UniqueFd copy = duplicate(stop.fd());
  boost::system::error_code error;
  descriptor.assign(copy.get(), error);
  check_asio(error, "Asio stop descriptor");
  [[maybe_unused]] const int owned_by_descriptor = copy.release();
  return descriptor;
}

Loop::Loop(const StopSignal& stop) try
    : context_(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE), stop_(make_stop_descriptor(context_, stop)) {
  stop_.async_wait(Descriptor::wait_read, [this](boost::system::error_code) { context_.stop(); });
} catch (const boost::system::system_error& failure) {
  throw_errno("Asio io_context", failure.code().value());
}

void Loop::run() {
  context_.run();
}

}  // namespace ringside::asio_support
