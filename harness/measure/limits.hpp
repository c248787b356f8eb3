// Limits of this process.
#pragma once

#include <cstddef>

namespace ringside {

/// Descriptors that a run keeps open beside the connections of its load: epoll sets, control
/// channels, results, libraries. Generous, so that a plan which fits does not fail half-way.
inline constexpr std::size_t spare_descriptors = 256;

/// Raises the soft limit of open descriptors to the hard one, which needs no rights, and returns
/// what is then allowed.
std::size_t raise_descriptor_limit() noexcept;

}  // namespace ringside
