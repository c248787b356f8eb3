#include "backends/backend.hpp"

namespace ringside::future {

extern const Backend backend;
const Backend backend{
    .name = "future",
    .summary = "",
    .version = [] { return std::string(); },
    .available = [] { return Availability{}; },
    .echo = nullptr,
};

}  // namespace ringside::future
