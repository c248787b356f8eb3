// Where one message of fan_out ends and the next begins. Plain values without any I/O: cells that
// take whatever has arrived keep their books with these; how to wait for it is their own affair.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace ringside {

/// The requests of one client, which may arrive split or several at once.
class RequestQueue {
 public:
  explicit RequestQueue(std::size_t request_bytes);

  /// Where the next bytes from the client go. Not empty unless a whole request waits in front().
  std::span<std::byte> room() noexcept;

  /// So many bytes have been put into room().
  void received(std::size_t bytes) noexcept { end_ += bytes; }

  /// The oldest request, empty when it is not all there. It stays where it is until pop().
  std::span<const std::byte> front() const noexcept;

  /// Forgets the oldest request, which has been served.
  void pop() noexcept;

 private:
  std::size_t request_bytes_;
  std::vector<std::byte> bytes_;
  std::size_t begin_ = 0, end_ = 0;  // of what has been received and not been popped
};

/// What received bytes have amounted to.
enum class Arrival {
  partial,  ///< the reply is not all there
  awaited,  ///< it is the reply that the request at hand waits for
  late,     ///< it is for an earlier request, or comes after the answer, and has been thrown away
};

/// The replies of all leaves to one request at a time. Each is received in its place in the answer;
/// what is not awaited goes to a place where it disturbs nobody.
class ReplySet {
 public:
  ReplySet(std::size_t leaves, std::size_t reply_bytes);

  /// From now on replies to `request` are awaited: one from each leaf.
  void await(std::span<const std::byte> request) noexcept;

  /// Where the next bytes from `leaf` go: never empty, and never more than its reply lacks.
  std::span<std::byte> room(std::size_t leaf) noexcept;

  /// So many bytes from `leaf` have been put into its room().
  Arrival received(std::size_t leaf, std::size_t bytes) noexcept;

  /// Whether `leaf` has been asked for a reply that it has not yet given, awaited or late.
  bool owes(std::size_t leaf) const noexcept { return leaves_[leaf].owed > 0; }

  /// All replies that are there, one after the other, valid until await(). Those that come from now
  /// on are late.
  std::span<const std::byte> answer() noexcept;

 private:
  struct Leaf {
    std::size_t received = 0;  // of the reply that is arriving
    std::size_t owed = 0;
    bool answered = false;  // the reply to the request at hand is in its place
    bool stale = false;     // the reply that is arriving began before the request at hand
  };

  bool awaits(const Leaf& leaf) const noexcept { return awaiting_ && !leaf.answered; }
  std::span<std::byte> place(std::size_t i) noexcept;

  std::size_t reply_bytes_;
  std::vector<Leaf> leaves_;
  std::vector<std::byte> bytes_;  // a place for each leaf, and one for what is not awaited
  std::uint64_t id_ = 0;
  bool awaiting_ = false;
};

}  // namespace ringside
