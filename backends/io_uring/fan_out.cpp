// Fan-out on raw io_uring: one ring per listener, and for each client a small state machine. The
// sends of one request to all its leaves are submitted together; one multishot recv for each leaf
// stays with the kernel, and each reply is copied from the buffer it came in to its place in the
// answer. The count of those still missing says when to send it.
#include "backends/tasks/fan_out.hpp"

#include <liburing.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "backends/io_uring/older_kernels.hpp"
#include "backends/io_uring/server.hpp"
#include "backends/support/fan_out_messages.hpp"
#include "backends/support/loops.hpp"
#include "backends/support/socket.hpp"
#include "base/fd.hpp"
#include "base/stop_signal.hpp"
#include "base/uring/buffer_ring.hpp"
#include "base/uring/ring.hpp"

namespace ringside::io_uring {

void fan_out(const FanOutTask& task);

namespace {

using uring::BufferRing;
using uring::Generation;
using uring::Ring;

// Room for a late reply and the awaited one behind it, and no more than a socket holds at once.
constexpr std::size_t smallest_buffer = 512, largest_buffer = 65536;

// What a completion belongs to, carried through the kernel as its user data.
struct Operation {
  enum class Kind : std::uint16_t {
    stop,
    accept,
    accept_pause,
    cancel,
    connect,       // from here on of one parent
    send_request,  // to one leaf
    receive_reply,
    receive_request,
    send_answer,
    client_end,
  };
  Kind kind;
  std::uint16_t leaf = 0;
  std::int32_t parent = -1;  // the descriptor of its client
};

std::uint64_t to_data(Operation operation) {
  return std::bit_cast<std::uint64_t>(operation);
}

struct Leaf {
  UniqueFd socket;
  std::span<const std::byte> unsent;  // of the request at hand
};

struct Parent {
  Parent(UniqueFd socket, const FanOutTask& task)
      : client(std::move(socket)),
        leaves(task.leaves.size()),
        requests(task.request_bytes),
        replies(task.leaves.size(), task.reply_bytes) {}

  UniqueFd client;
  std::vector<Leaf> leaves;
  RequestQueue requests;
  ReplySet replies;
  std::size_t operations = 0;  // with the kernel, each still to tell of its end
  std::size_t missing = 0;     // replies that the answer still waits for
  std::size_t sending = 0;     // leaves that are not connected or have not taken all of the request
  bool serving = false;        // the oldest request is with the leaves or its answer not yet sent
  bool receiving = false;      // the next one is waited for
  bool ended = false;
  std::span<const std::byte> unsent;  // of the answer
};

std::size_t buffer_size(const FanOutTask& task) {
  return std::clamp(task.reply_bytes, smallest_buffer, largest_buffer);
}

// Interrupted, or out of buffers for a moment: to be tried again.
bool is_transient(int result) {
  return result == -EINTR || result == -EAGAIN || result == -ENOBUFS;
}

class FanOutLoop {
 public:
  FanOutLoop(const FanOutTask& task, int listener, std::span<const Generation> allowed)
      : task_(task), listener_(listener), server_(allowed, buffer_size(task), task.effective) {}

  void run() {
    ::io_uring_prep_poll_add(entry_for({.kind = Kind::stop}), task_.stop.fd(), POLLIN);
    accept();
    while (ring_.operations() > 0) {
      uring::check_entered(::io_uring_submit_and_wait(ring_.get(), 1));
      ring_.take_completions([this](const io_uring_cqe& completion) { on_completed(completion); });
      buffers_.publish();
    }
  }

 private:
  using Kind = Operation::Kind;

  // The next submission entry, to be filled in by one of liburing's io_uring_prep_ functions.
  io_uring_sqe* entry_for(Operation operation) {
    io_uring_sqe* const entry = ring_.next_entry();
    ::io_uring_sqe_set_data64(entry, to_data(operation));
    return entry;
  }

  io_uring_sqe* entry_for(Parent& parent, Kind kind, std::size_t leaf = 0) {
    ++parent.operations;
    return entry_for(
        {.kind = kind, .leaf = static_cast<std::uint16_t>(leaf), .parent = parent.client.get()});
  }

  void on_completed(const io_uring_cqe& completion) {
    const auto what = std::bit_cast<Operation>(completion.user_data);
    switch (what.kind) {
      case Kind::stop:
        return stop();
      case Kind::accept:
        return on_accepted(completion.res);
      case Kind::accept_pause:
        return accept();
      case Kind::cancel:
        return;  // what was cancelled tells of its own end
      default:
        break;
    }
    std::unique_ptr<Parent>& parent = parents_[static_cast<std::size_t>(what.parent)];
    if (!(completion.flags & IORING_CQE_F_MORE)) --parent->operations;
    if (!on_completed(*parent, what, completion) && !parent->ended) end(*parent);
    if (!parent->ended) {
      go_on(*parent);
    } else if (parent->operations == 0) {
      parent.reset();
    }
  }

