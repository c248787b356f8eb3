#include "base/units.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"

namespace ringside {
namespace {

using namespace std::chrono_literals;

TEST(ParseBytes, TakesBinaryAndDecimalUnits) {
  EXPECT_EQ(parse_bytes("128"), 128u);
  EXPECT_EQ(parse_bytes("128B"), 128u);
  EXPECT_EQ(parse_bytes("128KiB"), 131'072u);
  EXPECT_EQ(parse_bytes("128k"), 128'000u);
  EXPECT_EQ(parse_bytes("128kB"), 128'000u);
  EXPECT_EQ(parse_bytes("1.5MiB"), 1'572'864u);
  EXPECT_EQ(parse_bytes("2 GiB"), 2'147'483'648u);
}

TEST(ParseBytes, RefusesWhatIsNoSize) {
  for (const char* text : {"", "KiB", "128KB", "128K", "12x", "-1", "1e30", "nan", "inf", "0.5"}) {
    EXPECT_THROW(parse_bytes(text), Error) << text;
  }
}

TEST(ParseDuration, NeedsAUnit) {
  EXPECT_EQ(parse_duration("20ms"), 20ms);
  EXPECT_EQ(parse_duration("3us"), 3us);
  EXPECT_EQ(parse_duration("1.5s"), 1500ms);
  EXPECT_EQ(parse_duration("5min"), 300s);
  for (const char* text : {"20", "", "ms", "20 sec", "-1s"}) {
    EXPECT_THROW(parse_duration(text), Error) << text;
  }
}

TEST(ParsePercent, NeedsItsSign) {
  EXPECT_DOUBLE_EQ(parse_percent("3%"), 0.03);
  EXPECT_DOUBLE_EQ(parse_percent("0.5 %"), 0.005);
  EXPECT_EQ(parse_percent("0"), 0);
  for (const char* text : {"3", "", "%", "-1%", "101%", "nan%", "3%%"}) {
    EXPECT_THROW(parse_percent(text), Error) << text;
  }
}

TEST(FormatBytes, IsExactInTheLargestUnitThatDivides) {
  EXPECT_EQ(format_bytes(128), "128 B");
  EXPECT_EQ(format_bytes(4096), "4 KiB");
  EXPECT_EQ(format_bytes(128'000), "125 KiB");
  EXPECT_EQ(format_bytes(1'000), "1 kB");
  EXPECT_EQ(format_bytes(0), "0 B");
}

TEST(FormatDuration, IsReadBackAsTheSame) {
  EXPECT_EQ(format_duration(20ms), "20 ms");
  EXPECT_EQ(format_duration(1500us), "1.5 ms");
  EXPECT_EQ(format_duration(0ns), "0 s");
  for (const auto duration : {1ns, 20'000'000ns, 1'500'000ns, 3'000'000'000ns}) {
    EXPECT_EQ(parse_duration(format_duration(duration)), duration);
  }
}

}  // namespace
}  // namespace ringside
