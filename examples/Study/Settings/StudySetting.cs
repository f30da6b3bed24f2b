using System.Globalization;
using Seven.MLNet;
using Seven.Pruning.Patterns;
using Seven.Training;

namespace Study.Settings;

/// <summary>What is compared: everything about a run but its task and its seed.</summary>
/// <param name="Criterion">A name of <see cref="KnownCriteria"/>; "none" for the dense model.</param>
/// <param name="Sparsity">Share of prunable weights that are removed.</param>
/// <param name="Pattern">"unstructured", blocks such as "4x1", or n of m such as "2:4".</param>
/// <param name="Start">"pretrained", or "dense" for the model that was fine-tuned without pruning.</param>
/// <param name="Teacher">The weight of the dense model's outputs beside the labels; 0 for no teacher.</param>
/// <param name="HiddenStates">The weight of its hidden states.</param>
/// <param name="Epochs">Passes over the rows.</param>
/// <param name="LearningRate">Its peak.</param>
/// <param name="InitialSparsity">Where the curve of sparsity begins.</param>
/// <param name="PruningShare">Share of the updates in which weights are removed.</param>
internal sealed record StudySetting(
    string Criterion, double Sparsity, string Pattern, string Start, double Teacher, double HiddenStates, int Epochs, double LearningRate, double InitialSparsity, double PruningShare)
{
    /// <summary>The criterion of a model that is not pruned.</summary>
    public const string None = "none";

    /// <summary>The dense model's setting.</summary>
    public static StudySetting Dense(int epochs, double learningRate) => new(None, 0, "unstructured", "pretrained", 0, 0, epochs, learningRate, 0, 0);

    public bool IsDense => Criterion == None;

    public bool NeedsDense => Start == "dense" || Teacher > 0;

    /// <summary>The setting in a few words, for the table.</summary>
    public override string ToString()
    {
        if (IsDense)
            return string.Create(CultureInfo.InvariantCulture, $"dense, {Epochs} epochs");
        var words = new List<string> { Criterion, Sparsity.ToString("P0", CultureInfo.InvariantCulture) };
        if (Pattern != "unstructured")
            words.Add(Pattern);
        if (Start == "dense")
            words.Add("dense first");
        if (Teacher > 0)
            words.Add(string.Create(CultureInfo.InvariantCulture, $"teacher {Teacher} + {HiddenStates}"));
        if (InitialSparsity > 0)
            words.Add(string.Create(CultureInfo.InvariantCulture, $"from {InitialSparsity:P0}"));
        words.Add(string.Create(CultureInfo.InvariantCulture, $"{PruningShare:P0} of {Epochs} epochs"));
        return string.Join(", ", words);
    }

    /// <summary>The options of SevenPrune.</summary>
    /// <param name="denseFolder">The dense model.</param>
    public SevenPruneOptions Options(string denseFolder) => new()
    {
        Criterion = KnownCriteria.All[Criterion],
        Sparsity = Sparsity,
        Pattern = PatternOf(Pattern),
        InitialSparsity = InitialSparsity,
        PruningSteps = Seven.Pruning.StepCount.Share(PruningShare),
        Distillation = Teacher == 0 ? null : new Distillation { Teacher = Seven.Training.Teacher.From(denseFolder), Weight = Teacher, HiddenStates = HiddenStates },
    };

    /// <exception cref="ArgumentException">The name is none of a pattern.</exception>
    private static MaskPattern PatternOf(string name)
    {
        if (name == "unstructured")
            return MaskPattern.Unstructured;
        bool isBlocks = name.Contains('x', StringComparison.Ordinal);
        int[] numbers = [.. name.Split('x', ':').Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0)];
        return numbers is [> 0 and var first, > 0 and var second]
            ? isBlocks ? new Blocks(first, second) : new NOfM(first, second)
            : throw new ArgumentException($"The pattern is '{name}'; expected unstructured, blocks such as 4x1, or n of m such as 2:4.");
    }
}
