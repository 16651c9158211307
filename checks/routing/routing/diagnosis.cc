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
    missing_routes(readings_, not_found_,
                   [this](std::string_view cause, std::string text, std::string separates) {
                     if (separates.empty()) separates = who_gave_it(*not_found_.front());
                     blame(cause, std::move(text), std::move(separates));
                   });
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
    const bool says_service = !reading.other_service().empty();
    const bool other_answer = !reading.route.expected.status.contains(reading.other_status());
    // Led to the right place, and the application said something else: no setting of the ingress.
    if (says_service && other_answer && reading.by_expected_service()) return;
    if (stale(reading) || redirected(reading)) return;
    if (!misrouted(reading)) return;
    const auto status = reading.other_status();
    const bool wanted_more = !reading.route.expected.status.contains(status);
    if (status == 503 && reading.by_nobody() && wanted_more && reading.always_failed())
      return no_endpoints(reading);
    if (status == 404 && reading.by_nobody() && (wanted_more || reading.route.expected.service)) {
      if (reading.ever_right()) return sometimes_missing(reading);
      if (!applications_own(reading)) not_found_.push_back(&reading);
      return;
    }
    if (reading.always_failed()) answered_by_another(reading);
  }

  /// A controller whose own page is known did not give this answer.
  bool applications_own(const Reading& reading) const {
    const auto* exchange = reading.example();
    if (!exchange || subject_.controller_guessed || subject_.controller.pages.empty()) return false;
    if (subject_.controller.name == generic_profile().name) return false;
    const auto by = origin(subject_.controller, *exchange);
    return by.by == Origin::By::open && by.meaning.empty();
  }

  /// Empty where the page is the ingress's own.
  std::string who_gave_it(const Reading& reading) const {
    const auto* exchange = reading.example();
    if (exchange && origin(subject_.controller, *exchange).by == Origin::By::ingress) return {};
    return "nothing in the answer tells who gave it: if the pod's log has this request, it is the "
           "application's";
  }

  /// Right on every fresh connection, and a 404 now and then on those kept alive.
  void sometimes_missing(const Reading& reading) {
    const auto broke = reading.answers.count(Shortfall::Kind::broken);
    blame("stale-replica",
          fmt::format("{} is answered 404 {} of {} times, and as expected otherwise.",
                      asked(reading), broke, reading.answers.all.size()),
          "if answers change within one kept-alive connection, it is one replica whose service "
          "selects pods of two applications, or one pod that lacks the page");
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
    std::set<std::string> services;
    std::size_t fresh = 0, broke = 0;
    bool elsewhere = false;
    for (const auto& answer : reading.answers.all) {
      const auto& exchange = *answer.exchange;
      if (exchange.outcome != Outcome::ok || exchange.reused) continue;
      ++fresh;
      services.insert(exchange.who.service);
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
      const auto& service = exchange.who.service;
      const auto& expected = reading.route.expected.service;
      elsewhere = elsewhere || service.empty() || (expected && service != expected->value);
      bad.insert(describe(subject_, exchange));
    }
    // A pod of the right service that answers otherwise than its fellows is no replica's doing.
    if (!elsewhere && services.size() == 1) return false;
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
    if (!exchange || status < 300 || status > 399 || !reading.by_nobody()) return false;
    const auto location = exchange->headers.find("Location");
    const auto& url = reading.route.request.url;
    const auto there = location ? resolve(url, *location) : Result<Url>(cannot("no Location"));
    if (!there || there->host != reading.route.host()) return false;
    const auto path = reading.route.path();
    const auto to = there->path.substr(0, there->path.find('?'));
    if (there->https && !url.https) {
      blame("ssl-redirect",
            fmt::format("{} is answered {} to {}.", asked(reading), status, to_string(*there)),
            who_gave_it(reading));
      return true;
    }
    if (to != path + "/" && to + "/" != path) return false;
    blame("trailing-slash-redirect",
          fmt::format("{} is answered {} to {}.", asked(reading), status, to_string(*there)),
          who_gave_it(reading));
    return true;
  }

  void no_endpoints(const Reading& reading) {
    const auto& service = reading.route.expected.service;
    const auto open = who_gave_it(reading);
    blame("no-endpoints",
          fmt::format("{} is answered 503 every time{}.", asked(reading),
                      service ? fmt::format(": the service {} {} no endpoints", service->value,
                                            open.empty() ? "has" : "may have")
                              : std::string()),
          "a rate limit that refuses everything looks the same; it would let the first requests "
          "after a pause pass" +
              (open.empty() ? open : "; " + open));
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
    // An answer without a name may as well be that of something that answers every host.
    const auto separates =
        name.empty() ? fmt::format(
                           "ask a host outside of {}: what answers it as well is a default "
                           "backend or a rule for every host",
                           parent)
                     : std::string();
    blame("wildcard-too-wide",
          fmt::format("{} is answered as {} is: *.{} stands for {}.", host, sibling->route.host(),
                      parent, host == parent ? "no label as well" : "more than one label"),
          separates);
    if (name.empty())
      blame("default-backend",
            fmt::format("{} should match no rule, and is answered by something that does not name "
                        "itself.",
                        asked(reading)),
            separates);
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
