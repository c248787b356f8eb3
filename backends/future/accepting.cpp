#include "backends/future/accepting.hpp"

#include <boost/asio/use_future.hpp>

#include "backends/support/socket.hpp"
#include "base/error.hpp"
#include "base/stop_signal.hpp"

namespace ringside::future {

using asio_support::BackgroundLoop;
using asio_support::Descriptor;
using asio_support::Socket;
using boost::asio::use_future;

std::future<Socket> SharedAcceptor::accept() {
  const std::scoped_lock lock(mutex_);
  return acceptor_.async_accept(use_future);
}

void SharedAcceptor::close() {
  const std::scoped_lock lock(mutex_);
  acceptor_.close();
}

void serve(const StopSignal& stop, int listener, const AcceptConnections& accept_connections) {
  BackgroundLoop loop;
  Descriptor stopped = asio_support::make_stop_descriptor(loop.context(), stop);
  SharedAcceptor acceptor(asio_support::make_acceptor(loop.context(), listener));
  std::future<void> accepting = std::async(std::launch::async, [&] {
    try {
      accept_connections(acceptor, loop.context());
    } catch (...) {
      stop.raise();  // wakes the thread that waits below, and will rethrow this
      throw;
    }
  });
  stopped.async_wait(Descriptor::wait_read, use_future).get();
  acceptor.close();
  accepting.get();
}

void recover_from_failed_accept(boost::system::error_code error, boost::asio::io_context& context) {
  const AcceptFailure failure = classify_accept(error.value());
  if (failure == AcceptFailure::broken) throw_errno("accept", error.value());
  if (failure == AcceptFailure::exhausted) wait_a_moment(context);
}

void wait_a_moment(boost::asio::io_context& context) {
  asio_support::Timer(context, accept_pause).async_wait(use_future).get();
}

}  // namespace ringside::future
