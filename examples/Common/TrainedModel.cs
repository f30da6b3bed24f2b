using Microsoft.ML;
using Seven.Inference;
using Seven.Metrics;
using Seven.MLNet;
using Seven.Reports;
using Seven.Terminal;

namespace Common;

/// <summary>A model that an example has trained, judged and saved.</summary>
/// <param name="Name">Its name, which its files have too.</param>
/// <param name="Metrics">ML.NET's metrics, the one that decides first.</param>
/// <param name="Path">The saved ML.NET model.</param>
/// <param name="Seconds">Seconds of <c>Fit</c>.</param>
/// <param name="Report">What pruning left; <see langword="null"/> for the dense model.</param>
public sealed record TrainedModel(string Name, IReadOnlyList<Metric> Metrics, string Path, double Seconds, PruningReport? Report)
{
    /// <summary>Its encoder as a Hugging Face folder, for services and for the tool; not there for ML.NET's own trainers.</summary>
    public string Folder => System.IO.Path.ChangeExtension(Path, null);

    /// <summary>Saves a fitted pipeline, its encoder as a folder, and the report on its pruning as a page and for <c>seven report</c>.</summary>
    public static TrainedModel Save(MLContext mlContext, ITransformer fitted, DataViewSchema schema, string name, string folder, IReadOnlyList<Metric> metrics, double seconds)
    {
        string path = System.IO.Path.Combine(folder, name + ".zip");
        var report = ((IEnumerable<ITransformer>)fitted).OfType<SevenPruneTransformer>().LastOrDefault()?.Report;
        mlContext.Model.Save(fitted, schema, path);
        report?.SaveHtml(System.IO.Path.ChangeExtension(path, ".html"));
        var model = new TrainedModel(name, metrics, path, seconds, report);
        if (((IEnumerable<ITransformer>)fitted).Select(step => step is SevenPruneTransformer pruned ? pruned.Network : step).OfType<EncoderTransformer>().LastOrDefault() is { } encoder)
        {
            encoder.SaveCompact(model.Folder);
            report?.SaveJson(System.IO.Path.Combine(model.Folder, PruningReport.FileName));
        }

        return model;
    }

    /// <summary>The model as a row of the table that the run ends with.</summary>
    /// <param name="milliseconds">The median time of one input; <see langword="null"/> where that was not measured.</param>
    public ModelRow Row(double? milliseconds) => new(Name, Metrics, Report?.Sparsity ?? 0, new FileInfo(Path).Length, milliseconds, Seconds);

    /// <summary>Its encoder as another program loads it.</summary>
    public SparseModel Load() => SparseModel.Load(Folder);

    /// <summary>Times models in turns, and prints the table.</summary>
    /// <param name="models">The models, the dense one first.</param>
    /// <param name="calls">What scores the same inputs with each model.</param>
    /// <param name="inputs">How many inputs that is.</param>
    /// <param name="input">What one of them is, such as "sentence".</param>
    public static void Print(IReadOnlyList<TrainedModel> models, IReadOnlyList<Action> calls, int inputs, string input)
    {
        double[] times = Latency.Milliseconds(calls, inputs);
        ModelRow.Print([.. models.Zip(times, (model, time) => model.Row(time))], input);
        foreach (var model in models)
            Console.WriteLine($"{model.Name}: {model.Path}{(model.Report is null ? "" : $", its report in {System.IO.Path.ChangeExtension(model.Path, ".html")}")}");
    }
}
