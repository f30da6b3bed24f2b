namespace Seven.Numerics.Simd;

/// <summary>Products of bytes by signed bytes with 32-bit sums, over a tile of tokens. A quad is four columns of activations, or four weights in one integer.</summary>
/// <remarks>
/// A column of activations is one vector of bytes, one a token. <see cref="Interleave"/> turns four columns into four vectors with each token's four bytes side by
/// side, a quarter of the tokens in each. It works within parts of 128 bits, so a column holds its tokens in the order in which <see cref="Quantize"/> stores them.
/// Where the machine multiplies half a vector at a time, a quarter's sums are held in two registers, its lower and its upper half; else two such sums are added up at last.
/// </remarks>
internal unsafe interface IByteLanes<TBytes, TWeights, TSums>
    where TBytes : struct
    where TWeights : struct
    where TSums : struct
{
    /// <summary>Tokens of a tile, four quarters.</summary>
    static abstract int Tokens { get; }

    /// <summary>The largest size of a weight with which no sum of two products saturates: 127 or 63.</summary>
    static abstract int LargestWeight { get; }

    /// <summary>Whether a quarter of the tile is multiplied in two halves.</summary>
    static abstract bool HasHalves { get; }

    /// <summary>Whether the machine multiplies two quarters of the tile at once, as <see cref="Bytes256"/>.</summary>
    static abstract bool HasPairs { get; }

    /// <summary>The value subtracted from an activation's byte before it is multiplied: 128 where the machine multiplies signed bytes alone, else 0.</summary>
    static abstract int Offset { get; }

    static abstract TBytes Load(byte* column);

    static abstract void Store(TBytes bytes, byte* to);

    /// <summary>The tile's values as a column of bytes: value · factor + zero point, rounded, and held to [0, 255].</summary>
    static abstract TBytes Quantize(float* values, float* factors, float* zeroPoints);

    static abstract void Interleave(TBytes x0, TBytes x1, TBytes x2, TBytes x3, out TBytes q0, out TBytes q1, out TBytes q2, out TBytes q3);

    /// <summary>Four weights, for every token.</summary>
    static abstract TWeights All(int quad);

    /// <summary>sums + the quads' products, added up for each token: of the lower half of the quarter, or of all of it.</summary>
    static abstract TSums MultiplyAddLower(TSums sums, TBytes quads, TWeights weights);

    /// <summary>The same for the upper half; only where there are halves.</summary>
    static abstract TSums MultiplyAddUpper(TSums sums, TBytes quads, TWeights weights);

    /// <summary>Stores a quarter of the tile's sums, in the order of the tokens: both halves, or where there are none the sum of the two.</summary>
    static abstract void Store(TSums first, TSums second, int* to);
}
