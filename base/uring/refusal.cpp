#include "base/uring/refusal.hpp"

#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <string>
#include <system_error>

#include <fmt/format.h>

#include "base/remedy.hpp"

namespace ringside::uring {

namespace {

constexpr auto seccomp_mend =
    "in a container, run it with a seccomp profile that allows io_uring_setup, io_uring_enter and "
    "io_uring_register (docker run --security-opt seccomp=unconfined)";

std::string kernel_release() {
  utsname kernel{};
  ::uname(&kernel);
  return kernel.release;
}

// 0 when the sysctl does not exist, which is so before Linux 6.6. Source: the kernel's
// Documentation/admin-guide/sysctl/kernel.rst.
int disabled_by_sysctl() {
  int value = 0;
  std::ifstream("/proc/sys/kernel/io_uring_disabled") >> value;
  return value;
}

bool has_seccomp_filter() {
  return read_allowance().filtered;
}

Error not_permitted() {
  const int disabled = disabled_by_sysctl();
  if (disabled == 2) {
    return Error("io_uring is refused by the sysctl kernel.io_uring_disabled = 2",
                 "sysctl kernel.io_uring_disabled=0, as root");
  }
  if (disabled == 1 && ::geteuid() != 0) {
    return Error("io_uring is refused to unprivileged users by kernel.io_uring_disabled = 1",
                 "sysctl kernel.io_uring_disabled=0, as root, or join the group "
                 "kernel.io_uring_group");
  }
  if (has_seccomp_filter()) {
    return Error("io_uring is refused by a seccomp filter, such as a container's default profile",
                 seccomp_mend);
  }
  return Error("io_uring is refused, though neither by a sysctl nor by a seccomp filter",
               "allow io_uring in the policy of the security module (SELinux, AppArmor)");
}

Error not_there() {
  if (has_seccomp_filter()) {
    return Error("io_uring is hidden by a seccomp filter, such as a sandbox's or a container's",
                 seccomp_mend);
  }
  return Error(fmt::format("Linux {} has no io_uring, or a sandbox such as gVisor stands before it",
                           kernel_release()),
               "run on Linux 5.19 or newer with CONFIG_IO_URING, outside the sandbox");
}

}  // namespace

Error refusal(std::string_view operation, int code) {
  switch (code) {
    case EPERM:
    case EACCES:
      return not_permitted();
    case ENOSYS:
      return not_there();
    case EINVAL:
      return Error(fmt::format("the io_uring of Linux {} is too old: {} does not know what is "
                               "asked of it (task-run flags, provided buffer rings)",
                               kernel_release(), operation),
                   "run on Linux 5.19 or newer, best on 6.1 or newer");
    case ENOMEM:
      return Error(fmt::format("{}: no memory may be locked for the ring", operation),
                   "raise RLIMIT_MEMLOCK (ulimit -l unlimited)");
    default:
      return Error(fmt::format("{}: {}", operation, std::generic_category().message(code)),
                   remedy(Need::call, code));
  }
}

Error workers_outside_process() {
  return Error(fmt::format("the io_uring workers of Linux {} are not threads of the process, so "
                           "their CPU time would go uncounted",
                           kernel_release()),
               "run on Linux 5.19 or newer");
}

}  // namespace ringside::uring
