namespace Seven.Numerics;

/// <summary>A view of a row-major matrix of floats: [rows × columns], row r starting at r · stride.</summary>
/// <remarks>Activations are stored feature-major, [features × tokens]: vectors then run across tokens, and one weight
/// is one multiply-add over a vector. The memory is pinned, so that kernels can hold pointers into it.</remarks>
internal readonly struct Matrix
{
    private readonly float[] _store;
    private readonly int _offset;

    private Matrix(float[] store, int offset, int rows, int columns, int stride)
    {
        if (offset < 0 || rows < 0 || columns < 0 || stride < columns
            || (rows > 0 && offset + (long)(rows - 1) * stride + columns > store.Length))
            throw new ArgumentException($"A view of [{rows} × {columns}], stride {stride}, at {offset} leaves its store of {store.Length}.");
        (_store, _offset, Rows, Columns, Stride) = (store, offset, rows, columns, stride);
    }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>Floats from one row's start to the next row's.</summary>
    public int Stride { get; }

    /// <summary>All values; for matrices without padding only.</summary>
    public Span<float> Values => Stride == Columns
        ? _store.AsSpan(_offset, Rows * Columns)
        : throw new InvalidOperationException("The matrix has padded rows.");

    public Memory<float> Memory => _store.AsMemory(_offset, Rows * Columns);

    /// <summary>A zeroed matrix without padding, in memory of its own.</summary>
    public static Matrix Zeros(int rows, int columns)
    {
        int count = checked(rows * columns);
        return new Matrix(GC.AllocateArray<float>(count, pinned: true), 0, rows, columns, columns);
    }

    internal static Matrix Over(float[] pinnedStore, int offset, int rows, int columns, int stride) =>
        new(pinnedStore, offset, rows, columns, stride);

    public Span<float> Row(int row) => _store.AsSpan(_offset + row * Stride, Columns);

    public Matrix RowRange(int start, int count) => new(_store, _offset + start * Stride, count, Columns, Stride);

    public Matrix ColumnRange(int start, int count) => new(_store, _offset + start, Rows, count, Stride);

    public void Clear()
    {
        for (int row = 0; row < Rows; row++)
            Row(row).Clear();
    }

    public void CopyTo(Matrix destination)
    {
        for (int row = 0; row < Rows; row++)
            Row(row).CopyTo(destination.Row(row));
    }

    /// <summary>Copies the transpose; what fills up the destination's rows becomes zero.</summary>
    public unsafe void TransposeTo(Matrix destination)
    {
        if (destination.Rows != Columns || destination.Columns != Rows)
            throw new ArgumentException($"The transpose of [{Rows} × {Columns}] does not fit [{destination.Rows} × {destination.Columns}].");
        GemmPacking.Columns(Address(0, 0), Stride, Columns, Rows, destination.Stride, destination.Address(0, 0));
    }

    /// <summary>The address of an element; the pinned store keeps it in place for as long as the store lives.</summary>
    public unsafe float* Address(int row, int column) =>
        (float*)System.Runtime.CompilerServices.Unsafe.AsPointer(
            ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(_store)) + _offset + (nint)row * Stride + column;
}
