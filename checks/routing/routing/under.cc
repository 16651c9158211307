#include "checks/routing/routing/under.h"

#include <fmt/format.h>

#include <algorithm>

#include "checks/load_reading.h"
#include "checks/load_signs.h"

namespace ingress_check::routing {

namespace {

/// A part of an expectation, as a Match and in words.
struct Judged {
  Match match;
  Place place;
  std::string expected;
};

struct Parts {
  std::vector<Judged> judged;
  std::vector<std::string> left_out;
};

bool every_answer(const Reading& reading, bool (*tells)(const Exchange&)) {
  return reading.answered() && std::ranges::all_of(reading.answers.all, [&](const Answer& answer) {
           return answer.exchange->outcome != Outcome::ok || tells(*answer.exchange);
         });
}

/// Other spellings of a URL lead to the same place: only what is written alike is judged.
bool location_as_written(const Reading& reading) {
  const auto& wanted = reading.route.expected.location->value;
  return std::ranges::all_of(reading.answers.all, [&](const Answer& answer) {
    const auto location = answer.exchange->headers.find("Location");
    return location && matches(wanted, *location);
  });
}

void add_headers(const Reading& reading, Parts& parts) {
  const auto& expected = reading.route.expected;
  for (const auto& [name, wanted] : expected.headers)
    parts.judged.push_back({{.part = Match::Part::header, .header = name, .text = wanted.value},
                            wanted.place,
                            fmt::format("header {}: {}", name, to_string(wanted.value))});
  for (const auto& [name, place] : expected.absent)
    parts.judged.push_back(
        {{.part = Match::Part::absent, .header = name}, place, fmt::format("no header {}", name)});
  if (!expected.location) return;
  const auto& [wanted, place] = *expected.location;
  if (location_as_written(reading))
    parts.judged.push_back({{.part = Match::Part::header, .header = "Location", .text = wanted},
                            place,
                            "location: " + to_string(wanted)});
  else
    parts.left_out.emplace_back("location");
}

Parts parts_of(const Reading& reading) {
  const auto& expected = reading.route.expected;
  Parts parts;
  const auto status_place =
      expected.status_stated.value_or(expected.service ? expected.service->place : expected.place);
  parts.judged.push_back({{.part = Match::Part::status, .statuses = expected.status},
                          status_place,
                          to_string(expected.status)});
  if (const auto& service = expected.service) {
    if (every_answer(reading, [](const Exchange& e) { return !e.who.service.empty(); }))
      parts.judged.push_back({{.part = Match::Part::service, .text = {false, service->value}},
                              service->place,
                              service->value});
    else
      parts.left_out.emplace_back("service");
  }
  if (const auto& pod = expected.pod) {
    if (every_answer(reading, [](const Exchange& e) { return !e.who.pod.empty(); }))
      parts.judged.push_back(
          {{.part = Match::Part::pod, .text = pod->value}, pod->place, to_string(pod->value)});
    else
      parts.left_out.emplace_back("pod");
  }
  add_headers(reading, parts);
  const std::pair<bool, const char*> beyond[] = {
      {expected.from.has_value(), "from"},           {expected.body.has_value(), "body"},
      {expected.body_size.has_value(), "body size"}, {expected.within.has_value(), "within"},
      {expected.after.has_value(), "after"},         {expected.seen.has_value(), "seen"}};
  for (const auto& [stated, name] : beyond)
    if (stated) parts.left_out.emplace_back(name);
  if (parts.judged.size() > most_matches) {
    parts.left_out.push_back(fmt::format("{} headers", parts.judged.size() - most_matches));
    parts.judged.resize(most_matches);
  }
  return parts;
}

std::string in_words(const Under& under) {
  return fmt::format("{} for {}", to_string(Rate{under.rate}), to_string(under.lasts));
}

class Judge {
 public:
  Judge(const Under& under, const Subject& subject, const std::vector<Reading>& readings,
        const LoadReply& reply, Verdict& verdict)
      : under_(under), subject_(subject), readings_(readings), reply_(reply), verdict_(verdict) {}

  /// Routes of which an answer was not as expected.
  std::size_t judge() {
    std::size_t wrong = 0;
    for (std::size_t route = 0; route < readings_.size(); ++route) {
      const auto before = verdict_.findings.size();
      parts(route);
      unanswered(route);
      wrong += verdict_.findings.size() > before;
    }
    return wrong;
  }

 private:
  const Exchange* kept(std::size_t route, std::size_t match, bool right_status) const {
    const auto& status = readings_[route].route.expected.status;
    for (const auto& broken : reply_.broken)
      if (broken.request == route && broken.match == match &&
          (!right_status || status.contains(broken.exchange.status)))
        return &broken.exchange;
    return nullptr;
  }

  /// Another status is another answer: what else it lacks would only repeat that.
  void parts(std::size_t route) {
    const auto& reply = reply_.requests[route];
    const auto judged = parts_of(readings_[route]).judged;
    for (std::size_t match = 0; match < judged.size(); ++match) {
      const auto broke = reply.broke[match];
      if (broke == 0) continue;
      const auto* exchange = kept(route, match, match > 0);
      if (!exchange) continue;
      const auto beside_status = match == 0 ? broke : broke - std::min(broke, reply.broke[0]);
      auto found = finding(route, judged[match].place, judged[match].expected);
      found.broke = std::max<std::uint64_t>(1, beside_status);
      found.of = reply.counts.answered();
      found.actual = fmt::format("{}, {}{} of {} answers under {}", told(judged[match], *exchange),
                                 match > 0 && reply.broke[0] > 0 ? "at least " : "",
                                 thousands(found.broke), thousands(found.of), in_words(under_));
      found.exchange = example(*exchange);
      verdict_.findings.push_back(std::move(found));
    }
  }

