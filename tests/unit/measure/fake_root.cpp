#include "tests/unit/measure/fake_root.hpp"

#include <stdlib.h>

#include <fstream>
#include <stdexcept>
#include <string>

#include <fmt/format.h>

namespace ringside {

FakeRoot::FakeRoot() {
  std::string name = (std::filesystem::temp_directory_path() / "ringside-root-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp " + name);
  path_ = name;
}

FakeRoot::~FakeRoot() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

FakeRoot& FakeRoot::add(std::string_view file, std::string_view text) {
  const std::filesystem::path target = path_ / std::filesystem::path(file).relative_path();
  std::filesystem::create_directories(target.parent_path());
  std::ofstream(target) << text;
  return *this;
}

FakeRoot& FakeRoot::add_cpu(int cpu, int package, std::string_view siblings) {
  const std::string folder = fmt::format("/sys/devices/system/cpu/cpu{}/topology", cpu);
  add(folder + "/physical_package_id", fmt::format("{}\n", package));
  return add(folder + "/thread_siblings_list", fmt::format("{}\n", siblings));
}

}  // namespace ringside
