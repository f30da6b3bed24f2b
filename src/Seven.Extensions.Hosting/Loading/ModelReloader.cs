using Microsoft.Extensions.Logging;
using Seven.Extensions.Hosting.Telemetry;
using Seven.Inference;

namespace Seven.Extensions.Hosting.Loading;

/// <summary>Holds the current model, and replaces it once changed files in the folder are stable.</summary>
/// <remarks>A model that was replaced is not disposed: calls that hold it come to their end, and its memory is collected afterwards.</remarks>
internal sealed partial class ModelReloader : IDisposable
{
    private readonly string _name;
    private readonly ModelFolder _folder;
    private readonly TimeSpan _interval;
    private readonly ModelTelemetry _telemetry;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly Timer _timer;
    private volatile SparseModel _current;
    private volatile ServedModelStatus _status;

    /// <summary>The files of the current model.</summary>
    private FolderStamp _loaded;

    /// <summary>The files of a model that was refused, which is not read again; <see langword="null"/> for none.</summary>
    private FolderStamp? _refused;

    /// <summary>The files at the last look; <see langword="null"/> where there were none.</summary>
    private FolderStamp? _seen;

    private volatile bool _isDisposed;

    /// <summary>Loads the first model.</summary>
    /// <inheritdoc cref="ModelFolder.Read" path="/exception"/>
    public ModelReloader(string name, ModelFolder folder, TimeSpan interval, ModelTelemetry telemetry, ILogger logger)
    {
        (_name, _folder, _interval, _telemetry, _logger) = (name, folder, interval, telemetry, logger);
        (_current, _loaded) = folder.Read();
        _seen = _loaded;
        _status = new ServedModelStatus(DateTimeOffset.UtcNow, Reloads: 0, Failure: null);
        LogLoaded(name, _current.Task.Name, _current.Sparsity, _current.Precision);
        _timer = new Timer(_ => Look(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Schedule();
    }

    public SparseModel Current
    {
        get
        {
            ObjectDisposedException.ThrowIf(_isDisposed, typeof(ServedModel));
            return _current;
        }
    }

    public ServedModelStatus Status => _isDisposed ? _status with { Failure = "The model was disposed." } : _status;

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _timer.Dispose();
        }
    }

    /// <summary>One look at a time: the next one is due an interval after the end of the one before.</summary>
    private void Schedule()
    {
        lock (_gate)
        {
            if (!_isDisposed)
                _timer.Change(_interval, Timeout.InfiniteTimeSpan);
        }
    }

    private void Look()
    {
        var before = _seen;
        try
        {
            _seen = _folder.Stamp();
            if (_seen == _loaded)
                _status = _status with { Failure = null };
            else if (_seen == before && _seen != _refused)
                Reload();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _seen = null;
            // A folder that is replaced by another one may be missing for a moment.
            if (before is null)
                Refuse(exception.Message);
        }

        Schedule();
    }

    private void Reload()
    {
        try
        {
            (_current, _loaded) = _folder.Read();
            _status = new ServedModelStatus(DateTimeOffset.UtcNow, _status.Reloads + 1, Failure: null);
            _telemetry.HasReloaded(error: null);
            LogLoaded(_name, _current.Task.Name, _current.Sparsity, _current.Precision);
        }
#pragma warning disable CA1031 // Whatever is wrong with the new model, the service goes on with the one before.
        catch (Exception exception)
        {
            // A file that another process holds may be readable at the next look; a damaged one only after it has changed.
            _refused = exception is IOException or UnauthorizedAccessException ? null : _seen;
            Refuse(exception.Message);
        }
#pragma warning restore CA1031
    }

    /// <summary>Keeps the model before. The same reason is logged once.</summary>
    private void Refuse(string reason)
    {
        if (_status.Failure == reason)
            return;
        _status = _status with { Failure = reason };
        _telemetry.HasReloaded(error: "model_refused");
        LogRefused(_name, reason, _status.LoadedAt);
    }

    [LoggerMessage(1, LogLevel.Information, "Model '{Name}' is loaded: {Task}, {Sparsity:P0} zeros, {Precision}.")]
    private partial void LogLoaded(string name, string task, double sparsity, Precision precision);

    [LoggerMessage(2, LogLevel.Error, "Model '{Name}' has changed and cannot be loaded: {Reason} The model loaded at {LoadedAt} stays.")]
    private partial void LogRefused(string name, string reason, DateTimeOffset loadedAt);
}
