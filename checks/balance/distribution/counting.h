// What policies that are judged by counts have in common: first one connection and one request at
// a time, then many requests over fresh connections, then over kept ones.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "checks/balance/distribution/likeness.h"
#include "checks/balance/distribution/policy.h"
#include "checks/conclusion.h"

namespace ingress_check::distribution {

inline constexpr const char* phase_turns = "in turn";
inline constexpr const char* phase_fresh = "fresh connections";
inline constexpr const char* phase_kept = "kept connections";

/// Sizes of the blocks that evenness is asked of, in requests a pod.
inline constexpr std::size_t block_factors[] = {3, 12, 48};
/// Statistical tests of shares (both kinds of connections), and of evenness beyond chance.
inline constexpr std::uint64_t share_tests = 2, tail_tests = 3;
/// Of shares that are stated: of both kinds of connections, and of all requests together.
inline constexpr std::uint64_t weight_tests = 3;
/// Into how many stretches of time the picks are cut to see whether pods are preferred for a while.
inline constexpr std::size_t stretch_counts[] = {4, 16};
inline constexpr std::uint64_t preference_tests = 2;

std::optional<Traffic> next_count(const Case& of);
Bounds most_counted(const Plan& plan, const Subject& subject);

class Counting {
 public:
  explicit Counting(const Case& of);

  /// Nothing can be judged: nobody names pods, or nothing answers.
  std::optional<Verdict> unfit() const;
  /// Pods that are stated answer, and no others.
  void judge_pods();
  /// Both kinds of connections: shares as claimed, by pod. No weights: equal ones.
  void judge_shares();
  /// No pod has runs of its own: what is counted does not vary more than by chance.
  void judge_preference();
  /// It varies as much as by chance: there are no turns.
  void judge_chance();
  /// Turns, where nobody else can have moved them.
  void judge_turns();
  Verdict decide(const std::string& passes);

  const Picks& fresh() const { return fresh_; }

 private:
  struct Claim {
    std::vector<std::string> names;
    std::vector<double> shares;
  };
  Finding finding(const Place& place, std::string expected, std::string actual) const;
  void judge_shares(const Picks& picks, const std::string& how, double spread);
  void blame_shares(const Claim& claim, const std::vector<std::uint64_t>& counts);
  void blame_weights(const Claim& claim, const std::vector<std::uint64_t>& counts);
  void blame_policy(const std::string& why);
  double caught(std::uint64_t n, double share) const;
  double spread_of_kept() const;
  Claim claim(const Picks& picks, std::vector<std::uint64_t>& counts) const;
  void tell();

  const Case& of_;
  Picks turns_, fresh_, kept_;
  std::vector<Likeness> likely_;
  Conclusion conclusion_;
};

}  // namespace ingress_check::distribution
