using System.Runtime.InteropServices;

namespace Seven.Encoders.Layers;

/// <summary>Where each sequence of a batch lies among the tokens: sequences of any length follow one another without padding.</summary>
/// <remarks>Used for one batch after another, in the same memory.</remarks>
internal sealed class SequenceLayout
{
    private readonly List<int> _starts = [0];
    private readonly List<bool> _keyMask = [];

    public int Count => _starts.Count - 1;

    public int Tokens => _starts[^1];

    public int Start(int sequence) => _starts[sequence];

    public int Length(int sequence) => _starts[sequence + 1] - _starts[sequence];

    /// <summary>False for tokens of a sequence that none may attend to; empty if all may.</summary>
    public ReadOnlySpan<bool> KeyMask(int sequence) =>
        _keyMask.Count == 0 ? [] : CollectionsMarshal.AsSpan(_keyMask).Slice(Start(sequence), Length(sequence));

    public void Clear()
    {
        _starts.RemoveRange(1, _starts.Count - 1);
        _keyMask.Clear();
    }

    /// <summary>Appends a sequence.</summary>
    /// <param name="length">Its tokens.</param>
    /// <param name="keyMask">Which of them may be attended to; <see langword="null"/> for all.</param>
    public void Add(int length, IReadOnlyList<bool>? keyMask = null)
    {
        int start = Tokens;
        _starts.Add(checked(start + length));
        if (keyMask is null && _keyMask.Count == 0)
            return;
        while (_keyMask.Count < start)
            _keyMask.Add(true);
        for (int i = 0; i < length; i++)
            _keyMask.Add(keyMask?[i] ?? true);
    }
}
