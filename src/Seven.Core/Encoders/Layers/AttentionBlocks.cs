namespace Seven.Encoders.Layers;

/// <summary>A sequence's queries block by block, each with the keys that it may attend to: one block where every token attends to all.</summary>
/// <param name="reach">How far a token sees to each side; <see langword="null"/> for all.</param>
internal sealed class AttentionBlocks(int? reach)
{
    /// <summary>Queries of a block at least: fewer are multiplied slowly.</summary>
    private const int FewestQueries = 64;

    private readonly int _queries = reach is { } tokens ? Math.Max(FewestQueries, tokens) : int.MaxValue;

    /// <summary>Blocks of a sequence.</summary>
    public int Count(int length) => reach is null ? 1 : (length + _queries - 1) / _queries;

    /// <summary>One block.</summary>
    /// <param name="length">The sequence's tokens.</param>
    /// <param name="number">The block's number.</param>
    public Block Of(int length, int number)
    {
        if (reach is not { } tokens)
            return new Block(0, length, 0, length);
        int first = number * _queries, end = Math.Min(length, first + _queries);
        return Around(first, end - first, length, tokens);
    }

    /// <summary>The block of the first token alone.</summary>
    public Block OfFirst(int length) => Around(0, 1, length, reach ?? length);

    /// <summary>Whether a query of a block may not attend to a key of it.</summary>
    public bool IsHidden(in Block block, int key, int query) => reach is { } tokens && Math.Abs(block.FirstKey + key - block.FirstQuery - query) > tokens;

    private static Block Around(int firstQuery, int queries, int length, int reach)
    {
        int firstKey = Math.Max(0, firstQuery - reach), end = (int)Math.Min(length, (long)firstQuery + queries + reach);
        return new Block(firstQuery, queries, firstKey, end - firstKey);
    }

    /// <summary>A block of queries and the keys around it.</summary>
    public readonly record struct Block(int FirstQuery, int Queries, int FirstKey, int Keys);
}
