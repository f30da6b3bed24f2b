namespace Seven.Numerics;

/// <summary>One multiplication: the operands as stored, and which of them is read transposed.</summary>
internal readonly record struct GemmTask(Matrix A, bool TransposeA, Matrix B, bool TransposeB, Matrix C, bool Accumulate)
{
    /// <summary>Terms in each sum.</summary>
    public int Depth => TransposeA ? A.Rows : A.Columns;

    public void CheckShapes()
    {
        var (rows, depth) = TransposeA ? (A.Columns, A.Rows) : (A.Rows, A.Columns);
        var (depthOfB, columns) = TransposeB ? (B.Columns, B.Rows) : (B.Rows, B.Columns);
        if (depth != depthOfB || C.Rows != rows || C.Columns != columns)
            throw new ArgumentException(
                $"Cannot multiply [{rows} × {depth}] by [{depthOfB} × {columns}] into [{C.Rows} × {C.Columns}].");
    }
}
