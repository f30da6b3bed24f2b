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
        _queue = new ScoringQueue(name, options.MaximumQueuedTexts, Environment.ProcessorCount, _telemetry);
        _reloader = new ModelReloader(name, new ModelFolder(options), options.ReloadInterval, _telemetry, logger);
    }

    /// <summary>The key under which the model is registered.</summary>
    public string Name { get; }

    /// <summary>The model loaded last. It can be used, as long as it is referenced, after another one has taken its place; do not dispose it.</summary>
    /// <remarks>For what has no method here: images, answers, tokens. Its calls are neither batched nor measured.</remarks>
    public SparseModel Current => _reloader.Current;

    /// <summary>What is loaded, and why nothing newer is.</summary>
    public ServedModelStatus Status => _reloader.Status;

    /// <summary>The probabilities of the classes of a text, [labels].</summary>
    /// <inheritdoc cref="ClassifyAsync(IReadOnlyList{string}, CancellationToken)" path="/exception"/>
    /// <param name="text">The text; what is longer than the network reads is cut off.</param>
    /// <param name="cancellationToken">Gives the text up while it waits.</param>
    public async Task<float[]> ClassifyAsync(string text, CancellationToken cancellationToken = default) => (await ClassifyAsync([text], cancellationToken).ConfigureAwait(false))[0];

    /// <summary>The probabilities of the classes of each text, [labels] each.</summary>
    /// <param name="texts">The texts; what is longer than the network reads is cut off.</param>
    /// <param name="cancellationToken">Gives the texts up that still wait.</param>
    /// <exception cref="InvalidOperationException">The model is of another task.</exception>
    /// <exception cref="ModelBusyException">Too many texts wait.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public Task<float[][]> ClassifyAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken = default) => Score<TextClassificationTask, float[]>(texts, cancellationToken);

    /// <summary>The number that the model gives each text.</summary>
    /// <inheritdoc cref="ClassifyAsync(IReadOnlyList{string}, CancellationToken)" path="/param|/exception"/>
    public Task<float[]> RateAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken = default) => Score<TextRegressionTask, float>(texts, cancellationToken);

    /// <summary>The vector of a text, [hidden size].</summary>
    /// <inheritdoc cref="ClassifyAsync(string, CancellationToken)" path="/param|/exception"/>
    public async Task<float[]> EmbedAsync(string text, CancellationToken cancellationToken = default) => (await EmbedAsync([text], cancellationToken).ConfigureAwait(false))[0];

    /// <summary>The vector of each text, [hidden size] each.</summary>
    /// <inheritdoc cref="ClassifyAsync(IReadOnlyList{string}, CancellationToken)" path="/param|/exception"/>
    public Task<float[][]> EmbedAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken = default) => Score<TextEmbeddingTask, float[]>(texts, cancellationToken);

    /// <summary>Scores what waits, and ends.</summary>
    public void Dispose()
    {
        _reloader.Dispose();
        _queue.Dispose();
    }

    private async Task<TOutput[]> Score<TTask, TOutput>(IReadOnlyList<string> texts, CancellationToken cancellation)
        where TTask : EncoderTask
    {
        ArgumentNullException.ThrowIfNull(texts);
        using var call = _telemetry.Begin(Current.Task, texts.Count);
        try
        {
            var model = Current;
            if (model.Task is not TTask)
                throw new InvalidOperationException($"The model '{Name}' is for {model.Task}; expected one that {typeof(TTask).Name} describes.");
            TokenizedText[] read = [.. texts.Select(text => model.Tokenize(text))];
            call.Tokens = read.Sum(text => (long)text.Tokens.Count);
            object[] results = read.Length == 0 ? [] : await _queue.Score(model, read, cancellation).ConfigureAwait(false);
            call.HasSucceeded();
            return [.. results.Cast<TOutput>()];
        }
        catch (Exception exception)
        {
            call.HasFailed(exception);
            throw;
        }
    }
}
