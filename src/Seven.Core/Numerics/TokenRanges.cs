namespace Seven.Numerics;

/// <summary>Activations, [features × tokens], with the ranges of their tokens where the writer notes them.</summary>
internal readonly record struct Activations(Matrix Values, TokenRanges? Ranges = null)
{
    public static implicit operator Activations(Matrix values) => new(values);
}

/// <summary>The smallest and the largest value of each token, zero among them: noted while activations are written, so that rounding them to bytes need not read them twice.</summary>
/// <remarks>Threads that write different features of a token note a part each. All of it lies in the arena, so that a call allocates nothing.</remarks>
internal readonly unsafe struct TokenRanges
{
    private const int RowsOfPart = 3;

    /// <summary>In the first row the number of parts that were noted, then their rows.</summary>
    private readonly Matrix _rows;

    public TokenRanges(Arena arena, int tokens, int mostParts)
    {
        _rows = arena.Take(1 + RowsOfPart * mostParts, tokens);
        Forget();
    }

    /// <summary>Parts that were noted; 0 while nothing is known.</summary>
    public int Parts => (int)*_rows.Address(0, 0);

    /// <summary>The activations are written by somebody who notes nothing.</summary>
    public void Forget() => *_rows.Address(0, 0) = 0;

    /// <summary>Begins to note: every range is that of zero alone.</summary>
    public void Begin(int parts)
    {
        *_rows.Address(0, 0) = parts;
        _rows.RowRange(1, RowsOfPart * parts).Clear();
    }

    public float* Smallest(int part, int token) => _rows.Address(1 + RowsOfPart * part, token);

    public float* Largest(int part, int token) => _rows.Address(2 + RowsOfPart * part, token);

    /// <summary>NaN if a value of this token, or of one that is written together with it, is not finite; else 0.</summary>
    public float* NotFinite(int part, int token) => _rows.Address(3 + RowsOfPart * part, token);
}
