// Fan-out with Asio futures: every operation gives a std::future, and "wait for all" is to wait for
// one after the other, in any order. Each client has a thread that waits; one more per listener
// runs the io_context that fulfils the futures.
//
// What std::future cannot do is to wait for the first of several. Where only some replies are
// needed, an operation that completes says so on a queue, and the thread waits for whichever comes
// next: what Java's ExecutorCompletionService does with its futures.
#include "backends/tasks/fan_out.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <span>
#include <stop_token>
#include <utility>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>

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
using boost::system::error_code;
using boost::system::system_error;
using Bytes = std::vector<std::byte>;

// How long the end of a client may go unnoticed while leaves are waited for.
constexpr std::chrono::milliseconds look_around{100};

// Numbers of operations that have completed, in that order: from the thread that runs the
// io_context to the one that waits.
class Completions {
 public:
  void add(std::size_t operation) {
    {
      const std::scoped_lock lock(mutex_);
      completed_.push_back(operation);
    }
    added_.notify_one();
  }

  std::size_t take() {
    std::unique_lock lock(mutex_);
    added_.wait(lock, [this] { return !completed_.empty(); });
    const std::size_t operation = completed_.front();
    completed_.pop_front();
    return operation;
  }

 private:
  std::mutex mutex_;
  std::condition_variable added_;
  std::deque<std::size_t> completed_;
};

// What goes over a connection of which both directions are used at the same time.
struct Stream {
  explicit Stream(std::size_t message_bytes) : message(message_bytes) {}

  Bytes message;                   // that is being read
  asio::mutable_buffer room = {};  // what it lacks
  asio::const_buffer unsent = {};
};

// A client and the leaves that are its own. No socket is used by two threads at once, which Asio's
// are not for.
class Parent {
 public:
  // Throws system_error when there are no descriptors for the leaves.
  Parent(Socket client, const FanOutTask& task)
      : task_(task), request_(task.request_bytes), answer_(task.quorum * task.reply_bytes) {
    sockets_.push_back(std::move(client));
    for (std::size_t i = 0; i < task.leaves.size(); ++i) {
      sockets_.emplace_back(sockets_.front().get_executor()).open(asio::ip::tcp::v4());
    }
  }

  void serve(const std::stop_token& stop) {
    const std::stop_callback wake(stop, [this] { shut_down(); });
    try {
      connect();
      task_.quorum == task_.leaves.size() ? serve_with_all() : serve_with_first();
    } catch (const system_error&) {
      // The client or a leaf has ended or is gone, or the server stops: the parent connection ends
      // in each case, when nothing that was started is on its way any more.
      shut_down();
      for (const auto& operation : operations_) {
        if (operation.valid()) operation.wait();
      }
    }
  }

 private:
  // Completes what is pending with an error. From any thread.
  void shut_down() {
    for (Socket& socket : sockets_) ::shutdown(socket.native_handle(), SHUT_RDWR);
  }

  void connect() {
    const std::vector<Endpoint> endpoints = asio_support::to_endpoints(task_.leaves);
    std::vector<std::future<void>> connects;
    for (std::size_t i = 0; i < endpoints.size(); ++i) {
      connects.push_back(leaves()[i].async_connect(endpoints[i], use_future));
    }
    for (std::future<void>& connected : connects) connected.get();
    for (Socket& leaf : leaves()) set_no_delay(leaf.native_handle());
  }

  void serve_with_all() {
    for (;;) {
      asio::async_read(client(), asio::buffer(request_), use_future).get();
      for (Socket& leaf : leaves()) {
        operations_.push_back(asio::async_write(leaf, asio::buffer(request_), use_future));
      }
      wait_for_all();
      asio::mutable_buffer place = asio::buffer(answer_);
      for (Socket& leaf : leaves()) {
        const auto reply = asio::buffer(place, task_.reply_bytes);
        operations_.push_back(asio::async_read(leaf, reply, use_future));
        place += task_.reply_bytes;
      }
      wait_for_all();
      asio::async_write(client(), asio::buffer(answer_), use_future).get();
    }
  }

  // Throws system_error when one has failed or the client leaves.
  void wait_for_all() {
    for (auto& operation : operations_) {
      while (operation.wait_for(look_around) != std::future_status::ready) look_at_client();
      operation.get();
    }
    operations_.clear();
  }

  void look_at_client() {
    pollfd leaving{.fd = client().native_handle(), .events = POLLRDHUP, .revents = 0};
    if (::poll(&leaving, 1, 0) > 0) throw system_error(asio::error::eof);
  }

