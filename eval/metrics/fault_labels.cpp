#include "eval/metrics/fault_labels.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>

#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

constexpr std::string_view kBetween = ", |\t\r\n";

std::set<int> read_layers(std::string_view inside, std::string_view text) {
  std::set<int> layers;
  std::size_t at = 0;
  while ((at = inside.find_first_not_of(", ", at)) != std::string_view::npos) {
    int layer = 0;
    const auto [end, error] =
        std::from_chars(inside.data() + at, inside.data() + inside.size(), layer);
    if (error != std::errc()) {
      throw support::InputError(fmt::format("\"{}\": \"{}\" are no layers", text, inside),
                                "write the layers as numbers: ACH(0,1)");
    }
    layers.insert(layer);
    at = static_cast<std::size_t>(end - inside.data());
  }
  return layers;
}

}  // namespace

FaultLabels parse_fault_labels(std::string_view text) {
  FaultLabels labels;
  std::size_t at = 0;
  while ((at = text.find_first_not_of(kBetween, at)) != std::string_view::npos) {
    const std::size_t end = std::min(text.find_first_of(", |\t\r\n(", at), text.size());
    FaultLabel label{std::string(text.substr(at, end - at)), {}};
    const std::size_t next = std::min(text.find_first_not_of(' ', end), text.size());
    at = end;
    if (next < text.size() && text[next] == '(') {
      const std::size_t close = std::min(text.find(')', next), text.size());
      label.layers = read_layers(text.substr(next + 1, close - next - 1), text);
      at = std::min(close + 1, text.size());
    }
    if (!label.type.empty() && label.type != "-" && label.type != "N/A")
      labels.push_back(std::move(label));
  }
  return labels;
}

std::string to_string(const FaultLabels& labels) {
  std::string text;
  for (const auto& label : labels) {
    if (!text.empty()) text += ", ";
    text += label.type;
    if (!label.layers.empty()) text += fmt::format("({})", fmt::join(label.layers, ","));
  }
  return text.empty() ? "-" : text;
}

}  // namespace dlfix::eval
