#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "checks/answers.h"
#include "checks/limits/rate_limit/judging.h"
#include "checks/load_reading.h"

namespace ingress_check::rate_limit {

namespace {

std::string requests(double number) {
  const auto whole = static_cast<std::uint64_t>(std::llround(number));
  return whole == 1 ? "1 request" : thousands(whole) + " requests";
}

std::string between(const Interval& interval, int digits) {
  return fmt::format("{:.{}f} ({:.{}f} to {:.{}f})", interval.middle(), digits, interval.low,
                     digits, interval.high, digits);
}

class Judge {
 public:
  Judge(const Check& check, const Plan& plan, const Subject& subject,
        std::span<const Evidence> so_far)
      : plan_(plan), subject_(subject), so_far_(so_far), conclusion_(check) {
    storms_.storm = measure_after(plan, *phase(so_far, phase_calm), *phase(so_far, phase_storm));
    if (phase(so_far, phase_one_connection))
      storms_.one_connection = measure(plan, reply(phase_one_connection), 1);
    if (storm().too_much)
      storms_.replicas = replicas_that_explain(plan, reply(phase_storm), plan.replicas + 1);
    if (phase(so_far, phase_recovery))
      storms_.recovered =
          count(arrivals(reply(phase_recovery), plan.status), Arrival::Fate::accepted);
  }

  Verdict judge() {
    judge_calm();
    judge_storm();
    judge_status();
    if (storm().as_configured()) {
      judge_recovery();
      judge_others(plan_, subject_, storm(), so_far_, conclusion_);
    }
    tell_figures();
    blame_causes(plan_, storms_, conclusion_);
    return conclusion_.decide(passes());
  }

 private:
  const Measured& storm() const { return storms_.storm; }
  const LoadReply& reply(const char* name) const { return *phase(so_far_, name)->load; }

  Finding finding(const Place& place) const {
    Finding found;
    found.place = place;
    found.subject = describe(plan_.request);
    found.request = plan_.request;
    return found;
  }

  /// A value that nobody but a guessed profile states never fails.
  void settle(Known known, Finding found, const std::string& line) {
    if (known == Known::stated) {
      conclusion_.broke(std::move(found));
    } else {
      found.actual += "; only a guess says what is configured: write " + line;
      conclusion_.undecided(std::move(found));
    }
  }

  void judge_calm() {
    const auto refused = refusals(reply(phase_calm), plan_.status);
    std::uint64_t all = 0;
    for (const auto& [status, number] : refused) all += number;
    if (all == 0) return;
    auto found = finding(plan_.limit.place);
    found.expected = "nothing refused at " + a_second(0.7 * plan_.rate());
    found.actual = fmt::format("{} of {} refused", thousands(all),
                               thousands(reply(phase_calm).counts.answered()));
    found.broke = all;
    found.of = reply(phase_calm).counts.answered();
    conclusion_.broke(std::move(found));
  }

  void judge_storm() {
    if (storm().refused == 0) return nothing_refused();
    if (storm().as_configured()) return measured_well();
    auto found = finding(plan_.limit.place);
    found.broke = storm().too_much ? storm().accepted : storm().refused;
    found.of = storm().sent;
    found.expected = fmt::format("{} with a burst of {:.0f}{}", to_string(plan_.limit.value),
                                 plan_.burst, over_replicas());
    found.actual = what_was_seen();
    const bool rate_differs = storm().fit && (storm().fit->rate.low > most_rate() ||
                                              storm().fit->rate.high < tolerated_rate(plan_).low);
    if (storm().window && !plan_.is_bucket) {
      found.actual +=
          "; nobody says that it is to be one: write controller: {like: NAME, limit-counting: "
          "bucket}";
      return conclusion_.undecided(std::move(found));
    }
    // The rate is the user's own word, whatever is known of the burst; no burst at all makes a
    // window a bucket.
    if (rate_differs || !storm().fit) return conclusion_.broke(std::move(found));
    found.place = plan_.burst_place;
    settle(plan_.burst_known, std::move(found),
           fmt::format("burst: {:.0f}", std::max(0.0, storm().fit->capacity.middle() - 1)));
  }

