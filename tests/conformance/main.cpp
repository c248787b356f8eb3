#include <csignal>
#include <thread>

#include <gtest/gtest.h>

#include "tests/support/process.hpp"

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  // As in ringside itself: a peer that is gone must be an error of write(2).
  std::signal(SIGPIPE, SIG_IGN);
  ringside::test::raise_descriptor_limit();
  // ThreadSanitizer starts a thread of its own with the first of ours, and keeps it; it must not be
  // taken for one that a cell has left behind.
  std::thread([] {}).join();
  return RUN_ALL_TESTS();
}
