// From routes that fell short to their likely causes.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "checks/routing/routing/causes.h"
#include "checks/routing/routing/missing.h"

namespace ingress_check::routing {

namespace {

std::string lower(std::string text) {
  for (auto& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

/// "/aaa" and "/aaa/" are element-wise prefixes of "/aaa/bbb"; "/aa" is not.
bool element_prefix(const std::string& shorter, const std::string& path) {
  const auto stem = shorter.ends_with('/') ? shorter.substr(0, shorter.size() - 1) : shorter;
  return path.size() > stem.size() && path.starts_with(stem) && path[stem.size()] == '/';
}

bool mere_prefix(const std::string& shorter, const std::string& path) {
  return shorter.size() > 1 && !shorter.ends_with('/') && path.size() > shorter.size() &&
         path.starts_with(shorter) && path[shorter.size()] != '/';
}

/// A path and what it is below: "/aaa/ccc" and "/aaa". A rule that serves it has one of these.
std::vector<std::string> stems(std::string path) {
  std::vector<std::string> all;
  while (path.size() > 1) {
    all.push_back(path);
    path.resize(path.rfind('/'));
  }
  return all;
}

/// The path matches only if case is ignored.
bool only_without_case(const std::string& rule, const std::string& path) {
  return lower(path).starts_with(lower(rule)) && !path.starts_with(rule);
}

std::ptrdiff_t labels(const std::string& host) { return std::ranges::count(host, '.'); }

std::string asked(const Reading& reading) { return describe(reading.route.request); }

class Doctor {
 public:
  Doctor(const Check& check, const Subject& subject, const std::vector<Reading>& readings)
      : check_(check), subject_(subject), readings_(readings) {}

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
    if (!(wants_none && catches_all(name)) &&
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

  /// Whether `other` is a route that the answering service is expected on; an answer without a name
  /// may come from any.
  static bool home_of(const Reading& other, const std::string& name) {
    const auto& service = other.route.expected.service;
    if (other.route.expects_no_route()) return false;
    return name.empty() || (service && service->value == name);
  }

  /// A host that the answering service is expected on, whose wildcard would also reach this one.
  const Reading* wildcard_sibling(const Reading& reading, const std::string& name) const {
    const auto host = reading.route.host();
    const Reading* found = nullptr;
    for (const auto& other : readings_) {
      if (!home_of(other, name)) continue;
      const auto sibling = other.route.host();
      if (sibling == host) return nullptr;
      const auto parent = parent_of(sibling);
      if (parent.find('.') == std::string::npos) continue;
      const bool deeper = host.ends_with("." + parent) && labels(host) > labels(sibling);
      if (host == parent || deeper) found = &other;
    }
    return found;
  }

  bool too_wide(const Reading& reading, const std::string& name) {
    const auto* sibling = wildcard_sibling(reading, name);
    if (!sibling) return false;
    const auto host = reading.route.host();
    const auto parent = parent_of(sibling->route.host());
    blame("wildcard-too-wide",
          fmt::format("{} is answered as {} is: *.{} stands for {}.", host, sibling->route.host(),
                      parent, host == parent ? "no label as well" : "more than one label"));
    return true;
  }

  /// Something answers what no rule should match, and no rule that is known can be why: then it
  /// answers everything.
  bool catches_all(const std::string& name) const {
    return std::ranges::any_of(readings_, [&](const Reading& reading) {
      if (!reading.route.expects_no_route() || !reading.always_failed()) return false;
      const auto status = reading.other_status();
      if (reading.other_service() != name || status < 200 || status > 299) return false;
      const auto known = reach(reading, name);
      return known.ignoring_case.empty() && known.mid_element.empty() &&
             !wildcard_sibling(reading, name);
    });
  }

  /// How a rule that is known to serve `name` may reach this path although it should not.
  struct Reach {
    std::string ignoring_case;  ///< the rule's path; empty: none does so
    std::string mid_element;
  };

  Reach reach(const Reading& reading, const std::string& name) const {
    Reach found;
    const auto path = reading.route.path();
    for (const auto& other : readings_) {
      if (&other == &reading || other.route.host() != reading.route.host()) continue;
      if (!home_of(other, name)) continue;
      for (const auto& rule : stems(other.route.path())) {
        if (only_without_case(rule, path)) found.ignoring_case = rule;
        if (mere_prefix(rule, path)) found.mid_element = rule;
      }
    }
    return found;
  }

  bool pattern(const Reading& reading, const std::string& name) {
    const auto path = reading.route.path();
    const auto [ignoring_case, rule] = reach(reading, name);
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
    const auto ignored = case_ignored(reading.route.host(), rule);
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

  static std::string upper(std::string text) {
    for (auto& c : text)
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return text;
  }

  /// Whether a route of the table that differs from the rule in case alone is answered; none asked.
  std::optional<bool> case_ignored(const std::string& host, const std::string& rule) const {
    for (const auto& other : readings_)
      if (other.route.host() == host && other.route.expects_no_route() &&
          only_without_case(rule, other.route.path()))
        return other.failed();
    return std::nullopt;
  }

  /// The path of a rule above this one's whose service is `name`; empty: none is known.
  std::string shorter_rule(const Reading& reading, const std::string& name) const {
    for (const auto& other : readings_) {
      if (&other == &reading || other.route.host() != reading.route.host()) continue;
      if (!home_of(other, name)) continue;
      auto rules = stems(other.route.path());
      if (other.route.path() == "/") rules.emplace_back("/");
      for (const auto& rule : rules)
        if (element_prefix(rule, reading.route.path())) return rule;
    }
    return {};
  }

  bool shorter_path(const Reading& reading, const std::string& name) {
    if (name.empty() || !reading.route.expected.service) return false;
    const auto rule = shorter_rule(reading, name);
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
