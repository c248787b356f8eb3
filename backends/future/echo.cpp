// Echo with Asio futures: an operation gives a std::future, and the thread that wants its result
// waits for it. So each connection has a thread, and one more thread per listener runs the
// io_context that completes the operations and fulfils the futures.
#include <sys/socket.h>

#include <cstddef>
#include <future>
#include <memory>
#include <mutex>
#include <stop_token>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>

#include "backends/asio_support/loop.hpp"
#include "backends/support/socket.hpp"
#include "backends/support/thread_group.hpp"
#include "base/error.hpp"
#include "base/stop_signal.hpp"
#include "scenarios/echo/task.hpp"

namespace ringside::future {

void echo(const EchoTask& task);

namespace {

namespace asio = boost::asio;
using asio::use_future;
using asio_support::Acceptor;
using asio_support::BackgroundLoop;
using asio_support::Descriptor;
using asio_support::Socket;
using asio_support::Timer;

// Reads, then writes what it read, never both at once: a peer that does not take its answers is not
// read from, and one buffer is all a connection holds. Returning closes the socket.
void echo_connection(Socket socket, std::size_t buffer_bytes, const std::stop_token& stop) {
  // Closing a socket that another thread uses would be a race; shutting it down completes what is
  // pending on it.
  const std::stop_callback wake(stop, [fd = socket.native_handle()] { ::shutdown(fd, SHUT_RDWR); });
  std::vector<std::byte> buffer(buffer_bytes);
  try {
    for (;;) {
      const std::size_t size = socket.async_read_some(asio::buffer(buffer), use_future).get();
      asio::async_write(socket, asio::buffer(buffer, size), use_future).get();
    }
  } catch (const boost::system::system_error&) {
    // The peer has finished or is gone, or the server stops: the connection ends in each case.
  }
}

// Asio's objects are not for two threads at once, and the thread that accepts is not the one that
// hears of the stop: each call holds the lock, the wait for its future does not.
class SharedAcceptor {
 public:
  explicit SharedAcceptor(Acceptor acceptor) : acceptor_(std::move(acceptor)) {}

  std::future<Socket> accept() {
    const std::scoped_lock lock(mutex_);
    return acceptor_.async_accept(use_future);
  }

  // Completes with an error what is pending, and whatever is started later.
  void close() {
    const std::scoped_lock lock(mutex_);
    acceptor_.close();
  }

 private:
  std::mutex mutex_;
  Acceptor acceptor_;
};

void accept_connections(const EchoTask& task, SharedAcceptor& acceptor, Timer pause) {
  const auto wait_a_moment = [&] {
    pause.expires_after(accept_pause);
    pause.async_wait(use_future).get();
  };
  ThreadGroup connections;
  for (;;) {
    try {
      const auto socket = std::make_shared<Socket>(acceptor.accept().get());
      set_no_delay(socket->native_handle());
      const auto serve = [socket, bytes = task.buffer_bytes](const std::stop_token& stop) {
        echo_connection(std::move(*socket), bytes, stop);
      };
      while (!connections.start(serve) && !task.stop.raised()) wait_a_moment();
    } catch (const boost::system::system_error& failure) {
      if (task.stop.raised()) return;
      const int error = failure.code().value();
      const AcceptFailure kind = classify_accept(error);
      if (kind == AcceptFailure::broken) throw_errno("accept", error);
      if (kind == AcceptFailure::exhausted) wait_a_moment();
    }
  }
}

void serve(const EchoTask& task, int listener) {
  BackgroundLoop loop;
  Descriptor stop = asio_support::make_stop_descriptor(loop.context(), task.stop);
  SharedAcceptor acceptor(asio_support::make_acceptor(loop.context(), listener));
  std::future<void> accepting = std::async(std::launch::async, [&] {
    try {
      accept_connections(task, acceptor, Timer(loop.context()));
    } catch (...) {
      task.stop.raise();  // wakes the thread that waits below, and will rethrow this
      throw;
    }
  });
  stop.async_wait(Descriptor::wait_read, use_future).get();
  acceptor.close();
  accepting.get();
}

}  // namespace

void echo(const EchoTask& task) {
  task.effective("reactor", asio_support::reactor());
  task.effective("executor", "io_context on a thread of its own per listener");
  task.effective("threads", "one per connection");
  asio_support::run_loops(task.listeners, task.stop, [&](int listener) { serve(task, listener); });
}

}  // namespace ringside::future
