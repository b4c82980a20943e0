#include "mapping/program/python_literal.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

namespace dlfix::mapping {

std::string python_float(double value) {
  if (std::isnan(value)) return "float('nan')";
  if (std::isinf(value)) return value > 0 ? "float('inf')" : "float('-inf')";
  std::array<char, 64> buffer{};
  const auto end =
      std::to_chars(buffer.begin(), buffer.end(), value, std::chars_format::scientific);
  const std::string text(buffer.data(), end.ptr);
  const int exponent = std::atoi(text.substr(text.find('e') + 1).c_str());
  // Python's repr changes to powers of ten at these bounds.
  if (exponent < -4 || exponent >= 16) return text;
  const auto fixed = std::to_chars(buffer.begin(), buffer.end(), value, std::chars_format::fixed);
  std::string result(buffer.data(), fixed.ptr);
  if (result.find('.') == std::string::npos) result += ".0";
  return result;
}

std::string python_string(std::string_view text, std::string_view quote) {
  const char delimiter = quote.empty() ? '\'' : quote.front();
  std::string body;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == delimiter || c == '\\') {
      body += '\\';
      body += c;
    } else if (byte < 0x20 || byte == 0x7F) {
      body += fmt::format("\\x{:02x}", byte);
    } else {
      body += c;
    }
  }
  const std::string marks = quote.empty() ? "'" : std::string(quote);
  return marks + body + marks;
}

std::string python_literal(const nlohmann::json& value, std::string_view quote) {
  if (value.is_null()) return "None";
  if (value.is_boolean()) return value.get<bool>() ? "True" : "False";
  if (value.is_string()) return python_string(value.get<std::string>(), quote);
  if (value.is_number_float()) return python_float(value.get<double>());
  if (!value.is_array()) return value.dump();
  std::string items;
  for (const auto& item : value) {
    if (!items.empty()) items += ", ";
    items += python_literal(item, quote);
  }
  return value.size() == 1 ? "(" + items + ",)" : "(" + items + ")";
}

}  // namespace dlfix::mapping
