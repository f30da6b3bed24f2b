namespace Seven.Pruning;

/// <summary>One array of weights while it is pruned: its mask, and the scores and memory of the criterion.</summary>
internal sealed class LayerState
{
    private float[][] _memory;

    public LayerState(IPrunableWeight weight, int memoryArrays)
    {
        Weight = weight;
        int count = weight.Values.Length;
        Require.SameLength(weight.Gradient.Length, count, $"the gradient of {weight.Name}");
        Mask = new PruningMask(count);
        Scores = new float[count];
        _memory = new float[memoryArrays][];
        for (int i = 0; i < memoryArrays; i++)
            _memory[i] = new float[count];
    }

    public IPrunableWeight Weight { get; }

    public PruningMask Mask { get; }

    /// <summary>S; empty once pruning is over.</summary>
    public float[] Scores { get; private set; }

    /// <summary>The criterion's arrays; none once pruning is over.</summary>
    public IReadOnlyList<float[]> Memory => _memory;

    /// <summary>Gives back all but the mask.</summary>
    public void DropScores() => (Scores, _memory) = ([], []);

    /// <summary>Part of one of the criterion's arrays; empty for one that it did not ask for.</summary>
    public Span<float> MemorySlice(int array, int start, int length) =>
        array < _memory.Length ? _memory[array].AsSpan(start, length) : [];
}
