#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <map>

#include "checks/alpha.h"
#include "checks/examine.h"
#include "checks/fake_ingress.h"
#include "harness/allowance.h"
#include "harness/program/command.h"
#include "harness/program/load_notes.h"
#include "harness/program/loading.h"
#include "harness/program/options.h"
#include "harness/program/reference.h"
#include "harness/program/run.h"
#include "reports/redact.h"
#include "scenarios/words.h"

namespace ingress_check::commands {
namespace {

constexpr const char* usage = "plan SCENARIO... [options]";
constexpr const char* about =
    "Says what a run would send: requests, peak rate, time and side effects of every check, as "
    "upper bounds, beside a dry\n"
    "run against a simulated ingress that answers everything well. Sends nothing.";

constexpr const char* columns = "  {:<28} {:<10} {:>9} {:>9}  {:<16} {:>9} {:>9}\n";

/// The profile that the scenario names, its overrides applied; the generic one for `auto`.
Result<Profile> profile_of(const Target& target) {
  const Profile* profile = find_profile(target.controller);
  auto known = with_overrides(profile ? *profile : generic_profile(), target.controller_overrides);
  if (known) return known;
  Error error = known.error();
  error.place = target.place;
  return tl::unexpected(std::move(error));
}

Result<Subject> subject(const Scenario& scenario, const CheckItem& item, const Trial& trial,
                        double alpha) {
  Subject subject;
  subject.target = target_of(trial, scenario);
  auto known = profile_of(subject.target);
  if (!known) return tl::unexpected(known.error());
  subject.controller = std::move(*known);
  subject.controller_guessed = !find_profile(subject.target.controller);
  if (const Trial* other = reference_of(item, trial, scenario)) {
    Reference reference;
    reference.target = target_of(*other, scenario);
    reference.params = other->params;
    auto profile = profile_of(reference.target);
    if (!profile) return tl::unexpected(profile.error());
    reference.controller = std::move(*profile);
    reference.controller_guessed = !find_profile(reference.target.controller);
    subject.reference = std::move(reference);
  }
  subject.alpha = alpha;
  subject.now = std::chrono::system_clock::now();
  return subject;
}

std::string rate(const Bounds& bounds) {
  return bounds.peak_rate > 0 ? to_string(Rate{bounds.peak_rate}) : "as answers come";
}

std::string name_of(const CheckItem& item, const Trial& trial) {
  std::string name = item.name;
  for (const auto& [key, value] : trial.cell) name += fmt::format(" {}={}", key, value);
  return name;
}

/// Whether `only` leaves the check out on this controller, which the scenario has named.
bool left_out(const CheckItem& item, const Subject& known) {
  return !item.only.empty() && !known.controller_guessed &&
         std::ranges::none_of(item.only, [&](const std::string& name) {
           return same_controller(name, known.controller.name);
         });
}

/// Hands each phase to the simulated ingress of the target that it is for.
class Ingresses : public Sender {
 public:
  explicit Ingresses(const std::vector<Target>& targets) {
    FakeConfig config;
    config.permissive = true;
    for (const Target& target : targets) by_name_.emplace(target.name, FakeIngress(config));
  }
  Result<Evidence> send(const Target& target, const Traffic& traffic, Watch& watch) override {
    return by_name_.at(target.name).send(target, traffic, watch);
  }

 private:
  std::map<std::string, FakeIngress> by_name_;
};

/// Passes phases on, and reckons how long their requests wait for their turn below `limits`.
class Turns : public Sender {
 public:
  Turns(Sender& sender, const std::vector<HostLimit>& limits) : sender_(sender) {
    for (const HostLimit& limit : limits) allowance_.limit(limit);
  }
  Result<Evidence> send(const Target& target, const Traffic& traffic, Watch& watch) override {
    if (const auto* http = std::get_if<Http>(&traffic.send))
      for (const Request& request : http->requests)
        for (std::uint32_t i = 0; i < request.times; ++i)
          last_ = std::max(last_, allowance_.reserve({}, start_, host_named(target, request)));
    return sender_.send(target, traffic, watch);
  }
  Duration waited() const { return last_ - start_; }

 private:
  static std::string host_named(const Target& target, const Request& request) {
    auto host = request.headers.find("Host");
    if (!host) host = target.headers.find("Host");
    return host ? std::string(host->substr(0, host->find(':'))) : request.url.host;
  }
  Sender& sender_;
  Allowance allowance_;
  const Instant start_{};
  Instant last_{};
};

/// Passes phases on, and adds up how long they wait for what earlier checks left to be over. What
/// they ask for themselves is in their Bounds.
class Leftovers : public Sender {
 public:
  explicit Leftovers(Sender& sender) : sender_(sender) {}
  Result<Evidence> send(const Target& target, const Traffic& traffic, Watch& watch) override {
    auto evidence = sender_.send(target, traffic, watch);
    if (evidence) waited_ += std::max(evidence->waited - traffic.quiet, Duration::zero());
    return evidence;
  }
  Duration waited() const { return waited_; }

