// Echo with Asio coroutines: each connection is a function that reads like blocking code, and gives
// the thread back wherever it says co_await.
#include "backends/tasks/echo.hpp"

#include <cstddef>
#include <utility>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/write.hpp>

#include "backends/asio_support/loop.hpp"
#include "backends/coroutine/coroutine.hpp"
#include "backends/support/socket.hpp"

namespace ringside::coroutine {

void echo(const EchoTask& task);

namespace {

namespace asio = boost::asio;
using asio_support::Acceptor;
using asio_support::Loop;
using asio_support::Socket;

// Reads, then writes what it read, never both at once: a peer that does not take its answers is not
// read from, and one buffer is all a connection holds. Returning closes the socket.
Task echo_connection(Socket socket, std::size_t buffer_bytes) {
  std::vector<std::byte> buffer(buffer_bytes);
  for (;;) {
    const auto [read_error, size] =
        co_await socket.async_read_some(asio::buffer(buffer), use_tuple);
    if (read_error) co_return;
    const auto [write_error, written] =
        co_await asio::async_write(socket, asio::buffer(buffer, size), use_tuple);
    if (write_error) co_return;
  }
}

Task accept_connections(Acceptor acceptor, std::size_t buffer_bytes) {
  for (;;) {
    auto [error, socket] = co_await acceptor.async_accept(use_tuple);
    if (!error) {
      set_no_delay(socket.native_handle());
      asio::co_spawn(acceptor.get_executor(), echo_connection(std::move(socket), buffer_bytes),
                     asio::detached);
      continue;
    }
    co_await recover_from_failed_accept(error, acceptor.get_executor());
  }
}

}  // namespace

void echo(const EchoTask& task) {
  task.effective("reactor", asio_support::reactor());
  task.effective("executor", "io_context per thread, without locks");
  asio_support::run_loops(task, [&](int listener, const Ready& ready) {
    Loop loop(task.stop);
    asio::co_spawn(loop.context(),
                   accept_connections(asio_support::make_acceptor(loop.context(), listener),
                                      task.buffer_bytes),
                   rethrow);
    ready();
    loop.run();
  });
}

}  // namespace ringside::coroutine
