#include "harness/trial/lengths.hpp"

#include <gtest/gtest.h>

namespace ringside {
namespace {

using namespace std::chrono_literals;

const Windows planned{.interleave = Interleave::slice,
                      .cycles = 20,
                      .warmup = 20ms,
                      .measured = 20ms,
                      .whole_warmup = 100ms,
                      .whole = 1s,
                      .audit = true};

TEST(Lengths, ArePlannedOnesWhereTheyHoldEnoughTurns) {
  const Windows windows = lengths_for(planned, {.rotation = 400us, .settling = 2ms});
  EXPECT_EQ(windows.interleave, Interleave::slice);
  EXPECT_EQ(windows.measured, 20ms);
  EXPECT_EQ(windows.cycles, 20);
  EXPECT_TRUE(windows.audit);
}

TEST(Lengths, HoldTenTurnsOfTheSlowest) {
  const Windows windows = lengths_for(
      planned, slower({.rotation = 3ms, .settling = 9ms}, {.rotation = 5ms, .settling = 7ms}));
  EXPECT_EQ(windows.interleave, Interleave::slice);
  EXPECT_EQ(windows.measured, 50ms);
  EXPECT_EQ(windows.cycles, 8) << "in the same time";
}

TEST(Lengths, AreNoShorterThanTheScenarioNeeds) {
  const SliceLengths least{.warmup = 100ms, .measured = 50ms};
  const Windows windows = lengths_for(planned, {}, least);
  EXPECT_EQ(windows.interleave, Interleave::slice);
  EXPECT_EQ(windows.warmup, 100ms);
  EXPECT_EQ(windows.measured, 50ms);
  EXPECT_EQ(windows.cycles, 8) << "in the same time";
  Windows given = planned;
  given.exact = true;
  EXPECT_EQ(lengths_for(given, {}, least).measured, 20ms);
}

TEST(Lengths, LeaveARoundSomeCycles) {
  Windows few = planned;
  few.cycles = 10;
  EXPECT_EQ(lengths_for(few, {.rotation = 5ms, .settling = 20ms}).cycles, 5);
  few.cycles = 2;
  EXPECT_EQ(lengths_for(few, {.rotation = 5ms, .settling = 20ms}).cycles, 2)
      << "no more than planned";
  Windows given = planned;
  given.exact_cycles = true;
  EXPECT_EQ(lengths_for(given, {.rotation = 5ms, .settling = 20ms}).cycles, 20)
      << "as many as asked";
}

TEST(Lengths, AreWholeWindowsWhereSlicesWouldBeTooLong) {
  const Windows windows = lengths_for(planned, {.rotation = 20ms, .settling = 60ms});
  EXPECT_EQ(windows.interleave, Interleave::trial);
  EXPECT_EQ(windows.cycles, 1);
  EXPECT_EQ(windows.measured, 1s);
  EXPECT_EQ(windows.warmup, 200ms);
  EXPECT_FALSE(windows.audit) << "there is nothing to hold them against";
  EXPECT_EQ(lengths_for(planned, {.rotation = 4ms, .settling = 120ms}).interleave,
            Interleave::trial)
      << "connections that wait long for their first answers";
}

TEST(Lengths, OfWholeWindowsGrowUpToALimit) {
  EXPECT_EQ(lengths_for(planned, {.rotation = 250ms, .settling = 1s}).measured, 2500ms);
  EXPECT_EQ(lengths_for(planned, {.rotation = 5s, .settling = 20s}).measured, 10s);
  Windows whole = planned;
  whole.interleave = Interleave::trial;
  whole.cycles = 1;
  whole.warmup = 100ms;
  whole.measured = 1s;
  EXPECT_EQ(lengths_for(whole, {.rotation = 1ms, .settling = 3ms}).measured, 1s);
  EXPECT_EQ(lengths_for(whole, {.rotation = 200ms, .settling = 1s}).measured, 2s);
}

TEST(Lengths, AreTheUsersOwnWhereTheseWereGiven) {
  Windows exact = planned;
  exact.exact = true;
  exact.measured = 5ms;
  exact.warmup = 0ms;
  const Windows windows = lengths_for(exact, {.rotation = 40ms, .settling = 100ms});
  EXPECT_EQ(windows.measured, 5ms);
  EXPECT_EQ(windows.warmup, 0ms);
  EXPECT_EQ(windows.interleave, Interleave::slice);
  EXPECT_EQ(settle_limit(windows), 0ms) << "none at all";
  exact.warmup = 1ms;
  EXPECT_GT(settle_limit(exact), 1ms) << "until all have been answered";
  EXPECT_GT(settle_limit(planned), planned.warmup);
}

TEST(Lengths, OnlyGrowFromRoundToRound) {
  const Windows shorter = lengths_for(planned, {.rotation = 3ms, .settling = 9ms});
  const Windows longest = lengths_for(planned, {.rotation = 4ms, .settling = 15ms});
  const Windows whole = lengths_for(planned, {.rotation = 50ms, .settling = 150ms});
  EXPECT_EQ(longer(shorter, longest).measured, 40ms);
  EXPECT_EQ(longer(longest, shorter).measured, 40ms);
  EXPECT_EQ(longer(whole, shorter).interleave, Interleave::trial);
  EXPECT_EQ(longer(shorter, whole).interleave, Interleave::trial);
}

TEST(Pace, IsTheSlowerOrTheFasterPartByPart) {
  const Pace one{.rotation = 1ms, .settling = 9ms};
  const Pace other{.rotation = 2ms, .settling = 3ms};
  EXPECT_EQ(slower(one, other).rotation, 2ms);
  EXPECT_EQ(slower(one, other).settling, 9ms);
  EXPECT_EQ(faster(one, other).rotation, 1ms);
  EXPECT_EQ(faster(one, other).settling, 3ms);
}

}  // namespace
}  // namespace ringside
