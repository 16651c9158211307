// A load cut into blocks, so that several targets can be asked in turn and what drifts meets all of
// them alike.
#pragma once

#include <vector>

#include "harness/load.h"
#include "harness/load_reply.h"

namespace ingress_check {

/// A block is no shorter than this, its warm-up apart; fewer of them say too little about how a
/// target varies.
inline constexpr Duration least_block = std::chrono::seconds(5);
inline constexpr std::size_t least_block_count = 6;

/// Into how many blocks it may be cut, all equally long: only one that is steady (Load::steady),
/// goes on at one rate, and is long enough. 1: it is sent whole.
std::size_t block_count(const Load& load);

/// The i-th of so many, with a warm-up of its own.
Load block(const Load& load, std::size_t i, std::size_t count);

/// As if they had followed each other without a gap and with one warm-up. At least one.
LoadReply joined(const Load& whole, std::vector<LoadReply> blocks);

}  // namespace ingress_check
