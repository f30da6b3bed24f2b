using Microsoft.Extensions.Logging;
using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Extensions.Hosting.Loading;
using Seven.Extensions.Hosting.Scoring;
using Seven.Extensions.Hosting.Telemetry;
using Seven.Inference;

namespace Seven.Extensions.Hosting;

/// <summary>A model behind a service: one instance, replaced when its folder changes, with the texts of concurrent requests scored together.</summary>
/// <remarks>
/// Registered by <c>services.AddSparseModel(name, folder)</c>, and resolved under that key. Safe to use on any number of threads at once. Each text is read and scored
/// by the same model, also while the model is replaced. Batches form by themselves: while a batch is scored, texts wait, and the next batch takes them together.
/// </remarks>
public sealed class ServedModel : IDisposable
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string TelemetryName = "Seven.Extensions.Hosting";

    private readonly ModelReloader _reloader;
    private readonly ScoringQueue _queue;
    private readonly ModelTelemetry _telemetry;

    internal ServedModel(string name, ServedModelOptions options, ModelMeter meter, ILogger<ServedModel> logger)
    {
        Name = name;
        _telemetry = new ModelTelemetry(name, meter);
        // The model first: one that cannot be loaded leaves no threads behind.
        _reloader = new ModelReloader(name, new ModelFolder(options), options.ReloadInterval, _telemetry, logger);
        _queue = new ScoringQueue(name, options.MaximumQueuedTexts, Environment.ProcessorCount, _telemetry);
    }

    /// <summary>The key under which the model is registered.</summary>
    public string Name { get; }

    /// <summary>The model loaded last. It can be used, as long as it is referenced, after another one has taken its place; do not dispose it.</summary>
    /// <remarks>For what has no method here: images, answers, tokens. Its calls are neither batched nor measured.</remarks>
    public SparseModel Current => _reloader.Current;

    /// <summary>Which model is served, and why a newer one is not.</summary>
    public ServedModelStatus Status => _reloader.Status;

    /// <summary>The class of a text.</summary>
    /// <inheritdoc cref="ClassifyAsync(IReadOnlyList{string}, CancellationToken)" path="/exception"/>
    /// <param name="text">The text; what is longer than the network reads is cut off.</param>
    /// <param name="cancellationToken">Gives the text up while it waits.</param>
    public async Task<ClassifiedText> ClassifyAsync(string text, CancellationToken cancellationToken = default) => (await ClassifyAsync([text], cancellationToken).ConfigureAwait(false))[0];

    /// <summary>The class of each text.</summary>
    /// <param name="texts">The texts; what is longer than the network reads is cut off.</param>
    /// <param name="cancellationToken">Gives the texts up that still wait.</param>
    /// <exception cref="InvalidOperationException">The model is of another task.</exception>
    /// <exception cref="ModelBusyException">Too many texts wait.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public async Task<ClassifiedText[]> ClassifyAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken = default)
    {
        var (model, probabilities) = await Score<TextClassificationTask, float[]>(texts, cancellationToken).ConfigureAwait(false);
        return [.. probabilities.Select(one => new ClassifiedText(model.Labels, one))];
    }

    /// <summary>The number that the model gives each text.</summary>
    /// <inheritdoc cref="ClassifyAsync(IReadOnlyList{string}, CancellationToken)" path="/param|/exception"/>
    public async Task<float[]> RateAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken = default) =>
        (await Score<TextRegressionTask, float>(texts, cancellationToken).ConfigureAwait(false)).Results;

    /// <summary>The vector of a text, [hidden size].</summary>
    /// <inheritdoc cref="ClassifyAsync(string, CancellationToken)" path="/param|/exception"/>
    public async Task<float[]> EmbedAsync(string text, CancellationToken cancellationToken = default) => (await EmbedAsync([text], cancellationToken).ConfigureAwait(false))[0];

    /// <summary>The vector of each text, [hidden size] each.</summary>
    /// <inheritdoc cref="ClassifyAsync(IReadOnlyList{string}, CancellationToken)" path="/param|/exception"/>
    public async Task<float[][]> EmbedAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken = default) =>
        (await Score<TextEmbeddingTask, float[]>(texts, cancellationToken).ConfigureAwait(false)).Results;

    /// <summary>Scores what waits, and ends.</summary>
    public void Dispose()
    {
        _reloader.Dispose();
        _queue.Dispose();
    }

    /// <summary>The results, and the model from which they are.</summary>
    private async Task<(SparseModel Model, TOutput[] Results)> Score<TTask, TOutput>(IReadOnlyList<string> texts, CancellationToken cancellationToken)
        where TTask : EncoderTask
    {
        ArgumentNullException.ThrowIfNull(texts);
        var model = Current;
        using var call = _telemetry.Begin(model.Task, texts.Count);
        try
        {
            if (model.Task is not TTask)
                throw new InvalidOperationException($"The model '{Name}' is for {model.Task}; expected one that {typeof(TTask).Name} describes.");
            TokenizedText[] read = [.. texts.Select(text => model.Tokenize(text))];
            call.Tokens = read.Sum(text => (long)text.Tokens.Count);
            object[] results = read.Length == 0 ? [] : await _queue.Score(model, read, cancellationToken).ConfigureAwait(false);
            call.HasSucceeded();
            return (model, [.. results.Cast<TOutput>()]);
        }
        catch (Exception exception)
        {
            call.HasFailed(exception);
            throw;
        }
    }
}
