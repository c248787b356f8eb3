#include "backends/libevent/resources.hpp"

#include "base/error.hpp"

namespace ringside::libevent {

UniqueBase make_base() {
  const std::unique_ptr<event_config, Release<event_config_free>> config(event_config_new());
  if (!config) throw Error("libevent: no memory for an event_config");
  event_config_set_flag(config.get(), EVENT_BASE_FLAG_NOLOCK | EVENT_BASE_FLAG_IGNORE_ENV);
  UniqueBase base(event_base_new_with_config(config.get()));
  if (!base)
    throw Error("libevent: no event_base can be made", "raise the limit of open files (ulimit -n)");
  return base;
}

}  // namespace ringside::libevent
