#include "backends/backend.hpp"

namespace ringside::blocking_threads {

extern const Backend backend;
const Backend backend{
    .name = "blocking_threads",
    .summary = "",
    .version = [] { return std::string(); },
    .available = [] { return Availability{}; },
    .echo = nullptr,
};

}  // namespace ringside::blocking_threads
