// Fan-out with Asio coroutines: one that serves a client, and one for each connection that is read.
// "Wait for all" is a channel, on which those who read send word to the one who serves.
#include "backends/tasks/fan_out.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "backends/asio_support/loop.hpp"
#include "backends/coroutine/coroutine.hpp"
#include "backends/support/socket.hpp"

namespace ringside::coroutine {

void fan_out(const FanOutTask& task);

namespace {

namespace asio = boost::asio;
using asio_support::Acceptor;
using asio_support::Endpoint;
using asio_support::Executor;
using asio_support::Loop;
using asio_support::Socket;
using boost::system::error_code;

using Bytes = std::vector<std::byte>;
template <typename... Values>
using Channel = asio::experimental::channel<Executor, void(error_code, Values...)>;

// A client and the leaves that are its own. The client and every leaf are read all the time, so
// that the end of any of them is noticed at once; it ends all, and every coroutine returns.
struct Parent {
  Parent(Socket client_socket, const FanOutTask& fan_out_task)
      : task(fan_out_task),
        client(std::move(client_socket)),
        requests(client.get_executor()),
        quorum_complete(client.get_executor(), 1),
        answer(task.quorum * task.reply_bytes),
        replies(task.quorum) {
    for (std::size_t i = 0; i < task.leaves.size(); ++i) leaves.emplace_back(client.get_executor());
  }

  void close() {
    error_code ignored;
    client.close(ignored);
    for (Socket& leaf : leaves) leaf.close(ignored);
    requests.close();
    quorum_complete.close();
  }

  const FanOutTask& task;
  Socket client;
  std::vector<Socket> leaves;
  Channel<Bytes> requests;  // without room: one is read ahead of the one that is served
  Channel<> quorum_complete;
  Bytes request, answer;
  std::size_t replies;  // to request, in answer; the quorum when none is waited for
};

Task read_requests(std::shared_ptr<Parent> parent) {
  for (;;) {
    Bytes request(parent->task.request_bytes);
    const auto [error, size] =
        co_await asio::async_read(parent->client, asio::buffer(request), use_tuple);
    if (error) co_return parent->close();
    const auto [closed] =
        co_await parent->requests.async_send(error_code(), std::move(request), use_tuple);
    if (closed) co_return;
  }
}

void take(Parent& parent, std::span<const std::byte> reply) {
  const std::size_t quorum = parent.task.quorum;
  const bool late = parent.replies == quorum || message_id(reply) != message_id(parent.request);
  if (late) return parent.task.count_late(1);
  std::ranges::copy(
      reply, parent.answer.begin() + static_cast<std::ptrdiff_t>(parent.replies * reply.size()));
  if (++parent.replies == quorum) parent.quorum_complete.try_send(error_code());
}

Task read_replies(std::shared_ptr<Parent> parent, Socket& leaf) {
  Bytes reply(parent->task.reply_bytes);
  for (;;) {
    const auto [error, size] = co_await asio::async_read(leaf, asio::buffer(reply), use_tuple);
    if (error) co_return parent->close();
    take(*parent, reply);
  }
}

// Passes requests on, one at a time, and answers them. The sends are awaited one after the other,
// because they hardly ever have to wait: in a parallel group, which starts them all before it
// awaits them, they cost 7 % more CPU, for what the group allocates.
Task serve_requests(std::shared_ptr<Parent> parent) {
  for (;;) {
    auto [no_request, request] = co_await parent->requests.async_receive(use_tuple);
    if (no_request) co_return;
    parent->request = std::move(request);
    parent->replies = 0;
    for (Socket& leaf : parent->leaves) {
      const auto [error, size] =
          co_await asio::async_write(leaf, asio::buffer(parent->request), use_tuple);
      if (error) co_return parent->close();
    }
    const auto [no_quorum] = co_await parent->quorum_complete.async_receive(use_tuple);
    if (no_quorum) co_return;
    const auto [error, size] =
        co_await asio::async_write(parent->client, asio::buffer(parent->answer), use_tuple);
    if (error) co_return parent->close();
  }
}

Task connect(std::shared_ptr<Parent> parent, std::span<const Endpoint> endpoints) {
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    Socket& leaf = parent->leaves[i];
    const auto [error] = co_await leaf.async_connect(endpoints[i], use_tuple);
    if (error) co_return;
    set_no_delay(leaf.native_handle());
  }
  const Executor executor = parent->client.get_executor();
  for (Socket& leaf : parent->leaves) {
    asio::co_spawn(executor, read_replies(parent, leaf), asio::detached);
  }
  asio::co_spawn(executor, read_requests(parent), asio::detached);
  asio::co_spawn(executor, serve_requests(parent), asio::detached);
}

// An error when there are no descriptors for the leaves.
error_code open_leaves(Parent& parent) {
  error_code error;
  for (Socket& leaf : parent.leaves) {
    leaf.open(Endpoint::protocol_type::v4(), error);
    if (error) break;
  }
  return error;
}

Task accept_connections(Acceptor acceptor, const FanOutTask& task) {
  const std::vector<Endpoint> endpoints = asio_support::to_endpoints(task.leaves);
  for (;;) {
    auto [error, socket] = co_await acceptor.async_accept(use_tuple);
    if (!error) {
      set_no_delay(socket.native_handle());
      const auto parent = std::make_shared<Parent>(std::move(socket), task);
      error = open_leaves(*parent);
      if (!error) {
        asio::co_spawn(acceptor.get_executor(), connect(parent, endpoints), asio::detached);
        continue;
      }
    }
    co_await recover_from_failed_accept(error, acceptor.get_executor());
  }
}

}  // namespace

void fan_out(const FanOutTask& task) {
  task.effective("reactor", asio_support::reactor());
  task.effective("executor", "io_context per thread, without locks");
  task.effective("connections", "to each leaf one for each parent");
  task.effective("wait for all", "a channel");
  asio_support::run_loops(task, [&](int listener, const Ready& ready) {
    Loop loop(task.stop);
    asio::co_spawn(loop.context(),
                   accept_connections(asio_support::make_acceptor(loop.context(), listener), task),
                   rethrow);
    ready();
    loop.run();
  });
}

}  // namespace ringside::coroutine
