#include "tests/conformance/cell_case.hpp"

#include <ostream>

#include <fmt/format.h>

#include "tests/support/older_kernels.hpp"

namespace ringside::test {

std::vector<CellCase> cell_cases(bool (*offers)(const Backend&),
                                 std::initializer_list<std::size_t> loop_counts,
                                 std::initializer_list<const Backend*> more) {
  std::vector<const Backend*> offering(more);
  for (const auto table : {backends(), backends_of_older_kernels()}) {
    for (const Backend& backend : table) {
      if (offers(backend)) offering.push_back(&backend);
    }
  }
  std::vector<CellCase> cases;
  for (const Backend* backend : offering) {
    for (const std::size_t loops : loop_counts) cases.push_back({backend, loops});
  }
  return cases;
}

void PrintTo(const CellCase& cell_case, std::ostream* out) {
  *out << cell_case.backend->name << ", " << cell_case.loops << " loops";
}

std::string case_name(const testing::TestParamInfo<CellCase>& info) {
  const auto& [backend, loops] = info.param;
  return fmt::format("{}_{}_{}", backend->name, loops, loops == 1 ? "loop" : "loops");
}

}  // namespace ringside::test
