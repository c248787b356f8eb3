// What the coroutine cells share: the type of a coroutine, what co_await gives, and what to do when
// a connection could not be accepted.
#pragma once

#include <exception>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "backends/asio_support/loop.hpp"

namespace ringside::coroutine {

using Task = boost::asio::awaitable<void, asio_support::Executor>;

/// co_await gives (error, result) instead of throwing: a peer that leaves is no exception here.
inline constexpr boost::asio::as_tuple_t<boost::asio::use_awaitable_t<asio_support::Executor>>
    use_tuple{};

/// Returns when it makes sense to accept again: at once, or after accept_pause where descriptors or
/// memory have run out. Throws Error when `error` says that the listening socket is unusable.
Task recover_from_failed_accept(boost::system::error_code error, asio_support::Executor executor);

/// For co_spawn, where asio::detached would swallow what the coroutine throws.
inline void rethrow(const std::exception_ptr& failure) {
  if (failure) std::rethrow_exception(failure);
}

}  // namespace ringside::coroutine
