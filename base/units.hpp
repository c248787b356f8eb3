// Numbers with units, as people write them.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace ringside {

/// Bytes from "128", "128B", "4KiB", "1MiB", "2GiB" (powers of 1024) or "128k", "128kB", "1MB",
/// "1GB" (powers of 1000, as in SI). Throws Error for anything else, naming what would be right.
std::uint64_t parse_bytes(std::string_view text);

/// A duration from a number and "ns", "us", "ms", "s" or "min". Throws Error; a number without a
/// unit is refused, because a guess would be wrong by a factor of a thousand.
std::chrono::nanoseconds parse_duration(std::string_view text);

/// A share from "3%", "0.5%" or "0"; 3% is 0.03. Throws Error, also above 100%.
double parse_percent(std::string_view text);

/// "128 B", "4 KiB", "128 kB": exact, in the largest unit that divides it, binary ones first.
std::string format_bytes(std::uint64_t bytes);

/// "20 ms", "1 s", "1.5 ms": up to three decimals.
std::string format_duration(std::chrono::nanoseconds duration);

}  // namespace ringside
