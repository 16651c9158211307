#include "harness/program/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <cstdio>
#include <cstdlib>

#include "checks/profile.h"
#include "harness/answered_by.h"

namespace ingress_check {

namespace po = boost::program_options;

std::string Arguments::value(const std::string& name, const std::string& otherwise) const {
  const auto found = values.find(name);
  return found == values.end() || found->second.empty() ? otherwise : found->second.back();
}

std::vector<std::string> Arguments::all(const std::string& name) const {
  const auto found = values.find(name);
  return found == values.end() ? std::vector<std::string>{} : found->second;
}

namespace {

std::string long_name(const Option& option) { return option.name.substr(0, option.name.find(',')); }

po::options_description describe(const std::vector<Option>& options) {
  po::options_description description;
  for (const auto& option : options) {
    if (option.value.empty()) {
      description.add_options()(option.name.c_str(), option.about.c_str());
    } else if (option.many) {
      description.add_options()(option.name.c_str(),
                                po::value<std::vector<std::string>>()->composing());
    } else {
      description.add_options()(option.name.c_str(), po::value<std::string>());
    }
  }
  description.add_options()("help,h", "")("positional", po::value<std::vector<std::string>>());
  return description;
}

/// curl says --cacert FILE where a scenario, and the option after it, say `ca`.
std::vector<std::string> in_our_words(std::vector<std::string> words,
                                      const std::vector<Option>& options) {
  constexpr std::string_view curls = "--cacert";
  if (std::ranges::find(options, "ca", long_name) == options.end()) return words;
  for (auto& word : words)
    if (word == curls || word.starts_with("--cacert=")) word.replace(0, curls.size(), "--ca");
  return words;
}

Error unknown(const std::string& word, const std::vector<Option>& options) {
  std::vector<std::string> names;
  for (const auto& option : options) names.push_back("--" + long_name(option));
  const std::string near = nearest(word, names);
  return {fmt::format("unknown option {}", word),
          near.empty() ? "see --help" : fmt::format("did you mean {}?", near)};
}

Arguments collect(const po::variables_map& map, const std::vector<Option>& options) {
  Arguments arguments;
  for (const auto& option : options) {
    const std::string name = long_name(option);
    if (!map.count(name)) {
      if (!option.fallback.empty()) arguments.values[name] = {option.fallback};
    } else if (option.value.empty()) {
      arguments.values[name] = {""};
    } else if (option.many) {
      arguments.values[name] = map[name].as<std::vector<std::string>>();
    } else {
      arguments.values[name] = {map[name].as<std::string>()};
    }
  }
  if (map.count("help")) arguments.values["help"] = {""};
  if (map.count("positional"))
    arguments.positional = map["positional"].as<std::vector<std::string>>();
  return arguments;
}

}  // namespace

Result<Arguments> parse(const std::vector<std::string>& given, const std::vector<Option>& options) {
  const auto words = in_our_words(given, options);
  const auto description = describe(options);
  po::positional_options_description positional;
  positional.add("positional", -1);
  const auto style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
  try {
    po::variables_map map;
    po::store(po::command_line_parser(words)
                  .options(description)
                  .positional(positional)
                  .style(style)
                  .run(),
              map);
    return collect(map, options);
  } catch (const po::unknown_option& error) {
    return tl::unexpected(unknown(error.get_option_name(), options));
  } catch (const std::exception& error) {
    std::string what = error.what();
    return tl::unexpected(Error{what, "see --help"});
  }
}

std::string help(const std::string& usage, const std::string& about,
                 const std::vector<Option>& options) {
  std::string out = fmt::format("ingress-check {}\n\n{}\n", usage, about);
  if (options.empty()) return out;
  out += "\nOptions\n";
  for (const auto& option : options) {
    const auto comma = option.name.find(',');
    std::string left =
        comma == std::string::npos ? "    " : fmt::format("-{}, ", option.name.substr(comma + 1));
    left += "--" + long_name(option);
    if (!option.value.empty()) left += " " + option.value;
    if (left.size() >= 30) left += "\n" + std::string(32, ' ');
    out += fmt::format("  {:<30}{}\n", left, option.about);
  }
  out += fmt::format("  {:<30}{}\n", "-h, --help", "this text");
  return out;
}

tl::expected<Arguments, int> begin(const std::vector<std::string>& words, const std::string& usage,
                                   const std::string& about, const std::vector<Option>& options) {
  auto arguments = parse(words, options);
  if (!arguments) return tl::unexpected(complain(arguments.error()));
  if (!arguments->has("help")) return *std::move(arguments);
  std::fputs(help(usage, about, options).c_str(), stdout);
  return tl::unexpected(0);
}

Result<Duration> duration_option(const Arguments& arguments, const std::string& name) {
  auto duration = parse_duration(arguments.value(name));
  if (!duration)
    return tl::unexpected(
        Error{fmt::format("--{}: {}", name, duration.error().what), duration.error().hint});
  if (*duration <= Duration::zero())
    return tl::unexpected(Error{fmt::format("--{} {} leaves no time", name, arguments.value(name)),
                                fmt::format("write --{} 10s", name)});
  return *duration;
}

std::vector<Option> connection_options() {
  return {
      {"target", "[NAME=]URL", "where to send: scheme, host and port as a browser types them",
       true},
      {"address", "[NAME=]HOST:PORT",
       "connect there instead of where DNS says; 80=H:P,443=H:P by port of the URL", true},
      {"ca", "FILE",
       "PEM file of the authorities to trust instead of the system's (also --cacert)"},
      {"cert", "FILE", "PEM file of the client's certificate (mTLS)"},
      {"key", "FILE", "PEM file of its key"},
      {"insecure,k", "", "go on although a certificate does not verify; what that hides is said"},
      {"sni", "NAME", "server name in the TLS handshake, if it must differ from the host"},
      {"http", "VERSION", "auto, 1.1, 2 or h2c"},
      {"header,H", "'NAME: VALUE'", "sent with every request; may be repeated", true},
      {"timeout", "DURATION", "for one whole exchange (10s)"},
      {"ipv4,4", "", "connect over IPv4 only"},
      {"ipv6,6", "", "connect over IPv6 only"},
      {"set", "NAME=VALUE", "value of ${NAME} in the scenario; may be repeated", true},
  };
}

namespace {

/// Splits "NAME=rest" where NAME is a target's name: it begins with a letter and the rest is what
/// it names.
std::pair<std::string, std::string> named(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0) return {"", text};
  const auto name = text.substr(0, equals);
  const bool word = std::ranges::all_of(name, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_';
  });
  const bool number = std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; });
  return word && !number ? std::pair{name, text.substr(equals + 1)}
                         : std::pair{std::string(), text};
}

