#include "backends/libevent/resources.hpp"

#include <sys/eventfd.h>

#include <mutex>
#include <vector>

#include <event2/thread.h>

#include "base/error.hpp"
#include "base/fd.hpp"

namespace ringside::libevent {

namespace {

/// libevent ends the whole process when there are no descriptors for an event_base's own (epoll, a
/// timer, a pair for signals), so they are tried before.
void require_descriptors() {
  constexpr std::size_t needed = 6;
  std::vector<UniqueFd> tried;
  while (tried.size() < needed) {
    tried.emplace_back(check(::eventfd(0, EFD_CLOEXEC), "the descriptors of an event_base"));
  }
}

UniqueBase make_base_with(int flags) {
  static std::mutex one_at_a_time;  // or another loop takes what was found to be free
  const std::scoped_lock lock(one_at_a_time);
  require_descriptors();
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
