#include "harness/program/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "checks/alpha.h"
#include "checks/examine.h"
#include "harness/probe.h"
#include "harness/program/conductor.h"
#include "harness/program/courtesy.h"
#include "harness/program/digest.h"
#include "harness/program/patience.h"
#include "harness/program/reach.h"
#include "harness/program/reference.h"
#include "reports/standing.h"

namespace ingress_check {
namespace {

struct Job {
  const CheckItem* item;
  const Trial* trial;
  const Check* check;
};

bool wanted(const CheckItem& item, const RunRequest& request) {
  const auto named = [&](const std::vector<std::string>& names) {
    return std::ranges::any_of(
        names, [&](const std::string& name) { return name == item.check || name == item.name; });
  };
  return (request.only.empty() || named(request.only)) && !named(request.skip);
}

std::vector<Job> jobs(const Scenario& scenario, const RunRequest& request) {
  std::vector<Job> all;
  for (const CheckItem* item : in_order(scenario)) {
    if (!wanted(*item, request)) continue;
    for (const Trial* trial : trials_of(*item, scenario))
      all.push_back({item, trial, find_check(item->check)});
  }
  return all;
}

/// Passes phases on and notes which one is under way.
class PhaseNamer : public Sender {
 public:
  PhaseNamer(Sender& sender, std::string& phase) : sender_(sender), phase_(phase) {}
  Result<Evidence> send(const Target& target, const Traffic& traffic, Watch& watch) override {
    phase_ = traffic.name;
    return sender_.send(target, traffic, watch);
  }

 private:
  Sender& sender_;
  std::string& phase_;
};

std::vector<std::string> names_of(const std::vector<Secret>& secrets) {
  std::vector<std::string> names;
  for (const auto& secret : secrets) names.push_back(secret.name);
  return names;
}

constexpr const char* stopped_at_failure = "--fail-fast ends the run at the first failure";

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
    for (const auto& job : jobs(scenario_, request_)) {
      if (reason.empty()) reason = over();
      ++where_.number;
      CheckReport report = blank(job);
      if (const auto absent = absence_of(job); !reason.empty() || !absent.empty())
        leave_out(report, reason.empty() ? absent : "not begun: " + reason);
      else if (auto done = examine_job(job, report); !done)
        reason = give_up(report, done.error());
      else if (request_.fail_fast && report.counts_as_failure())
        reason = stopped_at_failure;
      report_.checks.push_back(std::move(report));
      if (events_.judged) events_.judged(report_.checks.back());
    }
    return std::move(report_);
  }

 private:
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

  /// What the harness could not do ends the scenario. Returns why the rest is not begun.
  std::string give_up(CheckReport& report, const Error& error) {
    leave_out(report, error.what);
    report_.error = error;
    return "the scenario could not go on";
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

  /// Errors: the run cannot go on.
  Result<void> examine_job(const Job& job, CheckReport& report) {
    if (report.skipped) return {};
    const Subject known = subject(job);
    if (job.check->compares && !known.reference) {
      report.verdict = nothing_to_compare();
      return {};
    }
    auto probe = sender();
    where_.check = title(report);
    watch_.progress = [&](std::uint64_t done, std::uint64_t due) {
      if (events_.progress) events_.progress(where_, done, due);
    };
    watch_.load = [&](const LoadProgress& progress) {
      if (events_.load) events_.load(where_, progress);
    };
    watch_.waits = [&](Duration left, const std::string& why) {
      if (events_.waits) events_.waits(where_, left, why);
    };
    Conductor conductor(*probe, names_of(scenario_.secrets));
    Patience patience(conductor, footprints_);
    Courtesy courtesy(patience, *request_.allowance, request_.commands);
    PhaseNamer namer(courtesy, where_.phase);
    auto examined = examine(*job.check, job.trial->params, known, namer, watch_);
    watch_.progress = {};
    watch_.load = {};
    watch_.waits = {};
    if (!examined) return tl::unexpected(examined.error());
    report.verdict = std::move(examined->verdict);
    report.judged = examined->judged;
    report.sent = examined->sent;
    report.took = examined->took;
    report.phases = std::move(examined->phases);
    report.loads = std::move(examined->loads);
    if (courtesy.withheld()) hold_back(*courtesy.withheld(), report);
    expect_failure(job, report);
    for (const auto& finding : report.verdict.findings)
      report.reproduce.push_back(reproduction(known, finding, scenario_.secrets));
    return {};
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

bool same_controller(const std::string& written, const std::string& profile) {
  return written == profile || written == profile.substr(0, profile.find('@'));
}

std::vector<const CheckItem*> in_order(const Scenario& scenario) {
  std::vector<const CheckItem*> all;
  for (const auto& item : scenario.checks)
    if (find_check(item.check)) all.push_back(&item);
  std::ranges::stable_sort(all, {},
                           [](const CheckItem* item) { return find_check(item->check)->order; });
  return all;
}

Report run(const RunRequest& request, const RunEvents& events) {
  Report report;
  report.version = INGRESS_CHECK_VERSION;
  report.run_id = request.run_id;
  report.seed = request.seed;
  report.command_line = request.command_line;
  report.policy = request.policy;
  report.started = std::chrono::system_clock::now();
  const auto begin = std::chrono::steady_clock::now();
  for (const auto& scenario : request.scenarios)
    for (const auto& limit : scenario.limits) request.allowance->limit(limit);
  Footprints footprints;
  Whereabouts where;
  for (const auto& scenario : request.scenarios) where.of += jobs(scenario, request).size();
  for (const auto& scenario : request.scenarios) {
    const bool enough = request.fail_fast && tally(report).failed > 0;
    report.scenarios.push_back(ScenarioRun(scenario, request, events, footprints, where)
                                   .run(enough ? stopped_at_failure : ""));
    where.number += report.scenarios.back().checks.size();
  }
  report.took = std::chrono::steady_clock::now() - begin;
  report.exit_status = exit_status(report, request.policy);
  return report;
}

}  // namespace ingress_check