  std::string told(const Judged& judged, const Exchange& exchange) const {
    const bool header =
        judged.match.part == Match::Part::header || judged.match.part == Match::Part::absent;
    if (!header) return describe(subject_, exchange);
    const auto value = exchange.headers.find(judged.match.header);
    return value ? fmt::format("\"{}\"", *value) : std::string("no such header");
  }

  void unanswered(std::size_t route) {
    const auto& counts = reply_.requests[route].counts;
    std::vector<std::string> kinds;
    std::uint64_t failed = counts.dropped;
    if (counts.dropped > 0)
      kinds.push_back(fmt::format("no connection free in time {} times", counts.dropped));
    for (std::size_t i = 0; i < outcome_count; ++i) {
      const auto outcome = static_cast<Outcome>(i);
      // Our own want of ports, and a kept-alive connection that rested, prove nothing.
      if (outcome == Outcome::ok || outcome == Outcome::local || outcome == Outcome::idle_close)
        continue;
      failed += counts.of(outcome);
      if (counts.of(outcome) > 0)
        kinds.push_back(fmt::format("{} {} times", to_string(outcome), counts.of(outcome)));
    }
    if (failed == 0) return;
    auto found = finding(route, readings_[route].route.place, "an answer");
    found.broke = failed;
    found.of = counts.due;
    found.actual = fmt::format("none, {} of {} times under {}: {}", thousands(failed),
                               thousands(counts.due), in_words(under_), listed(kinds));
    verdict_.findings.push_back(std::move(found));
  }

  Finding finding(std::size_t route, const Place& place, const std::string& expected) const {
    Finding found;
    found.place = place;
    found.request = readings_[route].route.request;
    found.subject = describe(*found.request);
    found.expected = expected;
    return found;
  }

  const Under& under_;
  const Subject& subject_;
  const std::vector<Reading>& readings_;
  const LoadReply& reply_;
  Verdict& verdict_;
};

void blame_refusals(const Check& check, const Under& under, const LoadReply& reply,
                    Verdict& verdict) {
  const auto found = refusals(reply);
  if (!found) return;
  verdict.traits["limit.status"] = std::to_string(found->status);
  verdict.diagnoses.push_back(diagnosis(
      check, "refused-under-load",
      fmt::format("Every route is right one request after the other; of {} under load {} are "
                  "answered {}.",
                  thousands(found->of), thousands(found->refused), found->status),
      found->status == 503 ? fmt::format("pods that fail under {} are answered 503 too: the log of "
                                         "the ingress says \"limiting requests\" if it refused",
                                         to_string(Rate{under.rate}))
                           : ""));
}

}  // namespace

Load load_under(const Under& under, const std::vector<Reading>& readings, const Subject& subject) {
  Load load;
  for (const auto& reading : readings) {
    LoadRequest request{.request = reading.route.request};
    for (auto& part : parts_of(reading).judged) request.matches.push_back(std::move(part.match));
    load.requests.push_back(std::move(request));
  }
  load.arrivals = OpenLoop{.stages = {{under.rate, under.rate, under.lasts}}};
  load.connections.count = static_cast<std::uint32_t>(std::clamp(under.rate / 20, 1.0, 64.0));
  load.connections.most = 512;
  // A refusal is judged; a target that no longer answers at all is left alone.
  load.breaker = Breaker{.provoked = {{{100, 599}}}};
  load.seed = subject.seed;
  return load;
}

void conclude_under(const Check& check, const Under& under, const Subject& subject,
                    const std::vector<Reading>& readings, const Evidence* load, Verdict& verdict) {
  if (!load) {
    verdict.not_shown.emplace_back(
        "any route under load: it was not sent, as not all were as expected before");
    return;
  }
  const auto& reply = *load->load;
  verdict.figures.push_back({"requests_under_load", static_cast<double>(reply.counts.due)});
  for (const auto& reading : readings)
    if (const auto left_out = parts_of(reading).left_out; !left_out.empty())
      verdict.not_shown.push_back(
          fmt::format("{} under load: {} is judged on single exchanges alone",
                      describe(reading.route.request), listed(left_out)));
  if (!reply.generator.faithful())
    verdict.not_shown.push_back("the rate itself: " + reply.generator.why.front());
  const auto wrong = Judge(under, subject, readings, reply, verdict).judge();
  if (wrong == 0) {
    verdict.shown.push_back(fmt::format("every one of {} answers under {}, over all routes",
                                        thousands(reply.counts.answered()), in_words(under)));
    return;
  }
  verdict.kind = Verdict::Kind::fail;
  verdict.shown.clear();
  blame_refusals(check, under, reply, verdict);
  verdict.summary = fmt::format("{} of {} route{} not as expected under {}: {}", wrong,
                                readings.size(), readings.size() == 1 ? "" : "s", in_words(under),
                                verdict.findings.front().subject);
}

}  // namespace ingress_check::routing
