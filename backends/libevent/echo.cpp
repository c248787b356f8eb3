// Echo on libevent with raw events: an event_base per thread, a persistent read event for every
// connection, and a write event only while its peer does not take what it is sent.
#include <sys/socket.h>

#include <cerrno>
#include <cstddef>
#include <span>
#include <unordered_map>
#include <vector>

#include <event2/event.h>
#include <event2/listener.h>

#include "backends/libevent/resources.hpp"
#include "backends/support/loops.hpp"
#include "backends/support/socket.hpp"
#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/stop_signal.hpp"
#include "scenarios/echo/task.hpp"

namespace ringside::libevent {

void echo(const EchoTask& task);

namespace {

class Server;

struct Connection {
  Server& server;
  UniqueFd socket;  // above the events: they must be gone before it is closed
  UniqueEvent readable = {};
  UniqueEvent writable = {};
  std::vector<std::byte> unsent = {};  // what the peer has not taken yet; empty nearly always
};

// The callbacks are noexcept because libevent is C: no exception may pass through it.
class Server {
 public:
  Server(const EchoTask& task, int listener);

  void run();

 private:
  static void on_accept(evconnlistener* listener, int socket, sockaddr* peer, int peer_bytes,
                        void* server) noexcept;
  static void on_failed_accept(evconnlistener* listener, void* server) noexcept;
  static void on_readable(int socket, short what, void* connection) noexcept;
  static void on_writable(int socket, short what, void* connection) noexcept;

  void close(const Connection& connection) { connections_.erase(connection.socket.get()); }

  UniqueBase base_ = make_base();
  std::vector<std::byte> buffer_;
  std::unordered_map<int, Connection> connections_;
  UniqueListener listener_;
  UniqueEvent accept_again_;
  UniqueEvent stop_;
  int broken_accept_ = 0;  // the errno value that makes going on impossible
};

Server::Server(const EchoTask& task, int listener) : buffer_(task.buffer_bytes) {
  // Backlog 0: the socket listens already. It stays the caller's, so no LEV_OPT_CLOSE_ON_FREE.
  listener_.reset(
      evconnlistener_new(base_.get(), on_accept, this, LEV_OPT_CLOSE_ON_EXEC, 0, listener));
  accept_again_.reset(evtimer_new(
      base_.get(),
      [](int, short, void* paused) { evconnlistener_enable(static_cast<evconnlistener*>(paused)); },
      listener_.get()));
  stop_.reset(event_new(
      base_.get(), task.stop.fd(), EV_READ,
      [](int, short, void* base) { event_base_loopbreak(static_cast<event_base*>(base)); },
      base_.get()));
  if (!listener_ || !accept_again_ || !stop_ || event_add(stop_.get(), nullptr) < 0) {
    throw Error("libevent: the events of the listening socket cannot be set up");
  }
  evconnlistener_set_error_cb(listener_.get(), on_failed_accept);
  task.effective("method", event_base_get_method(base_.get()));
}

void Server::run() {
  event_base_dispatch(base_.get());
  if (broken_accept_ != 0) throw_errno("accept", broken_accept_);
}

void Server::on_accept(evconnlistener*, int socket, sockaddr*, int, void* argument) noexcept {
  Server& server = *static_cast<Server*>(argument);
  set_no_delay(socket);
  Connection& connection =
      server.connections_.emplace(socket, Connection{server, UniqueFd(socket)}).first->second;
  event_base* const base = server.base_.get();
  connection.readable.reset(
      event_new(base, socket, EV_READ | EV_PERSIST, on_readable, &connection));
  connection.writable.reset(event_new(base, socket, EV_WRITE, on_writable, &connection));
  const bool ready = connection.readable && connection.writable &&
                     event_add(connection.readable.get(), nullptr) == 0;
  if (!ready) server.close(connection);
}

void Server::on_failed_accept(evconnlistener* listener, void* argument) noexcept {
  Server& server = *static_cast<Server*>(argument);
  const int error = EVUTIL_SOCKET_ERROR();
  switch (classify_accept(error)) {
    case AcceptFailure::broken:
      server.broken_accept_ = error;
      event_base_loopbreak(server.base_.get());
      break;
    case AcceptFailure::exhausted: {
      const timeval pause{.tv_sec = 0, .tv_usec = std::chrono::microseconds(accept_pause).count()};
      evconnlistener_disable(listener);
      event_add(server.accept_again_.get(), &pause);
      break;
    }
    case AcceptFailure::none_left:
    case AcceptFailure::try_again:
      break;  // the event is level-triggered and comes again
  }
}

bool is_transient(int error) {
  return error == EAGAIN || error == EINTR;
}

// One read each time, though more may be waiting: the event is level-triggered, and a connection
// that never falls silent must not keep the others, or the stop signal, from their turn.
void Server::on_readable(int socket, short, void* argument) noexcept {
  Connection& connection = *static_cast<Connection*>(argument);
  Server& server = connection.server;
  const ssize_t received = ::recv(socket, server.buffer_.data(), server.buffer_.size(), 0);
  if (received < 0 && is_transient(errno)) return;
  if (received <= 0) return server.close(connection);

  const auto answer = std::span(server.buffer_).first(static_cast<std::size_t>(received));
  const ssize_t sent = ::send(socket, answer.data(), answer.size(), MSG_NOSIGNAL);
  if (sent == received) return;
  if (sent < 0 && !is_transient(errno)) return server.close(connection);

  // The peer is slow: read nothing more from it until it has taken what it is owed.
  const auto rest = answer.subspan(sent < 0 ? 0 : static_cast<std::size_t>(sent));
  connection.unsent.assign(rest.begin(), rest.end());
  event_del(connection.readable.get());
  event_add(connection.writable.get(), nullptr);
}

void Server::on_writable(int socket, short, void* argument) noexcept {
  Connection& connection = *static_cast<Connection*>(argument);
  auto& unsent = connection.unsent;
  const ssize_t sent = ::send(socket, unsent.data(), unsent.size(), MSG_NOSIGNAL);
  if (sent < 0 && !is_transient(errno)) return connection.server.close(connection);
  if (sent > 0) unsent.erase(unsent.begin(), unsent.begin() + sent);
  event_add(unsent.empty() ? connection.readable.get() : connection.writable.get(), nullptr);
}

}  // namespace

void echo(const EchoTask& task) {
  task.effective("event", "raw, persistent, level-triggered");
  run_loops(task.listeners, task.stop, [&](int listener) { Server(task, listener).run(); });
}

}  // namespace ringside::libevent
