#include "backends/coroutine/coroutine.hpp"

#include "backends/support/socket.hpp"
#include "base/error.hpp"

namespace ringside::coroutine {

Task recover_from_failed_accept(boost::system::error_code error, asio_support::Executor executor) {
  const AcceptFailure failure = classify_accept(error.value());
  if (failure == AcceptFailure::broken) throw_errno("accepting a connection", error.value());
  if (failure != AcceptFailure::exhausted) co_return;
  asio_support::Timer pause(executor, accept_pause);
  co_await pause.async_wait(use_tuple);
}

}  // namespace ringside::coroutine
