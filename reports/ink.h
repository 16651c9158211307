// Colour, rows and line breaks of what is printed for people.
#pragma once

#include <string>
#include <string_view>

#include "reports/format.h"

namespace ingress_check {

enum class Ink { red, green, yellow, dim, bold };

/// As it is where the options want no colour.
std::string paint(std::string_view text, Ink ink, const RenderOptions& options);

/// Columns to write into, at least 60.
std::size_t columns(const RenderOptions& options);

/// Breaks text at blanks so that it fits `width`, later lines indented; the first begins at
/// `indent`.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t width);

/// "  name      text", text made printable and wrapped; empty if the text is.
std::string row(std::string_view name, std::string_view text, const RenderOptions& options);

}  // namespace ingress_check
