#include "scenarios/load.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "scenarios/items.h"
#include "scenarios/scalars.h"
#include "scenarios/targets.h"
#include "scenarios/variables.h"
#include "scenarios/yaml.h"

namespace ingress_check {
namespace {

using Checks = std::span<const CheckWords* const>;

constexpr std::size_t most_mistakes = 100;  ///< told of one file; the rest are counted

/// Sorted by place, each once: a mistake in a check is met again for every target and combination.
Errors in_file_order(Errors errors) {
  const auto place = [](const Error& error) {
    return std::pair(error.place.line, error.place.column);
  };
  std::ranges::stable_sort(errors, {}, place);
  Errors once;
  for (Error& error : errors) {
    bool known = false;
    for (auto other = once.rbegin(); other != once.rend() && other->place == error.place; ++other)
      known = known || other->what == error.what;
    if (!known) once.push_back(std::move(error));
  }
  if (once.size() <= most_mistakes) return once;
  const std::size_t more = once.size() - most_mistakes;
  once.resize(most_mistakes);
  once.push_back({fmt::format("and {} more mistakes", more), "mend these first", {}});
  return once;
}

void hide(std::string& text, const Secret& secret) {
  const std::string instead = fmt::format("${{secret:{}}}", secret.name);
  for (auto at = text.find(secret.value); at != std::string::npos;
       at = text.find(secret.value, at + instead.size()))
    text.replace(at, secret.value.size(), instead);
}

std::string written_lab(const Node& root) {
  const Node* lab = root.find("lab");
  return lab && lab->kind == Node::Kind::scalar ? lab->text : "";
}

/// Reads one file; its parts in the order in which they depend on each other.
class Loader {
 public:
  Loader(const Node& root, const std::string& file, Checks checks, const LoadOptions& options)
      : root_(root),
        file_(file),
        checks_(checks),
        options_(options),
        variables_(options.set, options.environment, written_lab(root)),
        fields_(scenario_fields(options.controllers, options.presets)) {}

  Scenario run() {
    Scenario scenario;
    scenario.file = file_;
    const Object top = read_top();
    name(top, scenario);
    scenario.about = top.text("about");
    scenario.lab = top.text("lab");
    if (const Value* ready = top.find("ready")) scenario.ready = read_ready(*ready);
    if (const Value* limits = top.find("limits")) read_limits(*limits, scenario);

    DecodeContext context = expanding();
    context.elsewhere = top_level_words();
    scenario.targets = read_targets(root_, top, file_, options_, context, errors_);
    const TargetNames names = target_names(root_, options_);
    if (names.given) context.targets = names.names;
    for (const CheckWords* one : checks_)
      context.elsewhere.emplace_back(one->name,
                                     fmt::format("begin an item of its own: - {}:", one->name));
    if (const Node* list = root_.find("checks"))
      scenario.checks = read_items(*list, checks_, names, options_, context, errors_);
    scenario.secrets = variables_.secrets();
    return scenario;
  }

  Errors errors() {
    for (Error& error : errors_)
      for (const Secret& secret : variables_.secrets()) {
        hide(error.what, secret);
        hide(error.hint, secret);
      }
    return in_file_order(std::move(errors_));
  }

 private:
  DecodeContext expanding() {
    DecodeContext context;
    context.expand = &Variables::expand_for;
    context.state = &variables_;
    return context;
  }

  std::vector<std::pair<std::string, std::string>> top_level_words() const {
    std::vector<std::pair<std::string, std::string>> words;
    for (const Field& field : fields_)
      words.emplace_back(field.name,
                         field.name + " belongs at the top of the file: do not indent it");
    return words;
  }

  Object read_top() {
    DecodeContext context = expanding();
    context.leave = {"$schema", "target", "targets", "checks"};
    for (const CheckWords* one : checks_)
      context.elsewhere.emplace_back(
          one->name, fmt::format("write it as an item of checks: - {}:", one->name));
    context.elsewhere.emplace_back("apiVersion",
                                   "a Kubernetes manifest is no scenario: a scenario says where to "
                                   "send, and what must hold there");
    return decode(root_, fields_, scenario_rules(), context, errors_);
  }

  void name(const Object& top, Scenario& scenario) {
    const Value* value = top.find("scenario");
    if (!value) return;
    scenario.name = value->as<std::string>();
    std::string slug;
    bool fine = true;
    for (const char c : scenario.name) {
      const char low = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      const bool letter = (low >= 'a' && low <= 'z') || (low >= '0' && low <= '9');
      const bool joint = c == '-' || c == '_' || c == '.';
      fine = fine && (letter || joint) && low == c;
      if (letter)
        slug += low;
      else if (!slug.empty() && slug.back() != '-')
        slug += joint ? c : '-';
    }
    while (!slug.empty() && slug.back() == '-') slug.pop_back();
    if (fine && !slug.empty() && slug == scenario.name) return;
    errors_.push_back({fmt::format("{} cannot name a scenario", shown(scenario.name)),
                       fmt::format("use lower-case letters, digits, and - _ . between them: {}",
                                   slug.empty() ? "my-ingress" : slug),
                       value->place});
  }

  static Ready read_ready(const Value& value) {
    Ready ready;
    ready.place = value.place;
    ready.status = Statuses{{{200, 499}}};
    std::string preset;
    if (value.is<std::string>()) {
      preset = value.as<std::string>();
    } else {
      const Object& words = value.as<Object>();
      preset = words.text("preset");
      ready.path = words.text("path", "/");
      if (const Value* status = words.find("status")) ready.status = status->as<Statuses>();
      ready.consecutive = static_cast<int>(words.integer("consecutive", 3));
    }
    if (preset == "cloud") ready.within = std::chrono::seconds(180);
    if (preset == "new-balancer") ready.within = std::chrono::minutes(15);
    if (value.is<Object>()) ready.within = value.as<Object>().duration("within", ready.within);
    return ready;
  }

  static void read_limits(const Value& value, Scenario& scenario) {
    for (const Value& one : value.as<List>()) {
      const Value* hosts = one.as<Object>().find("hosts");
      const Value* limit = one.as<Object>().find("limit");
      if (!hosts || !limit) continue;
      HostLimit& read = scenario.limits.emplace_back();
      for (const Value& host : hosts->as<List>()) read.hosts.push_back(host.as<std::string>());
      read.limit = limit->as<Rate>();
    }
  }

  const Node& root_;
  const std::string& file_;
  Checks checks_;
  const LoadOptions& options_;
  Variables variables_;
  std::vector<Field> fields_;
  Errors errors_;
};

}  // namespace

tl::expected<Scenario, Errors> load(std::string_view text, const std::string& file, Checks checks,
                                    const LoadOptions& options) {
  auto root = read_yaml(text, file);
  if (!root) return tl::unexpected(std::move(root.error()));
  if (root->kind != Node::Kind::map)
    return tl::unexpected(Errors{{"a scenario is a map of keys and values",
                                  "begin with scenario: NAME, target: and checks:", root->place}});
  Loader loader(*root, file, checks, options);
  Scenario scenario = loader.run();
  scenario.source = text;
  if (Errors errors = loader.errors(); !errors.empty()) return tl::unexpected(std::move(errors));
  return scenario;
}

}  // namespace ingress_check
