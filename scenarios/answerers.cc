#include "scenarios/answerers.h"

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/pattern.h"
#include "scenarios/scalars.h"
#include "scenarios/targets.h"
#include "scenarios/words.h"

namespace ingress_check {

void read_controller(const Value& value, const LoadOptions& options, Target& target,
                     Errors& errors) {
  if (value.is<std::string>()) {
    target.controller = value.as<std::string>();
    return;
  }
  const auto known = controller_words(options.controllers, false);
  target.controller_overrides.clear();
  for (const auto& [key, one] : value.as<Object>().members) {
    const auto& text = one.as<std::string>();
    if (key != "like") {
      target.controller_overrides.emplace_back(key, text);
    } else if (known.empty() || std::find(known.begin(), known.end(), text) != known.end()) {
      target.controller = text;
    } else {
      errors.push_back(
          {fmt::format("unknown controller {}", shown(text)), words_hint(text, known), one.place});
    }
  }
}

namespace {

Identity read_identity(const Value& value, const LoadOptions& options, Errors& errors) {
  Identity identity;
  if (value.is<std::string>()) {
    if (options.preset) identity = options.preset(value.as<std::string>()).value_or(Identity{});
    identity.preset = value.as<std::string>();
    return identity;
  }
  const Object& ways = value.as<Object>();
  identity.pod_header = ways.text("header");
  identity.service_header = ways.text("service-header");
  identity.pod_json = ways.text("json");
  identity.service_json = ways.text("service-json");
  identity.body = ways.text("body");
  if (identity.body.empty()) return identity;
  const auto groups = named_groups(identity.body);
  const bool tells = std::any_of(groups.begin(), groups.end(), [](const std::string& name) {
    return name == "service" || name == "pod";
  });
  if (!tells)
    errors.push_back({"the pattern captures neither service nor pod",
                      "name what it captures: (?<service>...) and (?<pod>...), one or both",
                      ways.at("body").place});
  return identity;
}

bool is_one_way(const Object& object) {
  return std::any_of(object.members.begin(), object.members.end(), [](const auto& member) {
    return member.name == "header" || member.name == "service-header" || member.name == "json" ||
           member.name == "service-json" || member.name == "body";
  });
}

}  // namespace

AnsweredBy read_answered_by(const Value& value, const LoadOptions& options, Errors& errors) {
  AnsweredBy answered_by;
  if (value.is<std::string>() || is_one_way(value.as<Object>())) {
    answered_by.any = read_identity(value, options, errors);
    return answered_by;
  }
  for (const auto& [service, one] : value.as<Object>().members) {
    Identity identity = read_identity(one, options, errors);
    if (service == "any")
      answered_by.any = std::move(identity);
    else
      answered_by.by_service.emplace_back(service, std::move(identity));
  }
  return answered_by;
}

}  // namespace ingress_check
