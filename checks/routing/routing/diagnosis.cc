// From routes that fell short to their likely causes.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "checks/routing/routing/causes.h"
#include "checks/routing/routing/missing.h"
#include "checks/routing/routing/neighbours.h"
#include "checks/routing/routing/rule_paths.h"

namespace ingress_check::routing {

namespace {

std::string asked(const Reading& reading) { return describe(reading.route.request); }

class Doctor {
 public:
  Doctor(const Check& check, const Subject& subject, const std::vector<Reading>& readings)
      : check_(check), subject_(subject), readings_(readings), neighbours_(readings) {}

  std::vector<Diagnosis> examine() {
    for (const auto& reading : readings_)
      if (reading.failed() && reading.answered()) examine(reading);
    missing_routes(readings_, not_found_, [this](auto&&... said) { blame(said...); });
    return std::move(found_);
  }

 private:
  const Check& check_;
  const Subject& subject_;
  const std::vector<Reading>& readings_;
  Neighbours neighbours_;
  std::vector<Diagnosis> found_;
  std::vector<const Reading*> not_found_;  ///< 404 from nobody, where something was expected

  /// The first text of a cause stays: one diagnosis a cause.
  void blame(std::string_view cause, std::string text, std::string separates = {}) {
    if (std::ranges::none_of(found_, [&](const Diagnosis& d) { return d.cause == cause; }))
      found_.push_back(diagnosis(check_, cause, std::move(text), std::move(separates)));
  }

  void examine(const Reading& reading) {
    forwarded_headers(reading);
    if (stale(reading) || redirected(reading)) return;
    if (!misrouted(reading)) return;
    const auto status = reading.other_status();
    const bool wanted_more = !reading.route.expected.status.contains(status);
    if (status == 503 && reading.by_nobody() && wanted_more && reading.always_failed())
      return no_endpoints(reading);
    if (status == 404 && reading.by_nobody() && (wanted_more || reading.route.expected.service)) {
      not_found_.push_back(&reading);
      return;
    }
    if (reading.always_failed()) answered_by_another(reading);
  }

  /// Another answerer or another status, not merely a header or a body that differs.
  static bool misrouted(const Reading& reading) {
    for (const auto& answer : reading.answers.all)
      for (const auto& shortfall : answer.shortfalls)
        if (shortfall.kind == Shortfall::Kind::broken &&
            (shortfall.part == "status" || shortfall.part == "service" || shortfall.part == "from"))
          return true;
    return false;
  }

  void forwarded_headers(const Reading& reading) {
    for (const auto& answer : reading.answers.all)
      for (const auto& shortfall : answer.shortfalls) {
        const std::string_view part = shortfall.part;
        if (shortfall.kind != Shortfall::Kind::broken) continue;
        if (!part.starts_with("seen header X-Forwarded-") && part != "seen header Forwarded" &&
            part != "seen header X-Real-IP")
          continue;
        const auto name = part.substr(std::string_view("seen header ").size());
        blame("forwarded-header-missing",
              fmt::format("The pod behind {} should get {} as {}, and got {}.", asked(reading),
                          name, shortfall.expected, shortfall.actual));
      }
  }

  /// Fresh connections disagree about who answers, or with what status.
  bool stale(const Reading& reading) {
    std::set<std::string> good, bad;
    std::size_t fresh = 0, broke = 0;
    for (const auto& answer : reading.answers.all) {
      const auto& exchange = *answer.exchange;
      if (exchange.outcome != Outcome::ok || exchange.reused) continue;
      ++fresh;
      const bool routed_elsewhere = std::ranges::any_of(answer.shortfalls, [](const auto& s) {
        return s.kind == Shortfall::Kind::broken && (s.part == "status" || s.part == "service");
      });
      if (!routed_elsewhere && answer.as_expected()) {
        good.insert(describe(subject_, exchange));
        continue;
      }
      // Refusals under load and failing pods come and go by themselves.
      const bool comes_and_goes = exchange.status == 429 || exchange.status == 502 ||
                                  exchange.status == 503 || exchange.status == 504;
      if (!routed_elsewhere || (comes_and_goes && reading.by_nobody())) return false;
      ++broke;
      bad.insert(describe(subject_, exchange));
    }
    if (good.empty() || bad.empty()) return false;
    blame(
        "stale-replica",
        fmt::format("{} is answered {} on {} of {} fresh connections and {} on the rest: they "
                    "meet replicas of the ingress that do not have the same rules.",
                    asked(reading), listed({bad.begin(), bad.end()}), broke, fresh,
                    listed({good.begin(), good.end()})),
        "if answers also change within one kept-alive connection, it is one replica whose service "
        "selects pods of two applications");
    return true;
  }

