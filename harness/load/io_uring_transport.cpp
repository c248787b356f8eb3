#include "harness/load/io_uring_transport.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <utility>

#include "base/stop_signal.hpp"
#include "harness/load/load.hpp"

namespace ringside {

namespace {

constexpr unsigned submissions = 256;   // small enough to stay in the first-level cache
constexpr unsigned completions = 4096;  // a turn of thousands of streams without overflow

// Arrivals passed on before what they gave rise to is sent. Fewer mean more system calls, more only
// make the backend wait. See docs/decisions/0005-the-load-uses-epoll-unless-asked.md.
constexpr std::size_t arrival_batch = 64;

// A buffer for each stream, so that a turn in which all have something does not run out of them.
// Each is as small as what may be under way, because the pages of all of them are in use in turn.
constexpr std::size_t fewest_buffers = 64, most_buffers = 1024;
constexpr std::size_t smallest_buffer = 1024;
constexpr std::size_t pool_bytes = std::size_t{4} << 20;

std::size_t buffer_bytes(const TransportShape& shape) {
  return std::bit_ceil(
      std::clamp(shape.bytes_in_flight, smallest_buffer, Transport::longest_piece));
}

unsigned buffer_count(const TransportShape& shape) {
  const std::size_t most = std::min(most_buffers, pool_bytes / buffer_bytes(shape));
  return static_cast<unsigned>(std::clamp(std::bit_ceil(shape.streams), fewest_buffers, most));
}

}  // namespace

IoUringTransport::IoUringTransport(StreamClient& client, const StopSignal& interrupt,
                                   const TransportShape& shape,
                                   std::span<const uring::Generation> allowed)
    : client_(client),
      ring_(submissions, completions, allowed),
      buffers_(ring_, 0, buffer_count(shape), buffer_bytes(shape)),
      idle_wait_{.tv_sec = 0, .tv_nsec = std::chrono::nanoseconds(idle_wait).count()} {
  buffers_.provide(buffers_.count());
  buffers_.publish();
  ::io_uring_prep_poll_add(entry_for({.kind = Kind::interrupt}), interrupt.fd(), POLLIN);
  pause();
}

IoUringTransport::~IoUringTransport() {
  // The ring lets go of its sockets in its own time; the backend is to see their end now.
  for (const Stream& stream : streams_) ::shutdown(stream.socket.get(), SHUT_RDWR);
}

void IoUringTransport::add(UniqueFd socket) {
  streams_.push_back({.socket = std::move(socket), .sending = false, .unsent = {}});
  receive(static_cast<std::uint32_t>(streams_.size() - 1));
}

bool IoUringTransport::turn() {
  ring_.submit_and_wait();
  // The kernel has put all of it into the buffers by now: one reading of the clock is right for
  // all.
  const auto now = StreamClient::Clock::now();
  arrivals_ = 0;
  idle_ = true;
  ring_.take_completions([&](const io_uring_cqe& completion) { on_completed(completion, now); },
                         [this] { return arrivals_ == arrival_batch; });
  buffers_.publish();
  return !idle_;
}

io_uring_sqe* IoUringTransport::entry_for(Operation operation) {
  io_uring_sqe* const entry = ring_.next_entry();
  ::io_uring_sqe_set_data64(entry, std::bit_cast<std::uint64_t>(operation));
  return entry;
}

void IoUringTransport::on_completed(const io_uring_cqe& completion,
                                    StreamClient::Clock::time_point now) {
  const auto what = std::bit_cast<Operation>(completion.user_data);
  if (what.kind == Kind::interrupt) throw Interrupted();
  if (what.kind == Kind::pause) return pause();
  idle_ = false;
  if (what.kind == Kind::receive) return on_received(what.stream, completion, now);
  on_sent(what.stream, completion.res);
}

// An operation of its own and not a limit to the wait, which would set and clear a timer each turn.
void IoUringTransport::pause() {
  ::io_uring_prep_timeout(entry_for({.kind = Kind::pause}), &idle_wait_, 0, 0);
}

void IoUringTransport::receive(std::uint32_t stream) {
  const int socket = streams_[stream].socket.get();
  buffers_.prepare_receive(entry_for({.kind = Kind::receive, .stream = stream}), socket);
}

void IoUringTransport::on_received(std::uint32_t stream, const io_uring_cqe& completion,
                                   StreamClient::Clock::time_point now) {
  const int result = completion.res;
  if (result > 0) {
    ++arrivals_;
    client_.arrived(stream, buffers_.bytes_of(completion), now);
    buffers_.give_back(uring::BufferRing::buffer_of(completion));
  } else if (result != -ENOBUFS && result != -EINTR) {
    client_.broken(stream, -result);
  }
  // It ends when buffers or completions run short, which are there again before this is submitted.
  if (!(completion.flags & IORING_CQE_F_MORE)) receive(stream);
}

void IoUringTransport::send(std::size_t stream) {
  Stream& to = streams_[stream];
  if (to.sending) return;  // it will go on by itself
  to.unsent = client_.next_piece(stream);
  if (!to.unsent.empty()) send_piece(static_cast<std::uint32_t>(stream));
}

void IoUringTransport::send_piece(std::uint32_t stream) {
  Stream& to = streams_[stream];
  ::io_uring_prep_send(entry_for({.kind = Kind::send, .stream = stream}), to.socket.get(),
                       to.unsent.data(), to.unsent.size(), MSG_NOSIGNAL | MSG_WAITALL);
  to.sending = true;
}

void IoUringTransport::on_sent(std::uint32_t stream, int result) {
  Stream& to = streams_[stream];
  to.sending = false;
  if (result < 0 && result != -EAGAIN && result != -EINTR) client_.broken(stream, -result);
  to.unsent = to.unsent.subspan(static_cast<std::size_t>(std::max(result, 0)));
  if (to.unsent.empty()) to.unsent = client_.next_piece(stream);
  if (!to.unsent.empty()) send_piece(stream);
}

}  // namespace ringside