  // What use_future is given here is called on the thread that runs the io_context; the future
  // gets what it returns or throws.
  auto reporting(std::size_t operation) {
    return use_future([this, operation](error_code error, std::size_t size) {
      completions_.add(operation);
      if (error) throw system_error(error);
      return size;
    });
  }

  static std::size_t read_of(std::size_t peer) { return 2 * peer; }
  static std::size_t write_of(std::size_t peer) { return 2 * peer + 1; }

  // Here every connection is read all the time: a leaf that waits until its late replies are taken
  // may take no requests. So a socket has a read and a write on their way, by single operations:
  // asio::async_read and async_write would go on on the thread that runs the io_context.
  void serve_with_first() {
    operations_.resize(2 * sockets_.size());
    streams_.emplace_back(task_.request_bytes);
    streams_.resize(sockets_.size(), Stream(task_.reply_bytes));
    replies_ = task_.quorum;
    for (std::size_t peer = 0; peer < sockets_.size(); ++peer) read_next(peer);
    for (;;) {
      while (streams_.front().room.size() > 0) go_on();
      request_.swap(streams_.front().message);
      read_next(0);

      replies_ = 0;
      for (std::size_t peer = 1; peer < sockets_.size(); ++peer) write_all(peer, request_);
      while (writing_ > 0 || replies_ < task_.quorum) go_on();
      write_all(0, answer_);
      while (writing_ > 0) go_on();
    }
  }

  // Waits for the operation that completes next, and starts what follows it.
  void go_on() {
    const std::size_t number = completions_.take();
    const std::size_t peer = number / 2, size = operations_[number].get();
    auto& [message, room, unsent] = streams_[peer];
    if (number == write_of(peer)) {
      unsent += size;
      unsent.size() > 0 ? write(peer) : static_cast<void>(--writing_);
      return;
    }
    room += size;
    if (room.size() > 0) return read(peer);
    if (peer == 0) return;  // a whole request
    take(message);
    read_next(peer);
  }

  void take(std::span<const std::byte> reply) {
    const bool late = replies_ == task_.quorum || message_id(reply) != message_id(request_);
    if (late) return task_.count_late(1);
    std::ranges::copy(reply,
                      answer_.begin() + static_cast<std::ptrdiff_t>(replies_ * reply.size()));
    ++replies_;
  }

  void read(std::size_t peer) {
    const std::size_t number = read_of(peer);
    operations_[number] = sockets_[peer].async_read_some(streams_[peer].room, reporting(number));
  }

  void read_next(std::size_t peer) {
    streams_[peer].room = asio::buffer(streams_[peer].message);
    read(peer);
  }

  void write(std::size_t peer) {
    const std::size_t number = write_of(peer);
    operations_[number] = sockets_[peer].async_write_some(streams_[peer].unsent, reporting(number));
  }

  // The bytes must stay until they are written.
  void write_all(std::size_t peer, const Bytes& bytes) {
    ++writing_;
    streams_[peer].unsent = asio::buffer(bytes);
    write(peer);
  }

  Socket& client() { return sockets_.front(); }
  std::span<Socket> leaves() { return std::span(sockets_).subspan(1); }

  const FanOutTask& task_;
  Bytes request_, answer_;
  std::vector<Socket> sockets_;                       // the client's, then those of the leaves
  std::vector<std::future<std::size_t>> operations_;  // on their way

  // The rest is for less than all.
  Completions completions_;
  std::vector<Stream> streams_;  // of the sockets with the same numbers
  std::size_t writing_ = 0;      // messages on their way
  std::size_t replies_ = 0;      // to request_, in answer_; the quorum when none is waited for
};

void accept_connections(const FanOutTask& task, SharedAcceptor& acceptor,
                        asio::io_context& context) {
  ThreadGroup clients;
  for (;;) {
    try {
      Socket client = acceptor.accept().get();
      set_no_delay(client.native_handle());
      auto parent = std::make_shared<Parent>(std::move(client), task);
      const auto serve = [parent](const std::stop_token& stop) mutable {
        std::exchange(parent, nullptr)->serve(stop);
      };
      while (!clients.start(serve) && !task.stop.raised()) wait_a_moment(context);
    } catch (const system_error& failure) {
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
  task.effective("wait for all", task.quorum == task.leaves.size()
                                     ? "one future after the other"
                                     : "futures in the order of their completion");
  asio_support::run_loops(task, [&](int listener, const Ready& ready) {
    serve(task.stop, listener, ready, [&](SharedAcceptor& acceptor, asio::io_context& context) {
      accept_connections(task, acceptor, context);
    });
  });
}

}  // namespace ringside::future
