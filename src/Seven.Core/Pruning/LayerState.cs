using Seven.Weights;

namespace Seven.Pruning;

/// <summary>One array of weights while it is pruned: its mask, and the scores and memory of the criterion.</summary>
internal sealed class LayerState : ScoredUnits
{
    private readonly int _memoryArrays;
    private float[][] _memory;
    private float[] _scores;

    /// <param name="weight">The weights.</param>
    /// <param name="memoryArrays">Arrays of the criterion's.</param>
    /// <param name="weightsReturn">Whether removed weights may return.</param>
    public LayerState(IPrunableWeight weight, int memoryArrays, bool weightsReturn = false)
    {
        (Weight, _memoryArrays) = (weight, memoryArrays);
        int count = weight.Values.Length;
        Require.SameLength(weight.Gradient.Length, count, $"the gradient of {weight.Name}");
        Mask = new PruningMask(count);
        if (weight is Parameter parameter)
            parameter.Mask = Mask;
        _scores = new float[count];
        _memory = new float[memoryArrays][];
        for (int i = 0; i < memoryArrays; i++)
            _memory[i] = new float[count];
        if (!weightsReturn)
            return;
        Returning = new ReturningWeights(weight);
        _memory = [.. _memory, Returning.Removed];
    }

    public IPrunableWeight Weight { get; }

    public override PruningMask Mask { get; }

    /// <summary>S; empty once pruning is over.</summary>
    public override float[] Scores => _scores;

    /// <summary>The stored values of removed weights; <see langword="null"/> where they do not return, and once pruning is over.</summary>
    public ReturningWeights? Returning { get; private set; }

    /// <summary>The criterion's arrays, and the values of removed weights where those may return; none once pruning is over.</summary>
    public IReadOnlyList<float[]> Memory => _memory;

    /// <summary>The weight goes at once; its score is left to be read until the next step takes it to zero. Where it may return, weights are divided by the whole mask.</summary>
    public override void Remove(int unit)
    {
        if (Returning is null)
            Weight.Values[unit] = 0;
    }

    /// <summary>Removes a weight.</summary>
    public void Drop(int index)
    {
        Mask[index] = false;
        Remove(index);
    }

    /// <summary>Gives back all but the mask.</summary>
    public void DropScores() => (_scores, _memory, Returning) = ([], [], null);

    /// <summary>Part of one of the criterion's arrays; empty for one that it did not ask for.</summary>
    public Span<float> MemorySlice(int array, int start, int length) =>
        array < _memoryArrays && array < _memory.Length ? _memory[array].AsSpan(start, length) : [];
}
