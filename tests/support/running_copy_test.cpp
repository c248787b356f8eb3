// That the tests of file_copy can fail: cells that are wrong in one way each, and are found out.
#include "tests/support/running_copy.hpp"

#include <array>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "tests/support/copy_tree.hpp"

namespace ringside::test {

namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

// Correct but for what `spoil` does to the destination.
template <auto spoil>
void copy_and_spoil(const FileCopyTask& task) {
  for (auto manifest = task.next_pass(); !manifest.empty(); manifest = task.next_pass()) {
    for (const FileToCopy& file : manifest) {
      const auto begun = FileCopyTask::Clock::now();
      write_file(file.destination, read_file(file.source));
      spoil(file);
      task.block_copied(begun);
      task.file_copied(begun);
    }
  }
}

void nothing(const FileToCopy&) {}

void flip_last_byte(const FileToCopy& file) {
  Bytes bytes = read_file(file.destination);
  bytes.back() ^= std::byte{1};
  write_file(file.destination, bytes);
}

void drop_last_byte(const FileToCopy& file) {
  std::filesystem::resize_file(file.destination, file.bytes - 1);
}

void copies_nothing(const FileCopyTask& task) {
  while (!task.next_pass().empty()) continue;
}

void returns_after_one_pass(const FileCopyTask& task) {
  task.next_pass();
}

void throws_error(const FileCopyTask& task) {
  task.next_pass();
  throw Error("broken");
}

void reports_before_it_began(const FileCopyTask& task) {
  const auto too_early = FileCopyTask::Clock::now();
  while (!task.next_pass().empty()) task.block_copied(too_early);
}

class RunningCopyTest : public testing::Test {
 protected:
  // Two passes over one file, the second with other content.
  void run(void (*cell)(const FileCopyTask&)) {
    const Backend backend{.name = "fake", .summary = "", .cells = {cell}};
    RunningCopy copy(backend, {});
    for (const std::uint64_t seed : {1u, 2u}) {
      write_file(file_.source, random_bytes(file_.bytes, seed));
      copy.copy(std::span(&file_, 1));
      check_copied(std::span(&file_, 1));
    }
    misreported_ = copy.misreported();
    copy.finish();
  }

  TemporaryFolder folder_;
  const FileToCopy file_ = make_source(folder_.path(), 10'000, 0);
  std::size_t misreported_ = 0;
};

TEST_F(RunningCopyTest, CorrectCellPasses) {
  run(copy_and_spoil<nothing>);
  EXPECT_EQ(misreported_, 0u);
}

TEST_F(RunningCopyTest, WrongByteIsFound) {
  EXPECT_THAT([&] { run(copy_and_spoil<flip_last_byte>); },
              ThrowsMessage<Error>(HasSubstr("at byte 9999")));
}

TEST_F(RunningCopyTest, MissingByteIsFound) {
  EXPECT_THAT([&] { run(copy_and_spoil<drop_last_byte>); },
              ThrowsMessage<Error>(HasSubstr("at byte 9999")));
}

TEST_F(RunningCopyTest, CopyOfTheLastPassIsNotTakenForThisOne) {
  write_file(file_.destination, random_bytes(file_.bytes, 1));
  EXPECT_THAT([&] { run(copies_nothing); }, ThrowsMessage<Error>(HasSubstr("at byte 0")));
}

TEST_F(RunningCopyTest, CellThatReturnsIsFound) {
  EXPECT_THAT([&] { run(returns_after_one_pass); },
              ThrowsMessage<Error>(HasSubstr("before it was told to")));
}

TEST_F(RunningCopyTest, WhatTheCellThrowsIsThrown) {
  EXPECT_THAT([&] { run(throws_error); }, ThrowsMessage<Error>(HasSubstr("broken")));
}

TEST_F(RunningCopyTest, ReportsFromBeforeThePassAreFound) {
  const Backend backend{.name = "fake", .summary = "", .cells = {reports_before_it_began}};
  RunningCopy copy(backend, {});
  copy.copy(std::span(&file_, 1));
  EXPECT_GT(copy.misreported(), 0u);
}

}  // namespace

}  // namespace ringside::test
