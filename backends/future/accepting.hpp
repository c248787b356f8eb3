// What the future cells share: the threads around a listening socket. One runs the io_context that
// completes the operations and fulfils the futures, one accepts, and one waits for the stop signal.
#pragma once

#include <functional>
#include <future>
#include <mutex>
#include <utility>

#include "backends/asio_support/loop.hpp"

namespace ringside::future {

/// An acceptor for two threads at once, which Asio's own is not: the one that accepts is not the
/// one that hears of the stop. Each call holds the lock, the wait for its future does not.
class SharedAcceptor {
 public:
  explicit SharedAcceptor(asio_support::Acceptor acceptor) : acceptor_(std::move(acceptor)) {}

  std::future<asio_support::Socket> accept();

  /// Completes with an error what is pending, and whatever is started later.
  void close();

 private:
  std::mutex mutex_;
  asio_support::Acceptor acceptor_;
};

/// What a cell does on the thread that accepts: returns when the acceptor has been closed.
using AcceptConnections =
    std::function<void(SharedAcceptor& acceptor, boost::asio::io_context& context)>;

/// Calls `accept_connections` on a thread of its own and then `ready`, closes the acceptor when
/// `stop` is raised, and returns when `accept_connections` has. Rethrows what it throws.
void serve(const StopSignal& stop, int listener, const Ready& ready,
           const AcceptConnections& accept_connections);

/// Returns when it makes sense to accept again: at once, or after accept_pause where descriptors or
/// memory have run out. Throws Error when `error` says that the listening socket is unusable.
void recover_from_failed_accept(boost::system::error_code error, boost::asio::io_context& context);

/// Returns after accept_pause.
void wait_a_moment(boost::asio::io_context& context);

}  // namespace ringside::future
