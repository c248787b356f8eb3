// Footnotes of a table.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace ringside {

/// Numbers footnotes in order of first use; the same words get the same number.
class Footnotes {
 public:
  std::size_t number(const std::string& text) {
    const auto found = std::ranges::find(texts_, text);
    if (found != texts_.end()) return static_cast<std::size_t>(found - texts_.begin()) + 1;
    texts_.push_back(text);
    return texts_.size();
  }

  /// All of them, number 1 first; none are left.
  std::vector<std::string> take() { return std::move(texts_); }

 private:
  std::vector<std::string> texts_;
};

}  // namespace ringside
