// What all answers to each request say: which pieces are the same on both sides, which differ, and
// which vary by themselves.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "checks/routing/same/picture.h"

namespace ingress_check::same {

enum class Likeness {
  same,
  differs,  ///< one side never gave what the other gave
  varies,   ///< on one side at least, whoever is asked again: no difference of the ingresses
};

/// What was seen of one piece, every value once; nothing is a value too.
struct Values {
  std::map<std::optional<std::string>, int> of_reference, mine;

  /// Differs: each side always gave the same, and not the same as the other; of a `categorical`
  /// piece, the two have no value in common.
  Likeness likeness(bool categorical) const;
};

/// The answers to one request from both sides.
struct Judged {
  std::vector<const Exchange*> of_reference, mine;
  std::map<Piece, Values> pieces;

  Likeness likeness(const Piece& piece) const;
  bool differs(const Piece& piece) const { return likeness(piece) == Likeness::differs; }
  /// Those of that kind which differ, by name.
  std::vector<std::string> differing(Of of) const;
  bool any_differs() const;
  /// Whether it answers, or with which status, varies.
  bool unsteady() const;
};

/// Both always redirect with the same status and no application owns up to it: clients follow
/// without showing the page that comes with it, and its body and what describes that is not judged.
bool both_redirect(const Judged& judged);

/// One that never reached its ingress, which says nothing about it; null: all did.
const Exchange* not_asked(const std::vector<const Exchange*>& all);

/// Why the two cannot be compared, in words; empty: they can. It was not asked, nobody answers,
/// whether it answers varies, all that is compared varies, or none of it is told.
std::string not_comparable(const Plan& plan, const Judged& judged);

/// One for each request of the plan. `again`: those of the second look; none: the first alone.
/// Points into the evidence.
std::vector<Judged> judge(const Plan& plan, std::uint64_t seed, std::span<const Evidence> so_far,
                          const std::vector<std::size_t>& again);

}  // namespace ingress_check::same
