// Fan-out with Asio futures: every operation gives a std::future, and "wait for all" is to wait for
// one after the other. Each client has a thread that waits; one more per listener runs the
// io_context that fulfils the futures.
//
// A thread can wait for one future only, not for the first of several. So it waits for one that it
// needs, and looks at the others whenever it wakes and from time to time.
#include "backends/tasks/fan_out.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <future>
#include <memory>
#include <stop_token>
#include <utility>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/use_future.hpp>

#include "backends/asio_support/loop.hpp"
#include "backends/future/accepting.hpp"
#include "backends/support/socket.hpp"
#include "backends/support/thread_group.hpp"
#include "base/stop_signal.hpp"

namespace ringside::future {

void fan_out(const FanOutTask& task);

namespace {

namespace asio = boost::asio;
using asio::use_future;
using asio_support::Endpoint;
using asio_support::Socket;
using Bytes = std::vector<std::byte>;
using Patience = std::chrono::microseconds;

// How long the end of a connection may go unnoticed while a thread waits for another.
constexpr Patience look_around = std::chrono::milliseconds(100);
// The same for a reply that may be the one needed next: short of all, nobody knows which that is.
constexpr Patience poll_interval = std::chrono::microseconds(100);

bool is_ready(const auto& future, Patience patience) {
  return future.wait_for(patience) == std::future_status::ready;
}

// A connection, the message that is being read from it and the one that is being written to it. By
// single operations: asio::async_read and async_write would go on on the thread that runs the
// io_context, and Asio's sockets are not for two threads at once.
struct Peer {
  Bytes message;
  Socket socket;  // below what it reads into: closed first
  std::size_t filled = 0;
  asio::const_buffer unsent = {};
  bool replied = true;  // a leaf, to the request passed on last
  std::future<std::size_t> reading = {}, writing = {};

  void read() { reading = socket.async_read_some(asio::buffer(message) + filled, use_future); }

  // Whether the message is complete, after waiting for at most that long. Throws system_error when
  // the peer has ended the connection.
  bool has_message(Patience patience) {
    while (reading.valid() && is_ready(reading, patience)) {
      filled += reading.get();
      if (filled < message.size()) read();
    }
    return filled == message.size();
  }

  void read_next() {
    filled = 0;
    read();
  }

  // The bytes must stay until they are written.
  void write(asio::const_buffer bytes) {
    unsent = bytes;
    writing = socket.async_write_some(unsent, use_future);
  }

  bool has_written(Patience patience) {
    while (writing.valid() && is_ready(writing, patience)) {
      unsent += writing.get();
      if (unsent.size() > 0) write(unsent);
    }
    return unsent.size() == 0;
  }
};

// A client and the leaves that are its own.
class Parent {
 public:
  // Throws system_error when there are no descriptors for the leaves.
  Parent(Socket client, const FanOutTask& task)
      : task_(task),
        request_(task.request_bytes),
        answer_(task.quorum * task.reply_bytes),
        client_{Bytes(task.request_bytes), std::move(client)},
        replies_(task.quorum) {
    for (std::size_t i = 0; i < task.leaves.size(); ++i) {
      leaves_.push_back({Bytes(task.reply_bytes), Socket(client_.socket.get_executor())});
      leaves_.back().socket.open(asio::ip::tcp::v4());
    }
  }

  // Throws system_error when one of the connections ends.
  void serve() {
    client_.read();
    connect();
    for (;;) {
      while (!client_.has_message(patience())) look_at_others();
      request_.swap(client_.message);
      client_.read_next();

      pass_on_request();
      wait_for_replies();
      client_.write(asio::buffer(answer_));
      while (!client_.has_written(patience())) look_at_others();
    }
  }

  // Completes what is pending with an error. From any thread.
  void shut_down() {
    ::shutdown(client_.socket.native_handle(), SHUT_RDWR);
    for (Peer& leaf : leaves_) ::shutdown(leaf.socket.native_handle(), SHUT_RDWR);
  }

