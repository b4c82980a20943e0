// What the parts of edit planning share: the sources, the edits so far, names of Keras modules.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "mapping/program/edits.h"
#include "mapping/program/source_text.h"

namespace dlfix::mapping {

/// An edit before insertions at one place are joined; smaller ranks come first.
struct Draft {
  Edit edit;
  int rank = 0;
  bool keyword = false;  ///< an argument: a comma parts it from the next at the same place
};

/// Gathers drafts, refusals and imports of one plan.
class Drafting {
 public:
  /// Reads the program's sources. Errors: as read_sources.
  explicit Drafting(const Program& program);

  const Program& program() const { return program_; }
  /// `imports` of program.json; an empty object when there is none.
  const nlohmann::json& imports() const { return imports_; }
  /// Errors: InputError when the file is none of the program's.
  const SourceText& source(const std::string& path) const;

  void add(Span span, std::string text, std::vector<std::string> names, int rank = 0);
  /// A keyword argument before a closing parenthesis.
  void add_keyword(Span span, std::string text, const std::string& name);
  void refuse(const std::string& name, const std::string& reason);
  /// Drafts that lie inside `span`; with `take` they are removed from the plan.
  std::vector<Draft> inside(const Span& span, bool take);
  /// The text of `span` with the drafts that lie inside put in.
  std::string edited_text(const Span& span);

  /// An expression for a Keras object, such as `keras.layers.BatchNormalization` or `Adam`: the
  /// bound name, else through a module that is in scope, else with a new import on behalf of the
  /// hyperparameter `name`, all in the file that it stands in. `module`: layers, optimizers,
  /// initializers, regularizers.
  std::string keras_object(const std::string& module, const std::string& object,
                           const std::string& name);
  /// An expression for the module itself.
  std::string keras_module(const std::string& module, const std::string& name);
  /// Imports `object` of a Keras module by its bare name (unless it is bound) and returns it.
  std::string bare_object(const std::string& module, const std::string& object,
                          const std::string& name);

  /// Joins insertions at one place, adds the imports, sorts, refuses what overlaps.
  EditPlan finish();

 private:
  /// What the file that the hyperparameter stands in imports, and where.
  const nlohmann::json& imports_for(const std::string& name) const;
  void import(const std::string& line, const std::string& name);
  void add_imports();

  const Program& program_;
  nlohmann::json imports_;
  std::map<std::string, SourceText> sources_;
  std::vector<Draft> drafts_;
  std::vector<EditRefusal> refusals_;
  /// (file, line) -> hyperparameters
  std::map<std::pair<std::string, std::string>, std::set<std::string>> import_lines_;
};

}  // namespace dlfix::mapping
