// How often the suite's 95 % intervals hold the truth, on rounds that were really measured.
//
// Takes files of gates as scripts/calibrate writes them. In a gate of a build against itself the
// true ratio of the base and its second copy is 1. For each series of such gates and several
// numbers of rounds it prints in how many per cent of cases the interval of estimate_paired()
// contains the truth: for rounds as they followed each other (the truth is 1), and for rounds drawn
// at random with replacement (the truth is the mean of all).
#include <cmath>
#include <cstdio>
#include <exception>
#include <fstream>
#include <map>
#include <random>
#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/json.hpp"
#include "harness/report/stats/paired.hpp"

namespace ringside {
namespace {

constexpr double confidence = 0.95;
constexpr int drawings = 20'000;

using Rounds =
    std::vector<std::vector<double>>;  // a value for each round, as estimate_paired wants

/// The log ratios of the control, by series, in the order in which they were measured.
std::map<std::string, Rounds> read_controls(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw Error(fmt::format("{} cannot be read", path));
  std::map<std::string, Rounds> series;
  std::string text;
  for (int number = 1; std::getline(file, text); ++number) {
    try {
      const Json line = Json::parse(text);
      if (line.at("spin_ns") != 0) continue;
      for (const double ratio : line.at("row").at("control_by_round")) {
        series[line.at("series")].push_back({std::log(ratio)});
      }
    } catch (const Json::exception& failure) {
      throw Error(fmt::format("{}, line {}: {}", path, number, failure.what()));
    }
  }
  return series;
}

bool holds(std::span<const std::vector<double>> rounds, double truth) {
  const auto range = interval(estimate_paired(rounds), confidence);
  return range && range->low <= truth && truth <= range->high;
}

std::string consecutive(const Rounds& all, std::size_t count) {
  int held = 0;
  int tries = 0;
  for (std::size_t at = 0; at + count <= all.size(); at += count) {
    held += holds(std::span(all).subspan(at, count), 0);
    ++tries;
  }
  return tries == 0 ? "-" : fmt::format("{:.1f} % of {}", 100.0 * held / tries, tries);
}

std::string drawn(const Rounds& all, std::size_t count) {
  const double truth = estimate_paired(all).log_ratio;
  std::mt19937_64 random(count);
  std::uniform_int_distribution<std::size_t> any(0, all.size() - 1);
  Rounds some(count);
  int held = 0;
  for (int drawing = 0; drawing < drawings; ++drawing) {
    for (auto& round : some) round = all[any(random)];
    held += holds(some, truth);
  }
  return fmt::format("{:.1f} %", 100.0 * held / drawings);
}

void print(const std::string& path) {
  for (const auto& [name, rounds] : read_controls(path)) {
    for (const std::size_t count : {4, 8, 16, 32}) {
      fmt::print("{:24} {:6} {:6} {:>18} {:>16}\n", name, rounds.size(), count,
                 consecutive(rounds, count), drawn(rounds, count));
    }
  }
}

}  // namespace
}  // namespace ringside

int main(int count, char** arguments) try {
  fmt::print("{:24} {:>6} {:>6} {:>18} {:>16}\n", "series", "rounds", "of", "as they followed",
             "drawn at random");
  for (const char* path : std::span(arguments, static_cast<std::size_t>(count)).subspan(1)) {
    ringside::print(path);
  }
  return 0;
} catch (const std::exception& failure) {
  fmt::print(stderr, "interval_coverage: {}\n", failure.what());
  return 1;
}
