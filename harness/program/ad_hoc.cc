#include "harness/program/ad_hoc.h"

#include <fmt/format.h>

#include <fstream>
#include <sstream>

#include "harness/answered_by.h"

namespace ingress_check {
namespace {

/// As of curl: `@FILE` is what the file holds.
Result<std::string> data(const std::string& text) {
  if (!text.starts_with('@')) return text;
  std::ifstream file(text.substr(1), std::ios::binary);
  std::ostringstream all;
  if (!file || !(all << file.rdbuf()))
    return tl::unexpected(
        Error{fmt::format("--data {}: the file cannot be read, or is empty", text),
              "write -d @FILE, or -d TEXT for the text itself"});
  return all.str();
}

}  // namespace

std::vector<Option> ad_hoc_options() {
  std::vector<Option> all;
  for (auto& option : connection_options())
    if (option.name != "target" && option.name != "set") all.push_back(std::move(option));
  return all;
}

Result<Target> ad_hoc_target(const std::string& command, const Arguments& arguments,
                             const LoadOptions& flags) {
  if (arguments.positional.size() != 1)
    return tl::unexpected(
        Error{command + " takes one URL",
              fmt::format("for instance ingress-check {} https://frieza.dev/app1", command)});
  Target target;
  auto url = parse_url(arguments.positional[0]);
  if (!url)
    return tl::unexpected(
        Error{arguments.positional[0] + ": " + url.error().what, url.error().hint});
  target.url = *url;
  if (!flags.targets.empty() && flags.targets[0].address)
    target.address = *flags.targets[0].address;
  target.ca = flags.ca.value_or("");
  target.certificate = flags.certificate.value_or("");
  target.key = flags.key.value_or("");
  target.sni = flags.sni;
  target.http = flags.http.value_or(HttpVersion::any);
  target.insecure = flags.insecure.value_or(false);
  target.headers = flags.headers;
  target.ip_version = flags.ip_version;
  if (flags.timeout) target.timeout = *flags.timeout;
  if (!arguments.has("answered-by")) return target;
  auto identity = identity_preset(arguments.value("answered-by"));
  if (!identity)
    return tl::unexpected(Error{"there is no preset " + arguments.value("answered-by"),
                                "see `ingress-check list presets`"});
  target.answered_by.any = *identity;
  return target;
}

Result<Request> ad_hoc_request(const Arguments& arguments, const Target& target,
                               const std::string& method) {
  Request request{.url = target.url};
  if (arguments.has("data")) {
    auto body = data(arguments.value("data"));
    if (!body) return tl::unexpected(body.error());
    request.body = *std::move(body);
    request.method = "POST";
  }
  if (arguments.has(method)) request.method = arguments.value(method);
  return request;
}

}  // namespace ingress_check
