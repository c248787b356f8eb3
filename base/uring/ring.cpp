#include "base/uring/ring.hpp"

#include <cerrno>

#include "base/error.hpp"
#include "base/uring/refusal.hpp"

#ifdef __SANITIZE_THREAD__
#include <sanitizer/tsan_interface.h>
#endif

namespace ringside::uring {

namespace {

// liburing maps and unmaps by system calls of its own, which ThreadSanitizer does not see: a ring
// at the address of one that another thread has closed would look like a race between the two. So
// it is told that every ring is opened after those that were closed before.
#ifdef __SANITIZE_THREAD__
void sanitizer_sees_open() {
  ::__tsan_acquire(const_cast<Generation*>(generations.data()));
}
void sanitizer_sees_close() {
  ::__tsan_release(const_cast<Generation*>(generations.data()));
}
#else
void sanitizer_sees_open() {}
void sanitizer_sees_close() {}
#endif

}  // namespace

Ring::Ring(unsigned submissions, unsigned completions, std::span<const Generation> allowed) {
  int result = -EINVAL;
  io_uring_params params{};
  for (const Generation& generation : allowed) {
    // Multishot operations complete many times for one submission, hence a size of its own for the
    // completion queue; SUBMIT_ALL goes on after a submission that fails.
    params = {};
    params.flags = generation.setup_flags | IORING_SETUP_CQSIZE | IORING_SETUP_SUBMIT_ALL;
    params.cq_entries = completions;
    generation_ = &generation;
    result = ::io_uring_queue_init_params(submissions, &ring_, &params);
    if (result != -EINVAL) break;
  }
  if (result < 0) throw refusal("io_uring_setup", -result);
  if ((params.features & IORING_FEAT_NATIVE_WORKERS) == 0) {
    ::io_uring_queue_exit(&ring_);
    throw workers_outside_process();
  }
  registered_ = ::io_uring_register_ring_fd(&ring_) == 1;
  sanitizer_sees_open();
}

Ring::~Ring() {
  sanitizer_sees_close();
  ::io_uring_queue_exit(&ring_);
}

io_uring_sqe* Ring::next_entry() {
  io_uring_sqe* entry = ::io_uring_get_sqe(&ring_);
  if (entry == nullptr) {
    ::io_uring_submit(&ring_);
    entry = ::io_uring_get_sqe(&ring_);
  }
  if (entry == nullptr) throw Error("io_uring: the kernel takes no more submissions");
  ++operations_;
  return entry;
}

void Ring::submit_and_wait() {
  check_entered(::io_uring_submit_and_wait(&ring_, 1));
}

void check_entered(int result) {
  // Interrupted, or short of memory for more submissions until completions have been taken: both
  // mend themselves on the next turn.
  if (result < 0 && result != -EINTR && result != -EAGAIN && result != -EBUSY) {
    throw_errno("submitting operations and waiting (io_uring_enter)", -result);
  }
}

}  // namespace ringside::uring