  // False when the parent connection is over.
  bool on_completed(Parent& parent, Operation what, const io_uring_cqe& completion) {
    switch (what.kind) {
      case Kind::connect:
        return on_connected(parent, what.leaf, completion.res);
      case Kind::send_request:
        return on_request_sent(parent, what.leaf, completion.res);
      case Kind::receive_reply:
        return on_reply(parent, what.leaf, completion);
      case Kind::receive_request:
        return on_request(parent, completion.res);
      case Kind::send_answer:
        return on_answer_sent(parent, completion.res);
      default:
        return false;  // the client has gone
    }
  }

  // When the last operation has told of its end, nothing in the kernel holds a socket any more.
  void stop() {
    stopping_ = true;
    for (const auto& parent : parents_) {
      if (parent) parent->ended = true;
    }
    ::io_uring_prep_cancel64(entry_for({.kind = Kind::cancel}), 0,
                             IORING_ASYNC_CANCEL_ANY | IORING_ASYNC_CANCEL_ALL);
  }

  void end(Parent& parent) {
    parent.ended = true;
    cancel(parent.client);
    for (const Leaf& leaf : parent.leaves) cancel(leaf.socket);
  }

  void cancel(const UniqueFd& socket) {
    ::io_uring_prep_cancel_fd(entry_for({.kind = Kind::cancel}), socket.get(),
                              IORING_ASYNC_CANCEL_ALL);
  }

  // One at a time, not multishot: a client takes a descriptor for each leaf as well, and a kernel
  // that accepts ahead gives those it needs to the clients behind it.
  void accept() {
    if (stopping_) return;
    ::io_uring_prep_accept(entry_for({.kind = Kind::accept}), listener_, nullptr, nullptr,
                           SOCK_CLOEXEC);
  }

  void on_accepted(int result) {
    UniqueFd client(result);
    if (stopping_) return;
    const bool must_wait = client ? !start(std::move(client)) : accept_must_wait(result);
    if (!must_wait) return accept();
    ::io_uring_prep_timeout(entry_for({.kind = Kind::accept_pause}), &pause_, 0, 0);
  }

  // False when there are no descriptors for all its leaves: the client is let go again.
  bool start(UniqueFd client) {
    set_no_delay(client.get());
    auto parent = std::make_unique<Parent>(std::move(client), task_);
    for (Leaf& leaf : parent->leaves) {
      leaf.socket = make_socket(0);
      if (!leaf.socket) return !is_exhausted(errno);
    }
    for (std::size_t i = 0; i < parent->leaves.size(); ++i) {
      ::io_uring_prep_connect(entry_for(*parent, Kind::connect, i), parent->leaves[i].socket.get(),
                              reinterpret_cast<const sockaddr*>(&task_.leaves[i]),
                              sizeof task_.leaves[i]);
    }
    parent->sending = parent->leaves.size();
    ::io_uring_prep_poll_add(entry_for(*parent, Kind::client_end), parent->client.get(), POLLRDHUP);
    buffers_.provide(static_cast<unsigned>(parent->leaves.size()));
    const auto index = static_cast<std::size_t>(parent->client.get());
    if (index >= parents_.size()) parents_.resize(index + 1);
    parents_[index] = std::move(parent);
    return true;
  }

  bool on_connected(Parent& parent, std::size_t leaf, int result) {
    if (result < 0) return false;
    --parent.sending;
    if (!parent.ended) receive_replies(parent, leaf);
    return true;
  }

  // Starts what the state of the parent connection asks for.
  void go_on(Parent& parent) {
    if (parent.missing > 0 || parent.sending > 0 || !parent.unsent.empty()) return;
    if (std::exchange(parent.serving, false)) parent.requests.pop();
    const std::span<const std::byte> request = parent.requests.front();
    if (!request.empty()) return ask_leaves(parent, request);
    if (!parent.receiving) receive_request(parent);
  }

  void ask_leaves(Parent& parent, std::span<const std::byte> request) {
    parent.serving = true;
    parent.missing = task_.quorum;
    parent.sending = parent.leaves.size();
    parent.replies.await(request);
    for (std::size_t i = 0; i < parent.leaves.size(); ++i) send_request(parent, i, request);
  }

