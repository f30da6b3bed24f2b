using Microsoft.ML;
using Seven.Formats.Safetensors;
using Seven.Training;

namespace Seven.MLNet.Tests.Cases;

/// <summary>One of this project's trainers, from scratch and small.</summary>
public abstract class EncoderCase : TrainerCase
{
    public static IReadOnlyList<EncoderCase> All { get; } = [new BertCase(), new BertPairsCase(), new BertSimilarityCase(), new BertAnsweringCase(), new BertTokensCase(), new VisionTransformerCase()];

    public override string Reader => "EncoderReader";

    public override bool CanCrossValidate => true;

    public override MLContext NewContext() => new(seed: 1);

    /// <summary>Rows scored together fill other lanes of the vector units, and each process measures by itself from where on a layer is sparse: sums differ in their last bits.</summary>
    public override void AssertSameScores(string alone, string among)
    {
        float[] found = Numbers(alone), expected = [.. Numbers(among).TakeLast(found.Length)];
        for (int i = 0; i < found.Length; i++)
            Assert.AreEqual(expected[i], found[i], 1e-5f);

        static float[] Numbers(string line) => [.. line.Split(' ').Where(word => word.Length == 8).Select(word => BitConverter.Int32BitsToSingle(Convert.ToInt32(word, 16)))];
    }

    public override IReadOnlyDictionary<string, long> ZerosIn(MLContext context, string modelPath)
    {
        string folder = Directory.CreateTempSubdirectory("seven-zeros-").FullName;
        using var encoder = EncoderIn(context.Model.Load(modelPath, out _));
        encoder.Model.Save(folder);
        using var file = SafetensorsFile.Open(Path.Combine(folder, "model.safetensors"));
        return file.Header.Tensors.ToDictionary(tensor => tensor.Key, tensor =>
        {
            var values = new float[tensor.Value.Shape.Aggregate(1L, (product, size) => product * size)];
            file.Read(tensor.Key, [.. tensor.Value.Shape.Select(size => (int)size)], values);
            return (long)values.AsSpan().Count(0f);
        });
    }

    /// <summary>The encoder in a pipeline.</summary>
    public static EncoderTransformer EncoderIn(ITransformer model) => model switch
    {
        EncoderTransformer encoder => encoder,
        SevenPruneTransformer pruned => (EncoderTransformer)pruned.Network,
        _ => ((IEnumerable<ITransformer>)model).Where(step => step is EncoderTransformer or SevenPruneTransformer { Network: EncoderTransformer } or IEnumerable<ITransformer>).Select(EncoderIn).First(),
    };

    public override IEstimator<ITransformer> Trainer(MLContext context, int epochs = 2) =>
        Trainer(context, new FineTuningOptions { BatchSize = 8, Epochs = epochs, LearningRate = 1e-3, Seed = 3 });

    public abstract EncoderTrainer Trainer(MLContext context, FineTuningOptions training, UnusableRows unusable = UnusableRows.Throw, string? modelFolder = null);
}
