#include "harness/program/lab_session.h"

#include <fmt/format.h>

#include <algorithm>

#include "checks/check.h"
#include "fixtures/break.h"

namespace ingress_check {
namespace {

Error no_such(const std::string& what, const std::string& name,
              const std::vector<std::string>& names, const std::string& all = {}) {
  return {fmt::format("there is no {} {}", what, name), words_hint(name, names, all)};
}

Result<void> apply_defect(const Lab& lab, const std::string& name, World& world) {
  if (name.empty()) return {};
  const Break* defect = find_break(name);
  std::vector<std::string> names;
  for (const auto* one : all_breaks())
    if (one->lab == lab.name) names.push_back(one->name);
  if (!defect)
    return tl::unexpected(no_such("planted defect", name, names, "ingress-check list breaks"));
  if (defect->lab != lab.name)
    return tl::unexpected(
        Error{fmt::format("the defect {} belongs to the lab {}", name, defect->lab),
              fmt::format("write --lab {} --break {}", defect->lab, name)});
  defect->apply(world);
  return {};
}

Result<void> apply_settings(const Lab& lab, const std::vector<std::string>& settings,
                            World& world) {
  std::vector<std::string> names;
  for (const auto& [name, about] : lab.knobs) names.push_back(name);
  for (const auto& text : settings) {
    const auto equals = text.find('=');
    const std::string key = text.substr(0, equals);
    if (equals == std::string::npos)
      return tl::unexpected(
          Error{fmt::format("--with {} has no value", text), "write --with KEY=VALUE"});
    if (std::find(names.begin(), names.end(), key) == names.end())
      return tl::unexpected(
          no_such(fmt::format("setting of the lab {} called", lab.name), key, names));
    if (auto done = lab.set(world, key, text.substr(equals + 1)); !done) return done;
  }
  return {};
}

std::vector<Redirection> both_doors(const RunningLab& lab) {
  return parse_address(fmt::format("80={},443={}", lab.http_address(), lab.https_address()))
      .value();
}

}  // namespace

Result<std::unique_ptr<RunningLab>> open_lab(const LabWish& wish) {
  const Lab* lab = find_lab(wish.lab);
  if (!lab) {
    std::vector<std::string> names;
    for (const auto* one : all_labs()) names.push_back(one->name);
    return tl::unexpected(no_such("lab", wish.lab, names));
  }
  World world = lab->world();
  if (auto done = apply_settings(*lab, wish.settings, world); !done)
    return tl::unexpected(done.error());
  if (auto done = apply_defect(*lab, wish.defect, world); !done)
    return tl::unexpected(done.error());
  return start_lab(*lab, world);
}

namespace {

bool compares(const Scenario& scenario) {
  return scenario.targets.size() > 1 &&
         std::ranges::any_of(scenario.checks, [](const CheckItem& item) {
           const Check* check = find_check(item.check);
           return check && check->compares;
         });
}

}  // namespace

Result<std::unique_ptr<RunningLab>> open_reference(const LabWish& wish, bool own_authorities,
                                                   std::vector<Scenario>& scenarios) {
  if (std::ranges::none_of(scenarios, compares)) return nullptr;
  auto lab = open_lab({wish.lab, "", wish.settings});
  if (!lab) return lab;
  for (auto& scenario : scenarios) {
    if (!compares(scenario)) continue;
    Target& first = scenario.targets.front();
    first.address = both_doors(**lab);
    if (!own_authorities) first.ca = (*lab)->ca_file();
  }
  return lab;
}

void aim_at(const RunningLab& lab, LoadOptions& options) {
  TargetOverride everywhere;
  everywhere.address = both_doors(lab);
  options.targets.insert(options.targets.begin(), std::move(everywhere));
  options.url_without_target = parse_url("http://frieza.dev").value();
  if (!options.ca) options.ca = lab.ca_file();
  for (const auto& variable : lab.variables()) options.set.push_back(variable);
}

}  // namespace ingress_check
