namespace Seven.Benchmarks;

/// <summary>Something measured here, and with libtorch.</summary>
internal interface IBenchmark
{
    string Name { get; }

    /// <summary>Threads to measure with where none are asked for.</summary>
    int DefaultThreads { get; }

    /// <summary>What libtorch is measured by, under the names that measurements give as their baseline.</summary>
    IReadOnlyDictionary<string, Func<double>> Libtorch { get; }

    /// <summary>The floor of each figure: work, bytes, and what of this machine limits it.</summary>
    string Notes { get; }

    /// <summary>Measures case after case.</summary>
    IEnumerable<Measurement> Measure(int threads);
}
