using Seven.Inference;
using Seven.Reports;

namespace Seven.Cli;

/// <summary>The report in a model's folder.</summary>
internal static class ReportFolder
{
    public static string FileIn(string folder) => Path.Combine(folder, PruningReport.FileName);

    /// <summary>The report that a run left in a folder, or what the weights themselves tell.</summary>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public static PruningReport Read(string folder)
    {
        var report = File.Exists(FileIn(folder)) ? PruningReport.LoadJson(FileIn(folder)) : null;
        if (report?.Values is not null)
            return report;
        using var model = SparseModel.Load(folder, new SparseModelOptions { SparseFrom = 1 });
        return (report ?? LayersOf(model)).WithValues(ValuesOf(model));
    }

    /// <summary>The matrices of a model, by the zeros that they have.</summary>
    public static PruningReport LayersOf(SparseModel model)
    {
        PruningReport report = null!;
        model.Write(network => report = new PruningReport(
            "another tool", model.Sparsity,
            [.. network.Parameters.Where(parameter => parameter.IsPrunable).Select(parameter => new LayerSparsity(parameter.Name, parameter.Shape, parameter.Count, parameter.Mask?.Kept ?? parameter.Count))],
            network.ParameterCount));
        return report;
    }

    private static WeightDistribution ValuesOf(SparseModel model)
    {
        WeightDistribution values = null!;
        model.Write(network => values = WeightDistribution.Of(network.Parameters));
        return values;
    }
}
