// Ownership of an io_uring, and what was obtained from the kernel when it was set up.
#pragma once

#include <liburing.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace ringside::uring {

/// What one generation of kernels offers to a network program. Buffer rings and multishot accept
/// are in all of them. Source: io_uring_setup(2) and io_uring_enter(2), "Available since".
struct Generation {
  std::string_view since;        ///< the first Linux that has it
  unsigned setup_flags;          ///< for io_uring_setup(2)
  std::string_view setup_names;  ///< the same, for people
  bool multishot_recv;
};

/// Newest first: a ring is set up with the first one that the kernel accepts.
inline constexpr std::array generations{
    Generation{"6.1", IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN,
               "SINGLE_ISSUER|DEFER_TASKRUN", true},
    Generation{"6.0", IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_COOP_TASKRUN,
               "SINGLE_ISSUER|COOP_TASKRUN", true},
    Generation{"5.19", IORING_SETUP_COOP_TASKRUN, "COOP_TASKRUN", false},
};

/// Owns one io_uring. Must be used and destroyed by the thread that made it (SINGLE_ISSUER).
class Ring {
 public:
  /// Entries of the submission and the completion queue, powers of two; which of `allowed` to try.
  /// Throws Error that says why io_uring cannot be had and how to mend it.
  Ring(unsigned submissions, unsigned completions,
       std::span<const Generation> allowed = generations);

  /// What is still with the kernel is cancelled, but in its own time: it may hold on to sockets for
  /// a while after this. Programs that end in good order leave nothing there.
  ~Ring();
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;

  ::io_uring* get() noexcept { return &ring_; }
  const Generation& generation() const noexcept { return *generation_; }

  /// The next submission entry, to be prepared by one of liburing's io_uring_prep_ functions and
  /// then marked with io_uring_sqe_set_data64. Submits what is queued when the queue is full.
  io_uring_sqe* next_entry();

  /// Whether the ring's descriptor is registered with the thread (io_uring_register_ring_fd(3)),
  /// which spares looking it up at each io_uring_enter(2). Left undone where the kernel refuses it.
  bool registered() const noexcept { return registered_; }

  /// Submits everything queued, and waits until there is a completion: io_uring_submit_and_wait(3),
  /// checked. Throws Error.
  void submit_and_wait();

  /// Calls `on_completed(completion)` for each completion there is, until `enough()` is true, and
  /// gives their places in the queue back.
  template <typename OnCompleted, typename Enough = bool (*)()>
  void take_completions(
      OnCompleted&& on_completed, Enough&& enough = [] { return false; }) {
    unsigned head = 0, count = 0;
    io_uring_cqe* completion = nullptr;
    io_uring_for_each_cqe(&ring_, head, completion) {
      if (enough()) break;
      ++count;
      if ((completion->flags & IORING_CQE_F_MORE) == 0) --operations_;
      on_completed(*completion);
    }
    ::io_uring_cq_advance(&ring_, count);
  }

  /// How many operations have been queued whose last completion has not been taken: 0 when nothing
  /// in the kernel holds a socket or a buffer any more.
  std::size_t operations() const noexcept { return operations_; }

 private:
  ::io_uring ring_{};
  std::size_t operations_ = 0;
  bool registered_ = false;
  const Generation* generation_ = nullptr;
};

/// For what io_uring_submit_and_wait(3) and its like have returned. Throws Error when they failed
/// for a reason that does not mend itself by the next turn.
void check_entered(int result);

}  // namespace ringside::uring
