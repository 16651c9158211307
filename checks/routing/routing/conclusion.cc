#include "checks/routing/routing/conclusion.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "checks/routing/routing/causes.h"

namespace ingress_check::routing {

namespace {

std::int64_t replicas(const Params& params) { return params.integer("replicas", 3); }

/// Behaviour worth comparing between controllers, under the profile's keys.
std::map<std::string, std::string> traits(const Subject& subject,
                                          const std::vector<Reading>& readings) {
  std::map<std::string, std::string> seen;
  for (const auto& reading : readings)
    for (const auto& answer : reading.answers.all) {
      const auto& exchange = *answer.exchange;
      if (exchange.outcome != Outcome::ok) continue;
      const auto by = origin(subject.controller, exchange);
      if (by.by == Origin::By::ingress &&
          (by.meaning == "no-route" || by.meaning == "no-endpoints"))
        seen[by.meaning + ".status"] = std::to_string(exchange.status);
      const auto location = exchange.headers.find("Location");
      if (exchange.status >= 300 && exchange.status < 400 && location &&
          location->starts_with("https://") && !answer.request->url.https)
        seen["redirect.status"] = std::to_string(exchange.status);
    }
  return seen;
}

/// What an operator can compare from the diagnoses alone.
void add_traits_of_causes(Verdict& verdict) {
  for (const auto& diagnosis : verdict.diagnoses) {
    if (!diagnosis.separates.empty()) continue;
    if (diagnosis.cause == "prefix-without-element-boundary")
      verdict.traits["path.boundary"] = "none";
    if (diagnosis.cause == "regex-mode") verdict.traits["path.case"] = "insensitive";
    if (diagnosis.cause == "wildcard-too-wide") verdict.traits["wildcard.labels"] = "many";
  }
}

std::size_t count_if(const std::vector<Reading>& readings, bool (*is)(const Reading&)) {
  return static_cast<std::size_t>(std::ranges::count_if(readings, is));
}

bool not_in_full(const Reading& reading) {
  return reading.answers.count(Shortfall::Kind::unsupported) > 0;
}

bool undecided(const Reading& reading) {
  return reading.answers.count(Shortfall::Kind::undecided) > 0;
}

std::string many(std::size_t n, const std::string& one) {
  return fmt::format("{} {}{}", n, one, n == 1 ? "" : "s");
}

/// One sentence for a table of which nothing at all was answered in the same way.
std::optional<Silence> all_silent(const std::vector<Reading>& readings) {
  std::set<Outcome> outcomes;
  const Answer* one = nullptr;
  for (const auto& reading : readings)
    for (const auto& answer : reading.answers.all) {
      outcomes.insert(answer.exchange->outcome);
      if (!one) one = &answer;
    }
  if (!one || outcomes.size() != 1 || *outcomes.begin() == Outcome::ok) return std::nullopt;
  return silence(*one->request, *one->exchange);
}

std::string why_failed(const std::vector<Reading>& readings, const Verdict& verdict) {
  if (const auto silent = all_silent(readings)) return silent->sentence;
  const auto blames = [&](std::string_view cause) {
    return !verdict.diagnoses.empty() && verdict.diagnoses.front().cause == cause;
  };
  std::vector<std::string> names;
  for (const auto& reading : readings)
    if (reading.failed()) names.push_back(describe(reading.route.request));
  if (blames("nothing-adopted"))
    return fmt::format("everything is answered 404: the controller serves none of {}",
                       many(names.size(), "route"));
  return fmt::format("{} of {} not as expected: {}", names.size(), many(readings.size(), "route"),
                     listed(names, 3));
}

/// Of an answer that an application gave instead of the one expected; empty: it is none.
std::string own_answer(const Subject& subject, const Reading& reading, const Answer& answer) {
  const auto& exchange = *answer.exchange;
  if (answer.as_expected() || reading.route.expected.status.contains(exchange.status)) return {};
  const auto asked = describe(*answer.request);
  const auto log = "the pod's log tells why (a rewrite may hand it a path that it does not know)";
  const auto& [service, pod] = exchange.who;
  if ((!service.empty() || !pod.empty()) && !reading.by_expected_service()) return {};
  if (!service.empty() || !pod.empty())
    return fmt::format("{} is answered {} by {}{}: the application's own answer; {}", asked,
                       exchange.status, service, pod.empty() ? pod : " (pod " + pod + ")", log);
  const auto by = origin(subject.controller, exchange);
  if (subject.controller_guessed || subject.controller.pages.empty()) return {};
  if (by.by != Origin::By::open || exchange.status != 404) return {};
  return fmt::format(
      "{} is answered 404 by a page that is not known as the ingress's: the application's own, or "
      "a default backend's; {}",
      asked, log);
}

void say_mends(const Subject& subject, const std::vector<Reading>& readings, Verdict& verdict) {
  std::set<std::string> said;
  for (const auto& reading : readings)
    for (const auto& answer : reading.answers.all) {
      const auto& exchange = *answer.exchange;
      std::string note;
      if (exchange.outcome != Outcome::ok) {
        const auto silent = silence(*answer.request, exchange);
        note = silent.sentence + ": " + silent.mend;
      } else if (!answer.as_expected() && (exchange.status == 502 || exchange.status == 504)) {
        note = fmt::format(
            "{} is answered {}: the ingress reached no pod that answered in time; "
            "see the service's targetPort and the pods' logs",
            describe(*answer.request), exchange.status);
      } else if (!answer.as_expected() && (exchange.status == 429 || exchange.status == 503) &&
                 !reading.always_failed()) {
        note = fmt::format(
            "{} is answered {} only some of the time: a rate limit, or pods that come "
            "and go; `limits:` keeps ingress-check below a limit",
            describe(*answer.request), exchange.status);
      } else if (!answer.as_expected() &&
                 exchange.body.find("plain HTTP request was sent to HTTPS port") !=
                     std::string::npos) {
        note =
            "a server took the request for plain HTTP on its TLS port: the check scheme-mismatch "
            "tells where";
      }
      if (note.empty()) note = own_answer(subject, reading, answer);
      if (!note.empty() && said.insert(note).second) verdict.notes.push_back(note);
    }
  std::size_t closed = 0;
  for (const auto& reading : readings)
    for (const auto& answer : reading.answers.all)
      closed += answer.exchange->outcome == Outcome::idle_close || answer.exchange->attempts > 1;
  if (closed > 0)
    verdict.notes.push_back(
        fmt::format("{} met a kept-alive connection that the server had closed: counted, no outage",
                    many(closed, "request")));
}

void say_shown(const Params& params, const Subject& subject, const std::vector<Reading>& readings,
               Verdict& verdict) {
  std::size_t fresh = 0, kept = 0, reused = 0;
  bool h2c = false;
  for (const auto& reading : readings)
    for (const auto& answer : reading.answers.all) {
      const bool on_kept = answer.request && answer.exchange->reused;
      reused += on_kept;
      h2c = h2c || answer.exchange->version == HttpVersion::h2c;
      (on_kept ? kept : fresh) += 1;
    }
  const auto of = replicas(params);
  const auto n = fresh_connections(params, subject);
  if (of > 1)
    verdict.shown.push_back(fmt::format(
        "every route on {} fresh connections{}: if one of {} replicas answered "
        "otherwise, that would have been met {:.0f} times in 100 if connections are spread by "
        "chance",
        n, subject.addresses > 1 ? " to each address" : "", of, subject.power * 100));
  else
    verdict.shown.push_back("every route on one fresh connection, as replicas: 1 asks for");
  if (reused > 0)
    verdict.shown.push_back(many(kept, "request") + " over kept-alive connections");
  else if (h2c)
    verdict.not_shown.push_back(
        "kept-alive connections: over h2c ingress-check sends each request on a new one");
  else
    verdict.not_shown.push_back("kept-alive connections: the target closed each of them");
  for (const auto& reading : readings)
    for (auto& finding : findings(reading.answers, Shortfall::Kind::unsupported))
      verdict.not_shown.push_back(
          fmt::format("{}: {}; {}", finding.subject, finding.expected, finding.actual));
  verdict.figures = {{"routes", static_cast<double>(readings.size())},
                     {"requests", static_cast<double>(fresh + kept)},
                     {"fresh_connections", static_cast<double>(fresh)},
                     {"kept_alive_requests", static_cast<double>(kept)}};
}

void collect(const std::vector<Reading>& readings, Shortfall::Kind kind, Verdict& verdict) {
  for (const auto& reading : readings)
    for (auto& finding : findings(reading.answers, kind))
      verdict.findings.push_back(std::move(finding));
}

}  // namespace

std::uint32_t fresh_connections(const Params& params, const Subject& subject) {
  const auto of = replicas(params);
  if (of <= 1) return 1;
  const auto miss = std::log1p(-1.0 / static_cast<double>(of));
  return static_cast<std::uint32_t>(
      std::ceil(std::log1p(-std::clamp(subject.power, 0.5, 0.9999)) / miss));
}

Verdict conclude(const Check& check, const Params& params, const Subject& subject,
                 const std::vector<Reading>& readings) {
  Verdict verdict;
  say_shown(params, subject, readings, verdict);
  say_mends(subject, readings, verdict);
  const auto failed = count_if(readings, [](const Reading& r) { return r.failed(); });
  const auto open = count_if(readings, undecided);
  const auto silent = count_if(readings, not_in_full);
  if (failed > 0) {
    verdict.kind = Verdict::Kind::fail;
    collect(readings, Shortfall::Kind::broken, verdict);
    verdict.diagnoses = diagnose(check, subject, readings);
    verdict.summary = why_failed(readings, verdict);
    verdict.shown.clear();
  } else if (open > 0) {
    verdict.kind = Verdict::Kind::inconclusive;
    collect(readings, Shortfall::Kind::undecided, verdict);
    verdict.summary =
        fmt::format("{} of {} could not be decided", open, many(readings.size(), "route"));
  } else if (silent > 0) {
    verdict.kind = Verdict::Kind::not_supported;
    std::vector<const Answers*> answers;
    for (const auto& reading : readings) answers.push_back(&reading.answers);
    verdict.summary = fmt::format("{} of {} not judged in full: the backend does not tell {}",
                                  silent, many(readings.size(), "route"), not_told(answers));
    verdict.shown.push_back("every status, and whatever else was stated, as expected");
  } else {
    verdict.summary = fmt::format("{} as expected", many(readings.size(), "route"));
  }
  verdict.traits = traits(subject, readings);
  add_traits_of_causes(verdict);
  return verdict;
}

}  // namespace ingress_check::routing
