// Fan-out with Asio completion handlers: everything is started at once, and every handler counts.
// Whoever counts last goes on: "wait for all" is a counter that reaches its mark.
#include "backends/tasks/fan_out.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "backends/asio_support/loop.hpp"
#include "backends/callback/failed_accept.hpp"
#include "backends/support/socket.hpp"

namespace ringside::callback {

void fan_out(const FanOutTask& task);

namespace {

namespace asio = boost::asio;
using asio_support::Acceptor;
using asio_support::Endpoint;
using asio_support::Loop;
using asio_support::Socket;
using boost::system::error_code;

struct Leaf {
  Socket socket;
  std::vector<std::byte> reply;
};

// A client and the leaves that are its own. The client and every leaf are read all the time, so
// that the end of any of them is noticed at once; it ends all. Then every handler that waits fails,
// and with the last one goes the last reference, and with it the connections.
class Parent : public std::enable_shared_from_this<Parent> {
 public:
  Parent(Socket client, const FanOutTask& task)
      : task_(task),
        client_(std::move(client)),
        request_(task.request_bytes),
        next_request_(task.request_bytes),
        answer_(task.quorum * task.reply_bytes),
        replies_(task.quorum) {
    for (std::size_t i = 0; i < task.leaves.size(); ++i) {
      leaves_.push_back({Socket(client_.get_executor()), std::vector<std::byte>(task.reply_bytes)});
    }
  }

  // An error when there are no descriptors for the leaves.
  error_code open() {
    error_code error;
    for (Leaf& leaf : leaves_) {
      leaf.socket.open(Endpoint::protocol_type::v4(), error);
      if (error) break;
    }
    return error;
  }

  void connect(std::span<const Endpoint> endpoints) {
    unfinished_ = leaves_.size();
    for (std::size_t i = 0; i < leaves_.size(); ++i) {
      Leaf& leaf = leaves_[i];
      leaf.socket.async_connect(endpoints[i], [self = shared_from_this(), &leaf](error_code error) {
        if (error) return self->close();
        set_no_delay(leaf.socket.native_handle());
        self->read_reply(leaf);
        if (--self->unfinished_ == 0) self->read_request();
      });
    }
  }

 private:
  // Reads one request ahead of the one that is being served.
  void read_request() {
    asio::async_read(client_, asio::buffer(next_request_),
                     [self = shared_from_this()](error_code error, std::size_t) {
                       if (error) return self->close();
                       self->arrived_ = true;
                       self->serve();
                     });
  }

  // Passes the next request on, once it has arrived and nothing of the one before is left to write.
  // That a leaf which takes no requests holds up the next one is the bound of its backlog here.
  void serve() {
    if (!arrived_ || unfinished_ > 0) return;
    std::swap(request_, next_request_);
    arrived_ = false;
    replies_ = 0;
    unfinished_ = leaves_.size() + 1;  // every request and the answer, each to be written
    for (Leaf& leaf : leaves_) write(leaf.socket, request_);
    read_request();
  }

  void write(Socket& socket, const std::vector<std::byte>& bytes) {
    asio::async_write(socket, asio::buffer(bytes),
                      [self = shared_from_this()](error_code error, std::size_t) {
                        if (error) return self->close();
                        if (--self->unfinished_ == 0) self->serve();
                      });
  }

  void read_reply(Leaf& leaf) {
    asio::async_read(leaf.socket, asio::buffer(leaf.reply),
                     [self = shared_from_this(), &leaf](error_code error, std::size_t) {
                       if (error) return self->close();
                       self->take(leaf.reply);
                       self->read_reply(leaf);
                     });
  }

  void take(std::span<const std::byte> reply) {
    const bool late = replies_ == task_.quorum || message_id(reply) != message_id(request_);
    if (late) return task_.count_late(1);
    std::ranges::copy(reply,
                      answer_.begin() + static_cast<std::ptrdiff_t>(replies_ * reply.size()));
    if (++replies_ == task_.quorum) write(client_, answer_);
  }

  void close() {
    error_code ignored;
    client_.close(ignored);
    for (Leaf& leaf : leaves_) leaf.socket.close(ignored);
  }

  const FanOutTask& task_;
  Socket client_;
  std::vector<Leaf> leaves_;
  std::vector<std::byte> request_, next_request_, answer_;
  bool arrived_ = false;        // next_request_ is complete
  std::size_t replies_;         // to request_, in answer_; the quorum when none is waited for
  std::size_t unfinished_ = 0;  // connects, later writes
};

class Server {
 public:
  Server(asio::io_context& context, int listener, const FanOutTask& task)
      : acceptor_(asio_support::make_acceptor(context, listener)),
        failed_(context),
        task_(task),
        leaves_(asio_support::to_endpoints(task.leaves)) {}

  void accept() {
    acceptor_.async_accept([this](error_code error, Socket socket) {
      if (!error) error = serve(std::move(socket));
      if (error) return failed_.retry(error, [this] { accept(); });
      accept();
    });
  }

 private:
  // An error when there are no descriptors for its leaves: the client is let go again.
  error_code serve(Socket client) {
    set_no_delay(client.native_handle());
    const auto parent = std::make_shared<Parent>(std::move(client), task_);
    const error_code error = parent->open();
    if (!error) parent->connect(leaves_);
    return error;
  }

  Acceptor acceptor_;
  FailedAccept failed_;
  const FanOutTask& task_;
  std::vector<Endpoint> leaves_;
};

}  // namespace

void fan_out(const FanOutTask& task) {
  task.effective("reactor", asio_support::reactor());
  task.effective("executor", "io_context per thread, without locks");
  task.effective("connections", "to each leaf one for each parent");
  task.effective("wait for all", "a counter");
  asio_support::run_loops(task, [&](int listener, const Ready& ready) {
    Loop loop(task.stop);
    Server server(loop.context(), listener, task);
    server.accept();
    ready();
    loop.run();
  });
}

}  // namespace ringside::callback
