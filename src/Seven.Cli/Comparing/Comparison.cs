using Seven.Cli.Data;
using Seven.Cli.Pruning;
using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Formats.HuggingFace;
using Seven.Goals;
using Seven.Hub;
using Seven.Inference;
using Seven.Metrics;

namespace Seven.Cli.Comparing;

/// <summary>Judges and times models on the same rows.</summary>
/// <param name="rows">The rows; <see langword="null"/> to compare sizes and times alone.</param>
/// <param name="threads">Threads; 0 for one a processor.</param>
/// <param name="cancellationToken">Stops it.</param>
internal sealed class Comparison(IReadOnlyList<TextRow>? rows, int threads, CancellationToken cancellationToken)
{
    private const string TimedText = "It rains, but the forecast for tomorrow is better than the one for today, and the day after will be better still, they say.";

    /// <summary>A model with some numbers.</summary>
    /// <exception cref="InvalidDataException">The model is for another task than the rows.</exception>
    public ComparedModel Of(string model, Precision precision)
    {
        string folder = ModelHub.FolderOf(model);
        using var scoring = SparseModel.Load(folder, new SparseModelOptions { Precision = precision, Threads = threads });
        return scoring.Task switch
        {
            TextClassificationTask task => Of(model, folder, scoring, task, TextExamples.Classes(task.Labels)),
            TextRegressionTask task => Of(model, folder, scoring, task, TextExamples.Scores()),
            TextEmbeddingTask task when rows is null => Of(model, folder, scoring, task, TextExamples.Vectors()),
            TextEmbeddingTask task => Similarities(model, folder, scoring, task, rows),
            var other => throw new InvalidDataException($"{model} is for {other.Name}; expected a model for text classification, text regression or text embedding."),
        };
    }

    private ComparedModel Of<TExample, TOutput>(string model, string folder, SparseModel scoring, EncoderTask<TokenizedText, TExample, TOutput> task, TextExamples<TExample, TOutput> examples)
        where TExample : TokenizedText
    {
        if (rows?[0].Label is null && rows is not null)
            throw new InvalidDataException($"{model} is for {task.Name} and the rows have no labels; expected a column of labels.");
        IReadOnlyList<Metric> metrics = rows is null ? [] : ModelMeasure.Judged<TokenizedText, TExample>(scoring, task, [.. rows.AsParallel().AsOrdered().Select(row => examples.Make(scoring.Tokenize(row.Text, row.Second), row))], threads, cancellationToken).Metrics;
        return Timed(model, folder, scoring, task, metrics);
    }

    /// <summary>Embeddings are judged by how their cosines agree with the scores of pairs, as STS-B does it.</summary>
    private ComparedModel Similarities(string model, string folder, SparseModel scoring, TextEmbeddingTask task, IReadOnlyList<TextRow> pairs)
    {
        if (pairs[0].Second is null || !pairs.All(row => TextTask.IsNumber(row.Label, out _)))
            throw new InvalidDataException($"{model} is for {task.Name} and the rows are no pairs of texts with a score; expected columns such as sentence1, sentence2 and score.");
        float[][] first = scoring.Embed([.. pairs.Select(row => row.Text)]), second = scoring.Embed([.. pairs.Select(row => row.Second!)]);
        double[] cosines = [.. first.Zip(second, (one, other) => (double)System.Numerics.Tensors.TensorPrimitives.CosineSimilarity<float>(one, other))];
        double[] scores = [.. pairs.Select(row => TextTask.IsNumber(row.Label, out float score) ? score : double.NaN)];
        return Timed(model, folder, scoring, task, [new Metric("Spearman", Correlation.Spearman(scores, cosines)), new Metric("Pearson", Correlation.Pearson(scores, cosines))]);
    }

    private ComparedModel Timed<TExample, TOutput>(string model, string folder, SparseModel scoring, EncoderTask<TokenizedText, TExample, TOutput> task, IReadOnlyList<Metric> metrics)
        where TExample : TokenizedText
    {
        var all = scoring.Tokenize(rows?[0].Text + " " + TimedText);
        int length = Math.Min(LatencyGoal.UsualTokens, all.Tokens.Count);
        var input = new TokenizedText { Tokens = [.. all.Tokens.Take(length)] };
        return new ComparedModel(
            model, task.Name, scoring.Precision.ToString(), metrics, scoring.Sparsity, new FileInfo(Path.Combine(folder, HuggingFaceFolder.WeightsFile)).Length, $"{length} tokens",
            ModelMeasure.Milliseconds(scoring, task, input));
    }
}
