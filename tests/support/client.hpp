// A TCP client for tests of cells.
#pragma once

#include <cstddef>
#include <span>

#include "base/fd.hpp"
#include "base/net/listen.hpp"

namespace ringside::test {

/// How the server ended a connection, as far as the client has seen it.
enum class End { none, closed, reset };

/// What one non-blocking call did.
struct Moved {
  std::size_t bytes = 0;
  End end = End::none;
};

/// Sizes asked of the kernel (SO_SNDBUF, SO_RCVBUF), which doubles them; 0 leaves its default.
struct SocketBuffers {
  int send_bytes = 0;
  int receive_bytes = 0;
};

/// On a listening socket it holds for the connections accepted from it. Throws Error.
void set_buffers(int socket, const SocketBuffers& buffers);

/// So little that a few hundred KiB fill a connection. The kernel's own sizes grow to megabytes,
/// and what fits there never makes a cell wait.
inline constexpr SocketBuffers small_buffers{.send_bytes = 65536, .receive_bytes = 65536};

/// Ports of their own whose connections have small_buffers at the cell's end.
Listeners listen_with_small_buffers(std::size_t count);

/// A non-blocking socket with TCP_NODELAY. Nothing here waits longer than `patience`; whatever the
/// server is not allowed to do is thrown as an Error, which fails the test.
class Client {
 public:
  /// Not connected yet.
  explicit Client(const SocketBuffers& buffers = {});

  /// Connected; the server need not have accepted yet.
  explicit Client(const Endpoint& server, const SocketBuffers& buffers = {});

  void connect(const Endpoint& server);

  /// Moves the socket to a descriptor number of at least `lowest`.
  void renumber(int lowest);

  int fd() const noexcept { return socket_.get(); }

  /// Sends what the socket takes at once, possibly nothing.
  Moved send_some(std::span<const std::byte> bytes);

  /// Receives what has arrived, possibly nothing.
  Moved receive_some(std::span<std::byte> room);

  /// Tells the server that nothing more will come; receiving goes on.
  void finish_sending();

  /// Receives and discards until the server ends the connection, and says how it did.
  End wait_for_end();

  /// Ends the connection with a reset instead of an orderly end.
  void reset();

  void close() { socket_.reset(); }

 private:
  UniqueFd socket_;
};

}  // namespace ringside::test
