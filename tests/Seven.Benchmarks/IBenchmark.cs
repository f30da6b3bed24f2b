namespace Seven.Benchmarks;

/// <summary>Something measured here, and by a Python script with libtorch.</summary>
internal interface IBenchmark
{
    string Name { get; }

    /// <summary>Threads to measure with where none are asked for.</summary>
    int DefaultThreads { get; }

    /// <summary>The script beside the program that measures the same with libtorch.</summary>
    string Script { get; }

    /// <summary>The cases that the script measures, a quick one first.</summary>
    IReadOnlyList<string> Cases { get; }

    /// <summary>The floor of each figure: work, bytes, and what of this machine limits it.</summary>
    string Notes { get; }

    /// <summary>Measures case after case.</summary>
    IEnumerable<Measurement> Measure(int threads);
}
