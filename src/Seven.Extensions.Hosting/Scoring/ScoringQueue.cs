using Seven.Encoders;
using Seven.Extensions.Hosting.Telemetry;
using Seven.Inference;

namespace Seven.Extensions.Hosting.Scoring;

/// <summary>Texts that wait, and the threads that score them: each takes what waits, up to a limit of tokens, and scores it as one batch.</summary>
/// <remarks>A text that comes alone is scored at once. The threads are the queue's own: those of the pool stay free for requests.</remarks>
internal sealed class ScoringQueue : IDisposable
{
    /// <summary>As many as the engine multiplies at once.</summary>
    private const int MaximumBatchTokens = 256;

    private readonly string _name;
    private readonly int _mostWaiting;
    private readonly ModelTelemetry _telemetry;
    private readonly Queue<(ScoringRequest Request, int Index)> _waiting = [];
    private readonly object _gate = new();
    private readonly Thread[] _threads;
    private int _idleThreads;
    private bool _isClosed;

    public ScoringQueue(string name, int mostWaiting, int threads, ModelTelemetry telemetry)
    {
        (_name, _mostWaiting, _telemetry) = (name, mostWaiting, telemetry);
        _threads = [.. Enumerable.Range(1, threads).Select(number => new Thread(Work) { IsBackground = true, Name = $"Seven model {name} {number}" })];
        foreach (var thread in _threads)
            thread.Start();
    }

    /// <summary>The results of the texts, in their order.</summary>
    /// <exception cref="ModelBusyException">Too many texts wait.</exception>
    /// <exception cref="ObjectDisposedException">The queue was closed.</exception>
    public async Task<object[]> Score(SparseModel model, TokenizedText[] texts, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var request = new ScoringRequest(model, texts);
        Add(request);
        await using var registration = cancellationToken.Register(() => request.Cancel(cancellationToken)).ConfigureAwait(false);
        return await request.Completion.ConfigureAwait(false);
    }

    /// <summary>Takes no more texts, and returns when those that wait are scored.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.PulseAll(_gate);
        }

        foreach (var thread in _threads)
            thread.Join();
    }

    private void Add(ScoringRequest request)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(ServedModel));
            if (_waiting.Count + request.Texts.Length > _mostWaiting)
                throw new ModelBusyException(_name, _waiting.Count, request.Texts.Length, _mostWaiting);
            for (int index = 0; index < request.Texts.Length; index++)
                _waiting.Enqueue((request, index));
            if (request.Texts.Length == 1)
                Monitor.Pulse(_gate);
            else
                Monitor.PulseAll(_gate);
        }

        _telemetry.HasQueued(request.Texts.Length);
    }

    private void Work()
    {
        var batch = new List<(ScoringRequest Request, int Index)>();
        while (Take(batch))
        {
            if (batch.Count > 0)
                ScoreTogether(batch);
        }
    }

    /// <summary>Waits for texts and takes a batch of them: a fair part where other threads have nothing to do, and texts read by one model alone.</summary>
    /// <returns>False once the queue is closed and empty.</returns>
    private bool Take(List<(ScoringRequest Request, int Index)> batch)
    {
        batch.Clear();
        int taken;
        lock (_gate)
        {
            _idleThreads++;
            while (_waiting.Count == 0 && !_isClosed)
                Monitor.Wait(_gate);
            _idleThreads--;
            if (_waiting.Count == 0)
                return false;

            int before = _waiting.Count, most = (before + _idleThreads) / (_idleThreads + 1);
            SparseModel? model = null;
            for (int tokens = 0; _waiting.TryPeek(out var next) && before - _waiting.Count < most; _waiting.Dequeue())
            {
                if (next.Request.IsOver)
                    continue;
                tokens += next.Request.Texts[next.Index].Tokens.Count;
                if (batch.Count > 0 && (tokens > MaximumBatchTokens || next.Request.Model != model))
                    break;
                model = next.Request.Model;
                batch.Add(next);
            }

            taken = before - _waiting.Count;
        }

        _telemetry.HasQueued(-taken);
        return true;
    }

    /// <summary>Scores a batch. If that fails, each text is scored alone, so that one of them fails no other.</summary>
    private void ScoreTogether(List<(ScoringRequest Request, int Index)> batch)
    {
        try
        {
            var results = TextScoring.Score(batch[0].Request.Model, [.. batch.Select(entry => entry.Request.Texts[entry.Index])]);
            _telemetry.HasScored(batch.Count);
            for (int i = 0; i < batch.Count; i++)
                batch[i].Request.Finish(batch[i].Index, results.GetValue(i)!);
        }
#pragma warning disable CA1031 // The exception goes to the caller that waits.
        catch (Exception) when (batch.Count > 1)
        {
            foreach (var entry in batch)
                ScoreTogether([entry]);
        }
        catch (Exception exception)
        {
            batch[0].Request.Fail(exception);
        }
#pragma warning restore CA1031
    }
}
