#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/color.h>
#include <fmt/format.h>

#include "base/text.hpp"
#include "harness/report/render/formats.hpp"
#include "harness/report/render/page.hpp"

namespace ringside {

namespace {

constexpr std::size_t widest = 120;
constexpr std::size_t usual_gap = 2;
constexpr std::size_t least_name_width = 12;

constexpr std::size_t longest_bar = 8;
constexpr std::size_t least_bar = 4;

struct Layout {
  std::vector<std::size_t> widths;   ///< by column
  std::vector<std::size_t> figures;  ///< of a column with bars: what stands before them
  std::size_t gap = usual_gap;       ///< between columns
};

std::size_t total_width(const Layout& layout) {
  return std::accumulate(layout.widths.begin(), layout.widths.end(), std::size_t{0}) +
         layout.gap * (layout.widths.size() - 1);
}

/// Makes a column narrower as far as the table is too wide, but not below `least`.
void shrink(Layout& layout, std::size_t column, std::size_t least) {
  if (total_width(layout) <= widest) return;
  const std::size_t excess = total_width(layout) - widest;
  std::size_t& width = layout.widths[column];
  width -= std::min(excess, width - std::min(width, least));
}

/// Makes the layout fit: first the gaps give way, then the bars, then the names. `least` are the
/// widths of the columns' own words.
void fit(Layout& layout, const std::vector<Column>& columns,
         const std::vector<std::size_t>& least) {
  if (total_width(layout) > widest) layout.gap = 1;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].has_bars) {
      shrink(layout, i, std::max(least[i], layout.figures[i] + 1 + least_bar));
    }
  }
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].is_text) shrink(layout, i, least_name_width);
  }
}

/// A bar of at most `width` columns; something of it always shows.
std::string bar_of(double length, std::size_t width, bool ascii) {
  const auto parts = [&](double in_one) {
    const double count = std::round(length * static_cast<double>(width) * in_one);
    return static_cast<std::size_t>(std::max(count, 1.0));
  };
  if (ascii) return std::string(parts(1), '#');
  constexpr std::string_view eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const std::size_t count = parts(8);
  std::string bar;
  for (std::size_t i = 0; i < count / 8; ++i) bar += "█";
  return bar.append(eighths[count % 8]);
}

fmt::text_style style_of(Tone tone) {
  switch (tone) {
    case Tone::good:
      return fmt::fg(fmt::terminal_color::green);
    case Tone::bad:
      return fmt::fg(fmt::terminal_color::red);
    case Tone::quiet:
      return fmt::emphasis::faint;
    case Tone::plain:
      break;
  }
  return {};
}

/// Writes the page line by line in one style.
class TableWriter {
 public:
  explicit TableWriter(const TableStyle& style) : style_(style) {}

  void write(const Table& table);
  void write(const Section& section);
  void write(const std::vector<Sentence>& findings);
  void blank_line() { out_ += '\n'; }
  std::string take() { return std::move(out_); }

 private:
  std::string in_charset(std::string_view text) const {
    return style_.ascii ? to_ascii(text) : std::string(text);
  }
  std::string note_mark(std::size_t note) const;
  std::string text_of(const TableCell& cell) const;
  std::string fitted(const TableCell& cell, std::size_t width) const;
  Layout lay_out(const Table& table) const;
  void put(std::string_view text, const fmt::text_style& style);
  std::string with_bar(const TableCell& cell, const std::string& text, std::size_t figures,
                       std::size_t width) const;
  void put_line(const std::vector<TableCell>& cells, const Table& table, const Layout& layout,
                const fmt::text_style& line_style);
  void put_wrapped(std::string_view text, std::string_view first_indent,
                   const fmt::text_style& style);

  TableStyle style_;
  std::string out_;
};

std::string TableWriter::note_mark(std::size_t note) const {
  if (note == 0) return {};
  if (style_.ascii) return fmt::format("({})", note);
  constexpr std::string_view digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string mark;
  for (const char digit : std::to_string(note)) mark += digits[digit - '0'];
  return mark;
}

std::string TableWriter::text_of(const TableCell& cell) const {
  return in_charset(cell.text) + note_mark(cell.note);
}

/// text_of, cut off where it is wider than its column; the mark of its footnote stays.
std::string TableWriter::fitted(const TableCell& cell, std::size_t width) const {
  std::string text = text_of(cell);
  if (display_width(text) <= width) return text;
  const std::string mark = note_mark(cell.note);
  const std::size_t ellipsis_excess = display_width(in_charset("…")) - 1;
  const std::size_t taken = display_width(mark) + ellipsis_excess;
  return in_charset(shortened(cell.text, width > taken ? width - taken : 1)) + mark;
}

