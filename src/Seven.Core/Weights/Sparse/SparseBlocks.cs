using System.Runtime.CompilerServices;
using Seven.Numerics;
using Seven.Numerics.Simd;

namespace Seven.Weights.Sparse;

/// <summary>Cuts Y = W · X + b into tiles of tokens and blocks of columns, and shares them among threads.</summary>
/// <remarks>Rows pass by in parts that stay in the second-level cache while the tiles of tokens change.</remarks>
internal static unsafe class SparseBlocks<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private const int TileVectors = 4;

    /// <summary>Kept weights in a part of the rows: six bytes each, 384 KiB.</summary>
    private const int KeptPerPart = 1 << 16;

    /// <summary>Rows in a part at least: each part packs the activations anew.</summary>
    private const int SmallestPartRows = 256;

    /// <summary>About how long one multiply-add takes.</summary>
    private const double NanosecondsPerProduct = 0.03;

    private const int BytesPerKept = sizeof(float) + sizeof(ushort);

    private static int TileColumns => TSimd.Count * TileVectors;

    /// <summary>Threads share the tokens, or the rows where the weights are more to read than the activations: what is not shared is read by all.</summary>
    public static void Run(in SparseTask task, Workers workers)
    {
        var (pattern, x) = (task.W.Pattern, task.X);
        bool weightsAreMore = BytesPerKept * (long)pattern.Kept > sizeof(float) * (long)x.Rows * x.Columns;
        if (x.Columns >= TileColumns * workers.Threads && !weightsAreMore)
            workers.For(x.Columns, Workers.Grain(TileColumns, NanosecondsPerProduct * pattern.Kept), new Tokens(task));
        else
            workers.For(workers.Threads, Workers.Grain(1, NanosecondsPerProduct * pattern.Kept * x.Columns / workers.Threads), new Rows(task, workers.Threads));
    }

    private readonly struct Tokens(SparseTask task) : IRangeJob
    {
        public void Run(int start, int end) => Multiply(task, 0, task.W.Rows, start, end);
    }

    private readonly struct Rows(SparseTask task, int parts) : IRangeJob
    {
        public void Run(int start, int end) =>
            Multiply(task, task.W.Pattern.FirstRowOf(start, parts), task.W.Pattern.FirstRowOf(end, parts), 0, task.X.Columns);
    }

    private static void Multiply(in SparseTask task, int firstRow, int endRow, int firstColumn, int endColumn)
    {
        while (firstRow < endRow)
        {
            int rows = Math.Min(RowsOfPart(task.W.Pattern, firstRow, endRow), endRow - firstRow);
            for (int column = firstColumn; column < endColumn;)
            {
                int vectors = VectorsFor(endColumn - column);
                int columns = Math.Min(vectors * TSimd.Count, endColumn - column);
                MultiplyTile(task, firstRow, rows, column, columns, vectors);
                column += columns;
            }

            firstRow += rows;
        }
    }

    private static int RowsOfPart(SparsePattern pattern, int firstRow, int endRow)
    {
        int rows = endRow - firstRow;
        int parts = Math.Clamp(pattern.KeptIn(firstRow, endRow) / KeptPerPart + 1, 1, Math.Max(1, rows / SmallestPartRows));
        return ((rows + parts - 1) / parts + pattern.GroupRows - 1) / pattern.GroupRows * pattern.GroupRows;
    }

    /// <summary>Four vectors where they are mostly full, else two or one.</summary>
    private static int VectorsFor(int columnsLeft) =>
        columnsLeft > 3 * TSimd.Count ? 4 : columnsLeft > TSimd.Count ? 2 : 1;

    private static void MultiplyTile(in SparseTask task, int firstRow, int rows, int column, int columns, int vectors)
    {
        var buffers = SparseBuffers.OfThisThread;
        int width = vectors * TSimd.Count;
        // A tile that is not full would reach into its neighbor: it is computed aside, group by group.
        bool isFull = columns == width;
        int step = isFull ? rows : task.W.Pattern.GroupRows;
        for (int row = firstRow; row < firstRow + rows; row += step)
        {
            int count = Math.Min(step, firstRow + rows - row);
            float* target = isFull ? task.Y.Address(row, column) : buffers.Aside(count);
            int stride = isFull ? task.Y.Stride : width;
            Begin(task.Bias.Span, row, count, target, stride, vectors);
            for (int block = 0; block < task.W.Pattern.Blocks; block++)
            {
                buffers.PackBlock(task.X, block, column, columns, width);
                MultiplyBlock(task.W, block, row, count, buffers.X, target, stride, vectors);
            }

            if (!isFull)
                for (int r = 0; r < count; r++)
                    new ReadOnlySpan<float>(target + r * width, columns).CopyTo(new Span<float>(task.Y.Address(row + r, column), columns));
        }
    }

    /// <summary>Sets a tile to the bias, or zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Begin(ReadOnlySpan<float> bias, int firstRow, int rows, float* y, int stride, int vectors)
    {
        for (int row = 0; row < rows; row++, y += stride)
        {
            TVector start = TSimd.All(bias.IsEmpty ? 0 : bias[firstRow + row]);
            for (int i = 0; i < vectors; i++)
                TSimd.Store(start, y + i * TSimd.Count);
        }
    }

    private static void MultiplyBlock(SparseRows w, int block, int firstRow, int rows, float* x, float* y, int stride, int vectors)
    {
        // Rows are numbered in the whole matrix.
        float* firstOfY = y - (nint)firstRow * stride;
        fixed (int* starts = w.Pattern.Starts(block), order = w.Pattern.RowAt(block))
        fixed (ushort* places = w.Pattern.Places)
        fixed (float* values = w.Values)
        {
            if (vectors == 4)
                SparseKernel<TSimd, TVector>.FourVectors(starts + firstRow, order + firstRow, places, values, rows, x, firstOfY, stride);
            else if (vectors == 2)
                SparseKernel<TSimd, TVector>.TwoVectors(starts + firstRow, order + firstRow, places, values, rows, x, firstOfY, stride);
            else
                SparseKernel<TSimd, TVector>.OneVector(starts + firstRow, order + firstRow, places, values, rows, x, firstOfY, stride);
        }
    }
}
