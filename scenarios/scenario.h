// All that a user can write, as plain data, each value with its place. The language itself:
// scenarios/README.md.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/fields.h"
#include "scenarios/headers.h"

namespace ingress_check {

enum class HttpVersion { any, http1, http2, h2c };

/// `auto`, `1.1`, `2`, `h2c`.
std::string to_string(HttpVersion version);
std::optional<HttpVersion> parse_http_version(std::string_view text);

/// How one response tells which service and pod answered. Empty strings: that way is not used.
struct Identity {
  std::string preset =
      {};  ///< "echo", "echo-basic", ... as written; the fields below are filled from it
  std::string pod_header = {};  ///< response header that holds the pod
  std::string service_header = {};
  std::string pod_json = {};  ///< RFC 6901 pointer, or a plain member name, into a JSON body
  std::string service_json = {};
  std::string body = {};  ///< RE2 with (?P<service>...) and (?P<pod>...), either or both
  bool sees =
      false;  ///< the body also tells what the pod saw (path, host, headers), as echo pods do
  bool says_nothing() const;
};

struct AnsweredBy {
  Identity any;  ///< unless the service has its own
  std::vector<std::pair<std::string, Identity>> by_service;
};

/// Where to connect instead of where DNS says. The first entry that fits the URL's port is used.
struct Redirection {
  std::uint16_t url_port = 0;  ///< 0: any
  std::string host;            ///< name or IP, without brackets
  std::uint16_t port = 0;      ///< 0: the URL's own
};

/// Reads `IP`, `HOST:PORT`, `80=HOST:PORT,443=HOST:PORT`.
Result<std::vector<Redirection>> parse_address(std::string_view text);

struct Target {
  std::string name = "target";
  Place place;
  Url url;
  std::vector<Redirection> address;  ///< empty: DNS
  HttpVersion http = HttpVersion::any;
  std::string ca, certificate,
      key;                         ///< PEM files; empty: the system's roots, no client certificate
  bool insecure = false;           ///< go on although a certificate does not verify
  std::optional<std::string> sni;  ///< when it must differ from the host
  Headers headers;                 ///< sent with every request
  Duration timeout = std::chrono::seconds(10);         ///< for one whole exchange
  Duration connect_timeout = std::chrono::seconds(5);  ///< for the connection and its handshake
  std::vector<std::string> source_addresses;
  std::string controller = "auto";  ///< a profile's name, or "auto"
  std::vector<std::pair<std::string, std::string>>
      controller_overrides;  ///< trait -> value, as written under `controller: {like: ..., ...}`
  AnsweredBy answered_by;
  int ip_version = 0;  ///< 4, 6 or 0 for both
};

struct Ready {
  Place place;
  std::string path = "/";
  Statuses status;
  Duration within = std::chrono::seconds(30);
  int consecutive = 3;
};

/// One use of a check: for one target and one cell of its matrix.
struct Trial {
  std::size_t target = 0;                                 ///< index into Scenario::targets
  std::vector<std::pair<std::string, std::string>> cell;  ///< matrix: key and value as written
  std::optional<HttpVersion> http;                        ///< matrix over http
  Params params;
};

struct CheckItem {
  Place place;        ///< of the check's name
  std::string check;  ///< CheckWords::name
  std::string name;   ///< `name:`, or the check's name with a number when it is used more than once
  std::optional<std::string> expect_fail;                           ///< why, for every controller
  std::vector<std::pair<std::string, std::string>> expect_fail_on;  ///< controller -> why
  std::vector<std::string> only;                                    ///< controllers; empty: all
  std::vector<Trial> trials;
};

/// Traffic that other checks must stay below (0.7 of it).
struct HostLimit {
  std::vector<std::string> hosts;
  Rate limit;
};

struct Secret {
  std::string name;
  std::string value;
  bool as_word = false;  ///< short and perhaps a word: looked for only where it stands alone
};

struct Scenario {
  std::string file;
  std::string source;  ///< the file's text, for excerpts
  std::string name;
  std::string about;
  std::string lab;  ///< the practice lab that it passes on (`lab:`); may be empty
  std::vector<Target> targets;
  std::optional<Ready> ready;
  std::vector<HostLimit> limits;
  std::vector<CheckItem> checks;
  std::vector<Secret> secrets;  ///< every ${secret:NAME} that was expanded
};

}  // namespace ingress_check
