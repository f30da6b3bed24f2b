using System.Globalization;
using System.Text;

namespace Seven.Reports;

/// <summary>The sparsity of a network, in all and by layer, with scores, course and latencies.</summary>
/// <param name="criterion">The name of the criterion.</param>
/// <param name="targetSparsity">The share of zeros asked for.</param>
/// <param name="layers">The pruned arrays, in the network's order.</param>
/// <param name="modelParameters">All parameters of the network, prunable or not.</param>
public sealed class PruningReport(string criterion, double targetSparsity, IReadOnlyList<LayerSparsity> layers, long modelParameters)
{
    /// <summary>The name of the JSON file in a model's folder, where <c>seven report</c> looks for it.</summary>
    public const string FileName = "seven-report.json";

    /// <summary>The name of the criterion.</summary>
    public string Criterion => criterion;

    /// <summary>The share of zeros asked for.</summary>
    public double TargetSparsity => targetSparsity;

    /// <summary>The pruned arrays, in the network's order.</summary>
    public IReadOnlyList<LayerSparsity> Layers => layers;

    /// <summary>All parameters of the network, prunable or not.</summary>
    public long ModelParameters => modelParameters;

    /// <summary>Which weights were kept or removed together. Default unstructured: each by itself.</summary>
    public string Pattern { get; init; } = "unstructured";

    /// <summary>The scores at the last pruning step; <see langword="null"/> before it, and where they are not known.</summary>
    public ScoreDistribution? Scores { get; init; }

    /// <summary>Loss, sparsity and evaluation in the course of fine-tuning; empty where that is not known.</summary>
    public IReadOnlyList<CoursePoint> Course { get; init; } = [];

    /// <summary>Latencies of the dense and the pruned model, if they were measured.</summary>
    public LatencyComparison? Latency { get; init; }

    /// <summary>The search, if a goal was given in place of a sparsity.</summary>
    public SearchReport? Search { get; init; }

    /// <summary>The values of the weights that are left; <see langword="null"/> where they were not counted.</summary>
    public WeightDistribution? Values { get; init; }

    /// <summary>N, the prunable weights.</summary>
    public long Weights => Layers.Sum(layer => layer.Weights);

    /// <summary>Prunable weights kept.</summary>
    public long Kept => Layers.Sum(layer => layer.Kept);

    /// <summary>Share of zeros among the prunable weights.</summary>
    public double Sparsity => Weights == 0 ? 0 : 1 - Kept / (double)Weights;

    /// <summary>Share of the network's parameters that could be pruned at all.</summary>
    public double PrunableShare => ModelParameters == 0 ? 0 : Weights / (double)ModelParameters;

    /// <summary>Bytes of the network's dense float32 file.</summary>
    public long DenseBytes => sizeof(float) * ModelParameters;

    /// <summary>Bytes of its compact file with float32 values.</summary>
    public long CompactBytes => sizeof(float) * (ModelParameters - Weights) + Layers.Sum(layer => layer.CompactBytes);

    /// <summary>This report with latencies that were measured.</summary>
    /// <param name="latency">How long scoring takes; <see langword="null"/> for none.</param>
    public PruningReport WithLatency(LatencyComparison? latency) => Copy(Course, latency, Search, Values);

    /// <summary>This report with the course of fine-tuning.</summary>
    internal PruningReport WithCourse(IReadOnlyList<CoursePoint> course) => Copy(course, Latency, Search, Values);

    /// <summary>This report with the search that led to the model.</summary>
    internal PruningReport WithSearch(SearchReport search) => Copy(Course, Latency, search, Values);

    /// <summary>This report with the values of the weights that are left.</summary>
    internal PruningReport WithValues(WeightDistribution values) => Copy(Course, Latency, Search, values);

    /// <summary>Writes a page for people, one file without anything from elsewhere: what was tried, by quality, sparsity, time and size; sparsity by layer and matrix;
    /// the values of the weights; the scores with their threshold; the course of fine-tuning; as far as they are known.</summary>
    /// <param name="path">The file's name.</param>
    /// <exception cref="IOException">It could not be written; an older file is unchanged.</exception>
    public void SaveHtml(string path) => ReportPage.Save([("", this)], path);

    /// <summary>Writes all of it as JSON, for programs and to be read again.</summary>
    /// <inheritdoc cref="SaveHtml" path="/param|/exception"/>
    public void SaveJson(string path) => ReportFile.Save(this, path);

    /// <summary>Reads a report that <see cref="SaveJson"/> wrote.</summary>
    /// <param name="path">The file's name.</param>
    /// <exception cref="InvalidDataException">The file is no report.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static PruningReport LoadJson(string path) => ReportFile.Load(path);

    private PruningReport Copy(IReadOnlyList<CoursePoint> course, LatencyComparison? latency, SearchReport? search, WeightDistribution? values) =>
        new(criterion, targetSparsity, layers, modelParameters) { Pattern = Pattern, Scores = Scores, Course = course, Latency = latency, Search = search, Values = values };

    /// <summary>A table for people: one line a layer, then the whole.</summary>
    public override string ToString()
    {
        int width = Math.Max("prunable weights".Length, Layers.Max(layer => layer.Name.Length));
        var text = new StringBuilder();
        foreach (var layer in Layers)
            Line(layer.Name, layer.Weights, layer.Kept, layer.Sparsity);
        Line("prunable weights", Weights, Kept, Sparsity);
        return text.Append(CultureInfo.InvariantCulture,
            $"{Criterion}, {Pattern}, target {TargetSparsity:P1}; {PrunableShare:P1} of the model's {ModelParameters:N0} parameters can be pruned").ToString();

        void Line(string name, long weights, long kept, double sparsity) => text.AppendLine(
            CultureInfo.InvariantCulture, $"{name.PadRight(width)} {weights,12:N0} weights {kept,12:N0} kept {sparsity,8:P2} zeros");
    }
}
