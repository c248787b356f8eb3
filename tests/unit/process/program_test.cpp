#include "harness/process/program.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/stop_signal.hpp"

namespace ringside {
namespace {

using std::chrono::seconds;
using How = ProgramEnd::How;

constexpr seconds patience{60};

ProgramEnd run_script(const std::string& script, std::chrono::milliseconds limit = patience,
                      const StopSignal& stop = StopSignal()) {
  return run_program({.words = {"/bin/sh"}, .input = script, .environment = {"NAME=a value"}},
                     limit, stop);
}

TEST(RunProgram, GivesInputAndEnvironmentAndTakesStatusAndErrors) {
  const ProgramEnd end = run_script("echo not this; echo \"$NAME\" >&2; exit 7\n");
  EXPECT_EQ(end.how, How::ended);
  EXPECT_EQ(end.status, 7);
  EXPECT_EQ(end.errors, "a value\n");
}

TEST(RunProgram, TellsWhenItWasKilled) {
  const ProgramEnd end = run_script("kill -9 $$\n");
  EXPECT_EQ(end.how, How::killed);
  EXPECT_EQ(end.status, 9);
}

TEST(RunProgram, EndsWhatTakesTooLongEvenIfItDoesNotWantTo) {
  const ProgramEnd end =
      run_script("trap '' INT; while :; do :; done\n", std::chrono::milliseconds{50});
  EXPECT_EQ(end.how, How::timed_out);
}

TEST(RunProgram, EndsWhenStopped) {
  const StopSignal stop;
  stop.raise();
  EXPECT_EQ(run_script("while :; do :; done\n", patience, stop).how, How::interrupted);
}

TEST(RunProgram, SaysWhatCannotBeRun) {
  const StopSignal stop;
  EXPECT_THROW(run_program({.words = {"/nowhere"}, .input = "", .environment = {}}, patience, stop),
               Error);
}

}  // namespace
}  // namespace ringside
