// From steps that fell short to their likely causes.
#include <fmt/format.h>

#include <algorithm>

#include "checks/routing/exchange/causes.h"

namespace ingress_check::exchange {

namespace {

std::string seconds(Duration time) {
  return fmt::format("{:.1f} s", std::chrono::duration<double>(time).count());
}

/// The header of a part "seen header X" that tells of the client's side; empty: another part.
std::string_view forwarding_header(const Shortfall& shortfall) {
  std::string_view part = shortfall.part;
  constexpr std::string_view seen = "seen header ";
  if (shortfall.kind != Shortfall::Kind::broken || !part.starts_with(seen)) return {};
  part.remove_prefix(seen.size());
  const bool tells = part.starts_with("X-Forwarded-") || same_name(part, "Forwarded") ||
                     same_name(part, "X-Real-IP");
  return tells ? part : std::string_view();
}

/// The header in which the client made up what the pod then saw under `name`; empty: none.
std::string forged(const Answer& answer, std::string_view name) {
  if (!answer.exchange->seen) return {};
  const auto seen = answer.exchange->seen->headers.find(name);
  if (!seen) return {};
  for (const std::string_view sent : {name, std::string_view("X-Forwarded-For")}) {
    const bool same = same_name(sent, name) || same_name(name, "X-Real-IP");
    const auto value = answer.request->headers.find(sent);
    if (same && value && !value->empty() && seen->find(*value) != std::string_view::npos)
      return std::string(sent);
  }
  return {};
}

class Doctor {
 public:
  Doctor(const Check& check, const Subject& subject, const Course& course)
      : check_(check), subject_(subject), course_(course) {}

  std::vector<Diagnosis> examine() {
    for (std::size_t i = 0; i < course_.steps().size(); ++i) {
      const auto& done = course_.done()[i];
      for (const auto& answer : done.answers.all)
        if (!answer.as_expected() && answer.exchange->outcome == Outcome::ok)
          examine(course_.steps()[i], done, answer);
    }
    return std::move(found_);
  }

 private:
  const Check& check_;
  const Subject& subject_;
  const Course& course_;
  std::vector<Diagnosis> found_;

  /// The first text of a cause stays: one diagnosis a cause.
  void blame(std::string_view cause, std::string text, std::string separates = {}) {
    if (std::ranges::none_of(found_, [&](const Diagnosis& d) { return d.cause == cause; }))
      found_.push_back(diagnosis(check_, cause, std::move(text), std::move(separates)));
  }

  void examine(const StepWords& step, const Done& done, const Answer& answer) {
    const auto status = answer.exchange->status;
    if (!done.expected.status.contains(status)) return other_status(step, answer);
    for (const auto& shortfall : answer.shortfalls) {
      if (const auto name = forwarding_header(shortfall); !name.empty())
        header_believed(step, answer, name);
      if (shortfall.kind == Shortfall::Kind::broken && shortfall.part == "within")
        slow(step, answer, shortfall);
    }
    // 503 and the like may be among the statuses expected, and only its sender be wrong.
    const bool wrong_sender = std::ranges::any_of(answer.shortfalls, [](const Shortfall& s) {
      return s.kind == Shortfall::Kind::broken && (s.part == "service" || s.part == "from");
    });
    if (wrong_sender) other_status(step, answer);
  }

  void header_believed(const StepWords& step, const Answer& answer, std::string_view name) {
    const auto made_up = forged(answer, name);
    if (made_up.empty()) return;
    blame("forged-header-believed",
          fmt::format("{}: the client made up {}: {}, and the pod got {}: {}.", step.title(),
                      made_up, *answer.request->headers.find(made_up), name,
                      *answer.exchange->seen->headers.find(name)));
  }

  void slow(const StepWords& step, const Answer& answer, const Shortfall& shortfall) {
    const auto& times = answer.exchange->timings;
    blame("slow-answer", fmt::format("{}: {} took {}, and its first byte came after {}; {} was "
                                     "allowed.",
                                     step.title(), describe(*answer.request), seconds(times.total),
                                     seconds(times.first_byte), shortfall.expected));
  }

  /// A page of the ingress in place of the answer. One that names itself is an application's.
  void other_status(const StepWords& step, const Answer& answer) {
    const auto by = origin(subject_.controller, *answer.exchange);
    if (by.by == Origin::By::app) return;
    const auto open = by.by == Origin::By::ingress
                          ? std::string()
                          : std::string(
                                "nothing in the answer tells who gave it: if the pod's log "
                                "has this request, it is the application's");
    const auto asked = fmt::format("{}: {}", step.title(), describe(*answer.request));
    switch (answer.exchange->status) {
      case 404:
        return blame("no-rule",
                     fmt::format("{} is answered 404: no rule matches its host and path.", asked),
                     open);
      case 413:
        return blame("body-limit",
                     fmt::format("{} with a body of {} bytes is answered 413.", asked,
                                 answer.request->body.size()),
                     open);
      case 502:
        return blame("bad-gateway",
                     fmt::format("{} is answered 502: no pod gave the ingress an answer that it "
                                 "could pass on.",
                                 asked),
                     open);
      case 503:
        return blame("no-endpoints", fmt::format("{} is answered 503.", asked),
                     "a rate limit that refuses looks the same; it would let the first requests "
                     "after a pause pass" +
                         (open.empty() ? open : "; " + open));
      case 504:
        return blame("backend-timeout",
                     fmt::format("{} is answered 504 after {}: by then no pod had answered the "
                                 "ingress.",
                                 asked, seconds(answer.exchange->timings.total)),
                     open);
      default:
        return redirected(asked, answer);
    }
  }

  void redirected(const std::string& asked, const Answer& answer) {
    const auto status = answer.exchange->status;
    const auto location = answer.exchange->headers.find("Location");
    const auto& url = answer.request->url;
    if (status < 300 || status > 399 || url.https || !location) return;
    const auto there = resolve(url, *location);
    if (!there || !there->https || there->host != url.host) return;
    blame("https-redirect",
          fmt::format("{} is answered {} to {}.", asked, status, to_string(*there)));
  }
};

}  // namespace

std::vector<Diagnosis> diagnose(const Check& check, const Subject& subject, const Course& course) {
  return Doctor(check, subject, course).examine();
}

}  // namespace ingress_check::exchange
