namespace Seven.Pruning.Criteria;

/// <summary>PLATON (Zhang et al., ICML 2022): smoothed sensitivity times its smoothed uncertainty.</summary>
/// <remarks>
/// I = mean of |θ · g| over a window of steps; at a window's end Ī = β₁·Ī + (1-β₁)·I, Ū = β₂·Ū + (1-β₂)·|I - Ī|, and the score is Ī · Ū.
/// The first window is one step long, so that there is a score from the start. Unlike the paper's, pruned weights do not return: no criterion's do here.
/// </remarks>
public sealed record PlatonCriterion : ICriterion
{
    private readonly double _sensitivitySmoothing = 0.85;
    private readonly double _uncertaintySmoothing = 0.95;
    private readonly int _window = 10;

    /// <inheritdoc />
    public string Name => "PLATON";

    /// <inheritdoc />
    public int MemoryArrays => 3;

    /// <inheritdoc />
    IReadOnlyDictionary<string, double> ICriterion.Settings => new Dictionary<string, double>
    {
        ["sensitivitySmoothing"] = SensitivitySmoothing,
        ["uncertaintySmoothing"] = UncertaintySmoothing,
        ["window"] = Window,
    };

    /// <summary>β₁, in [0, 1). Default 0.85, as in the authors' experiments.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public double SensitivitySmoothing
    {
        get => _sensitivitySmoothing;
        init
        {
            Require.InRange(value, 0, 1, inclusiveEnd: false, nameof(SensitivitySmoothing));
            _sensitivitySmoothing = value;
        }
    }

    /// <summary>β₂, in [0, 1). Default 0.95, as in the authors' experiments.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public double UncertaintySmoothing
    {
        get => _uncertaintySmoothing;
        init
        {
            Require.InRange(value, 0, 1, inclusiveEnd: false, nameof(UncertaintySmoothing));
            _uncertaintySmoothing = value;
        }
    }

    /// <summary>Steps over which sensitivity is averaged, at least 1. Default 10, as in the authors' experiments.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Window
    {
        get => _window;
        init
        {
            Require.AtLeast(value, 1, nameof(Window));
            _window = value;
        }
    }

    /// <inheritdoc />
    public void Update(int pruningStep, in WeightChunk chunk)
    {
        var (beta1, beta2) = ((float)SensitivitySmoothing, (float)UncertaintySmoothing);
        bool windowEnds = pruningStep % Window == 0;
        float share = pruningStep == 0 ? 1 : 1f / Window;
        for (int i = 0; i < chunk.Scores.Length; i++)
        {
            chunk.ThirdMemory[i] += share * MathF.Abs(chunk.Weights[i] * chunk.Gradients[i]);
            if (!windowEnds)
                continue;

            float sensitivity = chunk.ThirdMemory[i];
            chunk.ThirdMemory[i] = 0;
            float smoothed = beta1 * chunk.FirstMemory[i] + (1 - beta1) * sensitivity;
            float uncertainty = beta2 * chunk.SecondMemory[i] + (1 - beta2) * MathF.Abs(sensitivity - smoothed);
            (chunk.FirstMemory[i], chunk.SecondMemory[i], chunk.Scores[i]) = (smoothed, uncertainty, smoothed * uncertainty);
        }
    }
}
