#include "harness/program/reference.h"

#include "harness/curl_line.h"

namespace ingress_check {
namespace {

bool compares(const CheckItem& item, const Scenario& scenario) {
  const Check* check = find_check(item.check);
  return check && check->compares && scenario.targets.size() > 1;
}

}  // namespace

std::vector<const Trial*> trials_of(const CheckItem& item, const Scenario& scenario) {
  const bool others_alone = compares(item, scenario);
  std::vector<const Trial*> all;
  for (const auto& trial : item.trials)
    if (!others_alone || trial.target > 0) all.push_back(&trial);
  return all;
}

const Trial* reference_of(const CheckItem& item, const Trial& trial, const Scenario& scenario) {
  if (!compares(item, scenario)) return nullptr;
  for (const auto& one : item.trials)
    if (one.target == 0 && one.cell == trial.cell) return &one;
  return nullptr;
}

Target target_of(const Trial& trial, const Scenario& scenario) {
  Target target = scenario.targets[trial.target];
  if (trial.http) target.http = *trial.http;
  return target;
}

Verdict nothing_to_compare() {
  Verdict verdict;
  verdict.kind = Verdict::Kind::not_supported;
  verdict.summary = "it compares two targets, and there is one";
  verdict.not_shown = {
      "whether the new ingress answers as the old one does; name both, the old one first, as "
      "`targets: {old: {url: ...}, new: {url: ...}}` or --target old=URL --target new=URL"};
  return verdict;
}

std::string reproduction(const Subject& subject, const Finding& finding,
                         const std::vector<Secret>& secrets) {
  std::string line;
  if (finding.of_reference && subject.reference)
    line = curl_line(subject.reference->target, *finding.of_reference, secrets);
  if (!finding.request) return line;
  if (!line.empty()) line += "; ";
  return line + curl_line(subject.target, *finding.request, secrets);
}

}  // namespace ingress_check
