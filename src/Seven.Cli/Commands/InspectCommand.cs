using System.CommandLine;
using System.Globalization;
using Seven.Encoders;
using Seven.Hub;
using Seven.Inference;
using Seven.Reports;
using Seven.Terminal;
using Spectre.Console;

namespace Seven.Cli.Commands;

/// <summary><c>seven inspect</c>.</summary>
internal static class InspectCommand
{
    public static Command New()
    {
        var model = Common.Model();
        var layers = new Option<bool>("--layers") { Description = "List each matrix." };
        var json = Common.Json();
        var command = new DescribedCommand("inspect", "Says what a model is: architecture, task, labels, shape, zeros, numbers, files.", "seven inspect small --layers") { model, layers, json };
        command.SetAction(parsed =>
        {
            string folder = ModelHub.FolderOf(parsed.GetRequiredValue(model));
            using var loaded = SparseModel.Load(folder, new SparseModelOptions { SparseFrom = 1 });
            var report = ReportFolder.LayersOf(loaded);
            if (parsed.GetValue(json))
                Common.PrintJson(JsonOf(folder, loaded, report));
            else
                Print(folder, loaded, report, parsed.GetValue(layers));
        });
        return command;
    }

    private static object JsonOf(string folder, SparseModel model, PruningReport report) => new
    {
        Folder = folder,
        Architecture = model.Configuration.Architecture.ModelType,
        Task = model.Task.Name,
        model.Labels,
        Shape = Shape(model).ToDictionary(),
        Parameters = report.ModelParameters,
        PrunableWeights = report.Weights,
        report.Kept,
        report.Sparsity,
        Precision = model.Precision.ToString(),
        model.HasVocabulary,
        Files = Files(folder),
        Layers = report.Layers.Select(layer => new { layer.Name, layer.Shape, layer.Weights, layer.Kept, layer.Sparsity }),
    };

    private static void Print(string folder, SparseModel model, PruningReport report, bool showsLayers)
    {
        var table = new Table().RoundedBorder().HideHeaders().AddColumn("").AddColumn("");
        Row("folder", folder);
        Row("architecture", model.Configuration.Architecture.ModelType);
        Row("task", model.Task.Name);
        if (model.Labels.Count > 0)
            Row("labels", $"{string.Join(", ", model.Labels.Take(12))}{(model.Labels.Count > 12 ? $" and {model.Labels.Count - 12} more" : "")}");
        Row("shape", string.Join(", ", Shape(model).Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Value:N0} {entry.Key}"))));
        Row("parameters", string.Create(CultureInfo.InvariantCulture, $"{report.ModelParameters:N0}, of which {report.Weights:N0} ({report.PrunableShare:P1}) can be pruned"));
        Row("zeros", string.Create(CultureInfo.InvariantCulture, $"{report.Sparsity:P2} of those; {report.Kept:N0} are left"));
        Row("numbers", model.Precision == Precision.Int8 ? "int8 (as it was saved)" : "float32");
        Row("tokenizer", model.HasVocabulary ? "there" : "none: texts cannot be read, only token numbers");
        Row("files", string.Join(", ", Files(folder).Select(file => string.Create(CultureInfo.InvariantCulture, $"{file.Key} {file.Value / 1e6:F2} MB"))));
        AnsiConsole.Write(table);
        if (!showsLayers)
            return;
        var matrices = new Table().RoundedBorder().AddColumn("matrix").AddColumn("shape").AddColumn(new TableColumn("weights").RightAligned()).AddColumn(new TableColumn("kept").RightAligned()).AddColumn(new TableColumn("zeros").RightAligned());
        foreach (var layer in report.Layers)
            matrices.AddRow(Markup.Escape(layer.Name), string.Join(" × ", layer.Shape), Format("N0", layer.Weights), Format("N0", layer.Kept), Format("P1", layer.Sparsity));
        AnsiConsole.Write(matrices);

        void Row(string name, string value) => table.AddRow(name, Markup.Escape(value));
    }

    private static IEnumerable<KeyValuePair<string, int>> Shape(SparseModel model)
    {
        var shape = model.Configuration;
        yield return new("layers", shape.Layers);
        yield return new("features", shape.HiddenSize);
        yield return new("heads", shape.Heads);
        yield return new("features between the layers of feed-forward blocks", shape.IntermediateSize);
        if (shape is TextConfiguration text)
        {
            yield return new("tokens in the vocabulary", text.VocabularySize);
            yield return new("tokens a text", text.TextLength);
        }
        else if (shape is ImageConfiguration image)
        {
            yield return new("pixels a side", image.ImageSize);
        }
    }

    private static Dictionary<string, long> Files(string folder) =>
        new DirectoryInfo(folder).EnumerateFiles().OrderByDescending(file => file.Length).ToDictionary(file => file.Name, file => file.Length);

    private static string Format(string format, double value) => value.ToString(format, CultureInfo.InvariantCulture);
}
