using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Seven.Numerics;

/// <summary>Memory for one pass's activations: taken in order, released together, used again by the next pass.</summary>
/// <remarks>Rows start on cache lines and are padded to whole vectors of every width. What is taken is not cleared.</remarks>
internal sealed class Arena
{
    private const int LineFloats = 16;
    private const int SmallestBlock = 1 << 18;

    private readonly List<float[]> _blocks = [];
    private Position _next;

    /// <summary>Memory held.</summary>
    public long Bytes => sizeof(float) * _blocks.Sum(block => (long)block.Length);

    /// <summary>A place in the arena to release back to.</summary>
    public readonly record struct Position(int Block, int Offset);

    public Position Mark() => _next;

    public void Release(Position mark) => _next = mark;

    public void Reset() => _next = default;

    public Matrix Take(int rows, int columns)
    {
        int stride = PaddedStride(columns);
        int size = checked(rows * stride);
        for (; _next.Block < _blocks.Count; _next = new Position(_next.Block + 1, 0))
        {
            float[] block = _blocks[_next.Block];
            int offset = _next.Offset == 0 ? FirstAligned(block) : _next.Offset;
            if (size <= block.Length - offset)
            {
                _next = new Position(_next.Block, offset + size);
                return Matrix.Over(block, offset, rows, columns, stride);
            }
        }

        AddBlock(size);
        return Take(rows, columns);
    }

    /// <summary>Each block is at least a quarter as large as all before it together, so that there are few, and little is left empty. They stay: fresh pages are slow at their first touch.</summary>
    private void AddBlock(int size)
    {
        long before = _blocks.Sum(block => (long)block.Length);
        int length = (int)Math.Clamp(before / 4, Math.Max(SmallestBlock, checked(size + LineFloats)), Array.MaxLength);
        _blocks.Add(GC.AllocateUninitializedArray<float>(length, pinned: true));
    }

    /// <summary>Whole cache lines, and never a multiple of 1 KiB: rows a power of two apart would share a few cache sets.</summary>
    private static int PaddedStride(int columns)
    {
        int stride = (columns + LineFloats - 1) / LineFloats * LineFloats;
        return stride > 0 && stride % 256 == 0 ? stride + LineFloats : stride;
    }

    private static unsafe int FirstAligned(float[] pinnedBlock)
    {
        nint address = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(pinnedBlock));
        return (int)((64 - address % 64) % 64 / sizeof(float));
    }
}
