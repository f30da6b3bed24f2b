using QuickStart.Data;
using Seven.Inference;

namespace ScoringService.Service;

/// <summary>A model and the vocabulary that turns texts into its tokens.</summary>
internal sealed class TextModel : IDisposable
{
    private readonly SparseModel _model;
    private readonly Vocabulary _vocabulary;

    private TextModel(SparseModel model, Vocabulary vocabulary) => (_model, _vocabulary) = (model, vocabulary);

    public ModelDescription Description => new(_model.Labels, _model.Sparsity);

    /// <summary>Each request is scored by one thread: a service has more requests than cores.</summary>
    /// <exception cref="InvalidDataException">The folder holds no model that classifies texts.</exception>
    public static TextModel Load(string folder)
    {
        var model = SparseModel.Load(folder, new SparseModelOptions { Threads = 1 });
        if (model.Task != ModelTask.TextClassification)
            throw new InvalidDataException($"{folder} holds a model for {model.Task}; expected one for {ModelTask.TextClassification}.");
        return new TextModel(model, Vocabulary.Load(folder));
    }

    public Classification Classify(string text)
    {
        float[] probabilities = _model.Classify(_vocabulary.Encode(text));
        int best = probabilities.AsSpan().IndexOf(probabilities.Max());
        return new Classification(_model.Labels[best], probabilities[best], probabilities);
    }

    public void Dispose() => _model.Dispose();
}
