#include "harness/program/scenario_run.h"

#include <fmt/format.h>

#include <algorithm>

#include "checks/alpha.h"
#include "harness/probe.h"
#include "harness/program/digest.h"
#include "harness/program/jobs.h"
#include "harness/program/reach.h"
#include "harness/program/reference.h"
#include "harness/program/turns.h"
#include "reports/standing.h"

namespace ingress_check {
namespace {

std::vector<std::string> names_of(const std::vector<Secret>& secrets) {
  std::vector<std::string> names;
  for (const auto& secret : secrets) names.push_back(secret.name);
  return names;
}

class ScenarioRun {
 public:
  /// `where`: number of the last check before it, and of how many.
  ScenarioRun(const Scenario& scenario, const RunRequest& request, const RunEvents& events,
              Footprints& footprints, Whereabouts where)
      : scenario_(scenario),
        request_(request),
        events_(events),
        footprints_(footprints),
        where_(std::move(where)) {
    report_.file = scenario.file;
    report_.source = scenario.source;
    report_.sha256 = sha256(scenario.source);
    report_.name = scenario.name;
    report_.about = scenario.about;
    watch_.stop = request.stop;
    watch_.deadline = request.deadline;
  }

  /// Every check of the scenario is in the report: judged, skipped, or with the reason why not.
  /// `held_back`: why none of them is begun; may be empty.
  ScenarioReport run(const std::string& held_back) {
    std::string reason = held_back.empty() ? over() : held_back;
    for (const auto& target : scenario_.targets) prepare(target, reason.empty());
    if (events_.began) events_.began(report_);
    for (const auto& group : groups(scenario_, request_)) {
      if (reason.empty()) reason = over();
      std::vector<CheckReport> reports;
      for (const auto& job : group) reports.push_back(blank(job));
      if (auto stopped = run_group(group, reports, reason); !stopped.empty() && reason.empty())
        reason = std::move(stopped);
      where_.number += group.size();
      for (auto& report : reports) {
        report_.checks.push_back(std::move(report));
        if (events_.judged) events_.judged(report_.checks.back());
      }
    }
    return std::move(report_);
  }

 private:
  /// Returns why nothing more may begin; empty: it may.
  std::string run_group(const Group& group, std::vector<CheckReport>& reports,
                        const std::string& reason) {
    std::vector<std::size_t> asked;
    for (std::size_t i = 0; i < group.size(); ++i)
      if (const auto absent = absence_of(group[i]); !reason.empty() || !absent.empty())
        leave_out(reports[i], reason.empty() ? absent : "not begun: " + reason);
      else if (!needs_nothing(group[i], reports[i]))
        asked.push_back(i);
    if (auto done = examine_group(group, asked, reports); !done) {
      for (const auto i : asked) leave_out(reports[i], done.error().what);
      report_.error = done.error();
      return "the scenario could not go on";
    }
    const bool failed = std::ranges::any_of(
        reports, [](const CheckReport& report) { return report.counts_as_failure(); });
    return request_.fail_fast && failed ? stopped_at_failure : "";
  }

  /// Whether nothing is sent for it: it is skipped, or its verdict is known.
  bool needs_nothing(const Job& job, CheckReport& report) const {
    if (report.skipped) return true;
    if (!job.check->compares || reference_of(*job.item, *job.trial, scenario_)) return false;
    report.verdict = nothing_to_compare();
    return true;
  }

  std::unique_ptr<Sender> sender() const {
    return make_probe({.user_agent = fmt::format("ingress-check/{} (run {})", INGRESS_CHECK_VERSION,
                                                 request_.run_id),
                       .allowance = request_.allowance});
  }

  /// What keeps a check from being judged at all; empty: its target is there, and so is that which
  /// it compares with.
  std::string absence_of(const Job& job) const {
    if (const auto& error = report_.targets[job.trial->target].error) return error->what;
    if (!job.check->compares || !report_.targets[0].error) return {};
    return fmt::format("nothing to compare with: {}", report_.targets[0].error->what);
  }

  /// Why nothing more may begin; empty: it may.
  std::string over() const {
    if (watch_.stopped()) return "the run was interrupted";
    if (std::chrono::steady_clock::now() >= request_.deadline) return "--max-time was over";
    return {};
  }

  static void leave_out(CheckReport& report, std::string why) {
    if (report.skipped) return;
    report.judged = false;
    report.verdict = {};
    report.verdict.kind = Verdict::Kind::inconclusive;
    report.verdict.summary = std::move(why);
  }

  /// Reaches a target and recognises its controller, if it is to be asked at all. One that is not
  /// there keeps nobody from asking the others.
  void prepare(const Target& target, bool ask) {
    TargetReport told;
    told.name = target.name;
    told.url = to_string(target.url);
    told.address = describe(target.address);
    auto found = ask ? recognized(target) : Recognition{};
    if (!found) {
      told.error = found.error();
      found = Recognition{};
    }
    told.controller = found->profile.name;
    told.controller_guessed = found->guessed;
    told.because = found->because;
    addresses_.push_back(ask && !told.error ? count_addresses(target, watch_) : 1);
    report_.targets.push_back(std::move(told));
    recognitions_.push_back(*std::move(found));
  }

  Result<Recognition> recognized(const Target& target) {
    auto probe = sender();
    Patience patience(*probe, footprints_);
    auto there = scenario_.ready ? wait_ready(target, *scenario_.ready, patience, watch_)
                                 : reach(target, patience, watch_);
    if (!there) return tl::unexpected(there.error());
    return recognize(target, patience, watch_);
  }

