#include "harness/record/jsonl.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "harness/record/atomic_file.hpp"

namespace ringside {

std::string to_line(const nlohmann::ordered_json& value) {
  return value.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

JsonlWriter::JsonlWriter(const std::filesystem::path& path)
    : path_(path), file_(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666)) {
  if (!file_) throw_write_failed(path_, errno);
}

void JsonlWriter::append(const nlohmann::ordered_json& value) {
  struct stat facts {};
  if (::fstat(file_.get(), &facts) == 0 && facts.st_nlink == 0) {
    throw Error(fmt::format("{} was removed while the run was writing to it", path_.string()),
                "leave the folder alone until the run has ended");
  }
  const std::string line = to_line(value) + "\n";
  const off_t before = ::lseek(file_.get(), 0, SEEK_END);
  std::string_view rest = line;
  int failure = 0;
  while (!rest.empty() && failure == 0) {
    const ssize_t written = ::write(file_.get(), rest.data(), rest.size());
    if (written >= 0) rest.remove_prefix(static_cast<std::size_t>(written));
    if (written < 0 && errno != EINTR) failure = errno;
  }
  // Some file systems find out that they are full only when they are made to store the data.
  if (failure == 0 && ::fdatasync(file_.get()) < 0 && errno != EINVAL) failure = errno;
  if (failure == 0) return;
  [[maybe_unused]] const int truncated = before < 0 ? -1 : ::ftruncate(file_.get(), before);
  throw_write_failed(path_, failure);
}

}  // namespace ringside
