// A made-up /proc and /sys, so that decisions can be tested for machines that are not here.
#pragma once

#include <filesystem>
#include <string_view>

namespace ringside {

/// An empty folder to be filled with files and used instead of "/"; removed on destruction.
class FakeRoot {
 public:
  FakeRoot();
  ~FakeRoot();
  FakeRoot(const FakeRoot&) = delete;
  FakeRoot& operator=(const FakeRoot&) = delete;

  const std::filesystem::path& path() const noexcept { return path_; }

  /// Writes a file, with the folders above it. `file` is absolute, as on a real machine.
  FakeRoot& add(std::string_view file, std::string_view text);

  /// Adds a CPU to /sys/devices/system/cpu; "online" is to be added by the caller.
  FakeRoot& add_cpu(int cpu, int package, std::string_view siblings);

 private:
  std::filesystem::path path_;
};

}  // namespace ringside
