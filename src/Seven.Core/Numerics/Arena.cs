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
    private int _nextBlockSize = SmallestBlock;

    /// <summary>A place in the arena to release back to.</summary>
    public readonly record struct Position(int Block, int Offset);

    public Position Mark() => _next;

    public void Release(Position mark) => _next = mark;

    /// <summary>Releases all. Where one pass needed several blocks, the next gets one of their joint size.</summary>
    public void Reset()
    {
        _next = default;
        if (_blocks.Count > 1)
            _blocks.Clear();
    }

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

    /// <summary>Each block is as large as all before it together, so that there are few.</summary>
    private void AddBlock(int size)
    {
        int length = Math.Max(_nextBlockSize, checked(size + LineFloats));
        _blocks.Add(GC.AllocateUninitializedArray<float>(length, pinned: true));
        _nextBlockSize = (int)Math.Min(Array.MaxLength, _blocks.Sum(block => (long)block.Length));
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
