// What the search for the capacity amounts to.
#include "checks/conclusion.h"

#include <fmt/format.h>

#include <algorithm>

#include "checks/answers.h"
#include "checks/load/capacity/search.h"
#include "checks/load_signs.h"

namespace ingress_check::capacity {

std::vector<Cause> causes() {
  return {
      {"not-even-at-from", "The limits are not kept even at the lowest rate.",
       "Begin at a lower rate with `from`; the check latency tells what is slow at one rate",
       "ingress-nginx documentation, log format: upstream_response_time beside request_time"},
      {"rate-capped", "Only so many requests a second are let through; the rest is refused.",
       "Raise limit-rps and its burst for this host, or expect less",
       "ingress-nginx documentation, annotations: rate limiting"},
      {"overload", "Beyond its capacity requests come faster than they are answered.",
       "Add pods, or raise what limits how many requests a pod serves at once",
       "J. D. C. Little, Operations Research 9, 1961: what waits is rate times time in system"},
  };
}

namespace {

std::string a_second(double rate) { return fmt::format("{:.4g}/s", rate); }

class Judge {
 public:
  Judge(const Check& check, const Plan& plan, const Search& done)
      : plan_(plan), done_(done), conclusion_(check) {}

  Verdict judge() {
    figures();
    curve();
    if (plan_.at_least && done_.held < *plan_.at_least)
      judge_at_least();
    else if (done_.held == 0)
      conclusion_.undecided(finding(plan_.place, "some rate at which the limits hold"));
    if (conclusion_.failed()) blame();
    not_shown();
    return conclusion_.decide(fmt::format("{}: {} kept up to {}{}", describe(plan_.request),
                                          limits(), a_second(done_.held), and_not_at()));
  }

 private:
  std::string limits() const {
    std::vector<std::string> all;
    for (const auto& limit : plan_.limits)
      all.push_back(fmt::format("{} {}", limit.word, to_string(limit.most)));
    return listed(all);
  }

  std::string and_not_at() const {
    if (done_.not_held) return ", not at " + a_second(*done_.not_held);
    return done_.late ? ", where the generator came to its end" : ", the highest rate tried";
  }

  /// The lowest rate that did not hold; the last one, where the generator could do no more.
  const Trial* limiting() const {
    return done_.not_held         ? done_.at(*done_.not_held)
           : done_.trials.empty() ? nullptr
                                  : &done_.trials.back();
  }

  Finding finding(const Place& place, const std::string& expected) const {
    Finding found;
    found.place = place;
    found.subject = describe(plan_.request);
    found.request = plan_.request;
    found.expected = expected;
    const auto* trial = limiting();
    found.actual = trial ? fmt::format("at {}: {}", a_second(trial->rate), trial->why)
                         : std::string("nothing was tried");
    if (trial)
      for (const auto* evidence : trial->phases)
        for (const auto& broken : evidence->load->broken)
          if (!found.exchange) found.exchange = example(broken.exchange);
    return found;
  }

  void judge_at_least() {
    auto found = finding(plan_.at_least_place,
                         fmt::format("{} kept at {}", limits(), a_second(*plan_.at_least)));
    const auto broke = std::ranges::any_of(done_.trials, [&](const Trial& trial) {
      return trial.outcome == Trial::Outcome::broken && trial.rate <= *plan_.at_least;
    });
    if (broke) return conclusion_.broke(std::move(found));
    found.actual += "; neither kept nor broken with certainty: longer steps decide";
    conclusion_.undecided(std::move(found));
  }

  /// By the highest rate that was tried: there the cause shows best.
  void blame() {
    const auto* trial = &*std::ranges::max_element(done_.trials, {}, &Trial::rate);
    const auto& reply = *trial->phases.back()->load;
    const auto at = a_second(trial->rate);
    if (const auto found = refusals(reply)) {
      conclusion_.verdict.traits["limit.status"] = std::to_string(found->status);
      return conclusion_.blame("rate-capped",
                               fmt::format("At {} {} are answered well and the rest {}.", at,
                                           a_second(found->accepted_rate), found->status));
    }
    const auto queue = backlog(reply, plan_.warm_up);
    if (done_.held == 0 && !queue)
      return conclusion_.blame("not-even-at-from",
                               fmt::format("Already at {}: {}.", at, trial->why));
    conclusion_.blame(
        "overload",
        queue ? fmt::format("At {} {} are answered: half of the requests wait {} in the first "
                            "third of the time, {} in the last.",
                            at, a_second(queue->done_rate), rounded(queue->first),
                            rounded(queue->last))
              : fmt::format("The limits hold at {}; at {}: {}.", a_second(done_.held), at,
                            trial->why));
  }

  void figure(const std::string& name, double value) {
    conclusion_.verdict.figures.push_back({name, value});
  }

  void figures() {
    figure("capacity_per_s", done_.held);
    if (done_.not_held) figure("not_held_per_s", *done_.not_held);
  }

  /// Latency and errors over rate, in order of rate.
  void curve() {
    auto trials = done_.trials;
    std::ranges::sort(trials, {}, &Trial::rate);
    for (const auto& trial : trials) {
      const auto at = fmt::format("_at_{:.4g}_per_s", trial.rate);
      for (std::size_t i = 0; i < plan_.limits.size(); ++i)
        figure(fmt::format("latency_{}_us{}", plan_.limits[i].word, at),
               std::chrono::duration<double, std::micro>(trial.percentiles[i].value).count());
      figure("error_share" + at, trial.error_share);
      figure("achieved_per_s" + at, trial.achieved);
    }
  }

  void not_shown() {
    auto& verdict = conclusion_.verdict;
    if (!done_.not_held && !done_.late)
      verdict.not_shown.push_back(
          fmt::format("what comes beyond {}: `to` ends there", a_second(plan_.to)));
    if (done_.late)
      verdict.not_shown.push_back(fmt::format("what the target does at {}: {}",
                                              a_second(done_.trials.back().rate),
                                              done_.trials.back().why));
    if (done_.cut_short)
      verdict.not_shown.push_back(
          "the capacity to a tenth: every phase that a check may have was used");
    verdict.not_shown.push_back(fmt::format(
        "what lasts longer than {}: caches that fill, autoscalers", to_string(plan_.step)));
  }

  const Plan& plan_;
  const Search& done_;
  Conclusion conclusion_;
};

}  // namespace

Verdict conclude(const Check& check, const Plan& plan, const Search& done) {
  return Judge(check, plan, done).judge();
}

}  // namespace ingress_check::capacity
