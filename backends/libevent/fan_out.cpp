// Fan-out on libevent with raw events: an event_base per thread, a persistent read event for every
// connection, and a write event only while a peer does not take what it is sent. "Wait for all" is
// a counter that each reply takes down by one. With bufferevents this would be shorter, and cost
// nearly half as much CPU again for each sub-request (16 leaves, 128 bytes, measured side by side).
#include "backends/tasks/fan_out.hpp"

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
#include "backends/support/fan_out_messages.hpp"
#include "backends/support/loops.hpp"
#include "backends/support/socket.hpp"
#include "base/fd.hpp"

namespace ringside::libevent {

void fan_out(const FanOutTask& task);

namespace {

struct Parent;

// One connection, to the client or to a leaf, and what its peer has not taken yet.
struct Connection {
  Parent* parent = nullptr;
  std::size_t leaf = 0;  // of no meaning for the client
  UniqueFd socket = {};  // above the events: they must be gone before it is closed
  UniqueEvent readable = {};
  UniqueEvent writable = {};
  std::span<const std::byte> unsent = {};
};

struct Loop {
  const FanOutTask& task;
  UniqueBase base = make_base();
  std::unordered_map<int, Parent> parents = {};  // by the client's descriptor
};

struct Parent {
  explicit Parent(Loop& owner)
      : loop(owner),
        leaves(owner.task.leaves.size()),
        requests(owner.task.request_bytes),
        replies(owner.task.leaves.size(), owner.task.reply_bytes) {}