Layout TableWriter::lay_out(const Table& table) const {
  Layout layout;
  for (const Column& column : table.columns) {
    layout.widths.push_back(
        std::max(display_width(in_charset(column.name)), display_width(in_charset(column.unit))));
  }
  const std::vector<std::size_t> least = layout.widths;
  layout.figures.resize(table.columns.size());
  for (const std::vector<TableCell>& row : table.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::size_t width = display_width(text_of(row[i]));
      layout.figures[i] = std::max(layout.figures[i], width);
      const std::size_t bar = table.columns[i].has_bars ? 1 + longest_bar : 0;
      layout.widths[i] = std::max(layout.widths[i], layout.figures[i] + bar);
    }
  }
  fit(layout, table.columns, least);
  return layout;
}

/// The figure set right in its own part of the column, and its bar behind it.
std::string TableWriter::with_bar(const TableCell& cell, const std::string& text,
                                  std::size_t figures, std::size_t width) const {
  const std::size_t taken = display_width(text);
  std::string result(figures - std::min(figures, taken), ' ');
  result += text;
  if (cell.bar > 0) result += ' ' + bar_of(cell.bar, width - figures - 1, style_.ascii);
  return result;
}

void TableWriter::put(std::string_view text, const fmt::text_style& style) {
  const bool styled = style_.colour && (style.has_foreground() || style.has_emphasis());
  if (styled)
    out_ += fmt::format(style, "{}", text);
  else
    out_ += text;
}

void TableWriter::put_line(const std::vector<TableCell>& cells, const Table& table,
                           const Layout& layout, const fmt::text_style& line_style) {
  const bool heading = line_style.has_emphasis();  // only these have a style of their own
  std::size_t pending = 0;  // spaces that are written only when something follows
  for (std::size_t i = 0; i < cells.size(); ++i) {
    std::string text = fitted(cells[i], layout.widths[i]);
    const bool left = table.columns[i].is_text || table.columns[i].has_bars;
    if (table.columns[i].has_bars && !heading) {
      text = with_bar(cells[i], text, layout.figures[i], layout.widths[i]);
    }
    const std::size_t width = display_width(text);
    const std::size_t padding = layout.widths[i] > width ? layout.widths[i] - width : 0;
    if (text.empty()) {
      pending += padding;
    } else {
      out_.append(pending + (left ? 0 : padding), ' ');
      put(text, heading ? line_style : style_of(cells[i].tone));
      pending = left ? padding : 0;
    }
    pending += layout.gap;
  }
  out_ += '\n';
}

/// Breaks between words so that lines fit; later lines are set in as far as the first one's text.
void TableWriter::put_wrapped(std::string_view text, std::string_view first_indent,
                              const fmt::text_style& style) {
  const std::string whole = in_charset(text);
  const std::string indent(display_width(in_charset(first_indent)), ' ');
  std::string line = in_charset(first_indent);
  bool empty = true;
  std::string_view rest = whole;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    const std::string_view word = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (!empty && display_width(line) + 1 + display_width(word) > widest) {
      put(line, style);
      out_ += '\n';
      line = indent;
      empty = true;
    }
    if (!empty) line += ' ';
    line += word;
    empty = false;
  }
  put(line, style);
  out_ += '\n';
}

void TableWriter::write(const std::vector<Sentence>& findings) {
  for (const Sentence& finding : findings) {
    put_wrapped(finding.text, finding.warning ? "! " : (style_.ascii ? "* " : "· "),
                finding.warning ? fmt::fg(fmt::terminal_color::yellow) : fmt::text_style());
  }
}

void TableWriter::write(const Table& table) {
  const Layout layout = lay_out(table);
  std::vector<TableCell> names;
  std::vector<TableCell> units;
  for (const Column& column : table.columns) {
    names.push_back({column.name});
    units.push_back({column.unit});
  }
  put_line(names, table, layout, fmt::emphasis::bold);
  put_line(units, table, layout, fmt::emphasis::faint);
  for (const std::vector<TableCell>& row : table.rows) put_line(row, table, layout, {});
}

void TableWriter::write(const Section& section) {
  put_wrapped(section.title, "", fmt::emphasis::bold);
  if (!section.legend.empty()) put_wrapped(section.legend, "", fmt::emphasis::faint);
  blank_line();
  for (const Table& table : section.tables) {
    write(table);
    blank_line();
  }
  for (std::size_t i = 0; i < section.footnotes.size(); ++i) {
    put_wrapped(section.footnotes[i], note_mark(i + 1) + " ", fmt::emphasis::faint);
  }
  write(section.findings);
  for (const std::string& caveat : section.caveats) {
    put_wrapped(caveat, "caveat: ", fmt::emphasis::faint);
  }
  for (const std::string& obtained : section.obtained) {
    put_wrapped(obtained, "used by ", fmt::emphasis::faint);
  }
}

}  // namespace

std::string table(const Page& page, const TableStyle& style) {
  TableWriter writer(style);
  writer.write(page.findings);
  for (const Section& section : page.sections) {
    if (!page.findings.empty() || &section != &page.sections.front()) writer.blank_line();
    writer.write(section);
  }
  if (page.sections.empty()) return "No trials were recorded.\n";
  return writer.take();
}

}  // namespace ringside
