#include "checks/balance/distribution/likeness.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "checks/answers.h"
#include "checks/balance/distribution/counting.h"
#include "checks/statistics.h"

namespace ingress_check::distribution {

namespace {

const Likeness least_connections{"least-connections",
                                 "least connections, of which idle pods take turns"};

/// Chances over all sizes of blocks and stretches, each times their number.
struct Order {
  double too_even = 1, too_uneven = 1;
  double balancers = 0;  ///< that would make it as even as it is; 0: nothing to tell
};

Order order_of(const Picks& picks) {
  Order order;
  const auto k = picks.pods.size();
  for (const auto factor : block_factors) {
    const auto block = std::min<std::size_t>(512, factor * k);
    const auto even = evenness(picks.order, k, block);
    if (even.blocks < 4) break;
    constexpr auto sizes = static_cast<double>(tail_tests);
    order.too_even = std::min(order.too_even, even.tails.low * sizes);
    // A balancer's last, incomplete round is of any length alike: the variance of a pod's count is
    // (k^2 - 1) / (6 k^2) for each, so that the chi-square of a block is about W (k^2 - 1) / (6 b).
    const auto pods = static_cast<double>(k);
    const double chi_square = even.chi_square / static_cast<double>(even.blocks);
    order.balancers =
        std::max(1.0, chi_square * 6 * static_cast<double>(block) / (pods * pods - 1));
  }
  for (const auto stretches : stretch_counts)
    order.too_uneven =
        std::min(order.too_uneven, unevenness(picks, stretches) * double{preference_tests});
  return order;
}

Likeness turns_of(double balancers) {
  if (balancers < 1.5) return {"round-robin", "round robin by one balancer"};
  return {"round-robin",
          fmt::format("round robin by about {:.2g} balancers that each count for themselves",
                      balancers)};
}

bool even_shares(const Picks& picks) {
  const auto k = picks.pods.size();
  return multinomial_test(picks.counts, std::vector(k, 1 / static_cast<double>(k))) > naming_alpha;
}

}  // namespace

std::vector<Likeness> likely(const Picks& turns, const Picks& fresh, const Picks& kept) {
  if (fresh.met() < 2 && kept.met() < 2)
    return {{"by client", "a hash of the client, or one pod alone"}};
  if (kept.connections_are_pinned())
    return {{"by connection", "a choice for each connection, not for each request"}};
  const auto order = order_of(fresh);
  if (period(turns) > 0 && order.too_uneven > naming_alpha)
    return {turns_of(order.too_even < naming_alpha ? order.balancers : 2), least_connections};
  if (!even_shares(fresh) && steady(fresh))
    return {{"weighted", "unequal weights"}, {"ewma", "ewma with steady latencies"}};
  if (order.too_uneven < naming_alpha || !even_shares(fresh))
    return {{"ewma", "ewma"}, {"weighted", "weights that change"}};
  if (order.too_even < naming_alpha) return {turns_of(order.balancers), least_connections};
  return {{"random", "chance"},
          {"round-robin", "round robin by many balancers, or with other people in between"},
          least_connections};
}

std::string in_words(const std::vector<Likeness>& likely) {
  std::vector<std::string> others;
  for (std::size_t i = 1; i < likely.size(); ++i) others.push_back(likely[i].text);
  return "most like " + likely.front().text +
         (others.empty() ? "" : "; not ruled out: " + listed(others));
}

}  // namespace ingress_check::distribution
