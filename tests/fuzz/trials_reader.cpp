// trials.jsonl as a hostile or broken program might leave it: whatever the bytes are, a line is
// either refused with a reason or read as something that can be written, read again and reported.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "harness/record/json_reader.hpp"
#include "harness/record/jsonl.hpp"
#include "harness/record/measurement.hpp"
#include "harness/report/analysis/analysis.hpp"
#include "harness/report/render/report.hpp"

namespace {

using ringside::Json;
using ringside::Measurement;

// Aborts when what was read cannot be written and read again alike: the fuzzer's way of failing.
void expect_round_trip(const Measurement& trial) {
  const std::string line = ringside::to_line(ringside::to_json(trial));
  const std::string again =
      ringside::to_line(ringside::to_json(ringside::measurement_from_json(Json::parse(line))));
  if (line != again) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // A report of thousands of lines is slow and finds nothing that a dozen do not.
  constexpr std::size_t most_trials = 12;
  std::istringstream text(std::string(reinterpret_cast<const char*>(data), size));
  std::vector<Measurement> trials;
  for (std::string line; trials.size() < most_trials && std::getline(text, line);) {
    try {
      trials.push_back(ringside::measurement_from_json(ringside::parse_json(line)));
    } catch (const Json::exception&) {
      continue;
    } catch (const ringside::Error&) {
      continue;
    }
    expect_round_trip(trials.back());
  }
  const ringside::Analysis analysis = ringside::analyse(trials);
  for (const auto format : {ringside::Format::table, ringside::Format::markdown,
                            ringside::Format::csv, ringside::Format::json}) {
    ringside::render(analysis, format);
  }
  return 0;
}
