// One self-contained page for people who would rather look: no network, no script; without its
// style sheet it is plain but whole, charts included.
#include "reports/format.h"
#include "reports/human/html/parts.h"
#include "reports/human/html/template.h"

namespace ingress_check::formats {
namespace {

std::string render(const Report& report, const RenderOptions&) {
  html::Data page = html::page_of(report);
  kainjow::mustache::mustache form{std::string(page_templates().front().text)};
  return form.render(page);
}

}  // namespace

extern const Format html{"html", "one page for people who would rather look", render};

}  // namespace ingress_check::formats