  Loop& loop;
  Connection client;
  std::vector<Connection> leaves;
  RequestQueue requests;
  ReplySet replies;
  std::size_t missing = 0;  // replies that the answer still waits for
  std::size_t sending = 0;  // leaves that have not taken all of the request
  bool serving = false;     // the oldest request is with the leaves or its answer not yet sent
};

void close(const Parent& parent) {
  parent.loop.parents.erase(parent.client.socket.get());
}

bool is_transient(int error) {
  return error == EAGAIN || error == EINTR;
}

// The functions that return bool say false when the parent connection is over.

// Sends what the socket takes, and waits for the chance to send the rest. A leaf whose connection
// is not established yet takes nothing.
bool send_some(Connection& connection) {
  const std::span<const std::byte> bytes = connection.unsent;
  const ssize_t sent = ::send(connection.socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent < 0 && !is_transient(errno)) return false;
  connection.unsent = bytes.subspan(sent < 0 ? 0 : static_cast<std::size_t>(sent));
  return connection.unsent.empty() || event_add(connection.writable.get(), nullptr) == 0;
}

bool ask_leaves(Parent& parent, std::span<const std::byte> request) {
  parent.serving = true;
  parent.missing = parent.loop.task.quorum;
  parent.replies.await(request);
  for (Connection& leaf : parent.leaves) {
    leaf.unsent = request;
    if (!send_some(leaf)) return false;
    if (!leaf.unsent.empty()) ++parent.sending;
  }
  return true;
}

// Goes on to the next request when the last one is done with.
bool go_on(Parent& parent) {
  if (parent.missing > 0 || parent.sending > 0 || !parent.client.unsent.empty()) return true;
  if (std::exchange(parent.serving, false)) parent.requests.pop();
  // While there was no room for what the client sends, it was not waited for.
  if (!parent.requests.room().empty() && event_add(parent.client.readable.get(), nullptr) < 0) {
    return false;
  }
  const std::span<const std::byte> request = parent.requests.front();
  return request.empty() || ask_leaves(parent, request);
}

// One read each time, because the events are level-triggered. The client is read ahead of its turn,
// as far as there is room: only so is it seen to leave while leaves are waited for.
bool receive_requests(Parent& parent) {
  const std::span<std::byte> room = parent.requests.room();
  const ssize_t received = ::recv(parent.client.socket.get(), room.data(), room.size(), 0);
  if (received < 0) return is_transient(errno);
  if (received == 0) return false;
  parent.requests.received(static_cast<std::size_t>(received));
  if (parent.requests.room().empty()) event_del(parent.client.readable.get());
  return true;
}

bool receive_reply(Parent& parent, const Connection& leaf) {
  const std::span<std::byte> room = parent.replies.room(leaf.leaf);
  const ssize_t received = ::recv(leaf.socket.get(), room.data(), room.size(), 0);
  if (received < 0) return is_transient(errno);
  if (received == 0) return false;
  const Arrival arrival = parent.replies.received(leaf.leaf, static_cast<std::size_t>(received));
  if (arrival == Arrival::late) parent.loop.task.count_late(1);
  if (arrival != Arrival::awaited || --parent.missing > 0) return true;
  parent.client.unsent = parent.replies.end_waiting();
  return send_some(parent.client);
}

// Callbacks are noexcept because libevent is C: no exception may pass through it.

void on_client_readable(int, short, void* argument) noexcept {
  Parent& parent = *static_cast<Connection*>(argument)->parent;
  if (!receive_requests(parent) || !go_on(parent)) close(parent);
}

void on_leaf_readable(int, short, void* argument) noexcept {
  const Connection& leaf = *static_cast<Connection*>(argument);
  Parent& parent = *leaf.parent;
  if (!receive_reply(parent, leaf) || !go_on(parent)) close(parent);
}

void on_client_writable(int, short, void* argument) noexcept {
  Connection& client = *static_cast<Connection*>(argument);
  if (!send_some(client) || !go_on(*client.parent)) close(*client.parent);
}

void on_leaf_writable(int, short, void* argument) noexcept {
  Connection& leaf = *static_cast<Connection*>(argument);
  Parent& parent = *leaf.parent;
  if (!send_some(leaf)) return close(parent);
  if (!leaf.unsent.empty()) return;
  --parent.sending;
  if (!go_on(parent)) close(parent);
}

bool watch(Connection& connection, Parent& parent, event_callback_fn on_readable,
           event_callback_fn on_writable) {
  event_base* const base = parent.loop.base.get();
  const int socket = connection.socket.get();
  connection.parent = &parent;
  connection.readable.reset(
      event_new(base, socket, EV_READ | EV_PERSIST, on_readable, &connection));
  connection.writable.reset(event_new(base, socket, EV_WRITE, on_writable, &connection));
  return connection.readable && connection.writable &&
         event_add(connection.readable.get(), nullptr) == 0;
}

// False, with errno set, when there are not all the connections that it takes.
bool connect_leaves(Parent& parent) {
  for (std::size_t i = 0; i < parent.leaves.size(); ++i) {
    Connection& leaf = parent.leaves[i];
    leaf.leaf = i;
    leaf.socket = make_socket(SOCK_NONBLOCK);
    if (!leaf.socket || !connect_to(leaf.socket, parent.loop.task.leaves[i])) return false;
    if (!watch(leaf, parent, on_leaf_readable, on_leaf_writable)) return false;
  }
  return true;
}

// False when descriptors have run out: the client is let go again, and others had better wait.
bool accept(Loop& loop, UniqueFd client) {
  Parent& parent = loop.parents.try_emplace(client.get(), loop).first->second;
  parent.client.socket = std::move(client);
  if (connect_leaves(parent) &&
      watch(parent.client, parent, on_client_readable, on_client_writable)) {
    return true;
  }
  const bool exhausted = is_exhausted(errno);
  close(parent);
  return !exhausted;
}

void serve(const FanOutTask& task, int listener, const Ready& ready) {
  Loop loop{.task = task};
  task.effective("method", event_base_get_method(loop.base.get()));
  Acceptor acceptor(loop.base.get(), listener, task.stop, [&](UniqueFd client) {
    if (!accept(loop, std::move(client))) acceptor.pause();
  });
  ready();
  acceptor.run();
}

}  // namespace

void fan_out(const FanOutTask& task) {
  task.effective("event", "raw, persistent, level-triggered");
  task.effective("connections", "one to each leaf for each parent, persistent");
  run_loops(task, [&](int listener, const Ready& ready) { serve(task, listener, ready); });
}

}  // namespace ringside::libevent
