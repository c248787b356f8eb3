#include "base/text.hpp"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace ringside
