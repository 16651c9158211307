// Whether a difference may be one of the pods.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "checks/routing/same/difference.h"

namespace ingress_check::same {

namespace {

/// Fields that say how an answer is to be treated: replicas of one application agree on them.
bool says_how_to_treat(const std::string& header) {
  static constexpr std::array<std::string_view, 20> all = {"accept-ranges",
                                                           "allow",
                                                           "cache-control",
                                                           "content-disposition",
                                                           "content-language",
                                                           "content-security-policy",
                                                           "content-security-policy-report-only",
                                                           "content-type",
                                                           "cross-origin-embedder-policy",
                                                           "cross-origin-opener-policy",
                                                           "cross-origin-resource-policy",
                                                           "permissions-policy",
                                                           "pragma",
                                                           "referrer-policy",
                                                           "strict-transport-security",
                                                           "vary",
                                                           "www-authenticate",
                                                           "x-content-type-options",
                                                           "x-frame-options",
                                                           "x-xss-protection"};
  return std::ranges::find(all, header) != all.end();
}

std::set<std::string> pods(const std::vector<const Exchange*>& all) {
  std::set<std::string> names;
  for (const auto* one : all) names.insert(one->who.pod);
  return names;
}

/// Whether one side gave elsewhere what only the other gave here.
bool elsewhere_the_other_way(const std::vector<Judged>& all, std::size_t index,
                             const Piece& piece) {
  const Values& here = all[index].pieces.at(piece);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto there = all[i].pieces.find(piece);
    if (i == index || there == all[i].pieces.end()) continue;
    const auto meets = [](const auto& some, const auto& others) {
      return std::ranges::any_of(
          some, [&](const auto& one) { return one.first && others.contains(one.first); });
    };
    if (meets(here.of_reference, there->second.mine) &&
        meets(here.mine, there->second.of_reference))
      return true;
  }
  return false;
}

}  // namespace

bool varies_elsewhere(const std::vector<Judged>& all, std::size_t index, const Piece& piece) {
  const Values& here = all[index].pieces.at(piece);
  const auto holds_both = [&](const auto& values) {
    const auto known = [&](const auto& one) { return values.contains(one.first); };
    return std::ranges::all_of(here.of_reference, known) && std::ranges::all_of(here.mine, known);
  };
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto there = all[i].pieces.find(piece);
    if (i != index && there != all[i].pieces.end() && holds_both(there->second.of_reference) &&
        holds_both(there->second.mine))
      return true;
  }
  return false;
}

std::string may_be_the_pods(const std::vector<Judged>& all, std::size_t index,
                            const Difference& difference) {
  if (!difference.value) return {};
  const Piece& piece = *difference.value;
  if (piece.of == Of::header && says_how_to_treat(piece.name)) return {};
  const auto theirs = pods(all[index].of_reference), mine = pods(all[index].mine);
  if (!theirs.contains("") && !mine.contains("")) {
    if (theirs.size() > 1 || mine.size() > 1 || theirs == mine) return {};
    return fmt::format("all answers of the one came from the pod {}, all of the other from {}",
                       *theirs.begin(), *mine.begin());
  }
  if (piece.of == Of::body && !elsewhere_the_other_way(all, index, piece)) return {};
  return "pods may differ in it, and no answer names its pod: `answered-by` says how they do";
}

}  // namespace ingress_check::same
