using Google.Protobuf;

namespace Seven.Formats;

/// <summary>A message of protocol buffers, field by field. Large contents are kept as they are until it is written.</summary>
internal sealed class ProtoMessage
{
    private readonly List<ReadOnlyMemory<byte>> _parts = [];

    /// <summary>Bytes of the message.</summary>
    public long Length { get; private set; }

    public void Text(int field, string text) => Write(field, WireFormat.WireType.LengthDelimited, output => output.WriteString(text));

    public void Number(int field, long number) => Write(field, WireFormat.WireType.Varint, output => output.WriteInt64(number));

    public void Float(int field, float number) => Write(field, WireFormat.WireType.Fixed32, output => output.WriteFloat(number));

    public void Bytes(int field, byte[] bytes)
    {
        Write(field, WireFormat.WireType.LengthDelimited, output => output.WriteLength(bytes.Length));
        Add(bytes);
    }

    public void Message(int field, Action<ProtoMessage> write)
    {
        var message = new ProtoMessage();
        write(message);
        Message(field, message);
    }

    public void Message(int field, ProtoMessage message)
    {
        Write(field, WireFormat.WireType.LengthDelimited, output => output.WriteUInt64((ulong)message.Length));
        foreach (var part in message._parts)
            Add(part);
    }

    public void WriteTo(Stream stream)
    {
        foreach (var part in _parts)
            stream.Write(part.Span);
    }

    private void Add(ReadOnlyMemory<byte> part)
    {
        _parts.Add(part);
        Length += part.Length;
    }

    private void Write(int field, WireFormat.WireType type, Action<CodedOutputStream> write)
    {
        var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes, leaveOpen: true))
        {
            output.WriteTag(field, type);
            write(output);
        }

        Add(bytes.GetBuffer().AsMemory(0, (int)bytes.Length));
    }
}
