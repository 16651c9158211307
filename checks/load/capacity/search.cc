#include "checks/load/capacity/search.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "checks/load_signs.h"

namespace ingress_check::capacity {

namespace {

/// Rates closer to each other than that are not told apart.
constexpr double close_enough = 1.1;
/// Phases after which no new rate is begun; each rate may need a second one.
constexpr std::size_t most_tried = 29;
constexpr std::size_t most_growing = 13;
constexpr double enough_answered = 0.99;

double three_digits(double rate) {
  const double unit = std::pow(10, std::floor(std::log10(rate)) - 2);
  return std::round(rate / unit) * unit;
}

std::string phase_name(double rate, bool again) {
  return fmt::format("{:.6g}/s{}", rate, again ? " again" : "");
}

double factor(const Plan& plan) {
  return std::max(2.0, std::pow(plan.to / plan.from, 1.0 / (most_growing - 1)));
}

struct Errors {
  std::uint64_t failed = 0, of = 0;
};

Errors errors_of(const Plan& plan, const LoadReply& reply) {
  Errors all{.of = reply.counts.due - reply.counts.unfinished - reply.counts.of(Outcome::local)};
  std::uint64_t good = 0;
  for (const auto& [status, count] : reply.counts.statuses)
    if (plan.status.contains(status)) good += count;
  all.failed = all.of - std::min(good, all.of);
  return all;
}

/// Adds one part of a trial: the worst of all parts is what it showed.
void add(Trial& trial, bool held, bool broken, const std::string& what) {
  using Is = Trial::Outcome;
  const auto is = held ? Is::held : broken ? Is::broken : Is::open;
  if (is == Is::held || trial.outcome == Is::broken) return;
  if (is == Is::broken || trial.outcome == Is::held) trial.why = what;
  trial.outcome = is;
}

void judge_times(const Plan& plan, Trial& trial) {
  Latencies latencies(*trial.phases[0]->load, plan.warm_up);
  for (std::size_t i = 1; i < trial.phases.size(); ++i)
    latencies.add(*trial.phases[i]->load, plan.warm_up);
  for (const auto& limit : plan.limits) {
    if (limit.quantile >= 1) {
      const auto longest = latencies.max();
      trial.percentiles.push_back({.quantile = 1, .n = latencies.n(), .value = longest});
      add(trial, latencies.n() > 0 && longest <= limit.most, longest > limit.most,
          "max " + rounded(longest));
      continue;
    }
    const auto found = latencies.percentile(limit.quantile);
    trial.percentiles.push_back(found);
    add(trial, found.within(limit.most), found.beyond(limit.most),
        limit.word + " " + to_string(found));
  }
}

void judge_answers(const Plan& plan, Trial& trial) {
  Errors all;
  double offered = 0, achieved = 0;
  for (const auto* evidence : trial.phases) {
    const auto one = errors_of(plan, *evidence->load);
    all.failed += one.failed;
    all.of += one.of;
    offered += evidence->load->offered;
    achieved += evidence->load->offered * kept_up(*evidence->load, plan.warm_up);
  }
  trial.achieved = achieved / static_cast<double>(trial.phases.size());
  if (all.of == 0) return add(trial, false, false, "nothing was sent");
  trial.error_share = static_cast<double>(all.failed) / static_cast<double>(all.of);
  const auto interval = share_interval(all.failed, all.of, load_confidence);
  add(trial, trial.error_share <= plan.errors, interval.low > plan.errors,
      fmt::format("{} of {} failed", thousands(all.failed), thousands(all.of)));
  add(trial, achieved >= enough_answered * offered, true,
      fmt::format("{:.3g}/s answered", trial.achieved));
}

/// One rate from its phases; `tried`: how often.
Trial judge(const Plan& plan, double rate, const std::vector<const Evidence*>& tried) {
  Trial trial;
  trial.rate = rate;
  for (const auto* evidence : tried)
    if (evidence->load->generator.faithful()) trial.phases.push_back(evidence);
  const bool late = trial.phases.empty();
  if (late) trial.phases.push_back(tried.back());
  trial.outcome = Trial::Outcome::held;
  judge_times(plan, trial);
  judge_answers(plan, trial);
  if (late) {
    trial.outcome = Trial::Outcome::late;
    trial.why = tried.back()->load->generator.why.front();
  }
  return trial;
}

/// What to try between the highest rate that held and the lowest that did not.
std::optional<double> between(const Plan& plan, const Search& so_far) {
  const double low = so_far.held, high = *so_far.not_held;
  if (low == 0) return std::nullopt;
  if (plan.at_least && *plan.at_least > low && *plan.at_least < high) return *plan.at_least;
  if (high / low <= close_enough) return std::nullopt;
  return three_digits(std::sqrt(low * high));
}

void learn(const Trial& trial, Search& all) {
  if (trial.outcome == Trial::Outcome::late)
    all.late = true;
  else if (trial.outcome == Trial::Outcome::held)
    all.held = std::max(all.held, trial.rate);
  else
    all.not_held = all.not_held ? std::min(*all.not_held, trial.rate) : trial.rate;
}

}  // namespace

const Trial* Search::at(double rate) const {
  const auto found = std::ranges::find(trials, rate, &Trial::rate);
  return found == trials.end() ? nullptr : &*found;
}

std::vector<double> growing(const Plan& plan) {
  std::vector<double> rates = {plan.from};
  const double by = factor(plan);
  while (rates.back() < plan.to) {
    const double next = three_digits(rates.back() * by);
    rates.push_back(next * close_enough > plan.to ? plan.to : next);
  }
  return rates;
}

std::size_t most_halvings(const Plan& plan) {
  const double halvings = std::log2(std::log(factor(plan) * close_enough) / std::log(close_enough));
  return static_cast<std::size_t>(std::ceil(std::max(0.0, halvings))) + 2;
}

Search search(const Plan& plan, std::span<const Evidence> so_far) {
  Search all;
  const auto rates = growing(plan);
  for (std::size_t step = 0; !all.late;) {
    double rate = plan.from;
    if (all.not_held) {
      const auto next = between(plan, all);
      if (!next) return all;
      rate = *next;
    } else if (step < rates.size()) {
      rate = rates[step++];
    } else {
      return all;
    }
    const auto* once = phase(so_far, phase_name(rate, false));
    all.cut_short = !once && so_far.size() >= most_tried;
    if (all.cut_short) return all;
    all.next = rate;
    if (!once) return all;
    auto trial = judge(plan, rate, {once});
    using Is = Trial::Outcome;
    if (trial.outcome == Is::open || trial.outcome == Is::late) {
      const auto* again = phase(so_far, phase_name(rate, true));
      all.again = !again;
      if (!again) return all;
      trial = judge(plan, rate, {once, again});
    }
    all.next.reset();
    learn(trial, all);
    all.trials.push_back(std::move(trial));
  }
  return all;
}

Traffic traffic(const Plan& plan, double rate, bool again, const Subject& subject) {
  Load load;
  load.requests = {{plan.request, 1, {{.part = Match::Part::status, .statuses = plan.status}}}};
  load.arrivals =
      OpenLoop{.stages = {{rate, rate, plan.warm_up + plan.step}}, .spacing = plan.spacing};
  load.warm_up = plan.warm_up;
  load.connections.count = static_cast<std::uint32_t>(std::clamp(rate / 20, 1.0, 64.0));
  load.connections.most = 512;
  load.may_be_late = lateness_for(plan.limits);
  // No breaker: beyond the capacity requests are to fail, and each step is short.
  load.seed = subject.seed + (again ? 1 : 0);
  load.samples = load.count() <= 1'000'000;
  return {.name = phase_name(rate, again), .send = std::move(load)};
}

}  // namespace ingress_check::capacity
