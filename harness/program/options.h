// The command line: what a command takes, read with Boost.Program_options, refused with words that
// help.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "scenarios/error.h"
#include "scenarios/load.h"

namespace ingress_check {

/// One option. `name` as in "insecure" or "insecure,k"; `value` names what follows it ("URL");
/// empty: a switch.
struct Option {
  std::string name;
  std::string value;
  std::string about;
  bool many = false;
  std::string fallback = {};
};

struct Arguments {
  std::map<std::string, std::vector<std::string>>
      values;  ///< by long name; a switch that was given has one ""
  std::vector<std::string> positional;

  bool has(const std::string& name) const { return values.contains(name); }
  std::string value(const std::string& name, const std::string& otherwise = {}) const;
  std::vector<std::string> all(const std::string& name) const;
};

/// Unknown options, missing values, an option given twice that takes one value: Errors with a near
/// word as hint.
Result<Arguments> parse(const std::vector<std::string>& words, const std::vector<Option>& options);

/// The --help of a command.
std::string help(const std::string& usage, const std::string& about,
                 const std::vector<Option>& options);

/// What every command begins with: the arguments, or, once --help or a mistake has been printed,
/// the exit status.
tl::expected<Arguments, int> begin(const std::vector<std::string>& words, const std::string& usage,
                                   const std::string& about, const std::vector<Option>& options);

/// The value of an option that takes a duration. Errors name it; no time at all is a mistake.
Result<Duration> duration_option(const Arguments& arguments, const std::string& name);

/// Flags that say where and how to connect; the same words on run, plan, validate and probe.
std::vector<Option> connection_options();
/// Their values, as the loader wants them. The file names are taken as they are.
Result<LoadOptions> connection(const Arguments& arguments);

/// Prints "ingress-check: what" and the hint to standard error; the exit status that belongs to the
/// Error (2 or 3).
int complain(const Error& error);

}  // namespace ingress_check