  Subject subject(const Job& job) const {
    Subject subject;
    subject.target = target_of(*job.trial, scenario_);
    const auto& found = recognitions_[job.trial->target];
    subject.controller = found.profile;
    subject.controller_guessed = found.guessed;
    subject.addresses = addresses_[job.trial->target];
    subject.seed = request_.seed;
    subject.power = request_.power;
    subject.alpha = share_of_alpha(statistical_tests(request_.scenarios));
    subject.now = std::chrono::system_clock::now();
    subject.reference = reference(job);
    return subject;
  }

  std::optional<Reference> reference(const Job& job) const {
    const Trial* trial = reference_of(*job.item, *job.trial, scenario_);
    if (!trial) return std::nullopt;
    Reference reference;
    reference.target = target_of(*trial, scenario_);
    const auto& found = recognitions_[trial->target];
    reference.controller = found.profile;
    reference.controller_guessed = found.guessed;
    reference.addresses = addresses_[trial->target];
    reference.params = trial->params;
    return reference;
  }

  CheckReport blank(const Job& job) const {
    CheckReport report;
    report.scenario = scenario_.name;
    report.check = job.item->check;
    report.name = job.item->name;
    report.target = scenario_.targets[job.trial->target].name;
    report.cell = job.trial->cell;
    report.place = job.item->place;
    const auto& controller = recognitions_[job.trial->target].profile.name;
    report.expected_to_fail = job.item->expect_fail;
    const auto& only = job.item->only;
    const bool fits = std::ranges::any_of(
        only, [&](const auto& name) { return same_controller(name, controller); });
    report.skipped = !only.empty() && !controller.empty() && !fits;
    if (report.skipped)
      report.skip_reason =
          fmt::format("only for {}; this target is {}", fmt::join(only, ", "), controller);
    return report;
  }

  /// `expect-fail` by controller. A guessed controller excuses a failure that the user foresaw; it
  /// never turns a pass into a failure.
  void expect_failure(const Job& job, CheckReport& report) const {
    const auto& found = recognitions_[job.trial->target];
    if (found.guessed && report.verdict.kind == Verdict::Kind::pass) return;
    for (const auto& [name, why] : job.item->expect_fail_on)
      if (same_controller(name, found.profile.name)) report.expected_to_fail = why;
  }

  /// A check that would send what nobody allowed.
  static void hold_back(const Withheld& withheld, CheckReport& report) {
    report.judged = true;
    report.verdict = {};
    report.verdict.kind = Verdict::Kind::not_supported;
    report.verdict.summary = fmt::format("it sends {}, {}", withheld.what, withheld.why);
    report.verdict.not_shown = {"all of it; " + withheld.mend};
  }

  /// `asked`: which of the group. Errors: the run cannot go on.
  Result<void> examine_group(const Group& group, const std::vector<std::size_t>& asked,
                             std::vector<CheckReport>& reports) {
    const Side::Shared shared{footprints_, *request_.allowance, request_.commands,
                              names_of(scenario_.secrets)};
    std::vector<std::unique_ptr<Side>> sides;
    std::vector<Side*> all;
    for (const auto i : asked) {
      sides.push_back(std::make_unique<Side>(*group[i].check, group[i].trial->params,
                                             subject(group[i]), sender(), shared));
      all.push_back(sides.back().get());
    }
    const auto first = where_.number;
    tell_progress();
    auto done = take_turns(all, watch_, [&](std::size_t side, const std::string& phase) {
      where_.number = first + asked[side] + 1;
      where_.check = title(reports[asked[side]]);
      where_.phase = phase;
    });
    where_.number = first;
    watch_.progress = {};
    watch_.load = {};
    watch_.waits = {};
    if (!done) return done;
    for (std::size_t i = 0; i < sides.size(); ++i)
      conclude(group[asked[i]], *sides[i], reports[asked[i]]);
    return {};
  }

  void tell_progress() {
    watch_.progress = [&](std::uint64_t done, std::uint64_t due) {
      if (events_.progress) events_.progress(where_, done, due);
    };
    watch_.load = [&](const LoadProgress& progress) {
      if (events_.load) events_.load(where_, progress);
    };
    watch_.waits = [&](Duration left, const std::string& why) {
      if (events_.waits) events_.waits(where_, left, why);
    };
  }

  void conclude(const Job& job, Side& side, CheckReport& report) const {
    auto examined = side.conclude();
    report.verdict = std::move(examined.verdict);
    report.judged = examined.judged;
    report.sent = examined.sent;
    report.took = examined.took;
    report.phases = std::move(examined.phases);
    report.loads = std::move(examined.loads);
    if (side.withheld()) hold_back(*side.withheld(), report);
    expect_failure(job, report);
    for (const auto& finding : report.verdict.findings)
      report.reproduce.push_back(reproduction(side.subject(), finding, scenario_.secrets));
  }

  const Scenario& scenario_;
  const RunRequest& request_;
  const RunEvents& events_;
  Footprints& footprints_;
  Whereabouts where_;
  Watch watch_;
  ScenarioReport report_;
  std::vector<Recognition> recognitions_;
  std::vector<std::size_t> addresses_;
};

}  // namespace

ScenarioReport run_scenario(const Scenario& scenario, const RunRequest& request,
                            const RunEvents& events, Footprints& footprints, Whereabouts where,
                            const std::string& held_back) {
  return ScenarioRun(scenario, request, events, footprints, std::move(where)).run(held_back);
}

}  // namespace ingress_check
