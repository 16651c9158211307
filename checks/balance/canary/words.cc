// The fields of canary, and the mistakes that they cannot say.
#include <fmt/format.h>

#include "checks/balance/canary/plan.h"
#include "checks/balance/cookie_name.h"
#include "checks/word.h"

namespace ingress_check::canary {

namespace {

Field service(std::string name, std::string about, std::string example) {
  auto field = word(std::move(name), Kind::text, std::move(about), std::move(example));
  field.required = true;
  return field;
}

void review_header(const Params& params, Errors& errors) {
  if (const auto* header = params.find("header"); header && header->is<std::string>()) {
    const auto& name = header->as<std::string>();
    if (const auto mistake = header_mistake(name, "always"); !mistake.empty())
      errors.push_back({mistake, "write the name of a header, as in X-Canary", header->place});
    else if (same_name(name, "Cookie"))
      errors.push_back({"the header that decides cannot be Cookie",
                        "write `cookie:` and the cookie's name", header->place});
  }
}

/// What is sent with every request would decide for all of them.
void review_headers(const Params& params, Errors& errors) {
  const auto* headers = params.find("headers");
  if (!headers || !headers->is<Object>()) return;
  for (const auto& [name, value] : headers->as<Object>().members)
    if (same_name(name, params.text("header")) || same_name(name, "Cookie"))
      errors.push_back({fmt::format("{} is among the headers of every request", name),
                        "leave it out: the check itself sends it where it belongs", value.place});
}

}  // namespace

std::vector<Field> fields() {
  std::vector<Field> all;
  for (auto& field : request_fields())
    if (field.name != "body" && field.name != "method") all.push_back(std::move(field));
  all.push_back(service("stable", "the service that most requests go to", "app1"));
  all.push_back(service("canary", "the service that some requests go to", "app1-canary"));
  all.push_back(limited(
      word("weight", Kind::share, "share of the canary, of requests that do not say", "20%"), 0,
      1));
  all.push_back(word("header", Kind::text,
                     "name of the header whose values always and never decide", "X-Canary"));
  all.push_back(word("cookie", Kind::text,
                     "name of the cookie whose values always and never decide", "canary"));
  all.push_back(limited(otherwise(word("detect", Kind::share,
                                       "a share that is off by so much is caught; a small one by "
                                       "half of it",
                                       "5%"),
                                  "5%"),
                        0.005, 0.5));
  all.push_back(limited(
      otherwise(word("rate", Kind::rate, "requests a second, of those that do not say", "200/s"),
                "200/s"),
      1, 10000));
  return all;
}

std::vector<KeyRule> rules() {
  auto all = request_rules();
  all.push_back({KeyRule::Kind::at_least_one, {"weight", "header", "cookie"}});
  return all;
}

void review(const Params& params, Errors& errors) {
  review_request(params, errors);
  review_header(params, errors);
  review_cookie_name(params, "cookie", errors);
  review_headers(params, errors);
  const auto* canary = params.find("canary");
  if (canary && canary->is<std::string>() &&
      canary->as<std::string>() == params.text("stable", "\n"))
    errors.push_back({"stable and canary are the same service",
                      "name two services: they are told apart by who answers", canary->place});
}

}  // namespace ingress_check::canary
