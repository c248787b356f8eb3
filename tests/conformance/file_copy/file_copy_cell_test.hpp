// The fixture of the conformance tests of file_copy: one cell, a folder for its files, and a check
// that it leaves nothing behind.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "backends/backend.hpp"
#include "tests/support/copy_tree.hpp"
#include "tests/support/process.hpp"
#include "tests/support/running_copy.hpp"

namespace ringside::test {

inline constexpr std::uint64_t mebibyte = 1024 * 1024;

/// What a test is run for.
struct FileCopyCase {
  const Backend* backend;  ///< has a file_copy cell; lives in a table
  std::size_t depth;
  std::size_t workers;
};

/// Every backend that offers file_copy: one block at a time, several, and more blocks and workers
/// than most files have blocks.
std::vector<FileCopyCase> file_copy_cases();

/// How GoogleTest prints a case: "epoll, depth 8, 2 workers". Found by its name.
void PrintTo(const FileCopyCase& file_copy_case, std::ostream* out);

/// "epoll_depth_8_workers_2".
std::string file_copy_case_name(const testing::TestParamInfo<FileCopyCase>& info);

/// Skips when the backend cannot run here. After each test the cell is stopped, if the test has not
/// done so, and must have given back all its descriptors and threads.
class FileCopyCellTest : public testing::TestWithParam<FileCopyCase> {
 protected:
  void SetUp() override;
  void TearDown() override;

  /// Starts the cell, with depth and workers of the case; at most once in a test.
  RunningCopy& start(CopyOptions options = {});

  /// One pass of the cell, which must have copied everything, reported each block and each file
  /// once, and closed all files.
  void copy_and_check(RunningCopy& copy, std::span<const FileToCopy> manifest) const;

  /// Starts the cell for one pass that fails; returns what it throws.
  std::string failure_of_pass(std::span<const FileToCopy> manifest, CopyOptions options = {});

  const std::string& folder() const noexcept { return folder_.path(); }

 private:
  const TemporaryFolder folder_;
  Footprint before_;
  CopyOptions options_;
  std::optional<RunningCopy> copy_;
};

}  // namespace ringside::test
