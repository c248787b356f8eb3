// What the conformance tests of servers are run for: backends, each with some numbers of loops.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <iosfwd>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "backends/backend.hpp"

namespace ringside::test {

struct CellCase {
  const Backend* backend;  ///< lives in a table
  std::size_t loops;
};

/// Every backend of this build that `offers` says yes to, those of older kernels, and `more`, with
/// each number of loops.
std::vector<CellCase> cell_cases(bool (*offers)(const Backend&),
                                 std::initializer_list<std::size_t> loop_counts,
                                 std::initializer_list<const Backend*> more = {});

/// How GoogleTest prints a case: "epoll, 2 loops". Found by its name.
void PrintTo(const CellCase& cell_case, std::ostream* out);

/// "epoll_2_loops".
std::string case_name(const testing::TestParamInfo<CellCase>& info);

}  // namespace ringside::test
