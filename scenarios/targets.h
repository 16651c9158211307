// Where to send: the `target` and `targets` of a file, with what the command line says about them.
#pragma once

#include <string>
#include <vector>

#include "scenarios/load.h"
#include "scenarios/yaml.h"

namespace ingress_check {

/// At most so many in one file.
inline constexpr std::size_t most_targets = 32;

/// What may be written under `target`, and under each name of `targets`.
std::vector<Field> target_fields(const std::vector<std::string>& controllers,
                                 const std::vector<std::string>& presets);
std::vector<KeyRule> target_rules();

/// "auto" (if wanted), every profile's name, and its name without the version.
std::vector<std::string> controller_words(const std::vector<std::string>& controllers,
                                          bool automatic);
/// `controller` and `answered-by`, as at the top of a file and in a target.
Field controller_field(const std::vector<std::string>& controllers);
Field answered_by_field(const std::vector<std::string>& presets);

/// The names of the targets, known before any is decoded.
struct TargetNames {
  std::vector<std::string> names;
  bool given = false;  ///< by the user: a value of a check may be a map by these names
};
TargetNames target_names(const Node& root, const LoadOptions& options);

/// Every target, decoded and with the command line's words applied. `top` holds the `controller`
/// and `answered-by` that hold for all. `file` is what relative paths start from.
std::vector<Target> read_targets(const Node& root, const Object& top, const std::string& file,
                                 const LoadOptions& options, const DecodeContext& context,
                                 Errors& errors);

}  // namespace ingress_check