  double most_rate() const {
    return tolerated_rate(plan_).high * static_cast<double>(plan_.replicas);
  }

  std::string over_replicas() const {
    return plan_.replicas == 1 ? "" : fmt::format(", once for each of {} replicas", plan_.replicas);
  }

  std::string what_was_seen() const {
    const auto numbers =
        fmt::format("{} of {} accepted within {:.3g} s", thousands(storm().accepted),
                    thousands(storm().sent), storm().lasted);
    if (!storm().fit) return numbers + "; no leaky bucket explains which";
    return fmt::format("{}; a rate of {}/s and a burst of {} explain it", numbers,
                       between(storm().fit->rate, 2), between(burst_interval(), 1));
  }

  Interval burst_interval() const {
    const auto& capacity = storm().fit->capacity;
    return {std::max(0.0, capacity.low - 1), std::max(0.0, capacity.high - 1)};
  }

  void nothing_refused() {
    auto found = finding(plan_.limit.place);
    found.expected = fmt::format("refusals above {} with a burst of {:.0f}{}",
                                 to_string(plan_.limit.value), plan_.burst, over_replicas());
    found.actual =
        fmt::format("all {} accepted within {:.3g} s", thousands(storm().accepted), storm().lasted);
    found.broke = found.of = storm().accepted;
    if (!storm().too_much) {
      found.actual += "; not enough to tell: the generator could not send more";
      return conclusion_.undecided(std::move(found));
    }
    settle(plan_.burst_known, std::move(found), fmt::format("burst: {:.0f}", plan_.burst));
  }

  /// Explained by what is configured, and by little else.
  void measured_well() {
    if (!storm().narrow && plan_.replicas == 1) {
      auto found = finding(plan_.limit.place);
      found.expected = "answers quick enough to tell the rate and the burst";
      found.actual = storm().fit ? what_was_seen() : "the storm tells neither";
      return conclusion_.undecided(std::move(found));
    }
    auto& shown = conclusion_.verdict.shown;
    shown.push_back(fmt::format("calm: {} at {}, nothing refused",
                                requests(static_cast<double>(reply(phase_calm).counts.answered())),
                                a_second(0.7 * plan_.rate())));
    shown.push_back("storm: " + (storm().fit ? what_was_seen() : bounds_of_replicas()));
    if (plan_.burst_known == Known::no)
      conclusion_.verdict.not_shown.push_back(
          "whether the burst is as configured: nobody says what it should be; write `burst`");
  }

  std::string bounds_of_replicas() const {
    return fmt::format(
        "{} of {} accepted within {:.3g} s, no more than {} replicas may and no "
        "less than one must",
        thousands(storm().accepted), thousands(storm().sent), storm().lasted, plan_.replicas);
  }

  void judge_status() {
    for (const auto& [status, number] : storm().statuses) {
      conclusion_.verdict.traits["limit.status"] = std::to_string(status);
      if (plan_.status_known == Known::no || plan_.status.contains(status)) continue;
      auto found = finding(plan_.status_place);
      found.expected = "refusals with " + to_string(plan_.status);
      found.actual =
          fmt::format("{}, {} of {}", status, thousands(number), thousands(storm().refused));
      found.broke = number;
      found.of = storm().refused;
      if (plan_.status_known == Known::stated)
        conclusion_.blame("wrong-status", fmt::format("Above the limit it answers {}.", status));
      settle(plan_.status_known, std::move(found), fmt::format("status: {}", status));
    }
  }

