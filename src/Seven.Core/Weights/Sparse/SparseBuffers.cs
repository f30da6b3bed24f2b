using Seven.Numerics;

namespace Seven.Weights.Sparse;

/// <summary>A thread's space for a packed block of X and for a group of rows of a tile that is not full, kept for its life.</summary>
internal sealed unsafe class SparseBuffers
{
    /// <summary>Four vectors of the widest kind.</summary>
    private const int Width = 64;

    [ThreadStatic]
    private static SparseBuffers? s_ofThisThread;

    private readonly Matrix _block = new Arena().Take(1, SparsePattern.BlockColumns * Width);
    private readonly Arena _aside = new();

    private SparseBuffers()
    {
    }

    public static SparseBuffers OfThisThread => s_ofThisThread ??= new SparseBuffers();

    /// <summary>[block's columns × width], without gaps.</summary>
    public float* X => _block.Address(0, 0);

    /// <summary>[rows × width], without gaps, until rows are asked for again.</summary>
    public float* Aside(int rows)
    {
        _aside.Reset();
        return _aside.Take(1, rows * Width).Address(0, 0);
    }

    /// <summary>Copies a block of X for a tile of tokens; tokens that are missing become zeros.</summary>
    public void PackBlock(Matrix x, int block, int column, int columns, int width)
    {
        int first = block * SparsePattern.BlockColumns;
        GemmPacking.Rows(x.Address(first, column), x.Stride, Math.Min(SparsePattern.BlockColumns, x.Rows - first), columns, width, X);
    }
}
