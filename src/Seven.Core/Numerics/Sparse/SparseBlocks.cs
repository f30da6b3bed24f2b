using Seven.Numerics.Simd;

namespace Seven.Numerics.Sparse;

/// <summary>Cuts Y += W · X into tiles of tokens and blocks of columns, and shares them among threads.</summary>
/// <remarks>Rows pass by in parts that stay in the second-level cache while the tiles of tokens change.</remarks>
internal static unsafe class SparseBlocks<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private const int TileVectors = 4;

    /// <summary>Kept weights in a part of the rows: six bytes each, 384 KiB.</summary>
    private const int KeptPerPart = 1 << 16;

    private const int BytesPerKept = sizeof(float) + sizeof(ushort);

    private static int TileColumns => TSimd.Count * TileVectors;

    /// <summary>Threads share the tokens, or the rows where the weights are more to read than the activations: what is not shared is read by all.</summary>
    public static void Run(SparseRows w, Matrix x, Matrix y, Workers workers)
    {
        bool weightsAreMore = BytesPerKept * (long)w.Pattern.Kept > sizeof(float) * (long)x.Rows * x.Columns;
        if (x.Columns >= TileColumns * workers.Threads && !weightsAreMore)
            workers.For(x.Columns, TileColumns, new Tokens(w, x, y));
        else
            workers.For(workers.Threads, grain: 1, new Rows(w, x, y, workers.Threads));
    }

    private readonly struct Tokens(SparseRows w, Matrix x, Matrix y) : IRangeJob
    {
        public void Run(int start, int end) => Multiply(w, x, y, 0, w.Rows, start, end);
    }

    private readonly struct Rows(SparseRows w, Matrix x, Matrix y, int parts) : IRangeJob
    {
        public void Run(int start, int end) =>
            Multiply(w, x, y, w.Pattern.FirstRowOf(start, parts), w.Pattern.FirstRowOf(end, parts), 0, x.Columns);
    }

    private static void Multiply(SparseRows w, Matrix x, Matrix y, int firstRow, int endRow, int firstColumn, int endColumn)
    {
        while (firstRow < endRow)
        {
            int rows = RowsOfPart(w.Pattern, firstRow, endRow);
            for (int column = firstColumn; column < endColumn;)
            {
                int vectors = VectorsFor(endColumn - column);
                int columns = Math.Min(vectors * TSimd.Count, endColumn - column);
                MultiplyTile(w, x, y, firstRow, rows, column, columns, vectors);
                column += columns;
            }

            firstRow += rows;
        }
    }

    private static int RowsOfPart(SparsePattern pattern, int firstRow, int endRow)
    {
        int parts = pattern.KeptIn(firstRow, endRow) / KeptPerPart + 1;
        return (endRow - firstRow + parts - 1) / parts;
    }

    /// <summary>Four vectors where they are mostly full, else two or one.</summary>
    private static int VectorsFor(int columnsLeft) =>
        columnsLeft > 3 * TSimd.Count ? 4 : columnsLeft > TSimd.Count ? 2 : 1;

    private static void MultiplyTile(SparseRows w, Matrix x, Matrix y, int firstRow, int rows, int column, int columns, int vectors)
    {
        var buffers = SparseBuffers.OfThisThread;
        int width = vectors * TSimd.Count;
        // A tile that is not full would reach into its neighbour: it is computed aside.
        bool isFull = columns == width;
        for (int row = 0; row < rows; row += isFull ? rows : SparseBuffers.Rows)
        {
            int count = isFull ? rows : Math.Min(SparseBuffers.Rows, rows - row);
            float* target = isFull ? y.Address(firstRow + row, column) : buffers.Y;
            int stride = isFull ? y.Stride : width;
            if (!isFull)
                new Span<float>(target, count * width).Clear();
            for (int block = 0; block < w.Pattern.Blocks; block++)
            {
                buffers.PackBlock(x, block, column, columns, width);
                MultiplyBlock(w, block, firstRow + row, count, buffers.X, target, stride, vectors);
            }

            if (!isFull)
                for (int r = 0; r < count; r++)
                    Add(new ReadOnlySpan<float>(target + r * width, columns), new Span<float>(y.Address(firstRow + row + r, column), columns));
        }
    }

    private static void MultiplyBlock(SparseRows w, int block, int firstRow, int rows, float* x, float* y, int stride, int vectors)
    {
        fixed (int* starts = w.Pattern.Starts(block))
        fixed (ushort* places = w.Pattern.Places)
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

    private static void Add(ReadOnlySpan<float> source, Span<float> target)
    {
        for (int i = 0; i < source.Length; i++)
            target[i] += source[i];
    }
}
