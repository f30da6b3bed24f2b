using Seven.Numerics;

namespace Seven.Weights.Sparse;

/// <summary>A thread's space for a packed block of X and for rows of a tile that is not full, kept for its life.</summary>
internal sealed unsafe class SparseBuffers
{
    /// <summary>Rows of a tile that is computed aside.</summary>
    public const int Rows = 256;

    /// <summary>Four vectors of the widest kind.</summary>
    private const int Width = 64;

    [ThreadStatic]
    private static SparseBuffers? s_ofThisThread;

    private readonly Matrix _all = new Arena().Take(1, (SparsePattern.BlockColumns + Rows) * Width);

    private SparseBuffers()
    {
    }

    public static SparseBuffers OfThisThread => s_ofThisThread ??= new SparseBuffers();

    /// <summary>[block's columns × width], without gaps.</summary>
    public float* X => _all.Address(0, 0);

    /// <summary>[<see cref="Rows"/> × width], without gaps.</summary>
    public float* Y => X + SparsePattern.BlockColumns * Width;

    /// <summary>Copies a block of X for a tile of tokens; tokens that are missing become zeros.</summary>
    public void PackBlock(Matrix x, int block, int column, int columns, int width)
    {
        int first = block * SparsePattern.BlockColumns;
        GemmPacking.Rows(x.Address(first, column), x.Stride, Math.Min(SparsePattern.BlockColumns, x.Rows - first), columns, width, X);
    }
}
