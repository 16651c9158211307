#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "checks/check.h"
#include "fixtures/balancer_matrix.h"
#include "fixtures/break.h"
#include "fixtures/lab.h"
#include "harness/answered_by.h"
#include "harness/program/command.h"
#include "harness/program/loading.h"
#include "harness/program/options.h"

namespace ingress_check::commands {
namespace {

constexpr const char* usage = "explain WORD";
constexpr const char* about =
    "Tells all about one word: a check (what it proves, what it cannot see, its parameters, the\n"
    "causes it can name), a cause id, a controller, an answered-by preset, a planted defect,\n"
    "`scenario` for the words of the file itself, or `balancer-matrix` for what a client sees\n"
    "behind a balancer that ends TLS.";

std::string of_check(const Check& check) {
  std::string out = fmt::format("{}: {}\n\n", check.words.name, check.words.about);
  out += fmt::format("Proves      {}\nCannot see  {}\nSends       {}\n\nParameters\n", check.proves,
                     check.blind, check.sends);
  out += document(check.words.fields, check.words.rules);
  out += "\nEvery check also takes\n" + document(common_check_fields(), {});
  out += "\nCauses that it can name\n";
  for (const auto& cause : check.causes)
    out += fmt::format("  {}\n      {}\n", cause.id, cause.means);
  return out;
}

std::string of_cause(const Check& check, const Cause& cause) {
  return fmt::format("{}: a cause that {} names\n\n{}\n\nMend  {}\nSee   {}\n", cause.id,
                     check.words.name, cause.means, cause.fix, cause.source);
}

/// One line each, the columns as wide as the widest word.
std::string table(const std::vector<std::array<std::string, 3>>& rows) {
  std::size_t first = 0, second = 0;
  for (const auto& row : rows) {
    first = std::max(first, row[0].size());
    second = std::max(second, row[1].size());
  }
  std::string out;
  for (const auto& row : rows)
    out += fmt::format("  {:<{}}  {:<{}}  {}\n", row[0], first, row[1], second, row[2]);
  return out;
}

/// What of the answer to an unknown host it looks at.
std::string sign(const Fingerprint& fingerprint) {
  std::vector<std::string> parts;
  if (!fingerprint.certificate.empty())
    parts.push_back("a certificate with " + fingerprint.certificate);
  if (fingerprint.status != 0) parts.push_back(fmt::format("status {}", fingerprint.status));
  if (!fingerprint.header.empty()) parts.push_back("header " + fingerprint.header);
  if (!fingerprint.absent_header.empty()) parts.push_back("no header " + fingerprint.absent_header);
  if (!fingerprint.body.empty())
    parts.push_back(fingerprint.body == "^$" ? "no body" : "body " + fingerprint.body);
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string of_profile(const Profile& profile) {
  std::vector<std::array<std::string, 3>> traits, pages;
  for (const auto& [key, trait] : profile.traits) {
    const bool said = trait.confirmed || trait.source == "not confirmed";
    traits.push_back({key, trait.value, (said ? "" : "not confirmed: ") + trait.source});
  }
  for (const auto& page : profile.pages)
    pages.push_back({page.meaning, to_string(page.status),
                     (page.open ? "or an application's: " : "") + page.source});
  std::string out = fmt::format("{}: {}\n", profile.name, profile.about);
  if (!traits.empty()) out += "\nTraits\n" + table(traits);
  if (!pages.empty()) out += "\nPages that it makes itself\n" + table(pages);
  if (!profile.fingerprints.empty()) out += "\nWhat auto goes by, in points: 3 are enough\n";
  for (const auto& print : profile.fingerprints)
    out += fmt::format("  {}  {}\n", print.points, sign(print));
  return out;
}

std::string of_break(const Break& defect) {
  return fmt::format(
      "{}: {}\n\nCaught by the check {} of {} with the cause {}. Try it:\n"
      "  ingress-check run {} --lab {} --break {}\n",
      defect.name, defect.about, defect.check, defect.scenario, defect.cause, defect.scenario,
      defect.lab, defect.name);
}

std::string of_scenario() {
  std::vector<std::string> controllers, presets;
  for (const auto& profile : profiles()) controllers.push_back(profile.name);
  for (const auto& preset : identity_presets()) presets.push_back(preset.name);
  return "The words of a scenario file\n\n" + document(scenario_fields(controllers, presets), {}) +
         "\nEvery check also takes\n" + document(common_check_fields(), {});
}

/// What a client sees behind a balancer that ends TLS, one row a configuration.
std::string of_balancer_matrix() {
  static constexpr const char* protocols[] = {"tcp", "http", "ssl", "https"};
  const auto on = [](bool yes) { return yes ? "on" : "off"; };
  std::string out =
      "What a client sees of nginx behind a Classic Load Balancer that ends TLS (tested on the lab "
      "elb-nginx)\n\n";
  out += fmt::format("  {:<9} {:<7} {:<9} {:<10} {:<26} {:<26}\n", "backend-", "target", "ssl-",
                     "forwarded-", "https://", "http://");
  out += fmt::format("  {:<9} {:<7} {:<9} {:<10}\n", "protocol", "port", "redirect", "headers");
  std::string_view why;
  for (const auto& cell : balancer_matrix()) {
    out += fmt::format("  {:<9} {:<7} {:<9} {:<10} {:<26} {:<26}\n",
                       protocols[static_cast<int>(cell.backend_protocol)], cell.target_port,
                       on(cell.ssl_redirect), on(cell.use_forwarded_headers), to_string(cell.https),
                       to_string(cell.http));
    if (cell.why != why) out += fmt::format("      {}\n", cell.why);
    why = cell.why;
  }
  return out;
}

/// Everything that is called so: a cause and the planted defect that shows it often share a name.
std::string explain_word(const std::string& word) {
  std::vector<std::string> told;
  if (word == "scenario") told.push_back(of_scenario());
  if (word == "balancer-matrix") told.push_back(of_balancer_matrix());
  if (const auto* check = find_check(word)) told.push_back(of_check(*check));
  for (const auto* check : all_checks())
    for (const auto& cause : check->causes)
      if (cause.id == word) told.push_back(of_cause(*check, cause));
  if (const auto* defect = find_break(word)) told.push_back(of_break(*defect));
  if (const auto* profile = find_profile(word)) told.push_back(of_profile(*profile));
  for (const auto& preset : identity_presets())
    if (preset.name == word) told.push_back(fmt::format("{}: {}\n", preset.name, preset.about));
  if (const auto* lab = find_lab(word))
    told.push_back(fmt::format("{}: {}\n", lab->name, lab->about));
  return fmt::format("{}", fmt::join(told, "\n"));
}

std::vector<std::string> every_word() {
  std::vector<std::string> words{"scenario", "balancer-matrix"};
  for (const auto* check : all_checks()) {
    words.push_back(check->words.name);
    for (const auto& cause : check->causes) words.push_back(cause.id);
  }
  for (const auto* defect : all_breaks()) words.push_back(defect->name);
  for (const auto& profile : profiles()) words.push_back(profile.name);
  for (const auto& preset : identity_presets()) words.push_back(preset.name);
  for (const auto* lab : all_labs()) words.push_back(lab->name);
  return words;
}

int execute(const std::vector<std::string>& words) {
  const auto arguments = begin(words, usage, about, {});
  if (!arguments) return arguments.error();
  if (arguments->positional.size() != 1)
    return complain(
        {"explain takes one word",
         "for instance `ingress-check explain routing`; `ingress-check list` names them"});
  const std::string& word = arguments->positional[0];
  const std::string text = explain_word(word);
  if (text.empty()) {
    const std::string near = nearest(word, every_word());
    return complain({fmt::format("nothing is called {}", word),
                     near.empty() ? "`ingress-check list` names what there is"
                                  : fmt::format("did you mean {}?", near)});
  }
  std::fputs(text.c_str(), stdout);
  return 0;
}

}  // namespace

extern const Command explain{"explain", usage, "all about one check, cause, controller or word", 50,
                             execute};

}  // namespace ingress_check::commands
