#include "scenarios/parameters.hpp"

#include <charconv>
#include <cstddef>
#include <optional>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/units.hpp"
#include "scenarios/scenario.hpp"

namespace ringside {

namespace {

/// What one of counts and sizes is to a person.
std::string shown(const Parameter& parameter, std::uint64_t value) {
  return parameter.kind == ParameterKind::bytes ? format_bytes(value) : std::to_string(value);
}

std::uint64_t read_count(const Parameter& parameter, std::string_view text) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [after, failure] = std::from_chars(text.data(), end, value);
  if (failure != std::errc() || after != end) {
    throw Error(fmt::format("{} '{}' is not a whole number", parameter.flag, text),
                fmt::format("give one from {} on", parameter.least));
  }
  return value;
}

Json read_number(const Parameter& parameter, std::string_view text) {
  const std::uint64_t value =
      parameter.kind == ParameterKind::bytes ? parse_bytes(text) : read_count(parameter, text);
  if (value >= parameter.least && value <= parameter.most) return value;
  throw Error(fmt::format("{} is {}", parameter.flag, shown(parameter, value)),
              fmt::format("use {} to {}{}", shown(parameter, parameter.least),
                          shown(parameter, parameter.most), parameter.advice));
}

std::vector<Json> read(const Parameter& parameter, std::string_view text) {
  switch (parameter.kind) {
    case ParameterKind::count:
    case ParameterKind::bytes:
      return {read_number(parameter, text)};
    case ParameterKind::toggle:
      return {text == "true"};
    case ParameterKind::text:
      break;
  }
  return parameter.read(text);
}

/// As a user would have given it; none where there is nothing to say.
std::vector<std::string> texts_of(const Parameter& parameter, const GivenParameters& given) {
  const auto found = given.by_flag.find(parameter.flag);
  if (found != given.by_flag.end() && !found->second.empty()) return found->second;
  const std::string_view usual = parameter.values.of(given.profile);
  if (usual.empty()) return {};
  if (parameter.kind == ParameterKind::text) return {std::string(usual)};
  return split_list(usual);
}

void set(Json& params, const Parameter& parameter, const Json& value) {
  if (value.is_object()) {
    params.update(value);
  } else if (value.is_null() && !parameter.follows.empty()) {
    params[std::string(parameter.name)] = params.at(std::string(parameter.follows));
  } else {
    params[std::string(parameter.name)] = value;
  }
}

}  // namespace

std::vector<Json> values_of(const Parameter& parameter, const GivenParameters& given) {
  std::vector<Json> values;
  for (const std::string& text : texts_of(parameter, given)) {
    for (Json& value : read(parameter, text)) values.push_back(std::move(value));
  }
  if (values.empty()) {
    values.push_back(parameter.kind == ParameterKind::toggle ? Json(false) : Json(nullptr));
  }
  if (!parameter.swept && values.size() > 1) {
    throw Error(fmt::format("{} has {} values", parameter.flag, values.size()),
                "give it one: it is no sweep");
  }
  return values;
}

std::vector<Json> combinations(const Scenario& scenario, const GivenParameters& given) {
  std::vector<Json> all{Json::object()};
  for (const Parameter& parameter : scenario.parameters) {
    const std::vector<Json> values = values_of(parameter, given);
    std::vector<Json> varied;
    varied.reserve(all.size() * values.size());
    for (const Json& params : all) {
      for (const Json& value : values) set(varied.emplace_back(params), parameter, value);
    }
    all = std::move(varied);
  }
  if (scenario.check != nullptr) {
    for (const Json& params : all) scenario.check(params);
  }
  return all;
}

Json describe_given(const Scenario& scenario, const GivenParameters& given) {
  Json described = Json::object();
  for (const Parameter& parameter : scenario.parameters) {
    if (parameter.flag.empty()) continue;
    const std::vector<Json> values = values_of(parameter, given);
    const bool is_list = parameter.swept && !values.front().is_null();
    described[std::string(parameter.name)] = is_list ? Json(values) : values.front();
  }
  return described;
}

std::vector<Json> as_it_is(std::string_view text) {
  return {text};
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> parts;
  for (;;) {
    const std::size_t comma = text.find(',');
    parts.emplace_back(text.substr(0, comma));
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

void require_a_connection_for_each_loop(const Json& params) {
  const auto threads = params.at("threads").get<std::uint64_t>();
  const auto connections = params.at("connections").get<std::uint64_t>();
  if (threads <= connections) return;
  throw Error(fmt::format("--threads {} with --connections {}: some event loops would have no "
                          "connection",
                          threads, connections),
              "use at least as many connections as threads");
}

}  // namespace ringside
