#include "checks/commands.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace ingress_check {
namespace {

Field arguments(std::string name, std::string about, std::string example) {
  Field field{.name = std::move(name),
              .kind = Kind::list,
              .about = std::move(about),
              .example = std::move(example)};
  field.least = 1;
  field.most = 64;
  field.fields = {{.name = "",
                   .kind = Kind::text,
                   .about = "the program or an argument",
                   .example = "kubectl"}};
  return field;
}

Field time_word(std::string name, std::string about, std::string example, double least,
                double most) {
  Field field{.name = std::move(name),
              .kind = Kind::duration,
              .about = std::move(about),
              .example = std::move(example)};
  field.least = least;
  field.most = most;
  return field;
}

std::vector<std::string> read_arguments(const Object& words, std::string_view name) {
  std::vector<std::string> all;
  const auto* list = words.find(name);
  if (list && list->is<List>())
    for (const auto& one : list->as<List>()) all.push_back(one.as<std::string>());
  return all;
}

}  // namespace

std::vector<Field> command_fields() {
  auto run = arguments("run", "a program and its arguments; no shell reads them",
                       "[kubectl, rollout, restart, deployment/app1]");
  run.required = true;
  return {std::move(run),
          time_word("at", "when, from the begin; else after a quarter of the time", "5s", 0, 86400),
          arguments("undo", "what takes it back, run in the end whatever happened",
                    "[kubectl, rollout, undo, deployment/app1]"),
          time_word("within", "it is ended after so long (1m unless stated)", "2m", 0.1, 3600)};
}

Event read_command(const Object& words, Duration at) {
  return {.run = read_arguments(words, "run"),
          .at = words.duration("at", at),
          .undo = read_arguments(words, "undo"),
          .within = words.duration("within", std::chrono::seconds(60))};
}

std::string describe(const Event& event) {
  return fmt::format("the command {} at {}{}", fmt::join(event.run, " "), to_string(event.at),
                     event.undo.empty()
                         ? ", which nothing undoes"
                         : fmt::format(", undone by {}", fmt::join(event.undo, " ")));
}

std::optional<std::string> failure_of(const Evidence& evidence, std::size_t event) {
  const auto reply = std::ranges::find_if(
      evidence.events, [&](const EventReply& one) { return one.event == event && !one.undone; });
  if (reply == evidence.events.end()) return "it was not begun before the load was over";
  if (reply->status == 0) return std::nullopt;
  return fmt::format("{}{}", reply->status, reply->output.empty() ? "" : ": " + reply->output);
}

std::vector<std::string> not_undone(const Evidence& evidence, const std::vector<Event>& events) {
  std::vector<std::string> lines;
  for (const auto& reply : evidence.events)
    if (reply.undone && reply.status != 0)
      lines.push_back(fmt::format(
          "{} could not be undone: {} ended with {}: {}", fmt::join(events[reply.event].run, " "),
          fmt::join(events[reply.event].undo, " "), reply.status, reply.output));
  return lines;
}

}  // namespace ingress_check