 private:
  Sender& sender_;
  Duration waited_{};
};

/// One row: name, target, requests of the dry run and at most, peak rate, waits, time at most. Adds
/// the waits to `all`.
Result<std::string> row(const Scenario& scenario, const CheckItem& item, const Trial& trial,
                        double alpha, Ingresses& ingresses, const Redactor& redactor,
                        Duration& all) {
  const Check* check = find_check(item.check);
  const auto known = subject(scenario, item, trial, alpha);
  if (!known) return tl::unexpected(known.error());
  const std::string name = redactor.text(name_of(item, trial));
  if (left_out(item, *known))
    return fmt::format("  {:<28} {:<10} skipped: only for {}; this target is {}\n", name,
                       known->target.name, fmt::join(item.only, ", "), known->controller.name);
  if (check->compares && !known->reference)
    return fmt::format("  {:<28} {:<10} not supported: {}\n", name, known->target.name,
                       nothing_to_compare().summary);
  const Bounds bounds = check->bounds(trial.params, *known);
  Watch watch;
  Leftovers leftovers(ingresses);
  LoadNotes notes(leftovers);
  Turns turns(notes, scenario.limits);
  auto examined = examine(*check, trial.params, *known, turns, watch);
  if (!examined) return tl::unexpected(examined.error());
  const Duration extra = turns.waited() + leftovers.waited();
  all += bounds.waits + extra;
  std::string out =
      fmt::format(columns, name, known->target.name, examined->sent, bounds.requests, rate(bounds),
                  to_string(bounds.waits + extra), to_string(bounds.time + extra));
  if (!item.only.empty() && known->controller_guessed)
    out += fmt::format("      only if the controller turns out to be {}; else skipped\n",
                       one_of(item.only));
  for (const auto& line : notes.lines()) out += "      " + line + "\n";
  if (check->tests)
    out += fmt::format("      decided by chance: {} tests, each wrong at most once in {:.3g}\n",
                       check->tests(trial.params), 1 / alpha);
  for (const auto& effect : bounds.side_effects)
    out += fmt::format("      leaves behind: {}\n", effect);
  return out;
}

/// What is sent to one target before the checks.
std::string preparation(const Scenario& scenario, const Target& target) {
  std::vector<std::string> parts;
  if (scenario.ready)
    parts.push_back(fmt::format("GET {} until it answers {} {} times in a row, for at most {}",
                                to_string(with_path(target.url, scenario.ready->path)),
                                to_string(scenario.ready->status), scenario.ready->consecutive,
                                to_string(scenario.ready->within)));
  else
    parts.emplace_back("1 request to see that it is there");
  if (target.controller == "auto") {
    const auto count = fingerprint_traffic(target).count();
    parts.push_back(fmt::format("{} {} to recognise the controller", count,
                                count == 1 ? "request" : "requests"));
  }
  const std::string who = scenario.targets.size() > 1 ? " to " + target.name : "";
  return fmt::format("  before the checks{}: {}\n", who, fmt::join(parts, "; "));
}

Result<std::string> plan_of(const Scenario& scenario, double alpha, const Redactor& redactor) {
  std::string out = fmt::format("{}  {}\n", scenario.name, scenario.file);
  out += fmt::format(columns, "check", "target", "dry run", "at most", "peak rate", "waits",
                     "time <=");
  Ingresses ingresses(scenario.targets);
  Duration waits{};
  for (const CheckItem* item : in_order(scenario))
    for (const Trial* trial : trials_of(*item, scenario)) {
      auto text = row(scenario, *item, *trial, alpha, ingresses, redactor, waits);
      if (!text) return tl::unexpected(text.error());
      out += *text;
    }
  out += fmt::format("  checks stand in the order in which they run, and wait {} in all\n",
                     to_string(waits));
  for (const auto& target : scenario.targets) out += preparation(scenario, target);
  out +=
      "  counts are for one address of the target; time if every exchange took its whole timeout\n";
  if (!scenario.limits.empty())
    out += fmt::format(
        "  waits are those of the dry run: requests stay below {:g} of what `limits` says\n",
        share_of_limit);
  return redactor.text(std::move(out));
}

int execute(const std::vector<std::string>& words) {
  const auto options = connection_options();
  const auto arguments = begin(words, usage, about, options);
  if (!arguments) return arguments.error();
  if (arguments->positional.empty())
    return complain({"no scenario was named", "write ingress-check plan scenario.yaml"});
  const auto flags = connection(*arguments);
  if (!flags) return complain(flags.error());
  const auto scenarios = load_scenarios(arguments->positional, *flags);
  if (!scenarios) return 2;
  const Redactor redactor(secrets_of(*scenarios));
  const double alpha = share_of_alpha(statistical_tests(*scenarios));
  for (const auto& scenario : *scenarios) {
    const auto text = plan_of(scenario, alpha, redactor);
    if (!text) return complain(redactor.error(text.error()));
    std::fputs(text->c_str(), stdout);
  }
  return 0;
}

}  // namespace

extern const Command plan{"plan", usage, "what a run would send, without sending it", 20, execute};

}  // namespace ingress_check::commands
