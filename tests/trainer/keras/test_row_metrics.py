"""Metrics from predictions, by numbers worked out by hand."""

import unittest

import numpy
import requests_base  # noqa: F401 (finds the package)
from dlfix_keras_worker import row_metrics


class RowMetrics(unittest.TestCase):
    def test_accuracy_follows_the_shapes_of_output_and_target(self):
        three = numpy.array([[0.1, 0.7, 0.2], [0.5, 0.2, 0.3]])
        for target in ([1, 2], [[1], [2]], [[0, 1, 0], [0, 0, 1]]):
            self.assertEqual(row_metrics.row_metric("accuracy", three, numpy.array(target)).tolist(), [1, 0])
        one = numpy.array([[0.6], [0.4], [0.9]])
        self.assertEqual(row_metrics.row_metric("accuracy", one, numpy.array([1, 1, 1])).tolist(), [1, 0, 1])

    def test_binary_accuracy_of_several_outputs_is_their_mean(self):
        output = numpy.array([[0.6, 0.2], [0.4, 0.1]])
        found = row_metrics.row_metric("binary_accuracy", output, numpy.array([[1, 0], [1, 0]]))
        self.assertEqual(found.tolist(), [1.0, 0.5])

    def test_errors_bring_ranks_together(self):
        output = numpy.array([[1.0], [3.0]])
        self.assertEqual(row_metrics.row_metric("mae", output, numpy.array([2, 1])).tolist(), [1, 2])
        self.assertEqual(row_metrics.row_metric("mse", output, numpy.array([2, 1])).tolist(), [1, 4])

    def test_ties_take_the_first_class_and_nan_is_smallest(self):
        values = numpy.array([[1.0, 1.0], [numpy.nan, -5.0], [numpy.nan, numpy.nan]])
        self.assertEqual(row_metrics.predicted_classes(values).tolist(), [0, 1, 0])

    def test_scores_are_the_single_output_or_that_of_class_one(self):
        self.assertEqual(row_metrics.row_scores(numpy.array([[0.3], [0.9]])).tolist(), [0.3, 0.9])
        self.assertEqual(row_metrics.row_scores(numpy.array([[0.3, 0.7]])).tolist(), [0.7])

    def test_f1_is_the_mean_over_classes_that_occur(self):
        predicted, truth = numpy.array([0, 0, 1, 2]), numpy.array([0, 1, 1, 1])
        self.assertAlmostEqual(row_metrics.macro_f1(predicted, truth), (2 / 3 + 1 / 2 + 0) / 3)

    def test_auc_counts_ties_half(self):
        scores, positive = numpy.array([0.1, 0.5, 0.5, 0.9]), numpy.array([False, True, False, True])
        self.assertAlmostEqual(row_metrics.roc_auc(scores, positive), 3.5 / 4)
        self.assertTrue(numpy.isnan(row_metrics.roc_auc(scores, numpy.ones(4, bool))))
        self.assertTrue(numpy.isnan(row_metrics.roc_auc(numpy.array([0.1, numpy.nan]), numpy.array([True, False]))))


if __name__ == "__main__":
    unittest.main()
