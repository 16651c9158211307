// The fields of rate-limit, and the mistakes that they cannot say.
#include <arpa/inet.h>
#include <fmt/format.h>

#include "checks/limits/rate_limit/plan.h"

namespace ingress_check::rate_limit {

namespace {

Field word(std::string name, Kind kind, std::string about, std::string example) {
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

bool is_ip(const std::string& text) {
  unsigned char bytes[16];
  return inet_pton(AF_INET, text.c_str(), bytes) == 1 ||
         inet_pton(AF_INET6, text.c_str(), bytes) == 1;
}

}  // namespace

std::vector<Field> fields() {
  std::vector<Field> all;
  for (auto& field : request_fields())
    if (field.name == "path" || field.name == "url") all.push_back(std::move(field));
  auto limit =
      limited(word("limit", Kind::rate, "requests that each client may send, as configured", "3/s"),
              0.002, 1000);
  limit.required = true;
  all.push_back(std::move(limit));
  all.push_back(limited(word("burst", Kind::integer,
                             "so many more pass at once after a pause; else what the controller's "
                             "profile says",
                             "15"),
                        0, 20'000));
  all.push_back(limited(word("multiplier", Kind::number,
                             "instead: the burst as a multiple of the limit's number", "5"),
                        0, 1000));
  all.push_back(word("status", Kind::statuses,
                     "of what is refused; else what the controller's profile says", "503"));
  auto replicas = limited(
      word("replicas", Kind::integer, "of the ingress, each with a limit of its own", "2"), 1, 100);
  replicas.fallback = "1";
  all.push_back(std::move(replicas));
  auto also =
      limited(word("also", Kind::list,
                   "other paths of the same Ingress: the limit is one for all of them", "[/app2]"),
              1, most_also);
  also.fields = {word("", Kind::path, "a path", "/app2")};
  all.push_back(std::move(also));
  auto others = word("others", Kind::object, "what the limit must not touch",
                     "{url: \"http://frieza.dev/app1\", source-address: 192.0.2.7}");
  others.fields = {
      word("url", Kind::url, "something that another Ingress serves without so low a limit",
           "http://frieza.dev/app1"),
      word("source-address", Kind::text,
           "an IP of this machine that is another client to the ingress", "192.0.2.7")};
  others.rules = {{KeyRule::Kind::at_least_one, {"url", "source-address"}}};
  all.push_back(std::move(others));
  return all;
}

std::vector<KeyRule> rules() {
  return {{KeyRule::Kind::exactly_one, {"path", "url"}},
          {KeyRule::Kind::at_most_one, {"burst", "multiplier"}}};
}

void review(const Params& params, Errors& errors) {
  const auto* limit = params.find("limit");
  const auto* factor = params.find("multiplier");
  if (limit && limit->is<Rate>() && factor && factor->is<double>() &&
      factor->as<double>() * limit->as<Rate>().per_second * limit->as<Rate>().unit > 20'000)
    errors.push_back({"a burst of more than 20,000 requests is more than is sent",
                      "write a lower `multiplier`, or measure a host with a lower limit",
                      factor->place});
  const auto* others = params.find("others");
  if (!others || !others->is<Object>()) return;
  const auto* from = others->as<Object>().find("source-address");
  if (from && from->is<std::string>() && !is_ip(from->as<std::string>()))
    errors.push_back({fmt::format("\"{}\" is no IP address", from->as<std::string>()),
                      "write an address of this machine, such as 192.0.2.7", from->place});
}

}  // namespace ingress_check::rate_limit
