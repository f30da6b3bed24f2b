using Microsoft.ML;
using Seven.MLNet.TorchSharp.Tests.Cases;
using static TorchSharp.torch;

namespace Seven.MLNet.TorchSharp.Tests;

/// <summary>A text classification in a context whose log is kept.</summary>
internal sealed class Watched
{
    public Watched(int seed = 1)
    {
        Context = PretrainedFiles.NewContext(Pretrained.NasBert, seed);
        Context.Log += (_, message) =>
        {
            if (message.Source.StartsWith("Seven", StringComparison.Ordinal) && message.Kind >= Microsoft.ML.Runtime.ChannelMessageKind.Info)
                Log.Add(message.RawMessage);
        };
        Rows = Case.Before(Context).Fit(Case.Rows(Context)).Transform(Case.Rows(Context));
    }

    public static TextClassificationCase Case { get; } = new();

    public MLContext Context { get; }

    public List<string> Log { get; } = [];

    /// <summary>The rows as the trainer sees them.</summary>
    public IDataView Rows { get; }

    public SevenPruneTransformer Wrapped(SevenPruneOptions options, int epochs = 3) =>
        Context.Transforms.SevenPrune(Case.Trainer(Context, epochs), options).Fit(Rows);

    public static Dictionary<string, float[]> Weights(ITransformer model) => SavedNetwork.WeightsOf(model)
        .Where(weight => weight.Value.dtype == ScalarType.Float32)
        .ToDictionary(weight => weight.Key, weight => weight.Value.detach().cpu().contiguous().data<float>().ToArray());
}
