// Echo with Asio coroutines: each connection is a function that reads like blocking code, and gives
// the thread back wherever it says co_await.
#include <cstddef>
#include <exception>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "backends/asio_support/loop.hpp"
#include "backends/support/socket.hpp"
#include "base/error.hpp"
#include "scenarios/echo/task.hpp"

namespace ringside::coroutine {

void echo(const EchoTask& task);

namespace {

namespace asio = boost::asio;
using asio_support::Acceptor;
using asio_support::Executor;
using asio_support::Loop;
using asio_support::Socket;
using asio_support::Timer;

using Task = asio::awaitable<void, Executor>;

// co_await gives (error, result) instead of throwing: a peer that leaves is no exception here.
constexpr asio::as_tuple_t<asio::use_awaitable_t<Executor>> use_tuple{};

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
  Timer pause(acceptor.get_executor());
  for (;;) {
    auto [error, socket] = co_await acceptor.async_accept(use_tuple);
    if (!error) {
      set_no_delay(socket.native_handle());
      asio::co_spawn(acceptor.get_executor(), echo_connection(std::move(socket), buffer_bytes),
                     asio::detached);
      continue;
    }
    const AcceptFailure failure = classify_accept(error.value());
    if (failure == AcceptFailure::broken) throw_errno("accept", error.value());
    if (failure == AcceptFailure::exhausted) {
      pause.expires_after(accept_pause);
      co_await pause.async_wait(use_tuple);
    }
  }
}

// asio::detached would swallow what the accepting coroutine throws.
void rethrow(const std::exception_ptr& failure) {
  if (failure) std::rethrow_exception(failure);
}

}  // namespace

void echo(const EchoTask& task) {
  task.effective("reactor", asio_support::reactor());
  task.effective("executor", "io_context per thread, without locks");
  asio_support::run_loops(task.listeners, task.stop, [&](int listener) {
    Loop loop(task.stop);
    asio::co_spawn(loop.context(),
                   accept_connections(asio_support::make_acceptor(loop.context(), listener),
                                      task.buffer_bytes),
                   rethrow);
    loop.run();
  });
}

}  // namespace ringside::coroutine
