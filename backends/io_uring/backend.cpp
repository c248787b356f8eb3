#include "backends/backend.hpp"

namespace ringside::io_uring {

extern const Backend backend;
const Backend backend{
    .name = "io_uring",
    .summary = "",
    .version = [] { return std::string(); },
    .available = [] { return Availability{}; },
    .echo = nullptr,
};

}  // namespace ringside::io_uring
