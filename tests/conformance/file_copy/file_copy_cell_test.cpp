#include "tests/conformance/file_copy/file_copy_cell_test.hpp"

#include <algorithm>
#include <ostream>
#include <utility>

#include <fmt/format.h>

#include "base/error.hpp"

namespace ringside::test {

namespace {

std::size_t blocks_of(std::span<const FileToCopy> manifest, std::size_t block_bytes) {
  std::size_t blocks = 0;
  for (const FileToCopy& file : manifest) blocks += (file.bytes + block_bytes - 1) / block_bytes;
  return blocks;
}

}  // namespace

std::vector<FileCopyCase> file_copy_cases() {
  std::vector<FileCopyCase> cases;
  for (const Backend& backend : backends()) {
    if (backend.cell("file_copy") == nullptr) continue;
    cases.push_back({.backend = &backend, .depth = 1, .workers = 1});
    cases.push_back({.backend = &backend, .depth = 8, .workers = 2});
    cases.push_back({.backend = &backend, .depth = 40, .workers = 4});
  }
  return cases;
}

void PrintTo(const FileCopyCase& file_copy_case, std::ostream* out) {
  const auto& [backend, depth, workers] = file_copy_case;
  *out << backend->name << ", depth " << depth << ", " << workers << " workers";
}

std::string file_copy_case_name(const testing::TestParamInfo<FileCopyCase>& info) {
  const auto& [backend, depth, workers] = info.param;
  return fmt::format("{}_depth_{}_workers_{}", backend->name, depth, workers);
}

void FileCopyCellTest::SetUp() {
  const Availability availability = GetParam().backend->available();
  // Not a test switched off: some kernels and sandboxes refuse io_uring, and the suite must still
  // be able to judge the other backends there.
  if (!availability.yes) GTEST_SKIP() << availability.reason << "; mend: " << availability.mend;
  before_ = footprint();
}

void FileCopyCellTest::TearDown() {
  if (!copy_) return;
  try {
    copy_->stop();
  } catch (const Error& error) {
    ADD_FAILURE() << "the cell threw: " << error.what();
  }
  EXPECT_EQ(copy_->misreported(), 0u) << "a report said that work began outside of its pass";
  copy_.reset();
  EXPECT_TRUE(eventually([&] { return footprint() == before_; }))
      << "the cell left something behind: " << footprint() << " instead of " << before_;
}

RunningCopy& FileCopyCellTest::start(CopyOptions options) {
  options.depth = GetParam().depth;
  options.workers = GetParam().workers;
  options_ = std::move(options);
  return copy_.emplace(*GetParam().backend, options_);
}

void FileCopyCellTest::copy_and_check(RunningCopy& copy,
                                      std::span<const FileToCopy> manifest) const {
  const std::size_t blocks_before = copy.blocks(), files_before = copy.files();
  copy.copy(manifest);
  check_copied(manifest);
  EXPECT_EQ(copy.blocks() - blocks_before, blocks_of(manifest, options_.block_bytes));
  EXPECT_EQ(copy.files() - files_before, manifest.size());
  EXPECT_EQ(open_below(folder()), 0u) << "the pass is over and has files open";
}

std::string FileCopyCellTest::failure_of_pass(std::span<const FileToCopy> manifest,
                                              CopyOptions options) {
  RunningCopy& copy = start(std::move(options));
  try {
    copy.copy(manifest);
  } catch (const Error& error) {
    return fmt::format("{}; mend: {}", error.what(), error.mend());
  }
  return "no failure";
}

}  // namespace ringside::test
