// Ownership of what libevent hands out as plain pointers.
#pragma once

#include <memory>

#include <event2/event.h>
#include <event2/listener.h>

namespace ringside::libevent {

template <auto release>
struct Release {
  void operator()(auto* object) const noexcept { release(object); }
};

/// Must outlive the events and listeners made on it.
using UniqueBase = std::unique_ptr<event_base, Release<event_base_free>>;

/// Freeing an event also takes it out of its base; do so before its descriptor is closed.
using UniqueEvent = std::unique_ptr<event, Release<event_free>>;

using UniqueListener = std::unique_ptr<evconnlistener, Release<evconnlistener_free>>;

/// A base for one thread: without locks, and deaf to the EVENT_* environment variables, which would
/// change what is measured. Throws Error.
UniqueBase make_base();

/// As make_base, with locks: other threads may call event_active on its events. Throws Error.
UniqueBase make_shared_base();

}  // namespace ringside::libevent