  // Waits until the socket has taken all, so that short sends are rare.
  void send_request(Parent& parent, std::size_t leaf, std::span<const std::byte> bytes) {
    parent.leaves[leaf].unsent = bytes;
    ::io_uring_prep_send(entry_for(parent, Kind::send_request, leaf),
                         parent.leaves[leaf].socket.get(), bytes.data(), bytes.size(),
                         MSG_WAITALL | MSG_NOSIGNAL);
  }

  bool on_request_sent(Parent& parent, std::size_t leaf, int result) {
    if (parent.ended || (result < 0 && !is_transient(result))) return false;
    const auto sent = static_cast<std::size_t>(std::max(result, 0));
    const auto rest = parent.leaves[leaf].unsent.subspan(sent);
    if (rest.empty()) {
      --parent.sending;
    } else {
      send_request(parent, leaf, rest);
    }
    return true;
  }

  // Into whichever buffers the kernel picks from the group; again and again where it can.
  void receive_replies(Parent& parent, std::size_t leaf) {
    const int socket = parent.leaves[leaf].socket.get();
    io_uring_sqe* const entry = entry_for(parent, Kind::receive_reply, leaf);
    if (ring_.generation().multishot_recv) {
      ::io_uring_prep_recv_multishot(entry, socket, nullptr, 0, 0);
    } else {
      ::io_uring_prep_recv(entry, socket, nullptr, buffers_.buffer_bytes(), 0);
    }
    entry->flags |= IOSQE_BUFFER_SELECT;
    entry->buf_group = buffers_.group();
  }

  bool on_reply(Parent& parent, std::size_t leaf, const io_uring_cqe& completion) {
    const int result = completion.res;
    if (result > 0) {
      take(parent, leaf, buffers_.bytes_of(completion));
      buffers_.give_back(BufferRing::buffer_of(completion));
    } else if (!is_transient(result)) {
      return false;
    }
    if (!(completion.flags & IORING_CQE_F_MORE) && !parent.ended) receive_replies(parent, leaf);
    return true;
  }

  void take(Parent& parent, std::size_t leaf, std::span<const std::byte> bytes) {
    while (!bytes.empty() && !parent.ended) {
      const std::span<std::byte> room = parent.replies.room(leaf);
      const std::size_t size = std::min(room.size(), bytes.size());
      std::memcpy(room.data(), bytes.data(), size);
      bytes = bytes.subspan(size);

      const Arrival arrival = parent.replies.received(leaf, size);
      if (arrival == Arrival::late) task_.count_late(1);
      if (arrival == Arrival::awaited && --parent.missing == 0) {
        send_answer(parent, parent.replies.end_waiting());
      }
    }
  }

  void send_answer(Parent& parent, std::span<const std::byte> bytes) {
    parent.unsent = bytes;
    ::io_uring_prep_send(entry_for(parent, Kind::send_answer), parent.client.get(), bytes.data(),
                         bytes.size(), MSG_WAITALL | MSG_NOSIGNAL);
  }

  bool on_answer_sent(Parent& parent, int result) {
    if (parent.ended || (result < 0 && !is_transient(result))) return false;
    parent.unsent = parent.unsent.subspan(static_cast<std::size_t>(std::max(result, 0)));
    if (!parent.unsent.empty()) send_answer(parent, parent.unsent);
    return true;
  }

  // One at a time and straight into the queue, which then stays as it is. That the client leaves
  // meanwhile is the poll's to tell.
  void receive_request(Parent& parent) {
    const std::span<std::byte> room = parent.requests.room();
    io_uring_sqe* const entry = entry_for(parent, Kind::receive_request);
    ::io_uring_prep_recv(entry, parent.client.get(), room.data(), room.size(), 0);
    parent.receiving = true;
  }

  static bool on_request(Parent& parent, int result) {
    parent.receiving = false;
    if (result <= 0) return is_transient(result);
    parent.requests.received(static_cast<std::size_t>(result));
    return true;
  }

  const FanOutTask& task_;
  int listener_;
  bool stopping_ = false;
  __kernel_timespec pause_ = to_timespec(accept_pause);
  std::vector<std::unique_ptr<Parent>> parents_;  // by the client's descriptor; outlive the ring
  ServerRing server_;
  Ring& ring_ = server_.ring;
  BufferRing& buffers_ = server_.buffers;
};

}  // namespace

void fan_out_with(const FanOutTask& task, std::span<const Generation> allowed) {
  task.effective("accept", "single-shot");
  task.effective("connections", "one to each leaf for each parent, persistent");
  run_loops(task, [&](int listener, const Ready& ready) {
    FanOutLoop loop(task, listener, allowed);
    ready();
    loop.run();
  });
}

void fan_out(const FanOutTask& task) {
  fan_out_with(task, uring::generations);
}

}  // namespace ringside::io_uring
