// One provider's values from the command line, the environment and the settings files.
#pragma once

#include <string>

#include "agent/llm/options.h"
#include "providers/dialect.h"

namespace dlfix::agent {

class ProviderSettings {
 public:
  /// `name`: a dialect's or a table's. `options` and `environment` must outlive this. Errors:
  /// InputError (a key of the table that is not known).
  ProviderSettings(std::string name, const LlmOptions& options,
                   const EnvironmentLookup& environment);

  /// The table's `dialect`, else the name itself.
  std::string dialect() const;
  /// Empty: there is none.
  std::string base_url(const providers::Dialect& dialect) const;
  /// Key, organisation, API version, further headers, CA file. Errors: InputError (key file, key
  /// command, what a project's file may not say).
  void fill(const providers::Dialect& dialect, providers::Connection& connection) const;

 private:
  struct Value {
    std::string text;
    bool of_project = false;
  };
  std::string variable(std::string_view name) const;
  /// From the table [providers.NAME], or else, for `option`, from the top of the file.
  Value from_files(const std::string& key, const std::string& option) const;
  void fill_key(const providers::Dialect& dialect, providers::Connection& connection) const;
  std::vector<std::string> headers() const;

  std::string name_;
  const LlmOptions& options_;
  const EnvironmentLookup& environment_;
  bool own_name_ = false;  ///< a table with a dialect: the vendor's variables are not its
};

/// Errors: InputError when `llm` stands in the project's file.
void refuse_command_of_project(const std::string& llm, const LlmOptions& options);

}  // namespace dlfix::agent
