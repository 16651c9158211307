#include "checks/profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "checks/word.h"
#include "scenarios/fields.h"
#include "scenarios/units.h"
#include "scenarios/yaml.h"

namespace ingress_check {

namespace {

Field field(std::string name, Kind kind, std::string about, bool required = false,
            std::string fallback = {}) {
  return {.name = std::move(name),
          .kind = kind,
          .about = std::move(about),
          .fallback = std::move(fallback),
          .required = required};
}

std::vector<Field> page_fields() {
  return {field("meaning", Kind::text, "what the page says about the request", true),
          field("status", Kind::statuses, "status codes that it comes with", true),
          field("body", Kind::pattern, "found in its body"),
          field("header", Kind::text, "`Name: pattern` of a header that it has"),
          field("absent-header", Kind::text, "a header that it does not have"),
          field("empty-body", Kind::boolean, "whether its body is empty", false, "false"),
          field("open", Kind::boolean, "whether applications send it as well", false, "false"),
          field("source", Kind::text, "how this is known", true)};
}

std::vector<Field> fingerprint_fields() {
  return {field("certificate", Kind::pattern, "found in the subject of its default certificate"),
          field("header", Kind::text, "`Name: pattern` on the answer to an unknown host"),
          field("body", Kind::pattern, "found in the body of that answer"),
          field("absent-header", Kind::text, "a header that this answer does not have"),
          field("status", Kind::integer, "status of that answer", false, "0"),
          field("points", Kind::integer, "how much it counts; 3 are enough", false, "1"),
          field("source", Kind::text, "how this is known", true)};
}

std::vector<Field> trait_fields() {
  return {field("value", Kind::text, "its value", true),
          field("source", Kind::text, "how this is known", true),
          field("confirmed", Kind::boolean, "read in its source or documentation", false, "true")};
}

Field object(std::vector<Field> fields) {
  return holding(field("", Kind::object, ""), std::move(fields));
}

std::vector<Field> profile_fields() {
  return {
      field("profile", Kind::text, "its name, as controller: takes it", true),
      field("about", Kind::text, "one sentence", true),
      holding(field("fingerprints", Kind::list, "what gives it away"),
              {object(fingerprint_fields())}),
      holding(field("pages", Kind::list, "answers that it makes itself"), {object(page_fields())}),
      holding(field("default-certificates", Kind::list, "subjects of its default certificates"),
              {field("", Kind::pattern, "found in the subject")}),
      holding(field("traits", Kind::map, "how it behaves"), {object(trait_fields())})};
}

const List& items(const Object& object, std::string_view name) {
  static const List none;
  const auto* value = object.find(name);
  return value && value->is<List>() ? value->as<List>() : none;
}

Page page_of(const Object& o) {
  Page page;
  page.meaning = o.text("meaning");
  if (const auto* status = o.find("status"); status && status->is<Statuses>())
    page.status = status->as<Statuses>();
  page.body = o.text("body");
  page.header = o.text("header");
  page.absent_header = o.text("absent-header");
  page.empty_body = o.boolean("empty-body", false);
  page.open = o.boolean("open", false);
  page.source = o.text("source");
  return page;
}

Fingerprint fingerprint_of(const Object& o) {
  Fingerprint print;
  print.certificate = o.text("certificate");
  print.header = o.text("header");
  print.body = o.text("body");
  print.absent_header = o.text("absent-header");
  print.status = static_cast<int>(o.integer("status", 0));
  print.points = static_cast<int>(o.integer("points", 1));
  return print;
}

/// "ingress-nginx@1.x" -> "ingress-nginx".
std::string_view family(std::string_view name) { return name.substr(0, name.find('@')); }

std::string dashed(std::string key) {
  std::ranges::replace(key, '.', '-');
  return key;
}

}  // namespace

std::optional<std::string> Profile::trait(const std::string& key) const {
  const auto found = traits.find(key);
  return found == traits.end() ? std::nullopt : std::optional(found->second.value);
}

std::optional<std::string> Profile::confirmed_trait(const std::string& key) const {
  const auto found = traits.find(key);
  if (found == traits.end() || !found->second.confirmed) return std::nullopt;
  return found->second.value;
}

tl::expected<Profile, Errors> read_profile(std::string_view text, const std::string& file) {
  const auto node = read_yaml(text, file);
  if (!node) return tl::unexpected(node.error());
  Errors errors;
  const auto object = decode(*node, profile_fields(), {}, {}, errors);
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  Profile profile;
  profile.name = object.text("profile");
  profile.about = object.text("about");
  for (const auto& item : items(object, "fingerprints"))
    profile.fingerprints.push_back(fingerprint_of(item.as<Object>()));
  for (const auto& item : items(object, "pages"))
    profile.pages.push_back(page_of(item.as<Object>()));
  for (const auto& item : items(object, "default-certificates"))
    profile.default_certificates.push_back(item.as<std::string>());
  if (const auto* traits = object.find("traits"); traits && traits->is<Object>())
    for (const auto& [key, value] : traits->as<Object>().members) {
      const auto& trait = value.as<Object>();
      profile.traits[key] = {trait.text("value"), trait.text("source"),
                             trait.boolean("confirmed", true)};
    }
  return profile;
}

const std::vector<Profile>& profiles() {
  static const std::vector<Profile> all = [] {
    std::vector<Profile> read;
    for (const auto& file : controller_files()) {
      auto profile = read_profile(file.text, std::string(file.path));
      if (!profile) {
        for (const auto& error : profile.error())
          fmt::print(stderr, "bug: {}", show(error, file.text));
        std::abort();
      }
      read.push_back(std::move(*profile));
    }
    std::ranges::sort(read, {}, &Profile::name);
    return read;
  }();
  return all;
}

const Profile* find_profile(std::string_view name) {
  const Profile* newest = nullptr;
  for (const auto& profile : profiles()) {
    if (profile.name == name) return &profile;
    if (family(profile.name) == name) newest = &profile;  // in order of name: the last is newest
  }
  return newest;
}

const Profile& generic_profile() {
  const auto* generic = find_profile("generic");
  if (generic) return *generic;
  fmt::print(stderr, "bug: there is no profile named generic\n");
  std::abort();
}

Result<Profile> with_overrides(Profile profile,
                               const std::vector<std::pair<std::string, std::string>>& overrides) {
  for (const auto& override : overrides) {
    const auto& written = override.first;
    const auto known = std::ranges::find_if(trait_keys(), [&](const auto& key) {
      return key.first == written || dashed(key.first) == written;
    });
    if (known == trait_keys().end()) {
      std::vector<std::string> words;
      for (const auto& key : trait_keys()) words.push_back(dashed(key.first));
      const auto near = nearest(written, words);
      return tl::unexpected(Error{
          fmt::format("no controller has a trait \"{}\"", written),
          near.empty() ? "known are " + one_of(words) : fmt::format("did you mean {}?", near)});
    }
    profile.traits[known->first] = {override.second, "the scenario's own word", true};
  }
  return profile;
}

Guess guess_profile(const std::vector<Evidence>& evidence) {
  Guess best{&generic_profile(), {}};
  int most = 2;  // the generic profile is taken unless another reaches 3
  for (const auto& profile : profiles()) {
    int points = 0;
    std::vector<std::string> because;
    for (const auto& print : profile.fingerprints)
      for (const auto& one : evidence) {
        const auto hit =
            std::ranges::find_if(one.exchanges, [&](const auto& e) { return fits(print, e); });
        if (hit == one.exchanges.end()) continue;
        points += print.points;
        if (!print.certificate.empty())
          because.push_back(
              fmt::format("its default certificate is \"{}\"", hit->tls->chain.front().subject));
        else if (!print.header.empty())
          because.push_back(fmt::format("an unknown host is answered with the header {}",
                                        print.header.substr(0, print.header.find(':'))));
        else
          because.push_back(fmt::format("an unknown host is answered {} by its page", hit->status));
        break;
      }
    if (points > most)
      best = {&profile, std::move(because)}, most = points;
    else if (points == most && points > 2)
      best = {&generic_profile(), {}};
  }
  return best;
}

Traffic fingerprint_traffic(const Target& target) {
  const std::string stranger = "unknown-host.ingress-check.invalid";
  // What no rule matches, and the path under which some controllers tell that they are well.
  const auto ask = [&](bool https, const char* path) {
    Request request;
    request.url = with_path(target.url, path);
    if (request.url.https != https) request.url.port = 0;
    request.url.https = https;
    request.headers.add("Host", stranger);
    request.sni = stranger;
    return request;
  };
  // Another port is asked only where the target is known to have one: the scheme's own, or one that
  // `address` names.
  const auto redirected = [&](std::uint16_t port) {
    return target.address.empty() ? target.url.port == 0
                                  : std::ranges::any_of(target.address, [&](const Redirection& r) {
                                      return r.url_port == port || (r.url_port == 0 && r.port == 0);
                                    });
  };
  Http http;
  http.concurrency = 2;
  for (const char* path : {"/ingress-check", "/healthz"}) {
    if (!target.url.https || redirected(80)) http.requests.push_back(ask(false, path));
    if (target.url.https || redirected(443)) http.requests.push_back(ask(true, path));
  }
  return {.name = "fingerprints", .send = std::move(http)};
}

}  // namespace ingress_check
