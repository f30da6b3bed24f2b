using System.Text.Json;

namespace Seven.Formats.Safetensors;

/// <summary>One array in a safetensors file: its type, shape, and bytes from the start of the data.</summary>
internal sealed record TensorEntry(string Name, string Type, IReadOnlyList<long> Shape, long Begin, long End)
{
    public long Count => (End - Begin) / SizeOf(Type);

    /// <summary>Bytes of an element; 0 for a type that the format does not have.</summary>
    public static int SizeOf(string type) => type switch
    {
        "F64" or "I64" or "U64" => 8,
        "F32" or "I32" or "U32" => 4,
        "F16" or "BF16" or "I16" or "U16" => 2,
        "U8" or "I8" or "BOOL" or "F8_E4M3" or "F8_E5M2" => 1,
        _ => 0,
    };
}

/// <summary>The parsed and checked header of a safetensors file: arrays lie one after another, without holes or overlaps, up to the end.</summary>
internal sealed class SafetensorsHeader
{
    private readonly string _path;

    private SafetensorsHeader(string path) => _path = path;

    public Dictionary<string, TensorEntry> Tensors { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    /// <param name="path">The file's name, for messages.</param>
    /// <param name="text">The JSON.</param>
    /// <param name="dataLength">Bytes that follow the header.</param>
    /// <exception cref="InvalidDataException">The header breaks the format.</exception>
    public static SafetensorsHeader Parse(string path, ReadOnlyMemory<byte> text, long dataLength)
    {
        var header = new SafetensorsHeader(path);
        try
        {
            using var json = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 4 });
            header.Read(json.RootElement);
        }
        catch (JsonException exception)
        {
            throw header.Error($"its header is not JSON: {exception.Message}");
        }
        catch (InvalidOperationException exception)
        {
            // The text of a JSON string is decoded only when it is read, and may turn out not to be UTF-8 or UTF-16.
            throw header.Error($"its header holds a string that is not text: {exception.Message}");
        }

        header.CheckOffsets(dataLength);
        return header;
    }

    private void Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw Error($"its header is a JSON {root.ValueKind}; expected an object.");
        foreach (var property in root.EnumerateObject())
        {
            if (property.NameEquals("__metadata__"))
                ReadMetadata(property.Value);
            else if (!Tensors.TryAdd(property.Name, ReadEntry(property.Name, property.Value)))
                throw Error($"its header names tensor '{property.Name}' twice.");
        }
    }

    private void ReadMetadata(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw Error($"its metadata is a JSON {element.ValueKind}; expected an object.");
        foreach (var property in element.EnumerateObject())
            Metadata[property.Name] = property.Value.ValueKind == JsonValueKind.String
                ? property.Value.GetString()!
                : throw Error($"its metadata entry '{property.Name}' is a JSON {property.Value.ValueKind}; expected a string.");
    }

    private TensorEntry ReadEntry(string name, JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object
            || !element.TryGetProperty("dtype", out var type) || type.ValueKind != JsonValueKind.String
            || !element.TryGetProperty("shape", out var shape) || !element.TryGetProperty("data_offsets", out var offsets))
            throw Error($"tensor '{name}' lacks dtype, shape or data_offsets.");

        var sizes = ReadNumbers(name, "shape", shape);
        var range = ReadNumbers(name, "data_offsets", offsets);
        if (range.Count != 2 || range[0] > range[1])
            throw Error($"tensor '{name}' has data_offsets [{string.Join(", ", range)}]; expected a begin and an end not before it.");

        var entry = new TensorEntry(name, type.GetString()!, sizes, range[0], range[1]);
        int elementSize = TensorEntry.SizeOf(entry.Type);
        if (elementSize == 0)
            throw Error($"tensor '{name}' has dtype {entry.Type}, which is not known here.");
        if (Product(name, sizes, elementSize) != range[1] - range[0])
            throw Error($"tensor '{name}' has {range[1] - range[0]} bytes; expected those of {entry.Type} [{string.Join(" × ", sizes)}].");
        return entry;
    }

    private List<long> ReadNumbers(string name, string what, JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Array)
            throw Error($"tensor '{name}' has a {what} that is a JSON {element.ValueKind}; expected an array.");
        var numbers = new List<long>();
        foreach (var item in element.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out long number) || number < 0)
                throw Error($"tensor '{name}' has {item} in its {what}; expected a whole number of at least 0.");
            numbers.Add(number);
        }

        return numbers;
    }

    private long Product(string name, List<long> sizes, int elementSize)
    {
        try
        {
            return sizes.Aggregate((long)elementSize, static (product, size) => checked(product * size));
        }
        catch (OverflowException)
        {
            throw Error($"tensor '{name}' has shape [{string.Join(" × ", sizes)}], more values than can be counted.");
        }
    }

    private void CheckOffsets(long dataLength)
    {
        long expected = 0;
        foreach (var entry in Tensors.Values.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End))
        {
            if (entry.Begin != expected)
                throw Error($"tensor '{entry.Name}' begins at byte {entry.Begin}; expected {expected}, with neither a gap nor an overlap.");
            expected = entry.End;
        }

        if (expected != dataLength)
            throw Error($"its tensors end at byte {expected} but its data at byte {dataLength}; the file is truncated or has something appended.");
    }

    private InvalidDataException Error(string what) => new($"{_path} is not a valid safetensors file: {what}");
}
