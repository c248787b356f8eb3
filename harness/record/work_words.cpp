#include "harness/record/work_words.hpp"

#include "harness/record/json_reader.hpp"
#include "harness/record/measurement.hpp"

namespace ringside {

Json to_json(const WorkWords& words) {
  return {{"operation", words.operation},
          {"unit", words.unit},
          {"by_bytes", words.by_bytes},
          {"follows", words.follows}};
}

WorkWords read_work_words(const JsonReader& reader) {
  WorkWords words{.operation = reader.text("operation"),
                  .unit = reader.text("unit"),
                  .by_bytes = reader.boolean("by_bytes")};
  const JsonReader follows = reader.object("follows");
  for (const auto& [name, leader] : reader.member("follows").items()) {
    words.follows[name] = follows.text(name);
  }
  return words;
}

WorkWords words_of(const Measurement& trial) {
  if (!trial.words.operation.empty()) return trial.words;
  if (trial.scenario == "echo") return {.operation = "message", .unit = "msg"};
  if (trial.scenario == "fan_out") {
    return {.operation = "request", .unit = "req", .follows = {{"quorum", "fan_out"}}};
  }
  if (trial.scenario == "file_copy") {
    const bool many = trial.params.value("files", Json()) != Json(1);
    const std::string one = many ? "file" : "block";
    return {.operation = one, .unit = one, .by_bytes = true};
  }
  return {.operation = "operation", .unit = "op"};
}

}  // namespace ringside
