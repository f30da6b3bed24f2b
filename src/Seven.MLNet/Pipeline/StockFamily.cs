using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace Seven.MLNet.Pipeline;

/// <summary>ML.NET's own trainers on TorchSharp. The package Seven.MLNet.TorchSharp implements it and is found by its assembly's name, so that programs
/// without such trainers need neither TorchSharp nor libtorch.</summary>
internal abstract class StockFamily
{
    private const string StockAssembly = "Microsoft.ML.TorchSharp";
    private const string Package = "Seven.MLNet.TorchSharp";

    private static readonly Lazy<StockFamily?> s_installed = new(() => OptionalAssembly.Create<StockFamily>($"{Package}.Stock.StockTrainers", Package));

    /// <summary>The trainers by their names in ML.NET's catalogs.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "MulticlassClassification.Trainers.TextClassification", "Regression.Trainers.SentenceSimilarity", "MulticlassClassification.Trainers.NamedEntityRecognition",
        "MulticlassClassification.Trainers.QuestionAnswer", "MulticlassClassification.Trainers.ObjectDetection",
    ];

    /// <summary>The family that serves a trainer or a fitted transformer; <see langword="null"/> if it is not one of ML.NET's on TorchSharp.</summary>
    /// <param name="step">The trainer or transformer.</param>
    /// <exception cref="InvalidOperationException">It is one, and the package that prunes it is missing; the message names the package.</exception>
    /// <exception cref="NotSupportedException">The loaded TorchSharp is too new for ML.NET's trainers.</exception>
    public static StockFamily? For(object step)
    {
        if (step.GetType().Assembly.GetName().Name != StockAssembly)
            return null;
        return s_installed.Value ?? throw new InvalidOperationException(
            $"{step.GetType().Name} is one of ML.NET's trainers on TorchSharp, and the package {Package} is missing; expected it in the program's own project: dotnet add package {Package}.");
    }

    /// <summary>Wraps a trainer.</summary>
    /// <exception cref="NotSupportedException">The trainer is none of the five.</exception>
    public abstract IPrunableTrainer Wrap(IEstimator<ITransformer> trainer, IHostEnvironment environment);

    /// <summary>Whether a transformer holds a network that one of the five trainers made.</summary>
    public abstract bool HoldsNetwork(ITransformer transformer);

    /// <summary>Trains a fitted network further and prunes it, in place.</summary>
    public abstract PruningOutcome PruneFurther(UpstreamNetwork network, IHostEnvironment environment, SevenPruneOptions options);
}
