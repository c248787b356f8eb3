// Echo with Asio completion handlers: every operation names the function that goes on with its
// result, and the handler that waits is what keeps its connection alive.
#include "backends/tasks/echo.hpp"

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include "backends/asio_support/loop.hpp"
#include "backends/callback/failed_accept.hpp"
#include "backends/support/socket.hpp"

namespace ringside::callback {

void echo(const EchoTask& task);

namespace {

namespace asio = boost::asio;
using asio_support::Acceptor;
using asio_support::Loop;
using asio_support::Socket;
using boost::system::error_code;

// Reads, then writes what it read, never both at once: a peer that does not take its answers is not
// read from, and one buffer is all a connection holds. When a handler starts nothing new (end of
// stream, error) the last reference goes with it, and the socket is closed.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Socket socket, std::size_t buffer_bytes)
      : socket_(std::move(socket)), buffer_(buffer_bytes) {}

  void read() {
    socket_.async_read_some(asio::buffer(buffer_),
                            [self = shared_from_this()](error_code error, std::size_t size) {
                              if (!error) self->write(size);
                            });
  }

 private:
  void write(std::size_t size) {
    asio::async_write(socket_, asio::buffer(buffer_, size),
                      [self = shared_from_this()](error_code error, std::size_t) {
                        if (!error) self->read();
                      });
  }

  Socket socket_;
  std::vector<std::byte> buffer_;
};

class Server {
 public:
  Server(asio::io_context& context, int listener, std::size_t buffer_bytes)
      : acceptor_(asio_support::make_acceptor(context, listener)),
        failed_(context),
        buffer_bytes_(buffer_bytes) {}

  void accept() {
    acceptor_.async_accept([this](error_code error, Socket socket) {
      if (error) return failed_.retry(error, [this] { accept(); });
      set_no_delay(socket.native_handle());
      std::make_shared<Connection>(std::move(socket), buffer_bytes_)->read();
      accept();
    });
  }

 private:
  Acceptor acceptor_;
  FailedAccept failed_;
  std::size_t buffer_bytes_;
};

}  // namespace

void echo(const EchoTask& task) {
  task.effective("reactor", asio_support::reactor());
  task.effective("executor", "io_context per thread, without locks");
  asio_support::run_loops(task, [&](int listener, const Ready& ready) {
    Loop loop(task.stop);
    Server server(loop.context(), listener, task.buffer_bytes);
    server.accept();
    ready();
    loop.run();
  });
}

}  // namespace ringside::callback
