// The fields of availability, and the mistakes that they cannot say.
#include <fmt/format.h>

#include "checks/commands.h"
#include "checks/load/availability/plan.h"

namespace ingress_check::availability {

namespace {

Field word(std::string name, ingress_check::Kind kind, std::string about, std::string example) {
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

Field during() {
  Field one = word("", ingress_check::Kind::object, "a command", "");
  one.fields = command_fields();
  auto list = limited(
      word("during", ingress_check::Kind::list, "what happens meanwhile; needs --allow-commands",
           "[{run: [kubectl, rollout, restart, deployment/app1], at: 5s}]"),
      1, 16);
  list.fields = {std::move(one)};
  return list;
}

Field answers(std::string name, std::string about) {
  auto field = word(std::move(name), ingress_check::Kind::object, std::move(about), "");
  field.fields = {word("service", ingress_check::Kind::text, "who answers", "green"),
                  word("pod", ingress_check::Kind::match, "its pod", "~ ^green-")};
  field.rules = {{KeyRule::Kind::at_least_one, {"service", "pod"}}};
  return field;
}

Field errors() {
  auto field = word("errors", ingress_check::Kind::object,
                    "shares of requests that may come to nothing; of what is not named none may",
                    "{5xx: 0.1%, cut: 1%}");
  static constexpr const char* meaning[] = {
      "no connection",           "a connection that ended before the whole answer",
      "no answer in time",       "answers with status 5xx",
      "answers with status 4xx", "answers of somebody else"};
  for (const Kind kind : all_kinds)
    field.fields.push_back(word(word_of(kind), ingress_check::Kind::share,
                                meaning[static_cast<std::size_t>(kind)], "0.1%"));
  return field;
}

}  // namespace

std::vector<Field> fields() {
  std::vector<Field> all;
  for (auto& field : request_fields())
    if (field.name == "path" || field.name == "url") all.push_back(std::move(field));
  auto rate =
      limited(word("rate", ingress_check::Kind::rate, "requests are due at this rate", "50/s"), 0.1,
              20'000);
  rate.fallback = "50/s";
  all.push_back(std::move(rate));
  auto lasts = limited(word("for", ingress_check::Kind::duration, "how long", "30s"), 1, 3600);
  lasts.fallback = "30s";
  all.push_back(std::move(lasts));
  all.push_back(during());
  all.push_back(errors());
  all.push_back(limited(
      word("gap", ingress_check::Kind::duration, "the longest time without a good answer", "1s"),
      0.01, 3600));
  all.push_back(
      limited(word("convergence", ingress_check::Kind::duration,
                   "from the first command to the last answer that is not as it should be "
                   "afterwards",
                   "5s"),
              0.01, 3600));
  auto expect =
      word("expect", ingress_check::Kind::object, "who answers before and after the change",
           "{before: {service: blue}, after: {service: green}}");
  expect.fields = {answers("before", "until the first command"),
                   answers("after", "from `settle` after the last command on")};
  all.push_back(std::move(expect));
  auto settle = limited(word("settle", ingress_check::Kind::duration,
                             "after the last command, until answers must be as afterwards", "5s"),
                        0, 3600);
  settle.fallback = "5s";
  all.push_back(std::move(settle));
  return all;
}

std::vector<KeyRule> rules() { return {{KeyRule::Kind::exactly_one, {"path", "url"}}}; }

void review(const Params& params, Errors& errors) {
  const auto lasts = params.duration("for", std::chrono::seconds(30));
  if (const auto* rate = params.find("rate");
      rate && rate->is<Rate>() &&
      rate->as<Rate>().per_second * std::chrono::duration<double>(lasts).count() > 1e6)
    errors.push_back({"more than a million requests, of which each is looked at",
                      "write a lower `rate`, or a shorter `for`", rate->place});
  for (const auto* name : {"convergence", "expect"})
    if (const auto* value = params.find(name); value && !params.has("during"))
      errors.push_back({fmt::format("`{}` without `during`: nothing changes", name),
                        "name the command that changes something under `during`", value->place});
  const auto* list = params.find("during");
  if (!list || !list->is<List>()) return;
  for (const auto& item : list->as<List>()) {
    const auto* at = item.is<Object>() ? item.as<Object>().find("at") : nullptr;
    if (at && at->is<Duration>() && at->as<Duration>() >= lasts)
      errors.push_back({fmt::format("at {} the load, which lasts {}, is over",
                                    to_string(at->as<Duration>()), to_string(lasts)),
                        "write an earlier time, or a longer `for`", at->place});
  }
}

}  // namespace ingress_check::availability
