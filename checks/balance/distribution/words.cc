// The fields of distribution, and the mistakes that they cannot say.
#include "scenarios/words.h"

#include <fmt/format.h>

#include "checks/balance/distribution/plan.h"
#include "checks/balance/distribution/policy.h"
#include "checks/expectation.h"

namespace ingress_check::distribution {

namespace {

Field word(std::string name, Kind kind, std::string about, std::string example = {}) {
  return {.name = std::move(name),
          .kind = kind,
          .about = std::move(about),
          .example = std::move(example)};
}

Field limited(Field field, double least, double most) {
  field.least = least;
  field.most = most;
  return field;
}

Field policy_field() {
  auto field = word("policy", Kind::word, "how the ingress is to choose among the pods");
  field.required = true;
  for (const auto* policy : all_policies()) field.words.emplace_back(policy->word);
  return field;
}

Field pods_field() {
  auto names = limited(word("", Kind::list, "their names"), 1, most_pods);
  names.fields = {word("", Kind::text, "a pod's name")};
  auto field = word("pods", Kind::either, "how many pods answer, or their names", "3");
  field.fields = {limited(word("", Kind::integer, "how many"), 1, most_pods), std::move(names)};
  return field;
}

Field weights_field() {
  auto field = limited(word("weights", Kind::map,
                            "of policy weighted: pods, or services, and how often each is chosen",
                            "{app1: 70, app1-canary: 30}"),
                       2, most_pods);
  field.fields = {limited(word("", Kind::number, "its weight"), 0.001, 1e6)};
  return field;
}

}  // namespace

std::vector<Field> fields() {
  std::vector<Field> all;
  for (auto& field : request_fields())
    if (field.name != "body" && field.name != "method") all.push_back(std::move(field));
  all.push_back(policy_field());
  all.push_back(pods_field());
  all.push_back(weights_field());
  all.push_back(limited(word("workers", Kind::integer,
                             "processes of one replica of the ingress that each count for "
                             "themselves",
                             "4"),
                        1, 1024));
  auto replicas = limited(word("replicas", Kind::integer, "replicas of the ingress", "2"), 1, 100);
  replicas.fallback = "1";
  all.push_back(std::move(replicas));
  auto exclusive = word("exclusive", Kind::boolean, "nobody else sends to these pods meanwhile");
  exclusive.fallback = "false";
  all.push_back(std::move(exclusive));
  all.push_back(limited(
      word(
          "slow", Kind::duration,
          "of ewma and least-connections: how much slower one pod is made (four times its latency)",
          "80ms"),
      0.005, 5));
  all.push_back(limited(
      word("rate", Kind::rate, "requests a second (ewma 100/s, others 400/s)", "200/s"), 1, 10000));
  auto detect =
      limited(word("detect", Kind::share,
                   "a share that is so far off is caught; at most half of the share", "8%"),
              0.01, 0.5);
  detect.fallback = "5%";
  all.push_back(std::move(detect));
  return all;
}

std::vector<KeyRule> rules() { return request_rules(); }

void review(const Params& params, Errors& errors) {
  review_request(params, errors);
  const auto* policy = params.find("policy");
  if (!policy || !policy->is<std::string>()) return;
  const auto* known = find_policy(policy->as<std::string>());
  if (!known) return;
  const auto* weights = params.find("weights");
  if (known->weighs && !weights)
    errors.push_back(
        {"policy weighted without weights", "write weights: {NAME: 70, OTHER: 30}", policy->place});
  if (!known->weighs && weights)
    errors.push_back({fmt::format("weights do not go with policy {}", known->word),
                      "write policy: weighted, or leave them out", weights->place});
  const auto* slow = params.find("slow");
  if (slow && !known->slows)
    errors.push_back({fmt::format("nothing is slowed down for policy {}", known->word),
                      "leave out `slow`", slow->place});
  if (const auto* pods = params.find("pods");
      pods && pods->is<std::int64_t>() && pods->as<std::int64_t>() < 2)
    errors.push_back(
        {"of one pod there is nothing to choose", "name two pods or more", pods->place});
}

}  // namespace ingress_check::distribution
