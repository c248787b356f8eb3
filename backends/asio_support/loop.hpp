// What the cells built on Boost.Asio share: the lifetime of an io_context that one thread runs, and
// the names of the types bound to its executor. The flow (accept, read, write) is the cells' own.
#pragma once

#include <netinet/in.h>

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include "backends/support/loops.hpp"

namespace ringside {

class StopSignal;

}  // namespace ringside

namespace ringside::asio_support {

// The concrete executor instead of Asio's default any_io_executor spares a type-erased call, and
// its copy, at every operation.
using Executor = boost::asio::io_context::executor_type;
using Endpoint = boost::asio::ip::tcp::endpoint;
using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;
using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, Executor>;
using Timer = boost::asio::basic_waitable_timer<
    std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;
using Descriptor = boost::asio::posix::basic_stream_descriptor<Executor>;

/// "Boost.Asio 1.26.0 (Boost 1.81.0), reactor epoll".
std::string version();

/// How Asio waits in this build, as version() says it.
std::string_view reactor() noexcept;

/// The same loop, with what Asio itself throws turned into Error.
ringside::RunLoop translated(ringside::RunLoop loop);

/// As ringside::run_loops, with what Asio itself throws turned into Error.
template <typename Task>
void run_loops(const Task& task, ringside::RunLoop loop) {
  ringside::run_loops(task, translated(std::move(loop)));
}

/// An acceptor on a descriptor of its own for `listener`, which stays the caller's.
Acceptor make_acceptor(boost::asio::io_context& context, int listener);

/// The same addresses in Asio's own type.
std::vector<Endpoint> to_endpoints(std::span<const sockaddr_in> addresses);

/// A descriptor that becomes readable when `stop` is raised: wait for it, never read from it.
Descriptor make_stop_descriptor(boost::asio::io_context& context, const StopSignal& stop);

/// An io_context without locks, made, run and destroyed by one thread. What is still pending when
/// it is destroyed is dropped, together with all that the handlers own.
class Loop {
 public:
  explicit Loop(const StopSignal& stop);

  boost::asio::io_context& context() noexcept { return context_; }

  /// Runs handlers until the stop signal is raised; throws what a handler throws.
  void run();

 private:
  boost::asio::io_context context_;
  Descriptor stop_;
};

/// An io_context with a thread of its own, which completes what other threads start. Destroy all
/// that uses it first.
class BackgroundLoop {
 public:
  BackgroundLoop();
  ~BackgroundLoop();
  BackgroundLoop(const BackgroundLoop&) = delete;
  BackgroundLoop& operator=(const BackgroundLoop&) = delete;

  /// May be used from any thread.
  boost::asio::io_context& context() noexcept { return context_; }

 private:
  boost::asio::io_context context_;
  std::jthread thread_;
};

}  // namespace ringside::asio_support
