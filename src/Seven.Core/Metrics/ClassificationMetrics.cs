namespace Seven.Metrics;

/// <summary>Figures of merit of a classification, from its confusion matrix.</summary>
internal static class ClassificationMetrics
{
    /// <param name="confusion">confusion[actual, predicted]: numbers of examples.</param>
    public static IReadOnlyList<Metric> Of(long[,] confusion)
    {
        int classes = confusion.GetLength(0);
        var (actual, predicted) = (new double[classes], new double[classes]);
        double all = 0, right = 0;
        for (int i = 0; i < classes; i++)
            for (int j = 0; j < classes; j++)
            {
                (actual[i], predicted[j], all) = (actual[i] + confusion[i, j], predicted[j] + confusion[i, j], all + confusion[i, j]);
                right += i == j ? confusion[i, j] : 0;
            }

        return
        [
            new("accuracy", all == 0 ? 0 : right / all),
            new("macro F1", MacroF1(confusion, actual, predicted)),
            new("Matthews", Matthews(right, all, actual, predicted)),
        ];
    }

    /// <summary>The mean over classes of 2·right / (actual + predicted); a class that occurs in neither counts as 0.</summary>
    private static double MacroF1(long[,] confusion, double[] actual, double[] predicted)
    {
        double sum = 0;
        for (int i = 0; i < actual.Length; i++)
            if (actual[i] + predicted[i] > 0)
                sum += 2 * confusion[i, i] / (actual[i] + predicted[i]);
        return sum / actual.Length;
    }

    /// <summary>Matthews' correlation in its form for several classes (Gorodkin, 2004); 0 where it is not defined.</summary>
    private static double Matthews(double right, double all, double[] actual, double[] predicted)
    {
        double products = actual.Zip(predicted, (a, p) => a * p).Sum();
        double spread = (all * all - predicted.Sum(p => p * p)) * (all * all - actual.Sum(a => a * a));
        return spread > 0 ? (right * all - products) / Math.Sqrt(spread) : 0;
    }
}
