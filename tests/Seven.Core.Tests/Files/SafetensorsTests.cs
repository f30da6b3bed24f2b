using System.Buffers.Binary;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Seven.Formats;
using Seven.Formats.Safetensors;

namespace Seven.Tests.Files;

/// <summary>Good files round-trip; each kind of bad file has an error of its own that names the file.</summary>
[TestClass]
public sealed class SafetensorsTests
{
    private const string OneTensor = """{"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}}""";

    private readonly string _folder = TestFolders.Temporary();

    private string Path => System.IO.Path.Combine(_folder, "file.safetensors");

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void What_is_written_is_read()
    {
        float[] values = [1, -2.5f, float.Epsilon, float.MaxValue];
        byte[] bytes = [0, 255, 7];
        SafetensorsWriter.Write(Path, [NamedTensor.Of("a", [2, 2], values), NamedTensor.Of("b", bytes)], new Dictionary<string, string> { ["key"] = "\"värde\"" });

        using var file = SafetensorsFile.Open(Path);
        var read = new float[4];
        file.Read("a", [2, 2], read);
        CollectionAssert.AreEqual(values, read);
        CollectionAssert.AreEqual(bytes, file.ReadBytes("b", 3));
        Assert.AreEqual("\"värde\"", file.Header.Metadata["key"]);
    }

    [TestMethod]
    public void Half_and_brain_floats_are_read_as_floats()
    {
        byte[] data = new byte[8];
        BinaryPrimitives.WriteHalfLittleEndian(data, (Half)1.5);
        BinaryPrimitives.WriteHalfLittleEndian(data.AsSpan(2), (Half)(-0.25));
        BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(4), 0x3FC0);
        BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(6), 0xC000);
        WriteFile("""{"h":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"b":{"dtype":"BF16","shape":[2],"data_offsets":[4,8]}}""", data);

        using var file = SafetensorsFile.Open(Path);
        float[] halves = new float[2], brains = new float[2];
        file.Read("h", [2], halves);
        file.Read("b", [2], brains);
        CollectionAssert.AreEqual(new[] { 1.5f, -0.25f }, halves);
        CollectionAssert.AreEqual(new[] { 1.5f, -2f }, brains);
    }

    [TestMethod]
    [DataRow("[1]", 0, "JSON Array")]
    [DataRow("{", 0, "not JSON")]
    [DataRow("""{"a":5}""", 0, "lacks dtype")]
    [DataRow("""{"a":{"dtype":"F99","shape":[],"data_offsets":[0,0]}}""", 0, "F99")]
    [DataRow("""{"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,16]}}""", 16, "expected those of F32 [2 × 3]")]
    [DataRow("""{"a":{"dtype":"F32","shape":[-4],"data_offsets":[0,16]}}""", 16, "-4 in its shape")]
    [DataRow("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[16,0]}}""", 16, "a begin and an end not before it")]
    [DataRow("""{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,16]}}""", 16, "more values than can be counted")]
    [DataRow(OneTensor, 12, "truncated")]
    [DataRow(OneTensor, 20, "truncated or has something appended")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""", 12, "neither a gap nor an overlap")]
    [DataRow("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "neither a gap nor an overlap")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "twice")]
    [DataRow("""{"__metadata__":{"x":1}}""", 0, "expected a string")]
    public void A_header_that_breaks_the_format_is_refused(string header, int dataLength, string reason)
    {
        WriteFile(header, new byte[dataLength]);
        var error = Assert.ThrowsExactly<InvalidDataException>(() => SafetensorsFile.Open(Path).Dispose());
        StringAssert.Contains(error.Message, reason);
        StringAssert.Contains(error.Message, Path);
    }

    [TestMethod]
    public void A_header_longer_than_the_file_is_refused_before_memory_is_taken()
    {
        byte[] bytes = new byte[64];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, 50_000_000);
        File.WriteAllBytes(Path, bytes);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => SafetensorsFile.Open(Path).Dispose()).Message, "claims 50000000 bytes");

        File.WriteAllBytes(Path, [1, 2, 3]);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => SafetensorsFile.Open(Path).Dispose()).Message, "has 3 bytes");
    }

    [TestMethod]
    public void A_tensor_that_is_missing_misshapen_or_not_finite_is_refused()
    {
        SafetensorsWriter.Write(Path, [NamedTensor.Of("a", [3], new float[] { 1, 2, float.NaN })]);
        using var file = SafetensorsFile.Open(Path);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => file.Read("b", [3], new float[3])).Message, "no tensor 'b'");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => file.Read("a", [1, 3], new float[3])).Message, "[3]; expected [1 × 3]");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => file.Read("a", [3], new float[3])).Message, "NaN at index 2");
    }

    [TestMethod]
    [DataRow(new byte[] { (byte)'P', (byte)'K', 3, 4, 0, 0, 0, 0, 0 })]
    [DataRow(new byte[] { 0x80, 2, (byte)'c', 0, 0, 0, 0, 0, 0 })]
    public void A_pickle_is_refused_with_advice(byte[] start)
    {
        File.WriteAllBytes(Path, start);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => SafetensorsFile.Open(Path).Dispose()).Message, "Convert it in Python");
    }

    [TestMethod]
    public void Damaged_files_give_their_error_and_nothing_else()
    {
        byte[] good = Bytes("""{"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}}""", new byte[16]);
        var damage = from positions in Gen.Choose(0, good.Length - 1).ListOf(3)
                     from values in Gen.Choose(0, 255).ListOf(3)
                     from length in Gen.Choose(0, good.Length)
                     select (Positions: positions, Values: values, Length: length);
        Prop.ForAll(damage.ToArbitrary(), d =>
        {
            byte[] bytes = [.. good];
            foreach (var (position, value) in d.Positions.Zip(d.Values))
                bytes[position] = (byte)value;
            File.WriteAllBytes(Path, d.Length % 2 == 0 ? bytes : bytes[..d.Length]);
            try
            {
                using var file = SafetensorsFile.Open(Path);
                file.Read("a", [2, 2], new float[4]);
            }
            catch (InvalidDataException)
            {
                // The one error that is allowed.
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    [TestMethod]
    public void A_write_that_fails_leaves_the_old_file_and_no_other()
    {
        File.WriteAllText(Path, "old");
        var error = Assert.ThrowsExactly<IOException>(() => AtomicFile.Write(Path, stream =>
        {
            stream.WriteByte(1);
            throw new IOException("No space left on device.");
        }));
        StringAssert.Contains(error.Message, "No space left");
        Assert.AreEqual("old", File.ReadAllText(Path));
        Assert.HasCount(1, Directory.GetFiles(_folder));
    }

    private void WriteFile(string header, byte[] data) => File.WriteAllBytes(Path, Bytes(header, data));

    private static byte[] Bytes(string header, byte[] data)
    {
        byte[] text = Encoding.UTF8.GetBytes(header), length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, text.Length);
        return [.. length, .. text, .. data];
    }
}
