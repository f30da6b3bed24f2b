using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Formats.Compact;
using Seven.Inference;
using Seven.Tests.Training;
using Seven.Training;
using TextClassifier = Seven.Encoders.EncoderModel<Seven.Encoders.TokenizedText, Seven.Encoders.LabeledText, float[]>;

namespace Seven.Tests.Files;

/// <summary>Files of 8 and 4 bits whose weights are rounded by what the layers read: nearer to the model on texts that were not calibrated with, as small as others, and the model stays as it was.</summary>
[TestClass]
public sealed class CalibratedFileTests
{
    private static readonly LabeledText[] s_calibration = TinyTask.Texts(200, seed: 1);
    private static readonly LabeledText[] s_others = TinyTask.Texts(300, seed: 2);
    private static readonly TextClassifier s_model = Trained();

    private readonly string _folder = TestFolders.Temporary();

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow(ValuePrecision.Int8, 0.95)]
    [DataRow(ValuePrecision.Int4, 0.8)]
    public void Outputs_are_nearer_than_without(ValuePrecision precision, double share)
    {
        string plain = Path.Combine(_folder, "plain"), calibrated = Path.Combine(_folder, "calibrated");
        var before = s_model.Logits(s_others);
        s_model.SaveCompact(plain, precision);
        s_model.SaveCompact(calibrated, precision, s_calibration);

        Assert.AreEqual(0, Difference(before, s_model.Logits(s_others)), "the model itself");
        double without = Difference(before, Loaded(plain).Logits(s_others)), with = Difference(before, Loaded(calibrated).Logits(s_others));
        Console.WriteLine($"{precision}: {with / without:F3} of the difference without");
        Assert.IsLessThan(share * without, with);
        Assert.AreEqual(Size(plain), Size(calibrated));
    }

    /// <summary>Rounding is done once: what was read from a calibrated file is written to the same file, and scored so.</summary>
    [TestMethod]
    [DataRow(ValuePrecision.Int8)]
    [DataRow(ValuePrecision.Int4)]
    public void Saved_again_the_file_is_the_same(ValuePrecision precision)
    {
        string again = Path.Combine(_folder, "again");
        s_model.SaveCompact(_folder, precision, s_calibration);
        Loaded(_folder).SaveCompact(again, precision);
        CollectionAssert.AreEqual(File.ReadAllBytes(Path.Combine(_folder, "model.safetensors")), File.ReadAllBytes(Path.Combine(again, "model.safetensors")));
    }

    /// <summary>A model for inference saves the file that the trained model saves, whatever forms its layers have.</summary>
    [TestMethod]
    [DataRow(ValuePrecision.Int8)]
    [DataRow(ValuePrecision.Int4)]
    public void A_model_for_inference_saves_the_same(ValuePrecision precision)
    {
        string dense = Path.Combine(_folder, "dense"), first = Path.Combine(_folder, "first"), second = Path.Combine(_folder, "second");
        s_model.Save(dense);
        s_model.SaveCompact(first, precision, s_calibration);
        using var scoring = SparseModel.Load(dense, new SparseModelOptions { SparseFrom = 0.5 });
        float[][] before = scoring.Classify(s_others);
        scoring.SaveCompact(second, precision, s_calibration);

        var (expected, found) = (Loaded(first), Loaded(second));
        foreach (var (left, right) in expected.Parameters.Zip(found.Parameters))
            for (int i = 0; i < left.Count; i++)
                Assert.AreEqual(left.Values[i], right.Values[i], 1e-5f, left.Name);
        CollectionAssert.AreEqual(before[0], scoring.Classify(s_others)[0]);
    }

    /// <summary>What is read of bytes is bytes already.</summary>
    [TestMethod]
    public void A_rounded_model_is_not_rounded_again()
    {
        string first = Path.Combine(_folder, "first"), second = Path.Combine(_folder, "second");
        s_model.SaveCompact(first, ValuePrecision.Int8);
        using var scoring = SparseModel.Load(first);
        scoring.SaveCompact(second, ValuePrecision.Int8, s_calibration);
        CollectionAssert.AreEqual(File.ReadAllBytes(Path.Combine(first, "model.safetensors")), File.ReadAllBytes(Path.Combine(second, "model.safetensors")));
    }

    [TestMethod]
    public void Calibration_that_is_impossible_is_refused_before_anything_is_written()
    {
        string target = Path.Combine(_folder, "none");
        using var scoring = SparseModel.Of(s_model.Copy());
        Assert.Contains("no calibration inputs", Assert.ThrowsExactly<ArgumentException>(() => s_model.SaveCompact(target, ValuePrecision.Int8, [])).Message);
        Assert.Contains("Float16, which rounds no weight by calibration; expected Int8 or Int4", Assert.ThrowsExactly<ArgumentException>(() => s_model.SaveCompact(target, ValuePrecision.Float16, s_calibration)).Message);
        Assert.Contains("does not read inputs of the type Picture", Assert.ThrowsExactly<InvalidOperationException>(() => scoring.SaveCompact(target, ValuePrecision.Int8, new[] { new Picture { Pixels = new float[4] } })).Message);
        Assert.Contains("had no vocabulary", Assert.ThrowsExactly<InvalidOperationException>(() => scoring.SaveCompact(target, ValuePrecision.Int8, new[] { "a text" })).Message);
        var broken = s_model.Copy();
        broken.Parameters.First(parameter => parameter.Name.EndsWith("intermediate.dense.weight", StringComparison.Ordinal)).Values[3] = float.NaN;
        Assert.Contains("intermediate.dense.weight has values that are not finite", Assert.ThrowsExactly<InvalidOperationException>(() => broken.SaveCompact(target, ValuePrecision.Int8, s_calibration)).Message);
        broken = s_model.Copy();
        broken.Parameters.First(parameter => parameter.Name.EndsWith("intermediate.dense.bias", StringComparison.Ordinal)).Values[3] = float.PositiveInfinity;
        Assert.Contains("output.dense.weight read values that are not finite", Assert.ThrowsExactly<InvalidOperationException>(() => broken.SaveCompact(target, ValuePrecision.Int8, s_calibration)).Message);
        Assert.IsFalse(Directory.Exists(target));
    }

    private static TextClassifier Trained()
    {
        var model = EncoderModel.Create(TinyTask.Shape with { HiddenSize = 48, Heads = 4, IntermediateSize = 96, Layers = 2 }, EncoderTasks.TextClassification(TinyTask.Labels), seed: 3);
        FineTuner.For(model, new FineTuningOptions { Epochs = 4, BatchSize = 16, LearningRate = 2e-3, Seed = 1, Pruning = new() { Sparsity = 0.6 } }).Run(TinyTask.Texts(400, seed: 4));
        return model;
    }

    private static TextClassifier Loaded(string folder) => EncoderModel.Load(folder, EncoderTasks.TextClassification());

    private static double Difference(IReadOnlyList<float[]> left, IReadOnlyList<float[]> right) =>
        left.Zip(right, (one, other) => one.Zip(other, (a, b) => Math.Abs((double)a - b)).Average()).Average();

    private static long Size(string folder) => new FileInfo(Path.Combine(folder, "model.safetensors")).Length;
}
