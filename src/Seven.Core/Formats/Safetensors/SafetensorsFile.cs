using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Seven.Formats.Safetensors;

/// <summary>An open safetensors file. Its header is checked whole; arrays are read when asked for.</summary>
internal sealed class SafetensorsFile : IDisposable
{
    public const string HowToConvert =
        "Pickle files can run code and are not read here. Convert it in Python: "
        + "from transformers import AutoModel; AutoModel.from_pretrained(FOLDER).save_pretrained(NEW_FOLDER, safe_serialization=True)";

    private const int LengthBytes = sizeof(long);

    /// <summary>The format's own limit.</summary>
    private const long LargestHeader = 100_000_000;

    private readonly SafeFileHandle _file;
    private readonly long _dataStart;

    private SafetensorsFile(string path, SafeFileHandle file)
    {
        (Path, _file) = (path, file);
        long fileLength = RandomAccess.GetLength(file);
        byte[] text = ReadHeader(fileLength);
        _dataStart = LengthBytes + text.Length;
        Header = SafetensorsHeader.Parse(path, text, fileLength - _dataStart);
    }

    public string Path { get; }

    public SafetensorsHeader Header { get; }

    /// <exception cref="InvalidDataException">The file is damaged, or is a pickle.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static SafetensorsFile Open(string path)
    {
        var file = File.OpenHandle(path);
        try
        {
            return new SafetensorsFile(path, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Dispose() => _file.Dispose();

    /// <summary>Reads an array of F32, F16 or BF16 as floats.</summary>
    /// <exception cref="InvalidDataException">The array is missing, has another size or type, or holds NaN or infinity.</exception>
    public void Read(string name, IReadOnlyList<int> shape, Span<float> values)
    {
        var entry = Entry(name);
        if (!entry.Shape.SequenceEqual(shape.Select(size => (long)size)))
            throw Error($"tensor '{name}' has shape [{string.Join(" × ", entry.Shape)}]; expected [{string.Join(" × ", shape)}].");
        ReadFloats(entry, values);
        int bad = IndexOfNonFinite(values);
        if (bad >= 0)
            throw Error($"tensor '{name}' holds {values[bad]} at index {bad}; expected finite values only.");
    }

    /// <summary>Reads an array of one dimension, as long as it is, of F32, F16 or BF16 as floats.</summary>
    /// <exception cref="InvalidDataException">The array is missing, has another type or more dimensions, or holds NaN or infinity.</exception>
    public float[] ReadVector(string name)
    {
        var entry = Entry(name);
        if (entry.Shape.Count != 1 || entry.Count > Array.MaxLength)
            throw Error($"tensor '{name}' has shape [{string.Join(" × ", entry.Shape)}]; expected one dimension of at most {Array.MaxLength} values.");
        var values = new float[entry.Count];
        Read(name, [values.Length], values);
        return values;
    }

    /// <summary>Reads an array of U8.</summary>
    /// <exception cref="InvalidDataException">The array is missing or has another size or type.</exception>
    public byte[] ReadBytes(string name, long count) => ReadBytes(EntryOf(name, "U8", [count]));

    /// <summary>Reads an array of U8 of a shape.</summary>
    /// <exception cref="InvalidDataException">The array is missing or has another shape or type.</exception>
    public byte[] ReadBytes(string name, IReadOnlyList<int> shape) => ReadBytes(EntryOf(name, "U8", [.. shape.Select(size => (long)size)]));

    /// <summary>Reads an array of I8 of a shape.</summary>
    /// <exception cref="InvalidDataException">The array is missing or has another shape or type.</exception>
    public sbyte[] ReadSignedBytes(string name, IReadOnlyList<int> shape)
    {
        var entry = EntryOf(name, "I8", [.. shape.Select(size => (long)size)]);
        var values = new sbyte[entry.Count];
        ReadData(entry, MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    /// <summary>Reads an array of I8 of one dimension, as long as it is.</summary>
    /// <exception cref="InvalidDataException">The array is missing or has another type or more dimensions.</exception>
    public sbyte[] ReadSignedBytes(string name) => Entry(name) is { Shape: [var count], Type: "I8" } && count <= Array.MaxLength
        ? ReadSignedBytes(name, [(int)count])
        : throw Error($"tensor '{name}' is {Entry(name).Type} [{string.Join(" × ", Entry(name).Shape)}]; expected I8 of one dimension.");

    /// <summary>Reads an array of I64.</summary>
    /// <exception cref="InvalidDataException">The array is missing or has another size or type.</exception>
    public long[] ReadLongs(string name, long count) =>
        MemoryMarshal.Cast<byte, long>(ReadBytes(EntryOf(name, "I64", [count]))).ToArray();

    private TensorEntry EntryOf(string name, string type, ReadOnlySpan<long> shape)
    {
        var entry = Entry(name);
        return entry.Type == type && entry.Shape.Count == shape.Length && shape.SequenceEqual(entry.Shape.ToArray())
            ? entry
            : throw Error($"tensor '{name}' is {entry.Type} [{string.Join(" × ", entry.Shape)}]; expected {type} [{string.Join(" × ", shape.ToArray())}].");
    }

    private byte[] ReadBytes(TensorEntry entry)
    {
        var bytes = new byte[entry.End - entry.Begin];
        ReadData(entry, bytes);
        return bytes;
    }

    private TensorEntry Entry(string name) =>
        Header.Tensors.TryGetValue(name, out var entry) ? entry : throw Error($"it has no tensor '{name}'.");

    private byte[] ReadHeader(long fileLength)
    {
        Span<byte> prefix = stackalloc byte[LengthBytes];
        if (fileLength < LengthBytes)
            throw Error($"it has {fileLength} bytes; expected a header of at least {LengthBytes}.");
        ReadExactly(prefix, 0);
        RefusePickle(prefix);
        long length = BinaryPrimitives.ReadInt64LittleEndian(prefix);
        long largest = Math.Min(LargestHeader, fileLength - LengthBytes);
        if (length < 0 || length > largest)
            throw Error($"its header claims {(ulong)length} bytes; expected at most {largest}.");
        var text = new byte[length];
        ReadExactly(text, LengthBytes);
        return text;
    }

    private void RefusePickle(ReadOnlySpan<byte> start)
    {
        bool zip = start.StartsWith("PK\u0003\u0004"u8);
        bool pickle = start[0] == 0x80 && start[1] is >= 2 and <= 5;
        if (zip || pickle)
            throw new InvalidDataException($"{Path} is a PyTorch pickle. {HowToConvert}");
    }

    private void ReadFloats(TensorEntry entry, Span<float> values)
    {
        Require.SameLength(checked((int)entry.Count), values.Length, entry.Name);
        switch (entry.Type)
        {
            case "F32":
                ReadData(entry, MemoryMarshal.AsBytes(values));
                break;
            case "F16":
                var halves = new Half[values.Length];
                ReadData(entry, MemoryMarshal.AsBytes(halves.AsSpan()));
                TensorPrimitives.ConvertToSingle(halves, values);
                break;
            case "BF16":
                var brains = new ushort[values.Length];
                ReadData(entry, MemoryMarshal.AsBytes(brains.AsSpan()));
                for (int i = 0; i < brains.Length; i++)
                    values[i] = BitConverter.UInt32BitsToSingle((uint)brains[i] << 16);
                break;
            default:
                throw Error($"tensor '{entry.Name}' has dtype {entry.Type}; expected F32, F16 or BF16.");
        }
    }

    private static int IndexOfNonFinite(ReadOnlySpan<float> values)
    {
        if (values.IsEmpty || float.IsFinite(TensorPrimitives.MaxMagnitude(values)))
            return -1;
        for (int i = 0; i < values.Length; i++)
            if (!float.IsFinite(values[i]))
                return i;
        return -1;
    }

    private void ReadData(TensorEntry entry, Span<byte> bytes) => ReadExactly(bytes, _dataStart + entry.Begin);

    private void ReadExactly(Span<byte> bytes, long offset)
    {
        while (!bytes.IsEmpty)
        {
            int read = RandomAccess.Read(_file, bytes, offset);
            if (read == 0)
                throw Error("it ended while it was read.");
            bytes = bytes[read..];
            offset += read;
        }
    }

    /// <summary>An error that names this file.</summary>
    public InvalidDataException Error(string what) => new($"{Path} is not a usable safetensors file: {what}");
}
