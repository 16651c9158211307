// Which secrets a scenario holds.
#include "harness/secrets.h"

#include <algorithm>

#include "reports/redact.h"

namespace ingress_check {
namespace {

/// Headers stand in a check's parameters wherever the key `headers` does.
void add_written(const Object& object, std::vector<Secret>& secrets);

void add_written(const Value& value, std::vector<Secret>& secrets) {
  if (value.is<Object>()) add_written(value.as<Object>(), secrets);
  if (!value.is<List>()) return;
  for (const auto& one : value.as<List>()) add_written(one, secrets);
}

void add_written(const Object& object, std::vector<Secret>& secrets) {
  for (const auto& [name, value] : object.members) {
    if (name == "headers" && value.is<Object>()) {
      Headers headers;
      for (const auto& [header, text] : value.as<Object>().members)
        if (text.is<std::string>()) headers.add(header, text.as<std::string>());
      add_credentials(headers, secrets);
    } else {
      add_written(value, secrets);
    }
  }
}

}  // namespace

std::vector<Secret> secrets_of(const Scenario& scenario) {
  std::vector<Secret> all = scenario.secrets;
  for (const auto& target : scenario.targets) add_credentials(target.headers, all);
  for (const auto& item : scenario.checks)
    for (const auto& trial : item.trials) add_written(trial.params, all);
  return all;
}

std::vector<Secret> secrets_of(const std::vector<Scenario>& scenarios) {
  std::vector<Secret> all;
  for (const auto& scenario : scenarios) {
    const auto some = secrets_of(scenario);
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

}  // namespace ingress_check
