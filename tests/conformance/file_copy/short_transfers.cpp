#include "tests/conformance/file_copy/short_transfers.hpp"

#include <dlfcn.h>
#include <sys/types.h>
#include <unistd.h>

#include <atomic>
#include <cassert>
#include <cerrno>

namespace {

std::atomic<bool> active = false;
std::atomic<std::size_t> changed_calls = 0;

// Whether this call is to fail as if a signal had come.
bool interrupted() {
  const bool fails = active && ++changed_calls % 3 == 0;
  if (fails) errno = EINTR;
  return fails;
}

std::size_t shortened(std::size_t bytes) {
  return active ? (bytes + 1) / 2 : bytes;
}

// The function of that name in the libraries loaded after this program, a sanitizer's first.
template <typename Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

// Found before the C library's own, since the program itself comes first.
extern "C" ssize_t pread(int file, void* buffer, std::size_t bytes, off_t offset) {
  static auto* const real = next<decltype(::pread)>("pread");
  return interrupted() ? -1 : real(file, buffer, shortened(bytes), offset);
}

extern "C" ssize_t pwrite(int file, const void* buffer, std::size_t bytes, off_t offset) {
  static auto* const real = next<decltype(::pwrite)>("pwrite");
  return interrupted() ? -1 : real(file, buffer, shortened(bytes), offset);
}

namespace ringside::test {

ShortTransfers::ShortTransfers() {
  assert(!active);
  changed_calls = 0;
  active = true;
}

ShortTransfers::~ShortTransfers() {
  active = false;
}

std::size_t ShortTransfers::calls() const noexcept {
  return changed_calls;
}

}  // namespace ringside::test
