// A made-up comparison of the study's size: thirty faults, searches and models, every kind of
// result.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>

#include "agent/compare/comparison.h"

namespace dlfix::agent {

class SampleComparison {
 public:
  Comparison make() {
    Comparison comparison;
    comparison.budget = "50 trainings of the program";
    comparison.budget_amount = 50;
    comparison.cuts = {10, 20};
    comparison.device = "cpu";
    for (const char* search : {"random", "guided", "bohb", "hebo", "autotrainer"})
      comparison.columns.push_back({search, search});
    for (const char* model : {"gpt-4", "gpt-4-turbo-preview", "gpt-3.5-turbo"})
      for (const char* temperature : {"0", "0.5", "1"})
        comparison.columns.push_back({fmt::format("{} at {}, paper", model, temperature), "llm"});
    for (const auto& [letter, count] : {std::pair('M', 3), {'C', 3}, {'R', 7}, {'U', 8}, {'D', 9}})
      for (int number = 1; number <= count; ++number)
        comparison.programs.push_back(
            program(fmt::format("{}{}", letter, number), comparison.columns));
    comparison.programs.front().columns.front().notes = {"<b>a note</b> & its \"quotes\""};
    comparison.notes = {"U2, hebo: left out: a layer is not supported"};
    judge(comparison);
    return comparison;
  }

 private:
  double between(double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random_);
  }

  ProgramComparison program(const std::string& name, const std::vector<Column>& columns) {
    ProgramComparison program;
    program.name = name;
    program.program = "/benchmark/" + name + "/faulty.py";
    program.data_kind = name[0] == 'U' || name == "D2" || name == "D3" ? "stand-in"
                        : name[0] == 'C' || name == "D5"               ? "sample"
                        : name[0] == 'R'                               ? "close"
                                                                       : "exact";
    program.higher_is_better = name[0] != 'U' && name != "D7";
    program.metric = program.higher_is_better ? "accuracy" : "mae";
    program.hold_out_rows = 2000;
    for (int key = 0; key < 12; ++key) program.faulty_config[fmt::format("act{}", key)] = "softmax";
    program.faulty_config["lr"] = 1.0;
    program.fix_config = program.faulty_config;
    program.fix_config["lr"] = 0.001;
    const double faulty = program.higher_is_better ? between(0.1, 0.6) : between(0.1, 6);
    const double fix = program.higher_is_better ? between(0.7, 1) : between(0.03, 0.08);
    for (int seed = 0; seed < 10; ++seed) {
      program.faulty.push_back(faulty + between(-0.01, 0.01));
      program.fix.push_back(fix + between(-0.005, 0.005));
    }
    program.faulty_learning = learning(faulty, 50);
    program.fix_learning = learning(fix, 50);
    for (const Column& column : columns) program.columns.push_back(result(column, faulty, fix));
    if (name == "D3") program.columns.erase(program.columns.begin() + 3);
    if (name[0] == 'D' || name == "M1") program.neutrality = analysis(program, faulty, fix);
    return program;
  }

  LearningCurve learning(double last, int epochs) {
    LearningCurve curve;
    for (int epoch = 1; epoch <= epochs; ++epoch) {
      curve.epochs.push_back(epoch);
      curve.metric.push_back(last * (1 - 0.6 * std::exp(-epoch / 8.0)) + between(-0.01, 0.01));
      curve.loss.push_back(2.3 * std::exp(-epoch / 10.0) + 0.1);
    }
    return curve;
  }

  ColumnResult result(const Column& column, double faulty, double fix) {
    ColumnResult result{column, {}, {}, {}, {}};
    const double reach = between(0.2, 1.05);
    for (int index = 0; index < 10; ++index) {
      RunOutcome run{"ok", {}, std::nan(""), 40};
      const double share = std::clamp(reach + between(-0.3, 0.2), 0.0, 1.1);
      if (between(0, 1) < 0.1) {
        run.outcome = column.technique == "llm" ? "no_json" : "no_patch";
      } else {
        run.value = faulty + share * (fix - faulty);
        for (int key = 0; key < 12; ++key)
          if (between(0, 1) < reach) run.config[fmt::format("act{}", key)] = "relu";
        run.config["batch_size"] = 32;
        if (between(0, 1) < 0.8) run.config["lr"] = between(0.0001, 0.1);
        run.learning = learning(run.value, 50);
        run.flips = {std::clamp(share, 0.0, 1.0), between(0, 0.02)};
      }
      if (column.technique != "llm") search(run, faulty, share * (fix - faulty));
      result.runs.push_back(std::move(run));
    }
    return result;
  }

  void search(RunOutcome& run, double faulty, double gain) {
    run.curve.push_back({0, faulty});
    for (double cost = between(1, 8); cost < 50; cost += between(3, 12))
      run.curve.push_back({cost, faulty + gain * (1 - std::exp(-cost / 12))});
    run.curve.push_back({50, run.curve.back().value});
    for (const double cut : {10.0, 20.0})
      run.cuts.push_back({cut, run.config, faulty + gain * (1 - std::exp(-cut / 12))});
  }

  eval::NeutralityResult analysis(const ProgramComparison& program, double faulty, double fix) {
    eval::NeutralityResult result;
    result.program = program.program;
    result.metric = program.metric;
    result.higher_is_better = program.higher_is_better;
    result.fix = {"fixed.py", program.fix_config, std::vector<double>(10, fix), {}};
    result.stopped_because = "no nodes left";
    eval::NeutralityNode& root = result.graph.root;
    root.config.assign(program.faulty_config.begin(), program.faulty_config.end());
    root.values.assign(10, faulty);
    root.fitness = faulty;
    std::vector<eval::NeutralityNode> nodes = {root};
    for (int id = 1; id <= 60; ++id) {
      eval::NeutralityNode node = nodes[static_cast<std::size_t>((id - 1) / 5)];
      node.parent = node.id;
      node.id = id;
      node.config[static_cast<std::size_t>(id) % node.config.size()].second =
          fmt::format("value {}", id);
      node.fitness = faulty + (fix - faulty) * std::min(1.0, 0.1 + 0.02 * id);
      node.values.assign(10, node.fitness);
      node.is_truth = id >= 45;
      nodes.push_back(node);
    }
    result.graph.nodes.assign(nodes.begin() + 1, nodes.end());
    result.graph.generated = 700;
    return result;
  }

  std::mt19937 random_{42};
};

}  // namespace dlfix::agent
