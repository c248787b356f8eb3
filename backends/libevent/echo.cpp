// Echo on libevent with raw events: an event_base per thread, a persistent read event for every
// connection, and a write event only while its peer does not take what it is sent.
#include "backends/tasks/echo.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <cstddef>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include <event2/event.h>

#include "backends/libevent/acceptor.hpp"
#include "backends/libevent/resources.hpp"
#include "backends/support/loops.hpp"
#include "base/fd.hpp"

namespace ringside::libevent {

void echo(const EchoTask& task);

namespace {

struct Loop;

struct Connection {
  Loop& loop;
  UniqueFd socket;  // above the events: they must be gone before it is closed
  UniqueEvent readable = {};
  UniqueEvent writable = {};
  std::vector<std::byte> unsent = {};  // what the peer has not taken yet; empty nearly always
};

struct Loop {
  UniqueBase base = make_base();
  std::vector<std::byte> buffer;
  std::unordered_map<int, Connection> connections = {};
};

void close(const Connection& connection) {
  connection.loop.connections.erase(connection.socket.get());
}

void wait_for(const Connection& connection, const UniqueEvent& event) {
  if (event_add(event.get(), nullptr) < 0) close(connection);
}

bool is_transient(int error) {
  return error == EAGAIN || error == EINTR;
}

// Callbacks are noexcept because libevent is C: no exception may pass through it.

// One read each time, though more may be waiting: the event is level-triggered, and a connection
// that never falls silent must not keep the others, or the stop signal, from their turn.
void on_readable(int socket, short, void* argument) noexcept {
  Connection& connection = *static_cast<Connection*>(argument);
  std::vector<std::byte>& buffer = connection.loop.buffer;
  const ssize_t received = ::recv(socket, buffer.data(), buffer.size(), 0);
  if (received < 0 && is_transient(errno)) return;
  if (received <= 0) return close(connection);

  const auto answer = std::span(buffer).first(static_cast<std::size_t>(received));
  const ssize_t sent = ::send(socket, answer.data(), answer.size(), MSG_NOSIGNAL);
  if (sent == received) return;
  if (sent < 0 && !is_transient(errno)) return close(connection);

  // The peer is slow: read nothing more from it until it has taken what it is owed.
  const auto rest = answer.subspan(sent < 0 ? 0 : static_cast<std::size_t>(sent));
  connection.unsent.assign(rest.begin(), rest.end());
  event_del(connection.readable.get());
  wait_for(connection, connection.writable);
}

void on_writable(int socket, short, void* argument) noexcept {
  Connection& connection = *static_cast<Connection*>(argument);
  auto& unsent = connection.unsent;
  const ssize_t sent = ::send(socket, unsent.data(), unsent.size(), MSG_NOSIGNAL);
  if (sent < 0 && !is_transient(errno)) return close(connection);
  if (sent > 0) unsent.erase(unsent.begin(), unsent.begin() + sent);
  wait_for(connection, unsent.empty() ? connection.readable : connection.writable);
}

void accept(Loop& loop, UniqueFd accepted) noexcept {
  const int socket = accepted.get();
  Connection& connection =
      loop.connections.emplace(socket, Connection{loop, std::move(accepted)}).first->second;
  event_base* const base = loop.base.get();
  connection.readable.reset(
      event_new(base, socket, EV_READ | EV_PERSIST, on_readable, &connection));
  connection.writable.reset(event_new(base, socket, EV_WRITE, on_writable, &connection));
  if (!connection.readable || !connection.writable) return close(connection);
  wait_for(connection, connection.readable);
}

void serve(const EchoTask& task, int listener, const Ready& ready) {
  Loop loop{.buffer = std::vector<std::byte>(task.buffer_bytes)};
  task.effective("method", event_base_get_method(loop.base.get()));
  Acceptor acceptor(loop.base.get(), listener, task.stop,
                    [&](UniqueFd socket) { accept(loop, std::move(socket)); });
  ready();
  acceptor.run();
}

}  // namespace

void echo(const EchoTask& task) {
  task.effective("event", "raw, persistent, level-triggered");
  run_loops(task, [&](int listener, const Ready& ready) { serve(task, listener, ready); });
}

}  // namespace ringside::libevent
