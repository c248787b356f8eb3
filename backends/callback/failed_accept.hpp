// What the callback cells do when a connection could not be accepted.
#pragma once

#include <functional>

#include "backends/asio_support/loop.hpp"

namespace ringside::callback {

/// Knows when to try again. Must live as long as handlers run.
class FailedAccept {
 public:
  explicit FailedAccept(boost::asio::io_context& context) : pause_(context) {}

  /// Calls `accept` at once, or after accept_pause where descriptors or memory have run out.
  /// Throws Error when `error` says that the listening socket itself is unusable.
  void retry(boost::system::error_code error, std::function<void()> accept);

 private:
  asio_support::Timer pause_;
};

}  // namespace ringside::callback