  bool redirected(const Reading& reading) {
    const auto* exchange = reading.example();
    const auto status = reading.other_status();
    if (!exchange || status < 300 || status > 399) return false;
    const auto location = exchange->headers.find("Location");
    const auto& url = reading.route.request.url;
    const auto there = location ? resolve(url, *location) : Result<Url>(cannot("no Location"));
    if (!there || there->host != reading.route.host()) return false;
    const auto path = reading.route.path();
    const auto to = there->path.substr(0, there->path.find('?'));
    if (there->https && !url.https) {
      blame("ssl-redirect",
            fmt::format("{} is answered {} to {}.", asked(reading), status, to_string(*there)));
      return true;
    }
    if (to != path + "/" && to + "/" != path) return false;
    blame("trailing-slash-redirect",
          fmt::format("{} is answered {} to {}.", asked(reading), status, to_string(*there)));
    return true;
  }

  void no_endpoints(const Reading& reading) {
    const auto& service = reading.route.expected.service;
    blame("no-endpoints",
          fmt::format("{} is answered 503 every time{}.", asked(reading),
                      service ? fmt::format(": the service {} has no endpoints", service->value)
                              : std::string()),
          "a rate limit that refuses everything looks the same; it would let the first requests "
          "after a pause pass");
  }

  void answered_by_another(const Reading& reading) {
    const auto name = reading.other_service();
    const auto status = reading.other_status();
    if (name.empty() && (status < 200 || status > 299)) return;  // who knows what that was
    const auto by = name.empty() ? std::string("something") : "the service " + name;
    const bool wants_none =
        reading.route.expects_no_route() ||
        (reading.route.expected.from && reading.route.expected.from->value == Origin::By::ingress);
    if (!(wants_none && neighbours_.catches_all(name)) &&
        (too_wide(reading, name) || pattern(reading, name) || shorter_path(reading, name)))
      return;
    if (wants_none)
      return blame("default-backend",
                   fmt::format("{} should match no rule, and is answered {} by {}.", asked(reading),
                               status, by));
    if (reading.route.expected.service && !name.empty())
      blame("wrong-service", fmt::format("{} should lead to {}, and leads to {}.", asked(reading),
                                         reading.route.expected.service->value, name));
  }

  bool too_wide(const Reading& reading, const std::string& name) {
    const auto* sibling = neighbours_.wildcard_sibling(reading, name);
    if (!sibling) return false;
    const auto host = reading.route.host();
    const auto parent = parent_of(sibling->route.host());
    blame("wildcard-too-wide",
          fmt::format("{} is answered as {} is: *.{} stands for {}.", host, sibling->route.host(),
                      parent, host == parent ? "no label as well" : "more than one label"));
    return true;
  }

  bool pattern(const Reading& reading, const std::string& name) {
    const auto path = reading.route.path();
    const auto [ignoring_case, rule] = neighbours_.reach(reading, name);
    if (!ignoring_case.empty()) {
      blame("regex-mode",
            fmt::format("{} is answered as {} is: case is ignored.", path, ignoring_case));
      return true;
    }
    if (rule.empty()) return false;
    const auto text = fmt::format(
        "{} is answered as {} is: the prefix ends in the middle of an "
        "element.",
        path, rule);
    const auto ignored = neighbours_.case_ignored(reading.route.host(), rule);
    if (ignored == std::optional(true)) {
      blame("regex-mode", text);
      return true;
    }
    const std::string separates =
        ignored ? "" : fmt::format("ask {} too: only a pattern answers it", upper(rule));
    blame("prefix-without-element-boundary", text, separates);
    if (!ignored) blame("regex-mode", text, separates);
    return true;
  }

  bool shorter_path(const Reading& reading, const std::string& name) {
    if (name.empty() || !reading.route.expected.service) return false;
    const auto rule = neighbours_.shorter_rule(reading, name);
    if (rule.empty()) return false;
    const auto path = reading.route.path();
    const auto separates = fmt::format("see whether the Ingress has a rule for {}", path);
    blame("path-order",
          fmt::format("{} is answered by {}, whose rule is the shorter {}: the longer path should "
                      "win.",
                      path, name, rule),
          separates);
    blame("path-not-matched",
          fmt::format("No rule may be there for {}, so that {} takes it.", path, rule), separates);
    return true;
  }
};

}  // namespace

std::vector<Diagnosis> diagnose(const Check& check, const Subject& subject,
                                const std::vector<Reading>& readings) {
  return Doctor(check, subject, readings).examine();
}

}  // namespace ingress_check::routing
