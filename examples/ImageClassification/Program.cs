using System.Globalization;
using Common;
using ImageClassification;
using ImageClassification.Data;
using Seven.Terminal;

return await ImageOptions.Run(args, static options =>
{
    OutputFolder.Claim(options.Output.FullName, options.Overwrite);
    options.Output.Create();
    string? folder = options.Model?.FullName;
    if (options.TorchModel is { } weights)
    {
        folder = Path.Combine(options.Output.FullName, "vit-cifar10");
        VitCifar10.ToFolder(weights.FullName, folder);
    }

    var runs =
        from seed in options.Seeds.Distinct()
        from sparsity in options.Sparsities.Distinct()
        from criterion in sparsity == 0 ? ["dense"] : options.CriterionNames.Distinct()
        select (Name: sparsity == 0 ? "dense" : string.Create(CultureInfo.InvariantCulture, $"{criterion}-{100 * sparsity:0.#}"), criterion, sparsity, seed);
    var planned = runs.ToArray();
    var models = RunDisplay.Show(display =>
    {
        var images = new ImageRuns(options, folder, display);
        return planned.Select(run => images.Run(run.Name, run.criterion, run.sparsity, run.seed)).ToArray();
    });
    TrainedModel.Print([.. models.Select(one => one.Model)], [.. models.Select(one => one.Score)], ImageRuns.TimedImages, "image");
    foreach (var found in planned.Zip(models, (run, one) => (run.Name, Accuracy: one.Model.Metrics[0].Value)).GroupBy(one => one.Name).Where(found => found.Count() > 1))
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{found.Key}: mean of {found.Count()} seeds {found.Average(one => one.Accuracy):P2} ({found.Min(one => one.Accuracy):P2} to {found.Max(one => one.Accuracy):P2})"));
});
