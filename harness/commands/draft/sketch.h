// A first scenario, put together from what a manifest or a log says, and its text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ingress_check {

struct SketchRoute {
  std::string host;     ///< empty: no rule names one
  std::string path;     ///< begins with '/'; as it goes out
  std::string service;  ///< empty: not known
  std::string status;   ///< "2xx"; empty: not known
};

struct Sketch {
  std::string name;  ///< of the scenario: any text, made fit when it is written
  std::string from;  ///< what it was drafted from, for its first line
  std::vector<SketchRoute> routes;
  std::vector<std::string> tls_hosts;
  std::vector<std::string> checks;   ///< items besides routing, as YAML on one line
  std::vector<std::string> remarks;  ///< what it cannot express, each named

  void add(SketchRoute route);           ///< unless there is one of the same host and path
  void remark(const std::string& text);  ///< once each
  bool has_tls(const std::string& host) const;
  /// The scheme and host of URLs to it; a variable stands for a host that no rule names.
  std::string origin(const std::string& host) const;
};

/// A scenario that `validate` accepts, what it cannot express behind it as comments. The sketch has
/// a route.
std::string scenario_text(const Sketch& sketch);

/// A YAML scalar that reads back to exactly this text, `${` included: plain if that is safe.
std::string yaml_scalar(std::string_view text);

}  // namespace ingress_check
