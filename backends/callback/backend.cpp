#include "backends/backend.hpp"

namespace ringside::callback {

extern const Backend backend;
const Backend backend{
    .name = "callback",
    .summary = "",
    .version = [] { return std::string(); },
    .available = [] { return Availability{}; },
    .echo = nullptr,
};

}  // namespace ringside::callback
