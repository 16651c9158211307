// One self-contained page for people who would rather look: no network, no script; without its
// style sheet it is plain but whole, charts included.
#include "reports/format.h"
#include "reports/human/html/parts.h"
#include "reports/human/html/template.h"

namespace ingress_check::formats {
namespace {

std::string render(const Report& report, const RenderOptions&) {
  html::Data page{html::Data::type::object};
  html::add_front(report, page);
  html::add_findings(report, page);
  html::add_loads(report, page);
  html::add_proofs(report, page);
  kainjow::mustache::mustache form{std::string(page_templates().front().text)};
  return form.render(page);
}

}  // namespace

extern const Format html{"html", "one page for people who would rather look", render};

}  // namespace ingress_check::formats
