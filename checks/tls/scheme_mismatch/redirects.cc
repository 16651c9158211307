#include <fmt/format.h>

#include <algorithm>

#include "checks/tls/scheme_mismatch/judging.h"

namespace ingress_check::scheme_mismatch {

namespace {

struct Wanted {
  std::string code;      ///< "308", "none"; empty: nobody says
  bool stated = false;   ///< by the user
  bool guessed = false;  ///< by a profile that was only guessed
  Place place;
};

Wanted wanted(const Params& params, const Subject& subject) {
  if (const auto* value = params.find("redirect"))
    return {value->as<std::string>(), true, false, value->place};
  const auto trait = subject.controller.confirmed_trait("redirect.status");
  return {trait.value_or(""), false, subject.controller_guessed, {}};
}

std::string path_of(const Url& url) { return url.path.substr(0, url.path.find('?')); }

std::string query_of(const Url& url) {
  const auto mark = url.path.find('?');
  return mark == std::string::npos ? std::string() : url.path.substr(mark);
}

std::string without_slash(std::string path) {
  if (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

/// True if the redirect looks like the controller's own page: an application redirects as it likes.
bool by_controller(const Subject& subject, const Hop& hop) {
  if (!hop.exchange) return false;
  const auto who = origin(subject.controller, *hop.exchange);
  return who.by == Origin::By::ingress || who.meaning == "redirect";
}

bool judged(const Trail& trail) {
  return !trail.leg.url.https && trail.leg.name != "http, slash at the end" && !trail.hops.empty();
}

void judge_loops(const Picture& picture, const Subject& subject, Conclusion& conclusion) {
  std::uint64_t of = 0, broke = 0;
  const Trail* example = nullptr;
  for (const auto& trail : picture.trails) {
    if (trail.hops.empty()) continue;
    ++of;
    const bool insists =
        asks_for_https(trail.last().status, trail.last().body) && trail.last().url.https;
    if (trail.end != Trail::End::loop && trail.end != Trail::End::too_long && !insists) continue;
    ++broke;
    if (!example) example = &trail;
  }
  if (!example) return;
  auto finding = finding_of(*example, example->last(), "an answer after at most a few redirects",
                            example->text());
  finding.broke = broke;
  finding.of = of;
  conclusion.broke(std::move(finding));
  conclusion.blame(
      "redirect-loop",
      fmt::format("Whatever is asked over https is sent to https again. {}; what answers behind it "
                  "gets plain HTTP and takes every request for one over http.",
                  who_ends_tls(picture, subject)));
}

void judge_presence(const Picture& picture, const Wanted& wanted, Conclusion& conclusion) {
  std::uint64_t of = 0, broke = 0;
  const Trail* example = nullptr;
  for (const auto& trail : picture.trails) {
    if (!judged(trail) || trail.hops.front().status == 0) continue;
    ++of;
    if ((wanted.code == "none") != (trail.upgrade() != nullptr)) continue;
    ++broke;
    if (!example) example = &trail;
  }
  if (!example) return;
  const bool missing = wanted.code != "none";
  const auto& hop = missing ? example->hops.front() : *example->upgrade();
  auto finding = finding_of(
      *example, hop, missing ? fmt::format("{} to https", wanted.code) : "no redirect to https",
      said(hop));
  finding.place = wanted.place;
  finding.broke = broke;
  finding.of = of;
  conclusion.broke(std::move(finding));
  if (missing)
    conclusion.blame(
        "redirect-missing",
        fmt::format("Plain http is answered with {} instead of being sent to https.", said(hop)));
  else
    conclusion.blame("redirect-unexpected",
                     "Plain http is sent to https although it should be answered as it is.");
}

void judge_code(const Picture& picture, const Subject& subject, const Wanted& wanted,
                Conclusion& conclusion) {
  if (wanted.code.empty() || wanted.code == "none") return;
  for (const auto& trail : picture.trails) {
    const auto* hop = judged(trail) ? trail.upgrade() : nullptr;
    if (!hop || std::to_string(hop->status) == wanted.code) continue;
    if (!wanted.stated && !(by_controller(subject, *hop) && kept_path_and_query(*hop))) continue;
    auto finding = finding_of(trail, *hop, fmt::format("{} to https", wanted.code), said(*hop));
    finding.place = wanted.place;
    if (!wanted.stated && wanted.guessed) {
      finding.expected += " (the guessed controller's default)";
      conclusion.undecided(std::move(finding));
      conclusion.verdict.notes.push_back(fmt::format(
          "The controller was only guessed: write `redirect: {}` if that is the configured code, "
          "or `controller: NAME` to have its default hold.",
          hop->status));
      return;
    }
    conclusion.broke(std::move(finding));
    conclusion.blame(
        "redirect-wrong-code",
        fmt::format("Redirects to https come with {}, not with {}.", hop->status, wanted.code));
    return;
  }
}

void judge_path(const Trail& trail, const Hop& hop, bool binding, Conclusion& conclusion) {
  const auto& to = *hop.next;
  if (!binding) {
    conclusion.verdict.notes.push_back(fmt::format(
        "A redirect to https leads to another path or query, which an application may intend, so "
        "it is not judged ({}): write `redirect: {}` if it should keep them.",
        trail.text(), hop.status));
    return;
  }
  const bool path_kept = without_slash(path_of(to)) == without_slash(path_of(hop.url));
  const bool query_kept = query_of(to) == query_of(hop.url);
  conclusion.broke(
      finding_of(trail, hop, fmt::format("a redirect to the same path and query, {}", hop.url.path),
                 said(hop)));
  conclusion.blame("redirect-loses-query",
                   fmt::format("The redirect to https drops the {} of the request.",
                               path_kept    ? "query"
                               : query_kept ? "path"
                                            : "path and query"));
}

/// A port that is not the https door's: wrong where the door was asked or stated.
void judge_port(const Picture& picture, const Trail& trail, const Hop& hop,
                Conclusion& conclusion) {
  const auto port = hop.next->effective_port();
  const auto expected = picture.doors.https.effective_port();
  auto finding = finding_of(trail, hop, fmt::format("a redirect to port {}", expected), said(hop));
  if (picture.doors.https_guessed && !picture.https_open()) {
    conclusion.undecided(std::move(finding));
    conclusion.verdict.notes.push_back(
        fmt::format("That https is on port {} was only assumed, and nothing answers there: write "
                    "`https-port: {}` if that is where clients reach it.",
                    expected, port));
    return;
  }
  conclusion.broke(std::move(finding));
  conclusion.blame("redirect-names-port",
                   fmt::format("The redirect to https leads to port {}, but clients reach https on "
                               "port {}: the ingress names a port of its own that the balancer "
                               "does not have, or does not know the balancer's.",
                               port, expected));
}

/// Path, query and port of redirects to https of the same host.
void judge_location(const Picture& picture, const Subject& subject, const Wanted& wanted,
                    Conclusion& conclusion) {
  bool said_path = false, said_port = false;
  for (const auto& trail : picture.trails) {
    const auto* hop = judged(trail) ? trail.upgrade() : nullptr;
    if (!hop || hop->next->host != hop->url.host) continue;
    const bool kept = kept_path_and_query(*hop);
    const bool code = wanted.code.empty() || std::to_string(hop->status) == wanted.code;
    const bool binding = code && (wanted.stated || by_controller(subject, *hop));
    if (!kept && !said_path) judge_path(trail, *hop, binding, conclusion);
    said_path = said_path || !kept;
    const bool other = hop->next->effective_port() != picture.doors.https.effective_port();
    // Another path on another port may be another service of that host.
    if (other && (kept || binding) && !said_port) judge_port(picture, trail, *hop, conclusion);
    said_port = said_port || other;
  }
}

/// Requests over https that are sent away from it.
void judge_downgrade(const Picture& picture, Conclusion& conclusion) {
  std::uint64_t of = 0, broke = 0;
  const Trail* example = nullptr;
  for (const auto& trail : picture.trails) {
    const bool over_https =
        std::ranges::any_of(trail.hops, [](const Hop& hop) { return hop.url.https; });
    if (!over_https) continue;
    ++of;
    const bool loops = trail.end == Trail::End::loop || trail.end == Trail::End::too_long;
    if (loops || !trail.downgrade()) continue;
    ++broke;
    if (!example) example = &trail;
  }
  if (!example) return;
  const auto& hop = *example->downgrade();
  auto finding = finding_of(*example, hop, "an answer over https, or a redirect that stays there",
                            example->text());
  finding.broke = broke;
  finding.of = of;
  conclusion.broke(std::move(finding));
  conclusion.blame(
      "https-sent-to-http",
      fmt::format("A request over https is sent to {} with {}.", to_string(*hop.next), hop.status),
      "If the pod names itself over http but not in this redirect, a hop before it redirects; if "
      "the redirect goes away with X-Forwarded-Proto: https sent to the pod, the application "
      "does.");
}

void note_traits(const Picture& picture, Conclusion& conclusion) {
  const auto* http = picture.leg("http");
  if (!http || http->hops.empty() || http->hops.front().status == 0) return;
  auto& traits = conclusion.verdict.traits;
  const auto* hop = http->upgrade();
  traits["redirect.status"] = hop ? std::to_string(hop->status) : "none";
  conclusion.verdict.figures.push_back(
      {"redirect_hops", static_cast<double>(http->hops.size()) - 1});
  if (!hop) return;
  const auto location = hop->headers.find("Location");
  const auto to = location ? resolve(hop->url, *location) : Result<Url>(cannot("no Location"));
  if (to) traits["redirect.port"] = to->port == 0 ? "none" : std::to_string(to->port);
  const auto* slash = picture.leg("http, slash at the end");
  if (const auto* stripped = slash ? slash->upgrade() : nullptr)
    traits["redirect.trailing-slash"] =
        path_of(*stripped->next).ends_with('/') ? "kept" : "stripped";
}

void note_ends(const Picture& picture, Conclusion& conclusion) {
  for (const auto& trail : picture.trails) {
    if (trail.end == Trail::End::other_host)
      conclusion.verdict.not_shown.push_back(
          fmt::format("what {} answers: redirects to another host are not followed ({})",
                      trail.last().next->host, trail.text()));
    if (trail.end == Trail::End::unusable)
      conclusion.verdict.notes.push_back(
          fmt::format("A redirect has no Location that can be followed: {}", trail.text()));
    if (trail.end == Trail::End::other_port)
      conclusion.verdict.not_shown.push_back(fmt::format(
          "what port {} answers: redirects to a port that is neither of the two asked are not "
          "followed ({})",
          trail.last().next->effective_port(), trail.text()));
  }
}

}  // namespace

bool kept_path_and_query(const Hop& hop) {
  return hop.next && hop.next->host == hop.url.host &&
         without_slash(path_of(*hop.next)) == without_slash(path_of(hop.url)) &&
         query_of(*hop.next) == query_of(hop.url);
}

void judge_redirects(const Picture& picture, const Params& params, const Subject& subject,
                     Conclusion& conclusion) {
  const auto want = wanted(params, subject);
  judge_loops(picture, subject, conclusion);
  if (want.stated) judge_presence(picture, want, conclusion);
  judge_downgrade(picture, conclusion);
  judge_code(picture, subject, want, conclusion);
  judge_location(picture, subject, want, conclusion);
  note_traits(picture, conclusion);
  note_ends(picture, conclusion);
  if (want.stated && want.code != "none" && !picture.http_open() &&
      picture.doors.http_closed.empty() && picture.http) {
    Finding finding;
    finding.place = want.place;
    finding.subject = fmt::format("GET {}", to_string(picture.doors.http));
    finding.expected = fmt::format("{} to https", want.code);
    finding.actual = why_unreached(picture.http->outcome, picture.doors.http.host,
                                   picture.http->address, picture.http->detail);
    conclusion.undecided(std::move(finding));
  }
}

}  // namespace ingress_check::scheme_mismatch
