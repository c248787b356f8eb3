#include "harness/measure/tracepoint.hpp"

#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <system_error>

#include <fmt/format.h>

#include "base/fd.hpp"
#include "harness/measure/kernel_text.hpp"

namespace ringside {

namespace {

using Id = Measured<std::uint64_t>;

/// An unattached mount of tracefs, or no descriptor and errno.
UniqueFd mount_privately() {
  const UniqueFd context(::fsopen("tracefs", FSOPEN_CLOEXEC));
  if (!context) return {};
  if (::fsconfig(context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) < 0) return {};
  return UniqueFd(::fsmount(context.get(), FSMOUNT_CLOEXEC,
                            MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC));
}

Id parse_id(std::string_view text) {
  if (const auto id = to_number<std::uint64_t>(trim(text))) return *id;
  return Id::unknown(fmt::format("the tracepoint's id is no number: '{}'", trim(text)));
}

Id from_private_mount(const std::string& id_file) {
  const UniqueFd mount = mount_privately();
  const int mount_error = errno;
  if (!mount) {
    return Id::unknown(fmt::format(
        "tracefs is not mounted and cannot be ({}): run as root, or have root do 'mount -t tracefs "
        "nodev /sys/kernel/tracing'",
        std::generic_category().message(mount_error)));
  }
  const UniqueFd file(::openat(mount.get(), id_file.c_str(), O_RDONLY | O_CLOEXEC));
  std::array<char, 32> text;
  const ssize_t length = file ? ::read(file.get(), text.data(), text.size()) : -1;
  if (length >= 0) return parse_id({text.data(), static_cast<std::size_t>(length)});
  return Id::unknown(fmt::format("tracefs has no readable {}: {}", id_file,
                                 std::generic_category().message(errno)));
}

}  // namespace

Measured<std::uint64_t> find_tracepoint(std::string_view event) {
  const std::string id_file = fmt::format("events/{}/id", event);
  for (const char* const mounted : {"/sys/kernel/tracing", "/sys/kernel/debug/tracing"}) {
    const std::string path = fmt::format("{}/{}", mounted, id_file);
    if (::access(path.c_str(), R_OK) == 0) {
      const Measured<std::string> text = read_text(path);
      return text ? parse_id(*text) : Id::unknown(text.reason);
    }
    if (errno == EACCES) {
      return Id::unknown(
          fmt::format("{} is not readable: run as root, or have root do 'mount -o remount,mode=755 "
                      "{}'",
                      path, mounted));
    }
  }
  return from_private_mount(id_file);
}

}  // namespace ringside
