// What is known of a controller: its fingerprints, its pages, its traits. One YAML file each in
// checks/controllers, compiled in.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/evidence.h"
#include "scenarios/error.h"

namespace ingress_check {

struct EmbeddedFile {
  std::string_view path;
  std::string_view text;
};

/// The files of checks/controllers, as compiled in.
std::span<const EmbeddedFile> controller_files();

/// A response that the controller itself makes.
struct Page {
  std::string
      meaning;  ///< "no-route", "no-endpoints", "plain-http-on-tls", "bad-gateway", "limited", ...
  Statuses status;
  std::string body;           ///< RE2 that the body must contain; empty: not looked at
  std::string header;         ///< "Name: RE2" that a header must match; empty: not looked at
  std::string absent_header;  ///< a header that must not be there
  bool empty_body = false;
  bool open = false;  ///< a common server's page: known, but an application may send it as well
  std::string source;
};

/// One trait's value and how it is known.
struct Trait {
  std::string value;
  std::string source;
  bool confirmed = true;  ///< false: must not become a hard expectation
};

struct Fingerprint {
  std::string certificate;    ///< RE2 over the subject of the default certificate
  std::string header;         ///< "Name: RE2" on the answer to an unknown host
  std::string body;           ///< RE2 over the body of the answer to an unknown host
  std::string absent_header;  ///< a header that the answer must not have
  int status = 0;             ///< of that answer; 0: any
  int points = 1;  ///< evidence adds up; the profile with most points, at least 3, is taken
};

struct Profile {
  std::string name;  ///< "ingress-nginx@1.x"; without '@...' in a scenario the newest is meant
  std::string about;
  std::vector<Fingerprint> fingerprints;
  std::vector<Page> pages;
  std::vector<std::string> default_certificates;  ///< RE2 over the subject
  std::map<std::string, Trait> traits;

  std::optional<std::string> trait(const std::string& key) const;
  /// The same, but only what may become a hard expectation: documented or read in the source.
  std::optional<std::string> confirmed_trait(const std::string& key) const;
};

/// One profile from the text of its YAML file, with every mistake of the file.
tl::expected<Profile, Errors> read_profile(std::string_view text, const std::string& file);
/// The traits that a scenario overrides: `limit-status: 429` is the trait `limit.status`. Errors
/// name the known keys, so that a misspelt one is not silently ignored.
Result<Profile> with_overrides(Profile profile,
                               const std::vector<std::pair<std::string, std::string>>& overrides);
/// Every trait key that some profile or check knows, with its meaning (checks/README.md).
const std::vector<std::pair<std::string, std::string>>& trait_keys();

/// All profiles, in order of name. Aborts at start if one of the compiled-in files is wrong (a test
/// reads them all).
const std::vector<Profile>& profiles();
/// By name, with or without its version ("ingress-nginx" is the newest). Null if there is none.
const Profile* find_profile(std::string_view name);
/// The generic profile: knows the pages of common servers, promises nothing.
const Profile& generic_profile();

/// What `auto` looks at: a host that nobody has configured, over http and over https where the
/// target has both; the https answer carries the certificate that the controller shows to
/// strangers.
Traffic fingerprint_traffic(const Target& target);
/// Whether one answer to fingerprint_traffic() shows this fingerprint.
bool fits(const Fingerprint& fingerprint, const Exchange& exchange);
/// The best match and why; the generic profile if nothing reaches 3 points or two are equal.
struct Guess {
  const Profile* profile;
  std::vector<std::string> because;
};
Guess guess_profile(const std::vector<Evidence>& evidence);

/// Who produced a response.
struct Origin {
  enum class By { ingress, app, open } by = By::open;
  std::string meaning;  ///< of a page of the ingress
};
/// By whether a pod named itself, then by the profile's known pages and headers; open where nothing
/// tells, or where the page is one that applications send as well.
Origin origin(const Profile& profile, const Exchange& exchange);

}  // namespace ingress_check
