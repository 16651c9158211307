// same: the same requests to two ingresses, and what of the answers is not the same.
#include <fmt/format.h>

#include <set>

#include "checks/routing/same/conclusion.h"
#include "checks/routing/same/sometimes.h"

namespace ingress_check {

namespace checks {
extern const Check same;
}

namespace same {

namespace {

Step step(const Params& params, const Subject& subject, std::span<const Evidence> so_far) {
  const Plan plan = read_plan(params, subject);
  const Sides sides(subject);
  for (const auto& one : first_look())
    if (!phase(so_far, one.name)) return traffic(one, plan, every_request(plan), subject.seed);
  const auto first = judge(plan, subject.seed, so_far, {});
  const auto again = to_ask_again(plan, sides, first);
  if (again.empty()) return conclude(checks::same, plan, sides, first, again);
  for (const auto& one : second_look())
    if (!phase(so_far, one.name)) return traffic(one, plan, again, subject.seed);
  return conclude(checks::same, plan, sides, judge(plan, subject.seed, so_far, again), again);
}

Bounds bounds(const Params& params, const Subject& subject) {
  const Plan plan = read_plan(params, subject);
  Bounds bounds;
  bounds.requests = std::uint64_t{2} * most_samples() * plan.requests.size();
  const auto longest = std::max(subject.target.timeout, subject.reference->target.timeout);
  bounds.time = longest * bounds.requests;
  std::set<std::string> told;
  for (const auto& asked : plan.requests) {
    const auto& method = asked.mine.method;
    if (method == "GET" || method == "HEAD" || method == "OPTIONS") continue;
    if (told.insert(describe(asked.mine)).second)
      bounds.side_effects.push_back(fmt::format("{} is sent to both, {} times to each at most",
                                                describe(asked.mine), most_samples()));
  }
  return bounds;
}

std::uint64_t tests(const Params& params) {
  return tests_of_a_request * params.at("requests").as<List>().size();
}

}  // namespace

}  // namespace same

namespace checks {

const Check same{
    .words = {.name = "same",
              .about = "The same requests to two targets: are the answers the same?",
              .fields = ingress_check::same::fields(),
              .review = ingress_check::same::review},
    .proves =
        "Each request got the same answer from this target as from the first that the scenario "
        "names: status, service, redirect, headers, cookies, compression, body, and what the pod "
        "saw of it.",
    .blind =
        "Requests that are not in the list; what differs on some connections only, as with one "
        "replica that has another configuration; what happens now and then, of which two answers "
        "of "
        "each side show little (a status that comes in 30 % of them escapes about half of the "
        "time); the order of header fields, values of cookies, "
        "speed; what bodies hold beyond their first MiB (less of each with more than eight "
        "requests, "
        "64 KiB at least), but for their length unless they come packed; and what varies by "
        "itself, "
        "which the report names.",
    .sends =
        "Each request twice to either target, over fresh connections, by turns and in an order of "
        "chance; of what seems to differ some 14 times more. With Accept-Encoding: gzip unless the "
        "request says otherwise or compression is not compared. Redirects are not followed.",
    .order = Order::passive,
    .causes = ingress_check::same::causes(),
    .step = ingress_check::same::step,
    .bounds = ingress_check::same::bounds,
    .tests = ingress_check::same::tests,
    .compares = true,
};

}  // namespace checks

}  // namespace ingress_check
