// What this process holds and uses at the moment, and bounded waits for it to change.
#pragma once

#include <sys/resource.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <iosfwd>

namespace ringside::test {

/// How long a test waits for what must happen. It bounds a hang and says nothing about speed: busy
/// machines and sanitizers need room.
inline constexpr std::chrono::seconds patience{20};

/// Waits until `condition` holds, for at most `patience`; returns whether it did.
bool eventually(const std::function<bool()>& condition);

/// Descriptors and threads of this process, kernel workers of its rings included.
struct Footprint {
  std::size_t descriptors = 0;
  std::size_t threads = 0;

  bool operator==(const Footprint&) const = default;
};

/// Counted from /proc/self/fd and /proc/self/task.
Footprint footprint();

std::ostream& operator<<(std::ostream& out, const Footprint& footprint);

/// CPU time of all threads of this process, user and system.
std::chrono::nanoseconds cpu_time();

/// Lowers the soft limit of open descriptors for this process while it lives. Descriptors that are
/// open already, also those numbered above the limit, stay usable. Throws Error.
class DescriptorLimit {
 public:
  explicit DescriptorLimit(rlim_t descriptors);
  DescriptorLimit(const DescriptorLimit&) = delete;
  DescriptorLimit& operator=(const DescriptorLimit&) = delete;
  ~DescriptorLimit();

 private:
  rlimit before_{};
};

/// Raises the soft limit of open descriptors to the hard one and returns it. Throws Error.
std::size_t raise_descriptor_limit();

}  // namespace ringside::test
