#include "backends/backend.hpp"

namespace ringside::libevent {

extern const Backend backend;
const Backend backend{
    .name = "libevent",
    .summary = "",
    .version = [] { return std::string(); },
    .available = [] { return Availability{}; },
    .echo = nullptr,
};

}  // namespace ringside::libevent
