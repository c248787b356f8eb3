#include "base/isolated.hpp"

#include <unistd.h>

#include <csignal>
#include <functional>
#include <stdexcept>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace ringside {
namespace {

using ::testing::HasSubstr;

/// The Error that trying ends with; its mend after a bar.
std::string why(const std::function<void()>& attempt) {
  try {
    try_in_child("the test", attempt);
  } catch (const Error& error) {
    return std::string(error.what()) + "|" + error.mend();
  }
  return "succeeded";
}

TEST(TryInChild, TellsWhatBecameOfTheAttempt) {
  EXPECT_EQ(why([] {}), "succeeded");
  EXPECT_EQ(why([] { throw Error("no", "how"); }), "no|how");
  EXPECT_EQ(why([] { throw Error("no"); }), "no|");
  EXPECT_EQ(why([] { throw std::runtime_error("of the library"); }), "of the library|");
  EXPECT_EQ(why([] { throw Error(std::string(100'000, 'x'), "y"); }).size(), 100'002u);
  EXPECT_THAT(why([] { std::raise(SIGSYS); }), HasSubstr("a seccomp filter kills whoever tries"));
  EXPECT_THAT(why([] { std::raise(SIGKILL); }), HasSubstr("ended with signal 9 (Killed)"));
  EXPECT_THAT(why([] { ::_exit(3); }), HasSubstr("status 3 and without a word"));
}

TEST(TryInChild, ChangesNothingHere) {
  int here = 0;
  try_in_child("the test", [&] { here = 1; });
  EXPECT_EQ(here, 0);
}

}  // namespace
}  // namespace ringside
