#include "harness/report/text.hpp"

#include <cmath>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "harness/report/units.hpp"

namespace ringside {
namespace {

const std::string odd = "\xEF\xBF\xBD";  // U+FFFD

TEST(Printable, LeavesOrdinaryTextAlone) {
  for (const char* text : {"", "epoll", "µs ≥ 漢字 é", "\xF0\x9F\x98\x80"}) {
    EXPECT_EQ(printable(text), text);
  }
}

TEST(Printable, NeutralisesWhatActsOnATerminal) {
  EXPECT_EQ(printable("\x1b[2J"), odd + "[2J");
  EXPECT_EQ(printable("a\r\x07\x7f"), "a" + odd + odd + odd);
  EXPECT_EQ(printable("\xC2\x9B"
                      "2J"),
            odd + "2J")
      << "C1: CSI in one character";
  EXPECT_EQ(printable("one\ntwo\tthree"), "one two three");
  EXPECT_EQ(printable(std::string_view("\0", 1)), odd);
}

TEST(Printable, NeutralisesWhatHidesOrTurnsText) {
  for (const char* text :
       {"\xE2\x80\xAE", "\xE2\x81\xA6", "\xE2\x80\x8B", "\xEF\xBB\xBF", "\xC2\xAD"}) {
    EXPECT_EQ(printable(text), odd);
  }
}

TEST(Printable, ReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(printable("\xff"), odd);
  EXPECT_EQ(printable("\xC3"), odd) << "cut off";
  EXPECT_EQ(printable("\xC0\x80"), odd + odd) << "overlong";
  EXPECT_EQ(printable("\xE0\x80\xAF"), odd + odd + odd) << "overlong";
  EXPECT_EQ(printable("\xED\xA0\x80"), odd + odd + odd) << "surrogate";
  EXPECT_EQ(printable("\xF4\x90\x80\x80"), odd + odd + odd + odd) << "beyond Unicode";
  EXPECT_EQ(printable("\xC3("), odd + "(");
}

TEST(DisplayWidth, CountsColumnsNotBytes) {
  EXPECT_EQ(display_width(""), 0u);
  EXPECT_EQ(display_width("µs ≥"), 4u);
  EXPECT_EQ(display_width("漢字"), 4u);
  EXPECT_EQ(display_width("e\xCC\x81"), 1u) << "e and a combining acute";
}

TEST(Shortened, FitsAndSaysThatItWasCut) {
  EXPECT_EQ(shortened("epoll", 5), "epoll");
  EXPECT_EQ(shortened("blocking", 5), "bloc…");
  EXPECT_EQ(shortened("漢字漢字", 4), "漢…");
  EXPECT_EQ(display_width(shortened("漢字漢字", 5)), 5u);
}

TEST(Ascii, HasAFormForWhatTheReportsUse) {
  EXPECT_EQ(to_ascii("≥ 5 µs — 1–2 ÷ 3 …"), ">= 5 us -- 1-2 / 3 ...");
  EXPECT_EQ(to_ascii("漢é"), "??");
}

TEST(Units, AreChosenForAWholeColumn) {
  EXPECT_EQ(unit_for({900, 1500, 20'000}, time_units).name, "µs");
  EXPECT_EQ(unit_for({}, time_units).name, "ns");
  EXPECT_EQ(unit_for({0, -1}, time_units).name, "ns");
  EXPECT_EQ(unit_for({152'000}, count_units).name, "k");
  EXPECT_EQ(unit_for({3 << 20}, byte_units).name, "MiB");
}

TEST(Units, KeepSignificantDigits) {
  EXPECT_EQ(significant(152.03, 4), "152.0");
  EXPECT_EQ(significant(5.2999, 3), "5.30");
  EXPECT_EQ(significant(1234567, 3), "1234567");
  EXPECT_EQ(significant(0.000012, 3), "0.0000") << "at most four decimals";
  EXPECT_EQ(significant(0, 3), "0");
  EXPECT_EQ(significant(INFINITY, 3), "∞");
}

TEST(Units, SayRatiosAsPeopleDo) {
  EXPECT_EQ(as_difference(1.052), "+5.2 %");
  EXPECT_EQ(as_difference(0.943), "-5.7 %");
  EXPECT_EQ(as_difference(1), "+0.0 %");
  EXPECT_EQ(as_difference(1.00012), "+0.012 %");
  EXPECT_EQ(as_difference(3.14), "3.1 times");
  EXPECT_EQ(as_difference(0.25), "0.25 times");
  EXPECT_EQ(ratio_text(0.9981), "0.998");
  EXPECT_EQ(ratio_text(23.456), "23.5");
}

TEST(Units, DescribeParametersWithTheirUnits) {
  EXPECT_EQ(describe_param("payload_bytes", 4096), "payload 4 KiB");
  EXPECT_EQ(describe_param("payload_bytes", 128), "payload 128 B");
  EXPECT_EQ(describe_param("delay_ns", 1'500'000), "delay 1.5 ms");
  EXPECT_EQ(describe_param("connections", 64), "connections 64");
  EXPECT_EQ(describe_param("arrival", "closed"), "arrival closed");
}

}  // namespace
}  // namespace ringside
