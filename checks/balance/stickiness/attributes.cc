// The cookie itself: that it is set, how, and how often.
#include <fmt/format.h>

#include <algorithm>

#include "checks/answers.h"
#include "checks/balance/finding.h"
#include "checks/balance/stickiness/judging.h"
#include "harness/set_cookie.h"

namespace ingress_check::stickiness {

namespace {

/// A client's first answer. If that one's pod does not answer well, another client's.
const Exchange* first_answer(const Evidence& evidence) {
  const Exchange* first = nullptr;
  for (const auto which : {asked_first, asked_without})
    for (const auto& exchange : evidence.exchanges) {
      if (exchange.request != which) continue;
      if (exchange.outcome == Outcome::ok && exchange.status < 400) return &exchange;
      if (!first) first = &exchange;
    }
  return first;
}

const Exchange* answer(const Evidence& evidence, Asked which) {
  for (const auto& exchange : evidence.exchanges)
    if (exchange.request == which) return &exchange;
  return nullptr;
}

/// The Set-Cookie of that name; views point into the exchange.
std::optional<SetCookie> set_in(const Exchange& exchange, const std::string& name) {
  for (const auto field : exchange.headers.all("Set-Cookie"))
    if (const auto cookie = parse_set_cookie(field); cookie && cookie->name == name) return cookie;
  return std::nullopt;
}

/// RFC 6265, 5.1.4: what the cookie's path covers.
bool covers(std::string_view path, std::string_view asked) {
  asked = asked.substr(0, asked.find('?'));
  if (path.empty() || path == "/") return true;
  return asked == path ||
         (asked.starts_with(path) && (path.ends_with('/') || asked[path.size()] == '/'));
}

class CookieJudge {
 public:
  CookieJudge(const Plan& plan, const Subject& subject, const Exchange& first,
              Conclusion& conclusion)
      : plan_(plan),
        subject_(subject),
        cookie_(*set_in(first, plan.cookie)),
        first_(first),
        conclusion_(conclusion) {}

  void judge() {
    judge_path();
    judge_http_only();
    if (plan_.secure && plan_.request.url.https)
      expect(plan_.secure->value == cookie_.secure, plan_.secure->place,
             plan_.secure->value ? "Secure" : "no Secure", "sent-in-the-clear");
    if (plan_.same_site)
      expect(cookie_.same_site == plan_.same_site->value, plan_.same_site->place,
             "SameSite=" + plan_.same_site->value, "wrong-attributes");
    if (plan_.max_age) {
      const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(plan_.max_age->value);
      expect(cookie_.max_age == seconds.count(), plan_.max_age->place,
             fmt::format("Max-Age={}", seconds.count()), "wrong-attributes");
    }
    conclusion_.verdict.traits["cookie.http-only"] = cookie_.http_only ? "yes" : "no";
    conclusion_.verdict.traits["cookie.name"] = plan_.cookie;
  }

 private:
  void expect(bool met, const Place& place, const std::string& expected, const char* cause,
              bool certain = true) {
    if (met) return;
    auto found = finding_of(plan_.request, place, "the cookie is set with " + expected,
                            fmt::format("{} with {}", plan_.cookie, attributes()));
    found.exchange = example(first_);
    if (!certain) return conclusion_.undecided(std::move(found));
    conclusion_.broke(std::move(found));
    conclusion_.blame(cause, fmt::format("{} is set with {}.", plan_.cookie, attributes()));
  }

  /// The value is left out: it may be a session's.
  std::string attributes() const {
    std::string all = "Path=" + std::string(cookie_.path.empty() ? "(none)" : cookie_.path);
    if (cookie_.max_age) all += fmt::format("; Max-Age={}", *cookie_.max_age);
    if (cookie_.secure) all += "; Secure";
    if (cookie_.http_only) all += "; HttpOnly";
    if (!cookie_.same_site.empty()) all += "; SameSite=" + std::string(cookie_.same_site);
    return all;
  }

  void judge_path() {
    if (plan_.path)
      return expect(cookie_.path == plan_.path->value, plan_.path->place,
                    "Path=" + plan_.path->value, "wrong-cookie-path");
    expect(covers(cookie_.path, plan_.request.url.path), plan_.cookie_place,
           "a Path that covers " + plan_.request.url.path, "wrong-cookie-path");
  }

  /// Stated, or what the controller is known to do.
  void judge_http_only() {
    if (plan_.http_only)
      return expect(plan_.http_only->value == cookie_.http_only, plan_.http_only->place,
                    plan_.http_only->value ? "HttpOnly" : "no HttpOnly", "readable-by-scripts");
    const auto known = subject_.controller.confirmed_trait("cookie.http-only");
    if (known == "yes")
      expect(cookie_.http_only, plan_.cookie_place,
             subject_.controller_guessed ? "HttpOnly (if the guess of the controller is right; "
                                           "write http-only: true)"
                                         : "HttpOnly",
             "readable-by-scripts", !subject_.controller_guessed);
  }

  const Plan& plan_;
  const Subject& subject_;
  SetCookie cookie_;
  const Exchange& first_;
  Conclusion& conclusion_;
};

/// A value that nobody was given: any will do where it is hashed; where it names a pod it is
/// replaced.
void tell_mode(const Plan& plan, const Evidence& cookie, Conclusion& conclusion) {
  const auto* forged = answer(cookie, asked_forged);
  if (!forged || forged->outcome != Outcome::ok) return;
  if (forged->status >= 500) {
    conclusion.verdict.notes.push_back(
        fmt::format("a forged value is answered {}", forged->status));
    return;
  }
  const bool replaced = set_in(*forged, plan.cookie).has_value();
  conclusion.verdict.notes.push_back(
      replaced ? "a forged value is replaced: the value names a pod (persistent), or is set always"
               : "a forged value is taken as it is: it is hashed (balanced), so that clients may "
                 "move when pods come or go");
}

}  // namespace

std::optional<Verdict> unfit(const Check& check, const Plan& plan, const Subject& subject,
                             const Evidence& cookie) {
  const auto* first = first_answer(cookie);
  if (!first) return nothing_judged("nothing was asked");
  if (first->outcome != Outcome::ok) return nothing_judged(silence(plan.request, *first).sentence);
  if (plan.cookie.empty())
    return nothing_judged("nothing says what the cookie is called",
                          {"affinity: write cookie: NAME"});
  if (first->status >= 400)
    return nothing_judged(fmt::format("{} is answered {}: nobody is pinned to that",
                                      describe(plan.request), describe(subject, *first)));
  if (set_in(*first, plan.cookie)) return std::nullopt;
  Conclusion conclusion(check);
  std::vector<std::string> others;
  for (const auto field : first->headers.all("Set-Cookie"))
    if (const auto set = parse_set_cookie(field)) others.emplace_back(set->name);
  auto found = finding_of(plan.request, plan.cookie_place, "the first response sets " + plan.cookie,
                          others.empty() ? "it sets no cookie" : "it sets " + listed(others));
  found.exchange = example(*first);
  if (plan.cookie_guessed) {
    found.actual += "; if it has another name, write cookie: NAME";
    conclusion.undecided(std::move(found));
    return conclusion.decide({});
  }
  conclusion.broke(std::move(found));
  conclusion.blame("no-cookie", fmt::format("{} is not set.", plan.cookie));
  return conclusion.decide({});
}

void judge_cookie(const Plan& plan, const Subject& subject, const Evidence& cookie,
                  Conclusion& conclusion) {
  CookieJudge(plan, subject, *first_answer(cookie), conclusion).judge();
  tell_mode(plan, cookie, conclusion);
}

}  // namespace ingress_check::stickiness
