// Which pod answered what, in order of sending, as a load's samples tell it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "harness/evidence.h"

namespace ingress_check::distribution {

struct Picks {
  std::vector<std::string> pods;           ///< of all phases, in order of name
  std::vector<std::string> services;       ///< theirs
  std::vector<std::uint16_t> order;        ///< indices into pods; answers of pods alone
  std::vector<std::uint32_t> connections;  ///< of each of these
  std::vector<Duration> sent;              ///< of each, since the begin of the phase
  std::vector<Duration> took;              ///< of each, since it was sent
  std::vector<std::uint64_t> counts;       ///< by pod
  std::uint64_t unnamed = 0;               ///< answers that name no pod
  std::uint64_t unanswered = 0;            ///< requests without an answer

  std::uint64_t total() const { return order.size(); }
  double share(std::size_t pod) const;
  std::size_t met() const;  ///< pods that answered
  /// Each kept connection that was used often enough to tell met one pod alone, and they met
  /// several; and turns do not explain it: where connections are used in turn, too, each meets the
  /// same pod again as long as they keep step.
  bool connections_are_pinned() const;
};

/// Pods are those of all phases, so that indices agree. A phase that was not sent has no picks.
/// Answers before `from` are left out.
Picks picks(std::span<const Evidence> so_far, std::string_view phase, Duration from = {});

/// The picks of two phases as if they were one.
Picks together(Picks one, const Picks& other);

/// Strict turns: over one connection, without a gap, each pod once in every round of so many. 0:
/// they are not, or there are too few to tell them from chance (fewer than three rounds).
std::size_t period(const Picks& picks);

/// How uneven the picks of one of so many stretches are, as the chance of it if pods take turns or
/// are chosen by chance: multinomial_test() of every stretch with equal shares, times their number.
/// Stretches are not taken to be independent: the turns of many balancers are not.
double unevenness(const Picks& picks, std::size_t stretches);

/// Each pod's share is the same, but for chance (once in 1,000 it is not), from one stretch of
/// requests to the next: Pearson's test of homogeneity over 32 of them (Conover, 4.2).
bool steady(const Picks& picks);

/// Median time of the pod's answers in that phase, from when requests were sent; 0: none.
Duration median_latency(const Evidence& evidence, const std::string& pod);

}  // namespace ingress_check::distribution
