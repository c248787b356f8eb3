// What the user can do about a system call that failed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace ringside {

/// What a system call was made for, as far as the cure of its failure depends on that.
enum class Need {
  call,        ///< the call itself: a descriptor, a setting, a piece of memory
  thread,      ///< one more thread
  process,     ///< one more process
  path,        ///< a file or folder by its name
  data,        ///< bytes of a file that is open already
  listening,   ///< a listening socket at an address that the user has named
  any_port,    ///< a listening socket at any free port of the loopback
  connecting,  ///< a connection to a socket of this machine
};

/// What this process is allowed, as far as it decides what cures a refusal.
struct Allowance {
  bool filtered = false;                      ///< a seccomp filter stands before its system calls
  std::optional<std::uint64_t> open_files;    ///< ulimit -n; nothing: no limit
  std::optional<std::uint64_t> processes;     ///< ulimit -u, of the whole user
  std::optional<std::uint64_t> file_bytes;    ///< ulimit -f, in bytes
  std::optional<std::uint64_t> queue_length;  ///< net.core.somaxconn; nothing: not readable
};

/// Of this process, now. Never throws; what cannot be read counts as no limit and no filter.
Allowance read_allowance() noexcept;

/// The limit to raise, the right to get or the other thing to do when a call made for `need` failed
/// with `code`, a positive errno value. Without a full stop; empty where nothing is known to help.
std::string remedy(Need need, int code, const Allowance& allowance);

/// The same for this process.
std::string remedy(Need need, int code);

}  // namespace ringside
