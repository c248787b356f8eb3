// Limits of this process.
#pragma once

#include <cstddef>

namespace ringside {

/// Raises the soft limit of open descriptors to the hard one, which needs no rights, and returns
/// what is then allowed.
std::size_t raise_descriptor_limit() noexcept;

}  // namespace ringside
