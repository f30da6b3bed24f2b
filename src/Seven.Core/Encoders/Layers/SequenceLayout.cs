namespace Seven.Encoders.Layers;

/// <summary>Where each sequence of a batch lies among the tokens: sequences of any length follow one another without padding.</summary>
internal sealed class SequenceLayout
{
    private readonly int[] _starts;
    private readonly bool[]? _keyMask;

    public SequenceLayout(IReadOnlyList<int> lengths, bool[]? keyMask = null)
    {
        _starts = new int[lengths.Count + 1];
        for (int i = 0; i < lengths.Count; i++)
            _starts[i + 1] = checked(_starts[i] + lengths[i]);
        _keyMask = keyMask;
    }

    public int Count => _starts.Length - 1;

    public int Tokens => _starts[^1];

    public int Start(int sequence) => _starts[sequence];

    public int Length(int sequence) => _starts[sequence + 1] - _starts[sequence];

    /// <summary>False for tokens of a sequence that none may attend to; empty if all may.</summary>
    public ReadOnlySpan<bool> KeyMask(int sequence) =>
        _keyMask is null ? [] : _keyMask.AsSpan(Start(sequence), Length(sequence));
}
