using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Seven.MLNet.Encoders.Results;

/// <summary>A type that labels can have.</summary>
internal abstract class LabelKind
{
    private static readonly LabelKind[] s_all =
    [
        new LabelKind<ReadOnlyMemory<char>>(TextDataViewType.Instance, text => text.ToString(), text => text.AsMemory()),
        Number<float>(NumberDataViewType.Single),
        Number<double>(NumberDataViewType.Double),
        Number<sbyte>(NumberDataViewType.SByte),
        Number<byte>(NumberDataViewType.Byte),
        Number<short>(NumberDataViewType.Int16),
        Number<ushort>(NumberDataViewType.UInt16),
        Number<int>(NumberDataViewType.Int32),
        Number<uint>(NumberDataViewType.UInt32),
        Number<long>(NumberDataViewType.Int64),
        Number<ulong>(NumberDataViewType.UInt64),
        new LabelKind<bool>(BooleanDataViewType.Instance, value => value.ToString(), bool.Parse),
        new LabelKind<DateTime>(DateTimeDataViewType.Instance, value => value.ToString("O", CultureInfo.InvariantCulture), text => DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind)),
    ];

    public abstract DataViewType Type { get; }

    /// <exception cref="ArgumentException">Labels cannot be of that type.</exception>
    public static LabelKind Of(DataViewType type) => s_all.FirstOrDefault(kind => kind.Type.RawType == type.RawType)
        ?? throw new ArgumentException($"The labels are of type {type}; expected {string.Join(", ", s_all.Select(kind => kind.Type))}.");

    /// <exception cref="InvalidDataException">There is no such type.</exception>
    public static LabelKind Of(string name) => s_all.FirstOrDefault(kind => kind.Type.ToString() == name)
        ?? throw new InvalidDataException($"The labels' type is {name}; expected {string.Join(", ", s_all.Select(kind => kind.Type))}.");

    public abstract LabelValues Read(DataViewSchema.Annotations annotations);

    public abstract LabelValues FromTexts(IReadOnlyList<string> texts);

    public abstract LabelValues Placeholder();

    private static LabelKind<T> Number<T>(DataViewType type)
        where T : ISpanParsable<T>, IFormattable =>
        new(type, value => value.ToString(null, CultureInfo.InvariantCulture), text => T.Parse(text, CultureInfo.InvariantCulture));
}

/// <summary>A type that labels can have.</summary>
/// <typeparam name="T">As .NET has it.</typeparam>
internal sealed class LabelKind<T>(DataViewType type, Func<T, string> format, Func<string, T> parse) : LabelKind
{
    public override DataViewType Type => type;

    public override LabelValues Read(DataViewSchema.Annotations annotations)
    {
        var values = default(VBuffer<T>);
        annotations.GetValue("KeyValues", ref values);
        return new Labels(type, [.. values.DenseValues()], format);
    }

    public override LabelValues FromTexts(IReadOnlyList<string> texts)
    {
        try
        {
            return new Labels(type, [.. texts.Select(parse)], format);
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            throw new InvalidDataException($"A label is no {type}: {exception.Message}", exception);
        }
    }

    public override LabelValues Placeholder() => new Labels(type, new T[2], static _ => "");

    private sealed class Labels(DataViewType type, T[] values, Func<T, string> format) : LabelValues([.. values.Select(format)])
    {
        public override void AddTo(DataViewSchema.Annotations.Builder annotations, string kind) => annotations.Add(
            kind, new VectorDataViewType((PrimitiveDataViewType)type, values.Length), (ref VBuffer<T> buffer) => buffer = new VBuffer<T>(values.Length, values));

        public override JsonNode ToJson() => new JsonObject
        {
            ["type"] = type.ToString(),
            ["values"] = new JsonArray([.. Names.Select(name => (JsonNode)name)]),
        };
    }
}