TargetOverride& override_for(LoadOptions& options, const std::string& name) {
  for (auto& one : options.targets)
    if (one.name == name) return one;
  return options.targets.emplace_back(TargetOverride{name, {}, {}});
}

Result<void> read_targets(const Arguments& arguments, LoadOptions& options) {
  for (const auto& text : arguments.all("target")) {
    const auto [name, rest] = named(text);
    auto url = parse_url(rest);
    if (!url)
      return tl::unexpected(
          Error{fmt::format("--target {}: {}", text, url.error().what), url.error().hint});
    auto& place = override_for(options, name);
    if (place.url)
      return tl::unexpected(
          Error{fmt::format("--target {} is given twice", name.empty() ? rest : name),
                "write --target NAME=URL, with a name of its own for each"});
    place.url = *url;
  }
  for (const auto& text : arguments.all("address")) {
    const auto [name, rest] = named(text);
    auto address = parse_address(rest);
    if (!address)
      return tl::unexpected(
          Error{fmt::format("--address {}: {}", text, address.error().what), address.error().hint});
    auto& place = override_for(options, name);
    if (place.address)
      return tl::unexpected(
          Error{fmt::format("--address {} comes after another for the same target", text),
                "write --address NAME=HOST:PORT for each target, or 80=H:P,443=H:P by port"});
    place.address = *address;
  }
  return {};
}

Result<void> read_pairs(const Arguments& arguments, LoadOptions& options) {
  for (const auto& text : arguments.all("set")) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0)
      return tl::unexpected(
          Error{fmt::format("--set {} has no value", text), "write --set NAME=VALUE"});
    options.set.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  for (const auto& text : arguments.all("header")) {
    const auto colon = text.find(':');
    if (colon == std::string::npos || colon == 0 || text.find_first_of("\r\n") != std::string::npos)
      return tl::unexpected(
          Error{fmt::format("--header {} is no header field", text), "write -H 'Name: value'"});
    const auto value = text.find_first_not_of(' ', colon + 1);
    options.headers.add(text.substr(0, colon),
                        value == std::string::npos ? "" : text.substr(value));
  }
  return {};
}

Result<HttpVersion> http_version(const std::string& text) {
  for (const auto version :
       {HttpVersion::any, HttpVersion::http1, HttpVersion::http2, HttpVersion::h2c})
    if (text == to_string(version)) return version;
  return tl::unexpected(
      Error{fmt::format("--http {} is not known", text), "write auto, 1.1, 2 or h2c"});
}

}  // namespace

Result<LoadOptions> connection(const Arguments& arguments) {
  LoadOptions options;
  if (auto done = read_targets(arguments, options); !done) return tl::unexpected(done.error());
  if (auto done = read_pairs(arguments, options); !done) return tl::unexpected(done.error());
  const auto file = [&](const char* name) {
    return arguments.has(name) ? std::optional(arguments.value(name)) : std::nullopt;
  };
  options.ca = file("ca");
  options.certificate = file("cert");
  options.key = file("key");
  options.sni = file("sni");
  if (arguments.has("insecure")) options.insecure = true;
  if (arguments.has("http")) {
    auto version = http_version(arguments.value("http"));
    if (!version) return tl::unexpected(version.error());
    options.http = *version;
  }
  if (arguments.has("timeout")) {
    auto timeout = duration_option(arguments, "timeout");
    if (!timeout) return tl::unexpected(timeout.error());
    options.timeout = *timeout;
  }
  if (arguments.has("ipv4") && arguments.has("ipv6"))
    return tl::unexpected(
        Error{"-4 and -6 exclude each other", "give one of them, or none for both"});
  options.ip_version = arguments.has("ipv4") ? 4 : arguments.has("ipv6") ? 6 : 0;
  options.environment = [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value ? std::optional<std::string>(value) : std::nullopt;
  };
  for (const auto& profile : profiles()) options.controllers.push_back(profile.name);
  for (const auto& preset : identity_presets()) options.presets.push_back(preset.name);
  options.preset = identity_preset;
  return options;
}

int complain(const Error& error) {
  std::fputs(fmt::format("ingress-check: {}\n", show(error, "")).c_str(), stderr);
  return error.usage ? 2 : 3;
}

}  // namespace ingress_check
