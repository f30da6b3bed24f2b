using Seven.Encoders;
using Seven.Inference;

namespace Seven.Extensions.Hosting.Scoring;

/// <summary>The texts of one call, and the results that have come.</summary>
internal sealed class ScoringRequest(SparseModel model, TokenizedText[] texts)
{
    private readonly object[] _results = new object[texts.Length];
    private readonly TaskCompletionSource<object[]> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _missing = texts.Length;

    public SparseModel Model => model;

    public TokenizedText[] Texts => texts;

    /// <summary>The results, when all are there.</summary>
    public Task<object[]> Completion => _completion.Task;

    /// <summary>Whether nobody waits for the results any more.</summary>
    public bool IsOver => _completion.Task.IsCompleted;

    public void Finish(int index, object result)
    {
        _results[index] = result;
        if (Interlocked.Decrement(ref _missing) == 0)
            _completion.TrySetResult(_results);
    }

    public void Fail(Exception exception) => _completion.TrySetException(exception);

    public void Cancel(CancellationToken cancellationToken) => _completion.TrySetCanceled(cancellationToken);
}
