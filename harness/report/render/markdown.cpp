#include <algorithm>
#include <cctype>
#include <cstddef>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "harness/report/render/formats.hpp"
#include "harness/report/render/page.hpp"
#include "harness/report/render/repeat.hpp"

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

/// The table without the columns that are details: GitHub's page is too narrow for them.
Table without_details(const Table& table) {
  Table result;
  for (const Column& column : table.columns) {
    if (!column.is_detail) result.columns.push_back(column);
  }
  for (const std::vector<TableCell>& row : table.rows) {
    std::vector<TableCell>& cells = result.rows.emplace_back();
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (!table.columns[i].is_detail) cells.push_back(row[i]);
    }
  }
  return result;
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
    for (const TableCell& cell : row) {
      out += fmt::format("| {}{} ", escaped(cell.text), note_mark(cell.note));
    }
    out += "|\n";
  }
  out += '\n';
}

/// The footnotes that some cell of the table refers to.
void write_footnotes(std::string& out, const Table& table,
                     const std::vector<std::string>& footnotes) {
  std::set<std::size_t> used;
  for (const std::vector<TableCell>& row : table.rows) {
    for (const TableCell& cell : row) used.insert(cell.note);
  }
  used.erase(0);
  for (const std::size_t note : used) {
    out += fmt::format("{} {}<br>\n", note_mark(note), escaped(footnotes[note - 1]));
  }
  if (!used.empty()) out += '\n';
}

void begin_fold(std::string& out, std::string_view summary) {
  // Without the empty line GitHub shows what follows as it is written.
  out += fmt::format("\n<details>\n<summary>{}</summary>\n\n", summary);
}

void end_fold(std::string& out) {
  out += "\n</details>\n";
}

void write_findings(std::string& out, const std::vector<Sentence>& findings) {
  for (const Sentence& finding : findings) {
    out += fmt::format("- {}{}\n", finding.warning ? "**Mind:** " : "", escaped(finding.text));
  }
}

void write_section(std::string& out, const Section& section) {
  out += fmt::format("### {}\n\n", escaped(section.title));
  if (!section.legend.empty()) out += escaped(section.legend) + "\n\n";
  bool all_shown = section.caveats.empty() && section.obtained.empty();
  for (const Table& table : section.tables) {
    const Table brief = without_details(table);
    if (brief.columns.size() < table.columns.size()) all_shown = false;
    if (brief.columns.empty()) continue;
    write_table(out, brief);
    write_footnotes(out, brief, section.footnotes);
  }
  write_findings(out, section.findings);
  if (all_shown) return;

  begin_fold(out, "All figures, caveats, and what was really used");
  for (const Table& table : section.tables) {
    write_table(out, table);
    write_footnotes(out, table, section.footnotes);
  }
  for (const std::string& caveat : section.caveats) {
    out += fmt::format("- Caveat: {}\n", escaped(caveat));
  }
  for (const std::string& obtained : section.obtained) {
    out += fmt::format("- Used by {}\n", escaped(obtained));
  }
  end_fold(out);
}

/// The command stands in a block that is longer fenced than any row of backticks in it.
void write_repeat(std::string& out, const Repeat& repeat) {
  if (repeat.command.empty()) return;
  std::size_t longest = 2, row = 0;
  for (const char character : repeat.command) {
    row = character == '`' ? row + 1 : 0;
    longest = std::max(longest, row);
  }
  const std::string fence(longest + 1, '`');
  begin_fold(out, "How to repeat this");
  out += fmt::format("{}\n\n{}sh\n{}\n{}\n", escaped(repeat.setting), fence, repeat.command, fence);
  end_fold(out);
}

}  // namespace

std::string markdown(const Page& page, const Repeat& repeat) {
  if (page.sections.empty()) return "No trials were recorded.\n";
  std::string out;
  write_findings(out, page.findings);
  for (const Section& section : page.sections) {
    if (!out.empty()) out += '\n';
    write_section(out, section);
  }
  write_repeat(out, repeat);
  return out;
}

}  // namespace ringside
