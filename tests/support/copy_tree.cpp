#include "tests/support/copy_tree.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/fd.hpp"

namespace ringside::test {

namespace {

std::string parent_folder(Storage storage) {
  constexpr const char* memory = "/dev/shm";
  if (storage == Storage::memory && ::access(memory, W_OK) == 0) return memory;
  for (const char* name : {"TEST_TMPDIR", "TMPDIR"}) {
    const char* const value = std::getenv(name);
    if (value != nullptr && *value != '\0') return value;
  }
  return "/tmp";
}

}  // namespace

TemporaryFolder::TemporaryFolder(Storage storage)
    : path_(parent_folder(storage) + "/ringside-copy-XXXXXX") {
  if (::mkdtemp(path_.data()) == nullptr) throw_errno("mkdtemp " + path_);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void write_file(const std::string& path, std::span<const std::byte> bytes) {
  const UniqueFd file(
      check(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600), "open " + path));
  while (!bytes.empty()) {
    const ssize_t written = check(::write(file.get(), bytes.data(), bytes.size()), "write " + path);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

Bytes read_file(const std::string& path) {
  const UniqueFd file(check(::open(path.c_str(), O_RDONLY | O_CLOEXEC), "open " + path));
  Bytes bytes(std::filesystem::file_size(path));
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got =
        check(::read(file.get(), &bytes[done], bytes.size() - done), "read " + path);
    if (got == 0) throw Error(path + " became shorter");
    done += static_cast<std::size_t>(got);
  }
  return bytes;
}

FileToCopy make_source(const std::string& folder, std::uint64_t bytes, std::uint64_t seed) {
  FileToCopy file{.source = fmt::format("{}/source-{}", folder, seed),
                  .destination = fmt::format("{}/destination-{}", folder, seed),
                  .bytes = bytes};
  write_file(file.source, random_bytes(bytes, seed));
  return file;
}

std::vector<FileToCopy> make_sources(const std::string& folder,
                                     std::span<const std::uint64_t> sizes,
                                     std::uint64_t first_seed) {
  std::vector<FileToCopy> manifest;
  for (const std::uint64_t bytes : sizes) {
    manifest.push_back(make_source(folder, bytes, first_seed + manifest.size()));
  }
  return manifest;
}

void check_copied(std::span<const FileToCopy> manifest) {
  for (const FileToCopy& file : manifest) {
    const Bytes expected = read_file(file.source);
    const Bytes copied = read_file(file.destination);
    const auto different = std::ranges::mismatch(expected, copied);
    if (different.in1 == expected.end() && different.in2 == copied.end()) continue;
    throw Error(fmt::format("{} ({} bytes) differs from {} ({} bytes) at byte {}", file.destination,
                            copied.size(), file.source, expected.size(),
                            different.in1 - expected.begin()));
  }
}

std::size_t open_below(const std::string& folder) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;  // the iterator's own descriptor, and those that close meanwhile
    count += std::filesystem::read_symlink(entry, gone).native().starts_with(folder);
  }
  return count;
}

}  // namespace ringside::test
