#include "backends/io_uring/server.hpp"

#include <fmt/format.h>

#include "backends/support/socket.hpp"
#include "base/error.hpp"

namespace ringside::io_uring {

namespace {

constexpr unsigned submissions = 256;   // small enough to stay in the first-level cache
constexpr unsigned completions = 4096;  // a turn of thousands of connections without overflow
// Buffers in use grow with the connections: a pool of 1024 in turn would flush the caches for ten.
constexpr unsigned first_buffers = 64;

}  // namespace

ServerRing::ServerRing(
    std::span<const uring::Generation> allowed, std::size_t buffer_bytes,
    const std::function<void(std::string_view name, std::string_view value)>& effective)
    : ring(submissions, completions, allowed),
      buffers(ring, 0, uring::buffer_count(buffer_bytes), buffer_bytes) {
  buffers.provide(first_buffers);
  buffers.publish();
  effective("setup flags", ring.generation().setup_names);
  effective("ring descriptor", ring.registered() ? "registered" : "plain");
  effective("recv", ring.generation().multishot_recv ? "multishot" : "single-shot");
  effective("buffers",
            fmt::format("ring of up to {} x {}", buffers.count(), buffers.buffer_bytes()));
}

bool accept_must_wait(int result) {
  const AcceptFailure failure = classify_accept(-result);
  if (failure == AcceptFailure::broken) throw_errno("accepting a connection", -result);
  return failure != AcceptFailure::try_again;
}

}  // namespace ringside::io_uring
