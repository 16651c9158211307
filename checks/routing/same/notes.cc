#include "checks/routing/same/notes.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "checks/answers.h"

namespace ingress_check::same {

namespace {

using Exchanges = std::vector<const Exchange*>;

/// The answer to a HEAD has no page by which the ingress could be known.
bool nameless_404(const Exchanges& answers) {
  return !answers.empty() && std::ranges::all_of(answers, [](const auto* one) {
    return one->outcome == Outcome::ok && one->status == 404 && one->who.service.empty();
  });
}

std::string some_of(const Plan& plan, const std::vector<std::size_t>& requests) {
  std::vector<std::string> names;
  for (const auto index : requests) names.push_back(describe(plan.requests[index].mine));
  return fmt::format("{} of {} requests ({})", requests.size(), plan.requests.size(),
                     listed(names, 3));
}

/// What only applications can tell, and none does.
void add_untold(const Plan& plan, const std::vector<Judged>& all, std::vector<std::string>& lines) {
  bool service = false, seen = false;
  for (const auto& judged : all)
    for (const auto* one : judged.mine) {
      service = service || !one->who.service.empty();
      seen = seen || one->seen.has_value();
    }
  if (!service && plan.compares("service"))
    lines.emplace_back(
        "which service answers: no answer names one; `answered-by` says how they do");
  if (!seen && plan.compares("seen"))
    lines.emplace_back("how requests reach the pods: no answer tells, as those of echo pods do");
}

void add_bodies_cut(const Plan& plan, const std::vector<Judged>& all,
                    std::vector<std::string>& lines) {
  if (!plan.compares("body")) return;
  const auto longer = [&](const auto* one) {
    return !one->seen && one->body_size > plan.compared_of_body;
  };
  std::vector<std::size_t> cut;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (std::ranges::any_of(all[i].of_reference, longer) ||
        std::ranges::any_of(all[i].mine, longer))
      cut.push_back(i);
  if (cut.empty()) return;
  lines.push_back(fmt::format(
      "what bodies hold beyond their first {} bytes; of longer ones the length was compared, "
      "unless they came packed: {}",
      plan.compared_of_body, some_of(plan, cut)));
}

void add_pages_of_redirects(const Plan& plan, const std::vector<Judged>& all,
                            std::vector<std::string>& lines) {
  std::vector<std::size_t> apart;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (both_redirect(all[i]) &&
        (all[i].differs({Of::body_shape, ""}) || all[i].differs({Of::body_size, ""}) ||
         !all[i].differing(Of::body).empty()))
      apart.push_back(i);
  if (!apart.empty())
    lines.push_back(
        "the pages that come with redirects, which clients do not show: they are not "
        "the same for " +
        some_of(plan, apart));
}

}  // namespace

std::vector<std::size_t> not_routed(const Plan& plan, const Sides& sides,
                                    const std::vector<Judged>& all) {
  std::set<std::size_t> requests;
  std::set<std::string> hosts;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto refused = [](const Subject& side, const Exchanges& answers) {
      return !answers.empty() &&
             std::ranges::all_of(answers, [&](const auto* one) { return is_no_route(side, *one); });
    };
    if (!refused(sides.of_reference, all[i].of_reference) || !refused(sides.mine, all[i].mine))
      continue;
    requests.insert(i);
    hosts.insert(plan.requests[i].mine.url.authority());
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Request& request = plan.requests[i].mine;
    if (request.method == "HEAD" && hosts.contains(request.url.authority()) &&
        nameless_404(all[i].of_reference) && nameless_404(all[i].mine))
      requests.insert(i);
  }
  return {requests.begin(), requests.end()};
}

std::vector<std::string> beside(const Plan& plan, const Sides& sides,
                                const std::vector<Judged>& all) {
  std::vector<std::string> lines;
  add_untold(plan, all, lines);
  add_bodies_cut(plan, all, lines);
  add_pages_of_redirects(plan, all, lines);
  if (const auto nowhere = not_routed(plan, sides, all); !nowhere.empty())
    lines.push_back(
        fmt::format("neither {} nor {} has a route for {}: both ingresses answer 404 themselves; "
                    "is the host right?",
                    sides.old_name(), sides.new_name(), some_of(plan, nowhere)));
  lines.emplace_back(
      "what happens now and then: two answers of each side show nothing of a status that comes in "
      "30 % of the answers about half of the time");
  return lines;
}

}  // namespace ingress_check::same
