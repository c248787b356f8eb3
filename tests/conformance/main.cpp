#include <csignal>

#include <gtest/gtest.h>

#include "tests/support/process.hpp"

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  // As in ringside itself: a peer that is gone must be an error of write(2).
  std::signal(SIGPIPE, SIG_IGN);
  ringside::test::raise_descriptor_limit();
  return RUN_ALL_TESTS();
}