 private:
  void connect() {
    const std::vector<Endpoint> endpoints = asio_support::to_endpoints(task_.leaves);
    std::vector<std::future<void>> connects;
    for (std::size_t i = 0; i < leaves_.size(); ++i) {
      connects.push_back(leaves_[i].socket.async_connect(endpoints[i], use_future));
    }
    for (std::future<void>& connected : connects) {
      while (!is_ready(connected, look_around)) look_at_others();
      connected.get();
    }
    for (Peer& leaf : leaves_) {
      set_no_delay(leaf.socket.native_handle());
      leaf.read();
    }
  }

  void pass_on_request() {
    replies_ = 0;
    for (Peer& leaf : leaves_) {
      leaf.replied = false;
      leaf.write(asio::buffer(request_));
    }
    for (Peer& leaf : leaves_) {
      while (!leaf.has_written(patience())) look_at_others();
    }
  }

  void wait_for_replies() {
    for (look_at_others(); replies_ < task_.quorum; look_at_others()) {
      std::ranges::find_if(leaves_, straggles)->reading.wait_for(patience());
    }
  }

  // Takes the replies that have come; with a peer that has ended its connection ends all.
  void look_at_others() {
    client_.has_message({});
    for (Peer& leaf : leaves_) {
      while (leaf.has_message({})) {
        take(leaf);
        leaf.read_next();
      }
    }
  }

  void take(Peer& leaf) {
    const bool current = message_id(leaf.message) == message_id(request_);
    leaf.replied |= current;
    if (!current || replies_ == task_.quorum) return task_.count_late(1);
    const auto place = static_cast<std::ptrdiff_t>(replies_ * leaf.message.size());
    std::ranges::copy(leaf.message, answer_.begin() + place);
    ++replies_;
  }

  static bool straggles(const Peer& leaf) { return !leaf.replied; }

  // How long to wait for one before looking at the others.
  Patience patience() const {
    const bool all_are_needed = task_.quorum == leaves_.size();
    return all_are_needed || std::ranges::none_of(leaves_, straggles) ? look_around : poll_interval;
  }

  const FanOutTask& task_;
  Bytes request_, answer_;  // above the sockets that they are written to
  Peer client_;
  std::vector<Peer> leaves_;
  std::size_t replies_;  // to request_, in answer_; the quorum when none is waited for
};

void serve_client(Parent& parent, const std::stop_token& stop) {
  try {
    const std::stop_callback wake(stop, [&] { parent.shut_down(); });
    parent.serve();
  } catch (const boost::system::system_error&) {
    // The client or a leaf has ended or is gone, or the server stops: the parent connection ends in
    // each case.
  }
}

void accept_connections(const FanOutTask& task, SharedAcceptor& acceptor,
                        asio::io_context& context) {
  ThreadGroup clients;
  for (;;) {
    try {
      Socket client = acceptor.accept().get();
      set_no_delay(client.native_handle());
      auto parent = std::make_shared<Parent>(std::move(client), task);
      const auto serve = [parent](const std::stop_token& stop) mutable {
        serve_client(*std::exchange(parent, nullptr), stop);
      };
      while (!clients.start(serve) && !task.stop.raised()) wait_a_moment(context);
    } catch (const boost::system::system_error& failure) {
      if (task.stop.raised()) return;
      recover_from_failed_accept(failure.code(), context);
    }
  }
}

}  // namespace

void fan_out(const FanOutTask& task) {
  task.effective("reactor", asio_support::reactor());
  task.effective("executor", "io_context on a thread of its own per listener");
  task.effective("threads", "one per client");
  task.effective("connections", "to each leaf one for each parent");
  task.effective("wait for all", task.quorum == task.leaves.size() ? "one future after the other"
                                                                   : "futures polled every 100 us");
  asio_support::run_loops(task, [&](int listener, const Ready& ready) {
    serve(task.stop, listener, ready, [&](SharedAcceptor& acceptor, asio::io_context& context) {
      accept_connections(task, acceptor, context);
    });
  });
}

}  // namespace ringside::future
