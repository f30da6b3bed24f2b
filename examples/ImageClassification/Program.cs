using System.Diagnostics;
using System.Globalization;
using ImageClassification;
using ImageClassification.Data;
using Microsoft.ML;
using Seven.MLNet;
using Seven.Pruning.Criteria;
using Seven.Training;

return ImageOptions.Run(args, static options =>
{
    try
    {
        Run(options);
        return 0;
    }
    catch (Exception exception) when (exception is IOException or ArgumentException or InvalidDataException or InvalidOperationException or NotSupportedException)
    {
        Console.Error.WriteLine(exception.Message);
        return 1;
    }
});

static void Run(ImageOptions options)
{
    options.Output.Create();
    string? folder = options.Model?.FullName;
    if (options.TorchModel is { } weights)
    {
        folder = Path.Combine(options.Output.FullName, "vit-cifar10");
        VitCifar10.ToFolder(weights.FullName, folder);
    }

    var accuracies = new Dictionary<string, List<double>>();
    foreach (int seed in options.Seeds)
    {
        foreach (double sparsity in options.Sparsities)
        {
            foreach (string criterion in sparsity == 0 ? ["dense"] : options.Criteria)
            {
                string name = sparsity == 0 ? "dense" : string.Create(CultureInfo.InvariantCulture, $"{criterion}-{100 * sparsity:0.#}");
                if (!accuracies.TryGetValue(name, out var found))
                    accuracies[name] = found = [];
                found.Add(RunOne(options, folder, name, criterion, sparsity, seed));
            }
        }
    }

    foreach (var (name, found) in accuracies.Where(entry => entry.Value.Count > 1))
        Print($"{name}: mean of {found.Count} seeds {found.Average():P2} ({found.Min():P2} to {found.Max():P2})");
}

static double RunOne(ImageOptions options, string? folder, string name, string criterion, double sparsity, int seed)
{
    var mlContext = new MLContext(seed);
    var (train, test) = (Load(mlContext, options.Train), Load(mlContext, options.Test));
    var trainer = new VisionTransformerOptions
    {
        ModelFolder = folder,
        FlipImages = true,
        UnusableRows = options.SkipUnreadable ? UnusableRows.Skip : UnusableRows.Throw,
        FineTuning = new FineTuningOptions
        {
            Epochs = options.Epochs,
            BatchSize = options.BatchSize,
            LearningRate = options.LearningRate,
            WeightDecay = 0,
            MaximumGradientNorm = null,
            Seed = seed,
        },
    };
    var pruning = sparsity == 0 ? null : new SevenPruneOptions { Sparsity = sparsity, Criterion = CriterionOf(criterion) };

    var watch = Stopwatch.StartNew();
    var model = ImageModel.RetrainModel(mlContext, train, trainer, options.ImageSize, pruning);
    double seconds = watch.Elapsed.TotalSeconds;
    var metrics = ImageModel.Evaluate(mlContext, model, test);
    string path = Path.Combine(options.Output.FullName, $"{name}-seed{seed}.zip");
    mlContext.Model.Save(model, train.Schema, path);
    if (((IEnumerable<ITransformer>)model).OfType<SevenPruneTransformer>().SingleOrDefault() is { } pruned)
    {
        var latency = folder is null ? null : Latency.Of(folder, ((EncoderTransformer)pruned.Network).Model);
        pruned.Report.WithLatency(latency).SaveHtml(Path.ChangeExtension(path, ".html"));
    }

    (model as IDisposable)?.Dispose();
    Print($"{name}, seed {seed}: micro accuracy {metrics.MicroAccuracy:P2}, log-loss {metrics.LogLoss:F3}; trained in {seconds:F0} s, saved as {path} ({new FileInfo(path).Length >> 10} KiB)");
    return metrics.MicroAccuracy;
}

static IDataView Load(MLContext mlContext, FileSystemInfo[] places) => places switch
{
    [DirectoryInfo folder] => ImageFolder.Load(mlContext, folder),
    _ => CifarFile.Load(mlContext, places.Select(place => place as FileInfo ?? throw new ArgumentException($"{place} is a folder; expected either one folder or CIFAR-10 files."))),
};

static ICriterion CriterionOf(string name) => name switch
{
    "seven" => new SevenCriterion(),
    "magnitude" => new MagnitudeCriterion(),
    _ => throw new ArgumentException($"--criterion is {name}; expected seven or magnitude."),
};

static void Print(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
