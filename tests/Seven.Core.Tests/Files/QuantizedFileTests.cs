using System.Runtime.InteropServices;
using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Formats.Safetensors;
using TextClassifier = Seven.Encoders.EncoderModel<Seven.Encoders.TokenizedText, Seven.Encoders.LabeledText, float[]>;

namespace Seven.Tests.Files;

/// <summary>int8 matrices with a scale a row, and files in which they are damaged. Golden outputs of such a file are in golden/bert-int8.</summary>
[TestClass]
public sealed class QuantizedFileTests
{
    private const string Matrix = "bert.encoder.layer.0.intermediate.dense.weight";
    private const string Scale = Matrix + "_scale";

    private static readonly TextConfiguration s_shape = new()
    {
        VocabularySize = 20,
        MaximumTokens = 8,
        HiddenSize = 8,
        Heads = 2,
        Layers = 1,
        IntermediateSize = 16
    };

    private static readonly string[] s_labels = ["no", "yes"];

    private readonly string _folder = TestFolders.Temporary();
    private readonly TextClassifier _model = EncoderModel.Create(s_shape, EncoderTasks.TextClassification(s_labels), seed: 7);

    [TestInitialize]
    public void Save() => _model.Save(_folder);

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Each_row_has_its_own_scale()
    {
        sbyte[] quantized = [.. Enumerable.Range(0, 128).Select(i => (sbyte)(2 * i - 128))];
        float[] scales = [.. Enumerable.Range(1, 16).Select(row => row / 100f)];
        Write(quantized, [16, 8], NamedTensor.Of(Scale, [16, 1], scales));

        var loaded = EncoderModel.Load(_folder, EncoderTasks.TextClassification()).Parameters.Single(parameter => parameter.Name == Matrix);

        for (int i = 0; i < quantized.Length; i++)
            Assert.AreEqual(quantized[i] * scales[i / 8], loaded.Values[i], 1e-6f);
    }

    public static IEnumerable<object[]> Damages =>
    [
        ["no scale", null!, "expected a scale for each of its 16 rows"],
        ["zero", (float[])[.. Enumerable.Repeat(0.1f, 15), 0], "holds 0 for row 15; expected a positive scale"],
        ["negative", (float[])[-0.1f, .. Enumerable.Repeat(0.1f, 15)], "holds -0.1 for row 0; expected a positive scale"],
        ["infinite", (float[])[float.PositiveInfinity, .. Enumerable.Repeat(0.1f, 15)], "expected finite values only"],
        ["too few", (float[])[.. Enumerable.Repeat(0.1f, 15)], "expected [16 × 1]"],
    ];

    [TestMethod]
    [DynamicData(nameof(Damages))]
    public void A_damaged_scale_is_refused(string what, float[]? scales, string reason)
    {
        Write(new sbyte[128], [16, 8], scales is null ? [] : [NamedTensor.Of(Scale, [scales.Length, 1], scales)]);
        string message = Assert.ThrowsExactly<InvalidDataException>(() => EncoderModel.Load(_folder, EncoderTasks.TextClassification()), what).Message;
        Assert.Contains(reason, message);
        Assert.Contains(Matrix, message);
    }

    [TestMethod]
    public void Zero_points_and_other_shapes_are_refused()
    {
        var scale = NamedTensor.Of(Scale, [16, 1], Enumerable.Repeat(0.1f, 16).ToArray());
        Write(new sbyte[128], [16, 8], scale, NamedTensor.Of(Matrix + "_zero_point", [16, 1], new float[16]));
        Assert.Contains("zero points", Assert.ThrowsExactly<InvalidDataException>(() => EncoderModel.Load(_folder, EncoderTasks.TextClassification())).Message);
        Write(new sbyte[128], [8, 16], scale);
        Assert.Contains("expected [16 × 8]", Assert.ThrowsExactly<InvalidDataException>(() => EncoderModel.Load(_folder, EncoderTasks.TextClassification())).Message);
    }

    private void Write(sbyte[] values, int[] shape, params IEnumerable<NamedTensor> others) => SafetensorsWriter.Write(
        Path.Combine(_folder, "model.safetensors"),
        [
            .. _model.Parameters.Where(parameter => parameter.Name != Matrix).Select(parameter => NamedTensor.Of(parameter.Name, parameter.Shape, parameter.Values.ToArray())),
            NamedTensor.OfSignedBytes(Matrix, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray()),
            .. others,
        ]);
}
