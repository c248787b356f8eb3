// What a reader is shown, before it is decided how: the terminal's table and the Markdown are the
// same page, laid out twice.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace ringside {

struct Analysis;

enum class Tone { plain, good, bad, quiet };

/// One field of a table. `note` is the number of a footnote, 0 for none.
struct TableCell {
  std::string text;
  std::size_t note = 0;
  Tone tone = Tone::plain;
  double bar = 0;  ///< length of the bar beside the text on a terminal, 1 for the longest; 0: none
};

/// A column's two lines of heading; numbers are set right, names left.
struct Column {
  std::string name;
  std::string unit;
  bool is_text = false;
  bool has_bars = false;
  bool is_detail = false;  ///< left out where there is room for the most important only
};

struct Sentence {
  std::string text;
  bool warning = false;
};

struct Table {
  std::vector<Column> columns;
  std::vector<std::vector<TableCell>> rows;
};

/// The tables of one group and what stands around them.
struct Section {
  std::string title;
  std::string legend;         ///< what the ratio is and which way is better
  std::vector<Table> tables;  ///< the comparison first, then what only this scenario measures
  std::vector<std::string> footnotes;  ///< number 1 first
  std::vector<Sentence> findings;
  std::vector<std::string> caveats;
  std::vector<std::string> obtained;  ///< what each backend says that it really used
};

/// Every text in a page is printable() already.
struct Page {
  std::vector<Sentence> findings;  ///< about the whole run
  std::vector<Section> sections;
};

Page make_page(const Analysis& analysis);

}  // namespace ringside
