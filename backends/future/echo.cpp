// Echo with Asio futures: an operation gives a std::future, and the thread that wants its result
// waits for it. So each connection has a thread, and one more thread per listener runs the
// io_context that completes the operations and fulfils the futures.
#include "backends/tasks/echo.hpp"

#include <sys/socket.h>

#include <cstddef>
#include <memory>
#include <stop_token>
#include <utility>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>

#include "backends/asio_support/loop.hpp"
#include "backends/future/accepting.hpp"
#include "backends/support/socket.hpp"
#include "backends/support/thread_group.hpp"
#include "base/stop_signal.hpp"

namespace ringside::future {

void echo(const EchoTask& task);

namespace {

namespace asio = boost::asio;
using asio::use_future;
using asio_support::Socket;

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

void accept_connections(const EchoTask& task, SharedAcceptor& acceptor, asio::io_context& context) {
  ThreadGroup connections;
  for (;;) {
    try {
      const auto socket = std::make_shared<Socket>(acceptor.accept().get());
      set_no_delay(socket->native_handle());
      const auto serve = [socket, bytes = task.buffer_bytes](const std::stop_token& stop) {
        echo_connection(std::move(*socket), bytes, stop);
      };
      while (!connections.start(serve) && !task.stop.raised()) wait_a_moment(context);
    } catch (const boost::system::system_error& failure) {
      if (task.stop.raised()) return;
      recover_from_failed_accept(failure.code(), context);
    }
  }
}

}  // namespace

void echo(const EchoTask& task) {
  task.effective("reactor", asio_support::reactor());
  task.effective("executor", "io_context on a thread of its own per listener");
  task.effective("threads", "one per connection");
  asio_support::run_loops(task, [&](int listener, const Ready& ready) {
    serve(task.stop, listener, ready, [&](SharedAcceptor& acceptor, asio::io_context& context) {
      accept_connections(task, acceptor, context);
    });
  });
}

}  // namespace ringside::future
