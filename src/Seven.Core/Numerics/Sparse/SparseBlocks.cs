using Seven.Numerics.Simd;

namespace Seven.Numerics.Sparse;

/// <summary>Cuts Y += W · X into tiles of tokens and blocks of columns, and shares them among threads.</summary>
internal static unsafe class SparseBlocks<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private const int TileVectors = 4;

    private static int TileColumns => TSimd.Count * TileVectors;

    public static void Run(SparseRows w, Matrix x, Matrix y, Workers workers)
    {
        if (x.Columns >= TileColumns * workers.Threads)
            workers.For(x.Columns, TileColumns, (start, end) => Multiply(w, x, y, 0, w.Rows, start, end));
        else
            workers.For(w.Rows, grain: 16, (start, end) => Multiply(w, x, y, start, end, 0, x.Columns));
    }

    private static void Multiply(SparseRows w, Matrix x, Matrix y, int firstRow, int endRow, int firstColumn, int endColumn)
    {
        for (int column = firstColumn; column < endColumn;)
        {
            int vectors = VectorsFor(endColumn - column);
            int columns = Math.Min(vectors * TSimd.Count, endColumn - column);
            MultiplyTile(w, x, y, firstRow, endRow - firstRow, column, columns, vectors);
            column += columns;
        }
    }

    /// <summary>Four vectors where they are mostly full, else two or one.</summary>
    private static int VectorsFor(int columnsLeft) =>
        columnsLeft > 3 * TSimd.Count ? 4 : columnsLeft > TSimd.Count ? 2 : 1;

    private static void MultiplyTile(SparseRows w, Matrix x, Matrix y, int firstRow, int rows, int column, int columns, int vectors)
    {
        var buffers = Buffers.OfThisThread;
        int width = vectors * TSimd.Count;
        // A tile that is not full would reach into its neighbour: it is computed aside.
        bool isFull = columns == width;
        for (int row = 0; row < rows; row += isFull ? rows : Buffers.Rows)
        {
            int count = isFull ? rows : Math.Min(Buffers.Rows, rows - row);
            float* target = isFull ? y.Address(firstRow + row, column) : buffers.Y;
            int stride = isFull ? y.Stride : width;
            if (!isFull)
                new Span<float>(target, count * width).Clear();
            for (int block = 0; block < w.Blocks; block++)
            {
                Pack(x, block, column, columns, width, buffers.X);
                MultiplyBlock(w, block, firstRow + row, count, buffers.X, target, stride, vectors);
            }

            if (!isFull)
                for (int r = 0; r < count; r++)
                    Add(new ReadOnlySpan<float>(target + r * width, columns), new Span<float>(y.Address(firstRow + row + r, column), columns));
        }
    }

    private static void MultiplyBlock(SparseRows w, int block, int firstRow, int rows, float* x, float* y, int stride, int vectors)
    {
        fixed (int* starts = w.Starts(block))
        fixed (ushort* places = w.Places)
        fixed (float* values = w.Values)
        {
            if (vectors == 4)
                SparseKernel<TSimd, TVector>.FourVectors(starts + firstRow, places, values, rows, x, y, stride);
            else if (vectors == 2)
                SparseKernel<TSimd, TVector>.TwoVectors(starts + firstRow, places, values, rows, x, y, stride);
            else
                SparseKernel<TSimd, TVector>.OneVector(starts + firstRow, places, values, rows, x, y, stride);
        }
    }

    private static void Pack(Matrix x, int block, int column, int columns, int width, float* packed)
    {
        int first = block * SparseRows.BlockColumns;
        GemmPacking.Rows(x.Address(first, column), x.Stride, Math.Min(SparseRows.BlockColumns, x.Rows - first), columns, width, packed);
    }

    private static void Add(ReadOnlySpan<float> source, Span<float> target)
    {
        for (int i = 0; i < source.Length; i++)
            target[i] += source[i];
    }

    /// <summary>A thread's space for a packed block of X and for rows of a tile that is not full, kept for its life.</summary>
    private sealed class Buffers
    {
        public const int Rows = 256;

        [ThreadStatic]
        private static Buffers? s_ofThisThread;

        private readonly Matrix _all = new Arena().Take(1, (SparseRows.BlockColumns + Rows) * TileColumns);

        private Buffers()
        {
        }

        public static Buffers OfThisThread => s_ofThisThread ??= new Buffers();

        public float* X => _all.Address(0, 0);

        public float* Y => X + SparseRows.BlockColumns * TileColumns;
    }
}
