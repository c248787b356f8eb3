#include "harness/manual/man_page.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ringside {

namespace {

/// The first code point of UTF-8 that is valid, as CLI11 was given it; it is taken off `text`.
std::uint32_t take_code_point(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text.front());
  text.remove_prefix(1);
  if (first < 0x80) return first;
  std::uint32_t code = first < 0xE0 ? first & 0x1FU : first < 0xF0 ? first & 0x0FU : first & 0x07U;
  while (!text.empty() && (static_cast<unsigned char>(text.front()) & 0xC0U) == 0x80) {
    code = code << 6U | (static_cast<unsigned char>(text.front()) & 0x3FU);
    text.remove_prefix(1);
  }
  return code;
}

/// What roff would take for its own, or print as another character than that which is typed.
std::string_view roff_name(char character) {
  switch (character) {
    case '\\':
      return "\\(rs";
    case '-':
      return "\\-";
    case '\'':
      return "\\(aq";
    case '"':
      return "\\(dq";
    case '`':
      return "\\(ga";
    case '^':
      return "\\(ha";
    case '~':
      return "\\(ti";
    default:
      return {};
  }
}

/// Text as it is, within a line of roff.
std::string roff(std::string_view text) {
  std::string result;
  // A dot would begin a request.
  if (text.starts_with('.')) result += "\\&";
  while (!text.empty()) {
    const std::uint32_t code = take_code_point(text);
    if (code >= 0x80) {
      result += fmt::format("\\[u{:04X}]", code);
      continue;
    }
    const auto character = static_cast<char>(code);
    const std::string_view name = roff_name(character);
    if (name.empty()) {
      result += character;
    } else {
      result += name;
    }
  }
  return result;
}

/// Lines of text as paragraphs do not have them: each begins anew.
std::string roff_lines(std::string_view text) {
  std::string result;
  while (true) {
    const std::size_t end = text.find('\n');
    result += roff(text.substr(0, end)) + "\n";
    if (end == std::string_view::npos) return result;
    result += ".br\n";
    text.remove_prefix(end + 1);
  }
}

std::string bold(std::string_view text) {
  return "\\fB" + roff(text) + "\\fR";
}

std::string italic(std::string_view text) {
  return "\\fI" + roff(text) + "\\fR";
}

/// A sentence for what a help has as one without its full stop.
std::string sentence(std::string text) {
  return text.empty() || text.ends_with('.') ? text : text + ".";
}

bool says(std::string_view help, const std::vector<std::string>& words) {
  return std::ranges::all_of(
      words, [&](const std::string& word) { return help.find(word) != std::string_view::npos; });
}

std::string explanation(const DescribedOption& option) {
  std::string text = sentence(option.help);
  if (!says(option.help, option.words)) {
    text += fmt::format("\nOne of: {}.", fmt::join(option.words, ", "));
  }
  if (!option.initial.empty()) text += fmt::format("\nDefault: {}", option.initial);
  return roff_lines(text);
}

/// An option under a tag: `.TP`, what is typed, what it is for.
std::string entry(const DescribedOption& option) {
  std::string tag;
  for (const std::string& name : option.names) {
    if (!tag.empty()) tag += ", ";
    tag += bold(name);
  }
  if (option.takes_value) tag += " " + italic(option.value);
  return fmt::format(".TP\n{}\n{}", tag, explanation(option));
}

std::string usage(const std::string& name, const DescribedCommand& command) {
  std::string text = bold(name);
  if (!command.flags.empty()) text += " [" + italic("OPTIONS") + "]";
  for (const DescribedOption& positional : command.positionals) {
    text += " " + italic(positional.usage);
  }
  return text;
}

std::string flags_by_group(const DescribedCommand& command) {
  std::string text;
  std::string group;
  for (const DescribedOption& flag : command.flags) {
    if (flag.group != group) {
      group = flag.group;
      text += fmt::format(".PP\n{}\n", italic(group + ":"));
    }
    text += entry(flag);
  }
  return text;
}

std::string command_section(const std::string& name, const DescribedCommand& command) {
  std::string text = fmt::format(".SS {}\n{}\n.PP\n{}", roff(name), usage(name, command),
                                 roff_lines(sentence(command.help)));
  for (const DescribedOption& positional : command.positionals) text += entry(positional);
  return text + flags_by_group(command);
}

std::string man_section(const ManSection& section) {
  std::string text = fmt::format(".SH {}\n", roff(section.heading));
  if (!section.text.empty()) text += roff_lines(section.text);
  for (const auto& [what, meaning] : section.list) {
    text += fmt::format(".TP\n{}\n{}", bold(what), roff_lines(meaning));
  }
  return text;
}

}  // namespace

std::string man_page(const DescribedCommand& app, const std::string& version,
                     const std::string& description, const std::vector<ManSection>& sections) {
  std::string capitals = app.name;
  std::ranges::transform(capitals, capitals.begin(), [](char character) {
    return character >= 'a' && character <= 'z' ? static_cast<char>(character - 'a' + 'A')
                                                : character;
  });
  // A name is what it is called, and after the dash what it is.
  const std::size_t colon = app.help.find(": ");
  const std::string what = colon == std::string::npos ? app.help : app.help.substr(colon + 2);
  std::string page =
      fmt::format(".\\\" Written by `{0} manual man` from what `{0} --help` shows.\n", app.name);
  page +=
      fmt::format(".TH {} 1 \"\" \"{} {}\" \"User Commands\"\n", capitals, app.name, roff(version));
  // A word that is broken at the end of a line could not be typed.
  page += ".nh\n.ad l\n";
  page += fmt::format(".SH NAME\n{} \\- {}\n.SH SYNOPSIS\n", roff(app.name), roff(what));
  for (const DescribedCommand& command : app.commands) {
    page += usage(app.name + " " + command.name, command) + "\n.br\n";
  }
  page += man_section({.heading = "DESCRIPTION", .text = description, .list = {}});
  page += ".SH OPTIONS\n";
  for (const DescribedOption& flag : app.flags) page += entry(flag);
  page += ".SH COMMANDS\n";
  for (const DescribedCommand& command : app.commands) {
    page += command_section(app.name + " " + command.name, command);
  }
  for (const ManSection& one : sections) page += man_section(one);
  return page;
}

}  // namespace ringside
