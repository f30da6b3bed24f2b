using Seven.Encoders;
using Seven.Encoders.Tasks;
using TextClassifier = Seven.Encoders.EncoderModel<Seven.Encoders.TokenizedText, Seven.Encoders.LabeledText, float[]>;

namespace ModelWriter;

/// <summary>What is saved over and over: a pruned model in two versions.</summary>
public static class WrittenModel
{
    public const int Versions = 2;

    public static TextClassifier Of(int version)
    {
        var model = EncoderModel.Create(new TextConfiguration { VocabularySize = 500, MaximumTokens = 32, HiddenSize = 192, Heads = 3, IntermediateSize = 768, Layers = 2 }, EncoderTasks.TextClassification(["a", "b"]), seed: version);
        foreach (var parameter in model.Parameters.Where(parameter => parameter.IsPrunable))
        {
            for (int i = 0; i < parameter.Count; i++)
                if (i % 3 != version % 3)
                    parameter.Values[i] = 0;
            parameter.MaskZeros();
        }
        return model;
    }
}
