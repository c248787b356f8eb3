#include "uring/probe.hpp"

#include "uring/buffer_ring.hpp"
#include "uring/ring.hpp"

namespace ringside::uring {

void probe() {
  Ring ring(8, 16);
  const BufferRing buffers(ring, 0, 8, 64);
}

}  // namespace ringside::uring
