// Finding the number by which perf knows a tracepoint.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/measured.hpp"

namespace ringside {

/// The id of a tracepoint, for example "raw_syscalls/sys_enter": what perf_event_attr.config wants.
/// Read from tracefs where it is mounted (/sys/kernel/tracing, or within debugfs); where it is not,
/// and we have CAP_SYS_ADMIN, from a mount of our own that is attached to no folder and is gone
/// when this returns (fsopen(2), fsmount(2), Linux 5.2). The reason says what to do about a
/// refusal.
Measured<std::uint64_t> find_tracepoint(std::string_view event);

}  // namespace ringside
