#include "backends/support/fan_out_messages.hpp"

#include <algorithm>
#include <cassert>

#include "backends/tasks/fan_out.hpp"

namespace ringside {

namespace {

// Room for two requests at least, so that a read of less than all the room has taken all there was;
// for small ones more, so that a client which pipelines them is read with few calls.
constexpr std::size_t least_queue_bytes = 4096;

}  // namespace

RequestQueue::RequestQueue(std::size_t request_bytes)
    : request_bytes_(request_bytes), bytes_(std::max(2 * request_bytes, least_queue_bytes)) {}

std::span<std::byte> RequestQueue::room() noexcept {
  return std::span(bytes_).subspan(end_);
}

std::span<const std::byte> RequestQueue::front() const noexcept {
  if (end_ - begin_ < request_bytes_) return {};
  return std::span(bytes_).subspan(begin_, request_bytes_);
}

void RequestQueue::pop() noexcept {
  assert(end_ - begin_ >= request_bytes_);
  begin_ += request_bytes_;
  if (end_ - begin_ >= request_bytes_) return;
  std::copy(bytes_.data() + begin_, bytes_.data() + end_, bytes_.data());
  end_ -= begin_;
  begin_ = 0;
}

ReplySet::ReplySet(std::size_t leaves, std::size_t reply_bytes)
    : reply_bytes_(reply_bytes), leaves_(leaves), bytes_((leaves + 1) * reply_bytes) {}

void ReplySet::await(std::span<const std::byte> request) noexcept {
  id_ = message_id(request);
  awaiting_ = true;
  for (Leaf& leaf : leaves_) {
    leaf.answered = false;
    leaf.stale = leaf.received > 0;
    ++leaf.owed;
  }
}

std::span<std::byte> ReplySet::place(std::size_t i) noexcept {
  return std::span(bytes_).subspan(i * reply_bytes_, reply_bytes_);
}

std::span<std::byte> ReplySet::room(std::size_t leaf) noexcept {
  const std::size_t where = awaits(leaves_[leaf]) ? leaf : leaves_.size();
  return place(where).subspan(leaves_[leaf].received);
}

Arrival ReplySet::received(std::size_t index, std::size_t bytes) noexcept {
  Leaf& leaf = leaves_[index];
  leaf.received += bytes;
  assert(leaf.received <= reply_bytes_);
  if (leaf.received < reply_bytes_) return Arrival::partial;

  const bool awaited = awaits(leaf) && !leaf.stale && message_id(place(index)) == id_;
  leaf.received = 0;
  leaf.stale = false;
  leaf.answered |= awaited;
  if (leaf.owed > 0) --leaf.owed;  // a leaf may give more than it was asked for
  return awaited ? Arrival::awaited : Arrival::late;
}

std::span<const std::byte> ReplySet::end_waiting() noexcept {
  assert(awaiting_);
  awaiting_ = false;
  std::size_t count = 0;
  for (std::size_t i = 0; i < leaves_.size(); ++i) {
    if (!leaves_[i].answered) continue;
    if (count != i) std::ranges::copy(place(i), place(count).begin());
    ++count;
  }
  return std::span(bytes_).first(count * reply_bytes_);
}

}  // namespace ringside
