#include "base/uring/probe.hpp"

#include <cstdint>

#include "base/isolated.hpp"
#include "base/uring/buffer_ring.hpp"
#include "base/uring/refusal.hpp"
#include "base/uring/ring.hpp"

namespace ringside::uring {

namespace {

/// Each of the three system calls once: a filter may allow some of them only.
void try_all_calls() {
  Ring ring(8, 16);
  const BufferRing buffers(ring, 0, 8, 64);
  ::io_uring_prep_nop(ring.next_entry());
  const int result = ::io_uring_submit_and_wait(ring.get(), 1);
  if (result < 0) throw refusal("io_uring_enter", -result);
}

}  // namespace

void probe() {
  try_in_child("io_uring", try_all_calls);
}

}  // namespace ringside::uring
