#include <cctype>
#include <cstddef>
#include <string_view>

#include <fmt/format.h>

#include "harness/report/formats.hpp"
#include "harness/report/page.hpp"

namespace ringside {

namespace {

bool is_word(char character) {
  return std::isalnum(static_cast<unsigned char>(character)) != 0;
}

/// Text that Markdown shows as it is. An underscore within a word and a lone '#' or '!' are
/// harmless and stay readable; '@' would notify somebody.
std::string escaped(std::string_view text) {
  constexpr std::string_view special = "\\`*{}[]<>|~$";
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool within_word =
        i > 0 && i + 1 < text.size() && is_word(text[i - 1]) && is_word(text[i + 1]);
    if (special.find(text[i]) != std::string_view::npos || (text[i] == '_' && !within_word)) {
      result += '\\';
    }
    if (text[i] == '&')
      result += "&amp;";
    else if (text[i] == '@')
      result += "&#64;";
    else
      result += text[i];
  }
  return result;
}

std::string note_mark(std::size_t note) {
  return note == 0 ? std::string() : fmt::format("<sup>{}</sup>", note);
}

void write_table(std::string& out, const Table& table) {
  for (const Column& column : table.columns) {
    out += fmt::format("| {}{}{} ", escaped(column.name), column.unit.empty() ? "" : ", ",
                       escaped(column.unit));
  }
  out += "|\n";
  for (const Column& column : table.columns) out += column.is_text ? "| :-- " : "| --: ";
  out += "|\n";
  for (const auto& row : table.rows) {
    for (const Cell& cell : row) {
      out += fmt::format("| {}{} ", escaped(cell.text), note_mark(cell.note));
    }
    out += "|\n";
  }
}

void write_findings(std::string& out, const std::vector<Sentence>& findings) {
  for (const Sentence& finding : findings) {
    out += fmt::format("- {}{}\n", finding.warning ? "**Mind:** " : "", escaped(finding.text));
  }
}

void write_section(std::string& out, const Section& section) {
  out += fmt::format("### {}\n\n{}\n\n", escaped(section.title), escaped(section.legend));
  for (const Table& table : section.tables) {
    write_table(out, table);
    out += '\n';
  }
  for (std::size_t i = 0; i < section.footnotes.size(); ++i) {
    out += fmt::format("{} {}<br>\n", note_mark(i + 1), escaped(section.footnotes[i]));
  }
  if (!section.footnotes.empty()) out += '\n';
  write_findings(out, section.findings);
  for (const std::string& caveat : section.caveats) {
    out += fmt::format("- Caveat: {}\n", escaped(caveat));
  }
  for (const std::string& obtained : section.obtained) {
    out += fmt::format("- Used by {}\n", escaped(obtained));
  }
}

}  // namespace

std::string markdown(const Page& page) {
  if (page.sections.empty()) return "No trials were recorded.\n";
  std::string out;
  write_findings(out, page.findings);
  for (const Section& section : page.sections) {
    if (!out.empty()) out += '\n';
    write_section(out, section);
  }
  return out;
}

}  // namespace ringside