  void judge_recovery() {
    if (!storm().fit || plan_.replicas > 1) return;
    const double seconds = std::chrono::duration<double>(plan_.pause()).count();
    const auto due = static_cast<std::size_t>(std::floor(std::min(
        {storm().fit->capacity.low - 1, recovered(plan_), tolerated_rate(plan_).low * seconds})));
    if (storms_.recovered >= due) {
      conclusion_.verdict.shown.push_back(
          fmt::format("recovery: after {} without a request {} were accepted at once",
                      to_string(plan_.pause()), storms_.recovered));
      return;
    }
    auto found = finding(plan_.limit.place);
    found.expected = fmt::format("{} accepted at once after {} without one",
                                 requests(static_cast<double>(due)), to_string(plan_.pause()));
    found.actual = fmt::format("{} accepted", storms_.recovered);
    conclusion_.broke(std::move(found));
  }

  void figure(const std::string& name, double value) {
    conclusion_.verdict.figures.push_back({name, value});
  }

  void tell_figures() {
    figure("storm_requests", static_cast<double>(storm().sent));
    figure("storm_accepted", static_cast<double>(storm().accepted));
    if (!storm().fit) return;
    const auto& rate = storm().fit->rate;
    const auto burst = burst_interval();
    figure("limit_per_second", rate.middle());
    figure("limit_per_second_low", rate.low);
    figure("limit_per_second_high", rate.high);
    figure("burst_requests", burst.middle());
    figure("burst_requests_low", burst.low);
    figure("burst_requests_high", burst.high);
    const double number = plan_.limit.value.per_second * plan_.limit.value.unit;
    const double factor = std::round(burst.middle() / number);
    if (burst.low <= factor * number + 1 && burst.high >= factor * number - 1)
      conclusion_.verdict.traits["limit.burst-factor"] = fmt::format("{:.0f}", factor);
  }

  std::string passes() const {
    if (!storm().fit)
      return fmt::format("{}: no more than {} of {} passes", describe(plan_.request),
                         plan_.replicas, to_string(plan_.limit.value));
    return fmt::format("{}: {} with a burst of {:.0f} in force; measured {:.3g}/s and {:.1f}",
                       describe(plan_.request), to_string(plan_.limit.value), plan_.burst,
                       storm().fit->rate.middle(), burst_interval().middle());
  }

  const Plan& plan_;
  const Subject& subject_;
  std::span<const Evidence> so_far_;
  Conclusion conclusion_;
  Storms storms_;
};

}  // namespace

std::string a_second(double rate) { return fmt::format("{:.3g}/s", rate); }

std::optional<Verdict> unfit(const Check& check, const Plan& plan, const Subject& subject,
                             const Evidence& once) {
  const auto& exchange = once.exchanges.front();
  if (exchange.outcome != Outcome::ok) {
    const auto why = silence(plan.request, exchange);
    return nothing_judged(why.sentence, {"the limit: " + why.mend});
  }
  if (exchange.status < 300) return std::nullopt;
  const auto seen = describe(subject, exchange);
  if (!refuses(exchange.status, plan.status))
    return nothing_judged(fmt::format("{} is answered {} when asked once: no storm was sent",
                                      describe(plan.request), seen),
                          {"the limit: name a path that is answered 2xx"});
  Conclusion conclusion(check);
  Finding found;
  found.place = plan.place;
  found.subject = describe(plan.request);
  found.expected = "an answer to a single request";
  found.actual =
      seen + fmt::format(" although nothing was sent for {} before", to_string(plan.refill()));
  found.request = plan.request;
  found.exchange = example(exchange);
  conclusion.broke(std::move(found));
  conclusion.blame("no-endpoints", fmt::format("One request is refused with {}.", exchange.status),
                   "a limit that other clients use up as well would look the same: then it passes "
                   "now and then, and refusals end with `others`' traffic");
  return conclusion.decide({});
}

Verdict conclude(const Check& check, const Plan& plan, const Subject& subject,
                 std::span<const Evidence> so_far) {
  return Judge(check, plan, subject, so_far).judge();
}

}  // namespace ingress_check::rate_limit
