#include "backends/future/accepting.hpp"

#include <exception>
#include <future>
#include <thread>

#include <boost/asio/use_future.hpp>

#include "backends/support/socket.hpp"
#include "base/error.hpp"
#include "base/stop_signal.hpp"
#include "base/threads.hpp"

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

void serve(const StopSignal& stop, int listener, const Ready& ready,
           const AcceptConnections& accept_connections) {
  BackgroundLoop loop;
  Descriptor stopped = asio_support::make_stop_descriptor(loop.context(), stop);
  SharedAcceptor acceptor(asio_support::make_acceptor(loop.context(), listener));
  std::promise<void> ended;
  const std::jthread accepting = start_thread("accepting connections", [&] {
    try {
      accept_connections(acceptor, loop.context());
      ended.set_value();
    } catch (...) {
      ended.set_exception(std::current_exception());
      stop.raise();  // wakes the thread that waits below, and will rethrow this
    }
  });
  ready();
  stopped.async_wait(Descriptor::wait_read, use_future).get();
  acceptor.close();
  ended.get_future().get();
}

void recover_from_failed_accept(boost::system::error_code error, boost::asio::io_context& context) {
  const AcceptFailure failure = classify_accept(error.value());
  if (failure == AcceptFailure::broken) throw_errno("accepting a connection", error.value());
  if (failure == AcceptFailure::exhausted) wait_a_moment(context);
}

void wait_a_moment(boost::asio::io_context& context) {
  asio_support::Timer(context, accept_pause).async_wait(use_future).get();
}

}  // namespace ringside::future
