// What tokens cost, from a dated table that the user may edit.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace dlfix::providers {

struct Price {
  double input = 0;   ///< USD per million tokens
  double output = 0;  ///< USD per million tokens, thoughts included
  bool operator==(const Price&) const = default;
};

/// {"date": "YYYY-MM-DD", "prices": {PROVIDER: {MODEL: {"input": USD, "output": USD}}}}, per
/// million tokens. MODEL "*" stands for every model of that provider.
class PriceTable {
 public:
  PriceTable() = default;
  /// Later files win, model by model; a file that is not there is passed over. Errors: InputError
  /// naming file and entry.
  static PriceTable read(const std::vector<std::string>& files);

  /// The model's own entry, or that of the name it is a dated snapshot of ("gpt-4o-2024-08-06" of
  /// "gpt-4o"). Nothing when the price is not known: that is not zero.
  std::optional<Price> find(const std::string& provider, const std::string& model) const;
  /// Date of the newest file that was read; empty: none.
  const std::string& date() const { return date_; }

 private:
  void add(const std::string& file);

  std::string date_;
  std::map<std::string, std::map<std::string, Price>> prices_;
};

}  // namespace dlfix::providers
