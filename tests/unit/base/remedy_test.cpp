#include "base/remedy.hpp"

#include <cerrno>
#include <system_error>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/threads.hpp"

namespace ringside {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

struct Case {
  Need need;
  int code;
  const char* cure;  ///< what the hint must name
};

// What failed, how, and the limit, right or setting that cures it.
constexpr Case table[] = {
    {Need::call, EMFILE, "ulimit -n, 20 here"},
    {Need::call, ENFILE, "fs.file-max"},
    {Need::call, ENOMEM, "memory.max"},
    {Need::call, ENOBUFS, "memory.max"},
    {Need::call, ENOSYS, "kernel that has this call"},
    {Need::call, EPERM, "security module"},
    {Need::call, EACCES, "security module"},
    {Need::call, ENOSPC, "fs.epoll.max_user_watches"},
    {Need::thread, EAGAIN, "ulimit -u, 3 here; pids.max"},
    {Need::thread, ENOMEM, "memory.max"},
    {Need::thread, EPERM, "security module"},
    {Need::process, EAGAIN, "ulimit -u, 3 here; pids.max"},
    {Need::process, ENOENT, "mount /proc"},
    {Need::process, ENOMEM, "memory.max"},
    {Need::process, EMFILE, "ulimit -n"},
    {Need::path, ENOSPC, "free space"},
    {Need::path, EDQUOT, "free space"},
    {Need::path, EACCES, "--dir that you may read and write"},
    {Need::path, EPERM, "--dir that you may read and write"},
    {Need::path, EROFS, "--dir that you may write to"},
    {Need::path, EMFILE, "ulimit -n"},
    {Need::path, EINVAL, "--direct"},
    {Need::path, EIO, "dmesg"},
    {Need::data, EFBIG, "ulimit -f, 4096 bytes here"},
    {Need::data, ENOSPC, "free space"},
    {Need::data, EIO, "dmesg"},
    {Need::data, EINVAL, "--direct"},
    {Need::data, EXDEV, "file system"},
    {Need::data, EOPNOTSUPP, "file system"},
    {Need::data, EPERM, "security module"},  // the file is open: no other --dir would help
    {Need::data, ENOSYS, "kernel that has this call"},
    {Need::listening, EADDRINUSE, "another port"},
    {Need::listening, EADDRNOTAVAIL, "address of this machine"},
    {Need::listening, EACCES, "above 1023"},
    {Need::any_port, EADDRINUSE, "ip_local_port_range"},  // nobody has chosen a port
    {Need::any_port, EADDRNOTAVAIL, "ip link set lo up"},
    {Need::any_port, EPERM, "security module"},
    {Need::connecting, EADDRNOTAVAIL, "ip_local_port_range"},
    {Need::connecting, ENETUNREACH, "ip link set lo up"},
    {Need::connecting, ETIMEDOUT, "net.core.somaxconn, 7 here"},
    {Need::connecting, EAGAIN, "net.core.somaxconn, 7 here"},
    {Need::connecting, EMFILE, "ulimit -n"},
};

// The same where a filter stands before the calls: it is the likelier cause.
constexpr Case filtered_table[] = {
    {Need::call, ENOSYS, "seccomp"},      {Need::call, EPERM, "seccomp"},
    {Need::thread, EPERM, "seccomp"},     {Need::process, ENOSYS, "seccomp"},
    {Need::data, EPERM, "seccomp"},       {Need::data, ENOSYS, "seccomp"},
    {Need::connecting, EPERM, "seccomp"}, {Need::listening, ENOSYS, "seccomp"},
    {Need::path, EACCES, "--dir"},        {Need::thread, EAGAIN, "ulimit -u"},
    {Need::listening, EACCES, "1023"},
};

Allowance narrow() {
  return {
      .filtered = false, .open_files = 20, .processes = 3, .file_bytes = 4096, .queue_length = 7};
}

TEST(Remedy, CuresWhatFailed) {
  for (const auto& [need, code, cure] : table) {
    EXPECT_THAT(remedy(need, code, narrow()), HasSubstr(cure))
        << static_cast<int>(need) << ' ' << std::generic_category().message(code);
  }
}

TEST(Remedy, NamesTheFilterWhereThereIsOne) {
  Allowance allowance = narrow();
  allowance.filtered = true;
  for (const auto& [need, code, cure] : filtered_table) {
    EXPECT_THAT(remedy(need, code, allowance), HasSubstr(cure))
        << static_cast<int>(need) << ' ' << std::generic_category().message(code);
  }
}

TEST(Remedy, NamesNoFigureWhereThereIsNoLimit) {
  EXPECT_THAT(remedy(Need::thread, EAGAIN, {}), HasSubstr("(ulimit -u; pids.max"));
  EXPECT_THAT(remedy(Need::call, EMFILE, {}), HasSubstr("(ulimit -n)"));
}

TEST(Remedy, IsGivenByEverySystemErrorThatHasNone) {
  try {
    throw_errno("a descriptor for the test", EMFILE);
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "a descriptor for the test: Too many open files");
    EXPECT_THAT(error.mend(), HasSubstr("ulimit -n"));
  }
}

TEST(StartThread, SaysWhatForAndWhichLimit) {
  try {
    throw_no_thread("event loop 3 of 8",
                    std::system_error(EAGAIN, std::generic_category(), "no thread"));
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "cannot start a thread for event loop 3 of 8: Resource temporarily unavailable");
    EXPECT_THAT(error.mend(), HasSubstr("ulimit -u"));
  }
}

}  // namespace
}  // namespace ringside
