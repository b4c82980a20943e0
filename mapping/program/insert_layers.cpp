#include <fmt/format.h>

#include <map>

#include "mapping/program/edit_layers.h"
#include "mapping/program/layer_sites.h"
#include "mapping/program/layer_statement.h"
#include "mapping/program/python_literal.h"

namespace dlfix::mapping {
namespace {

/// Layers to be put before one site, in order.
struct Insertion {
  LayerSite site;
  std::vector<std::string> layers;  ///< `Dropout(0.5)`
  std::vector<std::string> names;   ///< their hyperparameters
};

std::string lines_before(const Insertion& insertion, const SourceText& source, bool whole_line) {
  const bool add = insertion.site.form == "add";
  std::string text;
  for (const auto& layer : insertion.layers) {
    const std::string& tensor = insertion.site.tensor;
    const std::string statement = add ? insertion.site.model + ".add(" + layer + ")"
                                      : tensor + " = " + layer + "(" + tensor + ")";
    text += whole_line
                ? source.indentation(insertion.site.span.start.line) + statement + source.line_end()
                : statement + "; ";
  }
  return text;
}

void put_statements(Drafting& drafting, const Insertion& insertion) {
  const Span& span = insertion.site.span;
  const SourceText& source = drafting.source(span.file);
  const bool whole_line = source.begins_line(span.start);
  const std::size_t at =
      whole_line ? source.line_start(span.start.line) : source.offset(span.start);
  drafting.add(source.span(at, at), lines_before(insertion, source, whole_line), insertion.names);
}

void put_elements(Drafting& drafting, const Insertion& insertion) {
  const Span& span = insertion.site.span;
  const SourceText& source = drafting.source(span.file);
  const std::string separator = source.begins_line(span.start)
                                    ? "," + source.line_end() + source.indentation(span.start.line)
                                    : ", ";
  std::string text;
  for (const auto& layer : insertion.layers) text += layer + separator;
  drafting.add({span.file, span.start, span.start}, text, insertion.names);
}

void refuse_all(Drafting& drafting, const Insertion& insertion, const std::string& reason) {
  for (const auto& name : insertion.names) drafting.refuse(name, reason);
}

// Rebinding the tensor's name is safe only where the statement rebinds it anyway; elsewhere the
// call's argument is wrapped.
void put_calls(Drafting& drafting, const Insertion& insertion) {
  const LayerSite& site = insertion.site;
  const SourceText& source = drafting.source(site.span.file);
  if (assigned_name(source.text(site.span)) == site.tensor) {
    put_statements(drafting, insertion);
    return;
  }
  const auto argument = called_on(drafting, site.span.file, site.layer, site.tensor);
  if (!argument) {
    refuse_all(drafting, insertion,
               fmt::format("line {}: what the layer is called on is not a plain name",
                           site.span.start.line));
    return;
  }
  std::string before;
  std::string after;
  for (const auto& layer : insertion.layers) {
    before.insert(0, layer + "(");
    after += ")";
  }
  drafting.add({argument->file, argument->start, argument->start}, before, insertion.names);
  drafting.add({argument->file, argument->end, argument->end}, after, insertion.names);
}

void put(Drafting& drafting, const Insertion& insertion) {
  if (insertion.site.form == "add") return put_statements(drafting, insertion);
  if (insertion.site.form == "list") return put_elements(drafting, insertion);
  if (insertion.site.form == "functional") return put_calls(drafting, insertion);
  refuse_all(
      drafting, insertion,
      insertion.site.reason.empty() ? "no layer can be inserted there" : insertion.site.reason);
}

std::string layer_text(Drafting& drafting, const Hyperparameter& hp, const nlohmann::json& value,
                       const LayerSite& site) {
  const bool dropout = hp.kind == "dropout_insert";
  const std::string callee =
      drafting.keras_object("layers", dropout ? "Dropout" : "BatchNormalization", hp.name);
  if (dropout) return callee + "(" + python_float(value.get<double>()) + ")";
  // The first layer of a sequential model tells the input's shape.
  return callee + "(" + (site.form == "functional" ? "" : site.input_shape_text) + ")";
}

std::string no_site(const Hyperparameter& hp) {
  return hp.kind == "dropout_insert" ? "no layer follows that a Dropout could be put before"
                                     : "the source has no place for a layer there";
}

void gather(Drafting& drafting, const Config& changes, const std::string& kind,
            std::map<int, Insertion>& insertions) {
  for (const auto& [name, value] : changes) {
    const Hyperparameter& hp = *drafting.program().find(name);
    const bool wanted = value.is_boolean() ? value.get<bool>() : value.is_number() && value > 0;
    if (hp.kind != kind || !wanted) continue;
    const auto site = kind == "dropout_insert" ? dropout_site(drafting.program(), hp)
                                               : normalization_site(drafting.program(), hp);
    if (!site || site->form == "none") {
      drafting.refuse(name, site && !site->reason.empty() ? site->reason : no_site(hp));
      continue;
    }
    Insertion& insertion = insertions[site->layer];
    insertion.site = *site;
    insertion.layers.push_back(layer_text(drafting, hp, value, *site));
    insertion.names.push_back(name);
  }
}

}  // namespace

void insert_layers(Drafting& drafting, const Config& changes) {
  std::map<int, Insertion> insertions;
  gather(drafting, changes, "dropout_insert", insertions);
  gather(drafting, changes, "batch_normalization", insertions);
  for (const auto& [layer, insertion] : insertions) put(drafting, insertion);
}

}  // namespace dlfix::mapping
