#include "providers/prices.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "providers/json_fields.h"
#include "trainer/support/errors.h"

namespace dlfix::providers {
namespace {

using nlohmann::json;
using support::InputError;

double amount(const json& entry, const char* name, const std::string& place) {
  const json& value = field(entry, name);
  if (!value.is_number() || value.get<double>() < 0)
    throw InputError(
        fmt::format("{}: \"{}\" must be a price in USD per million tokens", place, name));
  return value.get<double>();
}

/// "-2024-08-06", "-20250514", "-0613", "-latest" and "-preview": a snapshot of the same model.
bool is_snapshot(std::string_view rest) {
  if (!rest.starts_with('-')) return false;
  rest.remove_prefix(1);
  if (rest == "latest") return true;
  return rest.size() >= 4 && std::ranges::all_of(rest, [](unsigned char letter) {
           return std::isdigit(letter) != 0 || letter == '-';
         });
}

}  // namespace

PriceTable PriceTable::read(const std::vector<std::string>& files) {
  PriceTable table;
  for (const auto& file : files) {
    std::error_code error;
    if (std::filesystem::is_regular_file(file, error)) table.add(file);
  }
  return table;
}

void PriceTable::add(const std::string& file) {
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  const json table = parse_json(text.str());
  const json& providers = field(table, "prices");
  if (!in || !providers.is_object())
    throw InputError(
        file + ": is not a price table",
        R"({"date": "YYYY-MM-DD", "prices": {"openai": {"MODEL": {"input": 1, "output": 2}}}})");
  for (const auto& [provider, models] : providers.items())
    for (const auto& [model, entry] : models.items()) {
      const std::string place = fmt::format("{}: {} {}", file, provider, model);
      prices_[provider][model] = {amount(entry, "input", place), amount(entry, "output", place)};
    }
  date_ = std::max(date_, text_field(table, "date"));
}

std::optional<Price> PriceTable::find(const std::string& provider, const std::string& model) const {
  const auto models = prices_.find(provider == "openai-responses" ? "openai" : provider);
  if (models == prices_.end()) return {};
  if (const auto exact = models->second.find(model); exact != models->second.end())
    return exact->second;
  for (const auto& [name, price] : models->second)
    if (model.starts_with(name) && is_snapshot(std::string_view(model).substr(name.size())))
      return price;
  const auto any = models->second.find("*");
  return any == models->second.end() ? std::optional<Price>() : any->second;
}

}  // namespace dlfix::providers
