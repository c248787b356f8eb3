#include "backends/backend.hpp"

namespace ringside::coroutine {

extern const Backend backend;
const Backend backend{
    .name = "coroutine",
    .summary = "",
    .version = [] { return std::string(); },
    .available = [] { return Availability{}; },
    .echo = nullptr,
};

}  // namespace ringside::coroutine
