// The words of `same`.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <re2/re2.h>

#include "checks/routing/same/plan.h"
#include "checks/word.h"

namespace ingress_check::same {

namespace {

constexpr std::size_t most_requests = 200;

Field request_field() {
  Field each = word("", Kind::either, "a path, or a request in the words of `send`");
  return holding(std::move(each),
                 {word("", Kind::path, "path and query on the target's host"),
                  holding(word("", Kind::object, "a request"), request_fields(), request_rules())});
}

std::vector<std::string> texts(const Object& words, const char* name) {
  std::vector<std::string> all;
  const auto* list = words.find(name);
  if (!list || !list->is<List>()) return all;
  for (const auto& one : list->as<List>())
    if (one.is<std::string>()) all.push_back(one.as<std::string>());
  return all;
}

Request read(const Value& item, const Target& target, const Plan& plan) {
  Request request;
  if (item.is<Object>())
    request = read_request(item.as<Object>(), target);
  else
    request.url = with_path(target.url, item.as<std::string>());
  if (plan.compares("compression") && !request.headers.find("Accept-Encoding"))
    request.headers.add("Accept-Encoding", "gzip");
  return request;
}

}  // namespace

const std::vector<std::string>& parts() {
  static const std::vector<std::string> all = {"status",  "service",     "location", "headers",
                                               "cookies", "compression", "body",     "seen"};
  return all;
}

const std::vector<std::string>& always_ignored() {
  static const std::vector<std::string> all = {"Alt-Svc",
                                               "Connection",
                                               "Content-Length",
                                               "Date",
                                               "Keep-Alive",
                                               "Server",
                                               "Trailer",
                                               "Transfer-Encoding",
                                               "Upgrade",
                                               "Via",
                                               "X-Envoy-Upstream-Service-Time"};
  return all;
}

std::vector<Field> fields() {
  auto requests = holding(word("requests", Kind::list,
                               "what both are asked for: paths, or requests in the words of `send`",
                               "[/app1, {path: /app2, method: HEAD}]"),
                          {request_field()});
  requests.required = true;
  auto part = word("", Kind::word, "a part of the answer");
  part.words = parts();
  auto compare = holding(
      word("compare", Kind::list, "the parts of an answer that must be the same; all unless stated",
           "[status, location, headers]"),
      {std::move(part)});
  compare.or_one = true;
  auto headers = holding(word("headers", Kind::list, "header fields that may differ", "[X-Pod]"),
                         {word("", Kind::text, "its name")});
  headers.or_one = true;
  auto patterns = holding(
      word("patterns", Kind::list, "what is cut out of bodies and values before they are compared",
           "['took [0-9]+ ms']"),
      {word("", Kind::pattern, "RE2")});
  patterns.or_one = true;
  return {std::move(requests), std::move(compare),
          holding(word("ignore", Kind::object, "what may differ"),
                  {std::move(headers), std::move(patterns)})};
}

void review(const Params& params, Errors& errors) {
  const auto* list = params.find("requests");
  if (!list || !list->is<List>()) return;
  const auto& requests = list->as<List>();
  if (requests.empty())
    errors.push_back(
        {"no request to compare", "name at least one, as in requests: [/app1]", list->place});
  if (requests.size() > most_requests)
    errors.push_back(
        {fmt::format("{} requests; at most {} in one check", requests.size(), most_requests),
         "split them over several checks", list->place});
  for (const auto& one : requests)
    if (one.is<Object>()) review_request(one.as<Object>(), errors);
  const auto* compare = params.find("compare");
  if (compare && compare->is<List>() && compare->as<List>().empty())
    errors.push_back(
        {"nothing is compared",
         fmt::format("leave `compare` out, or name some of {}", fmt::join(parts(), ", ")),
         compare->place});
}

Plan read_plan(const Params& params, const Subject& subject) {
  Plan plan;
  const auto named = texts(params, "compare");
  plan.parts = named.empty() ? std::set<std::string>(parts().begin(), parts().end())
                             : std::set<std::string>(named.begin(), named.end());
  if (const auto* ignore = params.find("ignore"); ignore && ignore->is<Object>()) {
    plan.ignored_headers = texts(ignore->as<Object>(), "headers");
    plan.ignored_patterns = texts(ignore->as<Object>(), "patterns");
  }
  const auto& reference = *subject.reference;
  const auto& mine = params.at("requests").as<List>();
  const auto& theirs = reference.params.at("requests").as<List>();
  for (std::size_t i = 0; i < mine.size() && i < theirs.size(); ++i)
    plan.requests.push_back({read(theirs[i], reference.target, plan),
                             read(mine[i], subject.target, plan), mine[i].place});
  plan.compared_of_body = compared_of_body(plan.requests.size());
  return plan;
}

}  // namespace ingress_check::same
