#include "tests/support/older_kernels.hpp"

namespace ringside::test {

std::span<const Backend> backends_of_older_kernels() {
  return {};
}

}  // namespace ringside::test
