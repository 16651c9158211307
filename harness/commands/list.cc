#include <fmt/format.h>

#include <cstdio>
#include <functional>

#include "checks/check.h"
#include "fixtures/break.h"
#include "fixtures/lab.h"
#include "harness/answered_by.h"
#include "harness/program/command.h"
#include "harness/program/options.h"
#include "harness/program/shipped.h"
#include "reports/format.h"

namespace ingress_check::commands {
namespace {

constexpr const char* usage = "list [checks|scenarios|controllers|presets|labs|breaks|formats]";
constexpr const char* about =
    "Lists what there is, one line each; `ingress-check explain WORD` tells more of one.";

std::string line(const std::string& name, const std::string& text) {
  return fmt::format("  {:<34} {}\n", name, text);
}

std::string checks() {
  std::string out;
  for (const auto* check : all_checks()) out += line(check->words.name, check->words.about);
  return out;
}

/// The `about:` of a scenario, for a list: the first line that begins with it.
std::string about_of(std::string_view text) {
  const auto at = text.find("\nabout:");
  if (at == text.npos) return "";
  const auto begin = text.find_first_not_of(" \"'", at + 7);
  return std::string(text.substr(begin, text.find('\n', begin) - begin));
}

std::string scenarios() {
  std::string out;
  for (const auto& file : shipped_scenarios())
    out += line(std::string(file.path.substr(sizeof "scenarios/" - 1)), about_of(file.text));
  return out;
}

std::string controllers() {
  std::string out;
  for (const auto& profile : profiles()) out += line(profile.name, profile.about);
  return out;
}

std::string presets() {
  std::string out;
  for (const auto& preset : identity_presets()) out += line(preset.name, preset.about);
  return out;
}

std::string labs() {
  std::string out;
  for (const auto* lab : all_labs()) {
    out += line(lab->name, lab->about);
    for (const auto& [knob, meaning] : lab->knobs) out += line("  --with " + knob, meaning);
  }
  return out;
}

std::string breaks() {
  std::string out;
  for (const auto* defect : all_breaks())
    out += line(defect->name, fmt::format("{} ({})", defect->about, defect->lab));
  return out;
}

std::string formats() {
  std::string out;
  for (const auto* format : all_formats()) out += line(format->name, format->about);
  return out;
}

struct Topic {
  const char* name;
  const char* title;
  std::string (*text)();
};
constexpr Topic topics[] = {{"checks", "Checks", checks},
                            {"scenarios", "Scenarios that ship", scenarios},
                            {"controllers", "Controllers whose behaviour is known", controllers},
                            {"presets", "Presets of answered-by", presets},
                            {"labs", "Practice labs", labs},
                            {"breaks", "Planted defects", breaks},
                            {"formats", "Report formats", formats}};

int execute(const std::vector<std::string>& words) {
  const auto arguments = begin(words, usage, about, {});
  if (!arguments) return arguments.error();
  std::vector<std::string> names;
  for (const auto& topic : topics) names.emplace_back(topic.name);
  for (const auto& word : arguments->positional)
    if (std::find(names.begin(), names.end(), word) == names.end())
      return complain({fmt::format("there is no list of {}", word), "there are " + one_of(names)});
  for (const auto& topic : topics) {
    const auto& wanted = arguments->positional;
    if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), topic.name) == wanted.end())
      continue;
    std::fputs(fmt::format("{}\n{}", topic.title, topic.text()).c_str(), stdout);
  }
  return 0;
}

}  // namespace

extern const Command list{"list", usage,
                          "what there is: checks, scenarios, controllers, labs, planted defects",
                          40, execute};

}  // namespace ingress_check::commands
