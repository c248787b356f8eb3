#include "tests/support/process.hpp"

#include <ctime>
#include <filesystem>
#include <iterator>
#include <ostream>
#include <thread>

#include "base/error.hpp"

namespace ringside::test {

namespace {

std::size_t count_entries(const char* directory) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(directory),
                                                std::filesystem::directory_iterator()));
}

}  // namespace

bool eventually(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

Footprint footprint() {
  // Listing /proc/self/fd takes one descriptor itself.
  return {.descriptors = count_entries("/proc/self/fd") - 1,
          .threads = count_entries("/proc/self/task")};
}

std::ostream& operator<<(std::ostream& out, const Footprint& footprint) {
  return out << footprint.descriptors << " descriptors and " << footprint.threads << " threads";
}

std::chrono::nanoseconds cpu_time() {
  timespec time{};
  check(::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time), "clock_gettime");
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

DescriptorLimit::DescriptorLimit(rlim_t descriptors) {
  check(::getrlimit(RLIMIT_NOFILE, &before_), "getrlimit");
  const rlimit lowered{.rlim_cur = descriptors, .rlim_max = before_.rlim_max};
  check(::setrlimit(RLIMIT_NOFILE, &lowered), "setrlimit");
}

DescriptorLimit::~DescriptorLimit() {
  ::setrlimit(RLIMIT_NOFILE, &before_);
}

std::size_t raise_descriptor_limit() {
  rlimit limit{};
  check(::getrlimit(RLIMIT_NOFILE, &limit), "getrlimit");
  limit.rlim_cur = limit.rlim_max;
  check(::setrlimit(RLIMIT_NOFILE, &limit), "setrlimit");
  return limit.rlim_cur;
}

}  // namespace ringside::test
