#include "harness/report/render/repeat.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.hpp"

namespace ringside {

namespace {

bool is_plain(char character) {
  constexpr std::string_view signs = "-_./,:=%+";
  return std::isalnum(static_cast<unsigned char>(character)) != 0 ||
         signs.find(character) != std::string_view::npos;
}

std::string quoted(const std::string& word) {
  if (!word.empty() && std::ranges::all_of(word, is_plain)) return word;
  std::string result = "'";
  for (const char character : word) {
    if (character == '\'')
      result += "'\\''";
    else
      result += character;
  }
  result += '\'';
  return result;
}

std::string text_at(const Json& object, const char* path) {
  const Json::json_pointer pointer(path);
  if (!object.contains(pointer) || !object.at(pointer).is_string()) return {};
  return object.at(pointer).get<std::string>();
}

std::vector<std::string> command_of(const Json& run) {
  std::vector<std::string> words;
  if (!run.contains("command") || !run["command"].is_array()) return words;
  bool skip = false;
  for (const Json& word : run["command"]) {
    const std::string text = word.is_string() ? word.get<std::string>() : std::string();
    const bool is_output = text == "--output" || text.starts_with("--output=");
    if (!skip && !is_output) words.push_back(text);
    skip = text == "--output";
  }
  return words;
}

}  // namespace

std::string shell_quoted(const std::vector<std::string>& words) {
  std::vector<std::string> result;
  for (const std::string& word : words) result.push_back(quoted(word));
  return fmt::format("{}", fmt::join(result, " "));
}

Repeat how_to_repeat(const Json& run) {
  const auto with = [](std::string_view before, const std::string& text) {
    return text.empty() ? text : fmt::format("{}{}", before, text);
  };
  std::vector<std::string> facts = {
      with("ringside ", text_at(run, "/ringside_version")),
      with("revision ", text_at(run, "/git_revision")),
      text_at(run, "/machine/cpu/model"),
      text_at(run, "/machine/hypervisor"),
      with("Linux ", text_at(run, "/machine/kernel")),
      text_at(run, "/started_at"),
  };
  std::erase(facts, "");
  return {.command = printable(shell_quoted(command_of(run))),
          .setting = printable(fmt::format("{}", fmt::join(facts, ", ")))};
}

}  // namespace ringside
