// In which order the sides of a check are asked: so that what drifts meanwhile meets all targets
// alike.
#pragma once

#include <functional>
#include <span>

#include "harness/program/side.h"

namespace ingress_check {

/// Which side has its turn, and what for ("load", "load, block 3 of 6").
using Turn = std::function<void(std::size_t side, const std::string& phase)>;

/// Brings every side to its end. A load that is steady on all of them goes out block by block
/// (blocks.h) in the order A B B A; everything else whole, one side after the other. Errors: the
/// first of any side; the others are then where they are.
Result<void> take_turns(std::span<Side* const> sides, Watch& watch, const Turn& turn);

}  // namespace ingress_check
