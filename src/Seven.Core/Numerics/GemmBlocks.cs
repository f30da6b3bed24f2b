using System.Runtime.CompilerServices;
using Seven.Numerics.Simd;

namespace Seven.Numerics;

/// <summary>Block sizes of multiplications, for any vector width.</summary>
internal static class GemmBlocks
{
    /// <summary>About how long one multiply-add takes.</summary>
    public const double NanosecondsPerProduct = 0.02;
}

/// <summary>Cuts a multiplication into blocks that stay in the caches, and shares them among threads.</summary>
/// <remarks>A packed block of B ([256 × 512], 512 KiB) stays in the second-level cache while the rows of A pass by.
/// A is read in place, except where it is transposed or its last rows do not fill a tile.</remarks>
internal static unsafe class GemmBlocks<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private const int DepthBlock = 256;
    private const int ColumnBlock = 512;
    private const int RowBlock = 384;
    private const int DepthReadInPlace = 128;
    private const int TileRows = GemmKernel<TSimd, TVector>.Rows;

    private static int TileColumns => TSimd.Count * TSimd.TileVectors;

    public static void Run(in GemmTask task, Workers workers)
    {
        var (rows, columns) = (task.C.Rows, task.C.Columns);
        if (task.Depth == 0 && !task.Accumulate)
            task.C.Clear();
        else if (workers.Threads == 1)
            Multiply(task, 0, rows, 0, columns);
        else if (columns >= TileColumns * workers.Threads)
            workers.For(columns, Workers.Grain(TileColumns, GemmBlocks.NanosecondsPerProduct * rows * task.Depth), new Columns(task));
        else
            workers.For(rows, Workers.Grain(TileRows, GemmBlocks.NanosecondsPerProduct * columns * task.Depth), new Rows(task));
    }

    private readonly struct Columns(GemmTask task) : IRangeJob
    {
        public void Run(int start, int end) => Multiply(task, 0, task.C.Rows, start, end);
    }

    private readonly struct Rows(GemmTask task) : IRangeJob
    {
        public void Run(int start, int end) => Multiply(task, start, end, 0, task.C.Columns);
    }

    private static void Multiply(in GemmTask task, int firstRow, int endRow, int firstColumn, int endColumn)
    {
        var buffers = Buffers.OfThisThread;
        for (int column = firstColumn; column < endColumn; column += ColumnBlock)
        {
            int columns = Math.Min(ColumnBlock, endColumn - column);
            for (int k = 0; k < task.Depth; k += DepthBlock)
            {
                int depth = Math.Min(DepthBlock, task.Depth - k);
                PackB(task, k, depth, column, columns, buffers.B);
                for (int row = firstRow; row < endRow; row += RowBlock)
                {
                    int rows = Math.Min(RowBlock, endRow - row);
                    MultiplyBlock(task, row, rows, k, depth, column, columns, buffers);
                }
            }
        }
    }

    private static void PackB(in GemmTask task, int k, int depth, int column, int columns, float* packed)
    {
        for (int done = 0; done < columns;)
        {
            int width = PanelWidth(columns - done);
            int filled = Math.Min(width, columns - done);
            if (task.TransposeB)
                GemmPacking.Columns(task.B.Address(column + done, k), task.B.Stride, depth, filled, width, packed);
            else
                GemmPacking.Rows(task.B.Address(k, column + done), task.B.Stride, depth, filled, width, packed);
            packed += depth * width;
            done += filled;
        }
    }

    private static int PanelWidth(int columnsLeft) =>
        columnsLeft >= TileColumns ? TileColumns : columnsLeft > TSimd.Count && TSimd.TileVectors > 2 ? 2 * TSimd.Count : TSimd.Count;

    private static void MultiplyBlock(
        GemmTask task, int row, int rows, int k, int depth, int column, int columns, Buffers buffers)
    {
        var (lda, step) = StridesOfA(task, depth);
        float* a = RowsOfA(task, row, rows, k, depth, buffers.A);
        bool accumulate = task.Accumulate || k > 0;
        float* panel = buffers.B;
        for (int done = 0; done < columns;)
        {
            int width = PanelWidth(columns - done);
            int filled = Math.Min(width, columns - done);
            int r = 0;
            for (; r + TileRows <= rows; r += TileRows)
                Tile(a + (nint)r * lda, lda, step, panel, depth, task.C, row + r, TileRows, column + done, filled, width, accumulate, buffers.Tile);
            if (r < rows && rows > TileRows && !accumulate)
            {
                // The last tile reaches back over rows that are computed already.
                Tile(a + (nint)(rows - TileRows) * lda, lda, step, panel, depth, task.C, row + rows - TileRows, TileRows, column + done, filled, width, accumulate, buffers.Tile);
            }
            else if (r < rows)
            {
                bool isPadded = task.TransposeA && depth > DepthReadInPlace;
                float* lastRows = isPadded ? a + (nint)r * lda : Padded(a + (nint)r * lda, lda, step, rows - r, depth, buffers.A);
                Tile(lastRows, depth, 1, panel, depth, task.C, row + r, rows - r, column + done, filled, width, accumulate, buffers.Tile);
            }

            panel += depth * width;
            done += filled;
        }
    }

    /// <summary>Floats from one row of what is read of A to the next, and from one term of a sum to the next.</summary>
    /// <remarks>A transposed operand of few rows, such as a head's keys, is read as it lies: copying it would take as long as multiplying by a few tokens.</remarks>
    private static (int Row, int Step) StridesOfA(in GemmTask task, int depth) =>
        !task.TransposeA ? (task.A.Stride, 1) : depth <= DepthReadInPlace ? (1, task.A.Stride) : (depth, 1);

    private static float* RowsOfA(in GemmTask task, int row, int rows, int k, int depth, float* packed)
    {
        if (!task.TransposeA)
            return task.A.Address(row, k);
        if (depth <= DepthReadInPlace)
            return task.A.Address(k, row);
        int padded = (rows + TileRows - 1) / TileRows * TileRows;
        GemmPacking.TransposedRows(task.A.Address(k, row), task.A.Stride, depth, rows, padded, packed);
        return packed;
    }

    private static float* Padded(float* a, int lda, int step, int rows, int depth, float* packed)
    {
        for (int row = 0; row < rows; row++)
            for (int k = 0; k < depth; k++)
                packed[row * depth + k] = a[(nint)row * lda + (nint)k * step];
        new Span<float>(packed + rows * depth, (TileRows - rows) * depth).Clear();
        return packed;
    }

    private static void Tile(
        float* a, int lda, int step, float* b, int depth, Matrix c, int row, int rows, int column, int columns, int width,
        bool accumulate, float* scratch)
    {
        if (rows == TileRows && columns == width)
        {
            Kernel(a, lda, step, b, depth, c.Address(row, column), c.Stride, width, accumulate);
            return;
        }

        Kernel(a, lda, step, b, depth, scratch, width, width, accumulate: false);
        for (int r = 0; r < rows; r++)
        {
            float* destination = c.Address(row + r, column);
            float* source = scratch + r * width;
            for (int i = 0; i < columns; i++)
                destination[i] = accumulate ? destination[i] + source[i] : source[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Kernel(float* a, int lda, int step, float* b, int depth, float* c, int ldc, int width, bool accumulate)
    {
        if (width == TSimd.Count)
            GemmKernel<TSimd, TVector>.OneVector(a, lda, step, b, depth, c, ldc, accumulate);
        else if (width == 4 * TSimd.Count)
            GemmKernel<TSimd, TVector>.FourVectors(a, lda, step, b, depth, c, ldc, accumulate);
        else
            GemmKernel<TSimd, TVector>.TwoVectors(a, lda, step, b, depth, c, ldc, accumulate);
    }

    /// <summary>A thread's packing space, 1 MiB in all, kept for its life.</summary>
    private sealed class Buffers
    {
        private static readonly int SizeOfA = (RowBlock + TileRows) * DepthBlock;
        private static readonly int SizeOfB = (ColumnBlock + TileColumns) * DepthBlock;
        private static readonly int SizeOfTile = TileRows * TileColumns;

        [ThreadStatic]
        private static Buffers? s_ofThisThread;

        private readonly Matrix _all = new Arena().Take(1, SizeOfA + SizeOfB + SizeOfTile);

        private Buffers()
        {
        }

        public static Buffers OfThisThread => s_ofThisThread ??= new Buffers();

        public float* B => _all.Address(0, 0);

        public float* A => B + SizeOfB;

        public float* Tile => A + SizeOfA;
    }
}
