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

/// Files of tracefs are for root and one group (since Linux 5.16 no mode of the mount changes
/// that), and counting needs the second setting as well.
Id refused(std::string_view what, std::string_view command) {
  return Id::unknown(
      fmt::format("{}: run as root, or have root do '{}' and 'sysctl "
                  "kernel.perf_event_paranoid=1'",
                  what, command));
}

Id parse_id(std::string_view text) {
  if (const auto id = to_number<std::uint64_t>(trim(text))) return *id;
  return Id::unknown(fmt::format("the tracepoint's id is no number: '{}'", trim(text)));
}

Id from_private_mount(const std::string& id_file) {
  const UniqueFd mount = mount_privately();
  const int mount_error = errno;
  if (!mount) {
    return refused(fmt::format("tracefs is not mounted and cannot be ({})",
                               std::generic_category().message(mount_error)),
                   "mount -t tracefs -o mode=750,gid=YOUR_GROUP nodev /sys/kernel/tracing");
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
      return refused(fmt::format("{} is not readable", path),
                     fmt::format("mount -o remount,mode=750,gid=YOUR_GROUP {}", mounted));
    }
  }
  return from_private_mount(id_file);
}

}  // namespace ringside
