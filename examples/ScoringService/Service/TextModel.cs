using Seven.Encoders.Tasks;
using Seven.Inference;

namespace ScoringService.Service;

/// <summary>The model that the service serves.</summary>
internal sealed class TextModel : IDisposable
{
    private readonly SparseModel _model;

    private TextModel(SparseModel model) => _model = model;

    public ModelDescription Description => new(_model.Labels, _model.Sparsity);

    /// <summary>Each request is scored by one thread: a service has more requests than cores.</summary>
    /// <exception cref="InvalidDataException">The folder holds no model that classifies texts.</exception>
    public static TextModel Load(string folder)
    {
        var model = SparseModel.Load(folder, new SparseModelOptions { Threads = 1 });
        if (model.Task is not TextClassificationTask)
            throw new InvalidDataException($"{folder} holds a model for {model.Task}; expected one for text classification.");
        if (!model.HasVocabulary)
            throw new InvalidDataException($"{folder} has no vocabulary; expected vocab.txt or tokenizer.json.");
        return new TextModel(model);
    }

    public Classification Classify(string text)
    {
        float[] probabilities = _model.Classify(text);
        int best = probabilities.AsSpan().IndexOf(probabilities.Max());
        return new Classification(_model.Labels[best], probabilities[best], probabilities);
    }

    public void Dispose() => _model.Dispose();
}
