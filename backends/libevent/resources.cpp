#include "backends/libevent/resources.hpp"

#include <event2/thread.h>

#include "base/error.hpp"

namespace ringside::libevent {

namespace {

UniqueBase make_base_with(int flags) {
  const std::unique_ptr<event_config, Release<event_config_free>> config(event_config_new());
  if (!config) throw Error("libevent: no memory for an event_config");
  event_config_set_flag(config.get(), flags);
  UniqueBase base(event_base_new_with_config(config.get()));
  if (!base)
    throw Error("libevent: no event_base can be made", "raise the limit of open files (ulimit -n)");
  return base;
}

}  // namespace

UniqueBase make_base() {
  return make_base_with(EVENT_BASE_FLAG_NOLOCK | EVENT_BASE_FLAG_IGNORE_ENV);
}

UniqueBase make_shared_base() {
  if (evthread_use_pthreads() < 0) throw Error("libevent: locks cannot be had");
  return make_base_with(EVENT_BASE_FLAG_IGNORE_ENV);
}

}  // namespace ringside::libevent
