namespace Seven.Metrics;

/// <summary>Correlations of two series.</summary>
public static class Correlation
{
    /// <summary>Pearson's correlation, -1 to 1; 0 where a series does not vary.</summary>
    /// <param name="x">One series, [length].</param>
    /// <param name="y">The other, [length].</param>
    public static double Pearson(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        if (x.Count == 0)
            return 0;
        var (meanX, meanY) = (x.Average(), y.Average());
        double products = 0, squaresX = 0, squaresY = 0;
        for (int i = 0; i < x.Count; i++)
        {
            var (dx, dy) = (x[i] - meanX, y[i] - meanY);
            (products, squaresX, squaresY) = (products + dx * dy, squaresX + dx * dx, squaresY + dy * dy);
        }

        return squaresX > 0 && squaresY > 0 ? products / Math.Sqrt(squaresX * squaresY) : 0;
    }

    /// <summary>Spearman's correlation: Pearson's of the ranks, equal values sharing their mean rank.</summary>
    /// <param name="x">One series, [length].</param>
    /// <param name="y">The other, [length].</param>
    public static double Spearman(IReadOnlyList<double> x, IReadOnlyList<double> y) => Pearson(Ranks(x), Ranks(y));

    private static double[] Ranks(IReadOnlyList<double> values)
    {
        int[] order = [.. Enumerable.Range(0, values.Count).OrderBy(i => values[i])];
        var ranks = new double[values.Count];
        for (int start = 0; start < order.Length;)
        {
            int end = start + 1;
            while (end < order.Length && values[order[end]] == values[order[start]])
                end++;
            for (int i = start; i < end; i++)
                ranks[order[i]] = (start + end - 1) / 2.0;
            start = end;
        }

        return ranks;
    }
}
