#include "base/remedy.hpp"

#include <sys/resource.h>

#include <cerrno>
#include <fstream>
#include <string_view>

#include <fmt/format.h>

namespace ringside {

namespace {

std::optional<std::uint64_t> soft_limit(__rlimit_resource resource) noexcept {
  rlimit limit{};
  if (::getrlimit(resource, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return std::nullopt;
  return limit.rlim_cur;
}

// Source: proc(5), "Seccomp": 2 is SECCOMP_MODE_FILTER.
bool has_seccomp_filter() {
  std::ifstream status("/proc/self/status");
  for (std::string name, value; status >> name && std::getline(status, value);) {
    if (name == "Seccomp:") return value.find('2') != std::string::npos;
  }
  return false;
}

std::optional<std::uint64_t> read_somaxconn() {
  std::uint64_t length = 0;
  if (std::ifstream("/proc/sys/net/core/somaxconn") >> length) return length;
  return std::nullopt;
}

/// "ulimit -n, 20 here": the limit by the name under which a shell sets it.
std::string shell_limit(std::string_view name, std::optional<std::uint64_t> value) {
  return value ? fmt::format("{}, {} here", name, *value) : std::string(name);
}

std::string more_tasks(const Allowance& allowance) {
  return fmt::format(
      "raise the limit of processes and threads ({}; pids.max of the control group; "
      "kernel.threads-max), or ask for fewer",
      shell_limit("ulimit -u", allowance.processes));
}

std::string more_memory() {
  return "free memory, or raise its limit (memory.max of the control group, ulimit -v)";
}

/// The call was refused as such, whatever it was made with.
std::string refused(int code, const Allowance& allowance) {
  if (allowance.filtered) {
    return "a seccomp filter stands before this program's system calls, as a container's or a "
           "service manager's: allow this call there (docker run --security-opt "
           "seccomp=unconfined, SystemCallFilter= in systemd)";
  }
  return code == ENOSYS ? "use a kernel that has this call, outside of a sandbox such as gVisor"
                        : "allow it in the policy of the security module (SELinux, AppArmor), or "
                          "run with more rights";
}

/// What is the same whatever the call was made for.
std::string of_resources(int code, const Allowance& allowance) {
  switch (code) {
    case EMFILE:
      return fmt::format("raise the limit of open files ({}), or ask for fewer",
                         shell_limit("ulimit -n", allowance.open_files));
    case ENFILE:
      return "raise the machine's limit of open files (sysctl fs.file-max)";
    case ENOMEM:
    case ENOBUFS:
      return more_memory();
    default:
      return {};
  }
}

std::string of_files(Need need, int code, const Allowance& allowance) {
  switch (code) {
    case ENOSPC:
    case EDQUOT:
      return "free space there, copy less (--files), or choose another --dir";
    case EFBIG:
      return fmt::format("raise the limit of file sizes ({}), or copy smaller --files",
                         allowance.file_bytes
                             ? fmt::format("ulimit -f, {} bytes here", *allowance.file_bytes)
                             : "ulimit -f");
    case EROFS:
      return "name a --dir that you may write to";
    case EACCES:
    case EPERM:
      // Who has opened a file has the right to it: then it is the call that is refused.
      return need == Need::path ? "name a --dir that you may read and write"
                                : refused(code, allowance);
    case ENOSYS:
      return refused(code, allowance);
    case EINVAL:
      return "where --direct is set, leave it out, or give --block and --files in multiples of the "
             "device's block size and a --dir whose file system takes O_DIRECT";
    case EIO:
      return "look into the kernel's log (dmesg): the device or its file system is at fault";
    case EXDEV:
    case EOPNOTSUPP:
      return "name a --dir on a file system that can do this";
    default:
      return {};
  }
}

std::string wider_port_range() {
  return "widen net.ipv4.ip_local_port_range (sysctl), use fewer connections, or wait a minute "
         "for those of earlier runs to go";
}

std::string of_sockets(Need need, int code, const Allowance& allowance) {
  switch (code) {
    case EADDRINUSE:
      return need == Need::listening ? "choose another port, or 0 for any free one"
                                     : wider_port_range();
    case EADDRNOTAVAIL:
      if (need == Need::listening) return "name an address of this machine, for example 127.0.0.1";
      return need == Need::connecting ? wider_port_range()
                                      : "bring the loopback up: ip link set lo up";
    case EACCES:
      if (need == Need::listening) return "choose a port above 1023";
      return refused(code, allowance);
    case EPERM:
    case ENOSYS:
      return refused(code, allowance);
    case ENETUNREACH:
    case ENETDOWN:
    case EHOSTUNREACH:
      return "bring the loopback up: ip link set lo up";
    case ETIMEDOUT:
    case EAGAIN:
    case EINPROGRESS:
      return fmt::format("raise the limit of connections that wait to be accepted (sysctl {})",
                         shell_limit("net.core.somaxconn", allowance.queue_length));
    case EAFNOSUPPORT:
      return "use a kernel with IPv4, and a service without RestrictAddressFamilies=";
    default:
      return {};
  }
}

std::string of_tasks(Need need, int code, const Allowance& allowance) {
  switch (code) {
    case EAGAIN:
      return more_tasks(allowance);
    case EPERM:
    case EACCES:
    case ENOSYS:
      return refused(code, allowance);
    case ENOENT:
      return need == Need::process ? "mount /proc: a helper process is started by way of it"
                                   : std::string();
    default:
      return {};
  }
}

std::string of_calls(int code, const Allowance& allowance) {
  switch (code) {
    case EPERM:
    case EACCES:
    case ENOSYS:
      return refused(code, allowance);
    case ENOSPC:
      return "raise fs.epoll.max_user_watches (sysctl)";
    default:
      return {};
  }
}

}  // namespace

Allowance read_allowance() noexcept try {
  return {.filtered = has_seccomp_filter(),
          .open_files = soft_limit(RLIMIT_NOFILE),
          .processes = soft_limit(RLIMIT_NPROC),
          .file_bytes = soft_limit(RLIMIT_FSIZE),
          .queue_length = read_somaxconn()};
} catch (...) {
  return {};  // no memory for it
}

std::string remedy(Need need, int code, const Allowance& allowance) {
  if (std::string known = of_resources(code, allowance); !known.empty()) return known;
  switch (need) {
    case Need::thread:
    case Need::process:
      return of_tasks(need, code, allowance);
    case Need::path:
    case Need::data:
      return of_files(need, code, allowance);
    case Need::listening:
    case Need::any_port:
    case Need::connecting:
      return of_sockets(need, code, allowance);
    case Need::call:
      break;
  }
  return of_calls(code, allowance);
}

std::string remedy(Need need, int code) {
  return remedy(need, code, read_allowance());
}

}  // namespace ringside
