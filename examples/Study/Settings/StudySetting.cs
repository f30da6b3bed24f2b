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
/// <param name="UnlabeledRows">Rows beside the task's own, which are learned from the dense model alone.</param>
/// <param name="Attention">The weight of its attention.</param>
internal sealed record StudySetting(
    string Criterion, double Sparsity, string Pattern, string Start, double Teacher, double HiddenStates, int Epochs, double LearningRate, double InitialSparsity, double PruningShare, int UnlabeledRows = 0, double Attention = 0)
{
    /// <summary>The criterion of a model that is not pruned.</summary>
    public const string None = "none";

    /// <summary>The dense model in tables.</summary>
    public const string DenseName = "dense";

    /// <summary>The paper's share of the updates in which weights are removed.</summary>
    public const double UsualPruningShare = 0.4;

    /// <summary>The dense model's setting.</summary>
    public static StudySetting Dense(int epochs, double learningRate) => new(None, 0, "unstructured", "pretrained", 0, 0, epochs, learningRate, 0, 0);

    public bool IsDense => Criterion == None;

    public bool NeedsDense => Start == "dense" || Teacher > 0;

    /// <summary>The setting in a few words, with its epochs and learning rate where they are not the usual ones.</summary>
    /// <param name="epochs">The usual epochs.</param>
    /// <param name="learningRate">The usual learning rate.</param>
    public string NameFor(int epochs, double learningRate)
    {
        var words = IsDense ? new List<string> { DenseName } : [Criterion, Sparsity.ToString("P0", CultureInfo.InvariantCulture)];
        Add(Pattern != "unstructured", $"{Pattern}");
        Add(Start == "dense", $"dense first");
        Add(Teacher > 0, $"teacher {Teacher} + {HiddenStates}");
        Add(Attention > 0, $"attention {Attention}");
        Add(UnlabeledRows > 0, $"{UnlabeledRows:N0} rows without labels");
        Add(InitialSparsity > 0, $"from {InitialSparsity:P0}");
        Add(!IsDense && PruningShare != UsualPruningShare, $"pruned in {PruningShare:P0}");
        Add(Epochs != epochs, $"{Epochs} epochs");
        Add(LearningRate != learningRate, $"rate {LearningRate}");
        return string.Join(", ", words);

        void Add(bool isSaid, FormattableString word)
        {
            if (isSaid)
                words.Add(word.ToString(CultureInfo.InvariantCulture));
        }
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
        Distillation = Teacher == 0 ? null : new Distillation { Teacher = Seven.Training.Teacher.From(denseFolder), Weight = Teacher, HiddenStates = HiddenStates, Attention = Attention },
    };

    /// <summary>Whether a text names a pattern.</summary>
    public static bool IsPattern(string name)
    {
        try
        {
            PatternOf(name);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

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
