using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace Seven.Numerics;

/// <summary>A team of threads that splits a range of independent work items into one contiguous part per thread.</summary>
/// <remarks>Parts are fixed by the count alone and no result depends on where a part ends, so the number of threads
/// never changes a result. Threads spin briefly before they sleep: an encoder asks for work every few microseconds.
/// A team that is already busy (another thread scores at the same time) leaves the caller to do its own work.</remarks>
internal sealed class Workers
{
    private const int SpinsBeforeSleep = 2000;
    private static readonly ConcurrentDictionary<int, Workers> Teams = new();

    private readonly Helper[] _helpers;
    private Job? _job;
    private int _busy;

    private Workers(int threads)
    {
        Threads = threads;
        _helpers = new Helper[threads - 1];
        for (int i = 0; i < _helpers.Length; i++)
            _helpers[i] = new Helper(this, number: i + 1);
    }

    /// <summary>The calling thread alone.</summary>
    public static Workers Sequential { get; } = Of(1);

    public int Threads { get; }

    /// <summary>The process's team of that many threads; 0 means one per processor.</summary>
    public static Workers Of(int threads) =>
        Teams.GetOrAdd(threads == 0 ? Environment.ProcessorCount : threads, static count => new Workers(count));

    /// <summary>Runs body(start, end) over parts of [0, count) whose borders are multiples of <paramref name="grain"/>.</summary>
    public void For(int count, int grain, Action<int, int> body)
    {
        if (count <= 0)
            return;
        if (Threads == 1 || count <= grain || Interlocked.CompareExchange(ref _busy, 1, 0) != 0)
        {
            body(0, count);
            return;
        }

        var job = new Job(body, count, grain, Threads);
        Volatile.Write(ref _job, job);
        foreach (var helper in _helpers)
            helper.Wake();
        job.RunUnclaimedParts();
        job.WaitForOthers();
        Volatile.Write(ref _busy, 0);
        job.ThrowIfFailed();
    }

    /// <summary>One call's work. Parts are claimed one by one, so that the caller does those of helpers which the system has not woken yet.</summary>
    private sealed class Job(Action<int, int> body, int count, int grain, int parts)
    {
        private int _claimed;
        private int _finished;
        private ExceptionDispatchInfo? _failure;

        public void RunUnclaimedParts()
        {
            for (int part; (part = Interlocked.Increment(ref _claimed) - 1) < parts;)
            {
                Run(part);
                Interlocked.Increment(ref _finished);
            }
        }

        public void WaitForOthers()
        {
            var spin = new SpinWait();
            while (Volatile.Read(ref _finished) < parts)
                spin.SpinOnce(sleep1Threshold: -1);
        }

        public void ThrowIfFailed() => _failure?.Throw();

        private void Run(int part)
        {
            int grains = (count + grain - 1) / grain;
            int start = Math.Min(count, (int)((long)grains * part / parts) * grain);
            int end = Math.Min(count, (int)((long)grains * (part + 1) / parts) * grain);
            try
            {
                if (start < end)
                    body(start, end);
            }
#pragma warning disable CA1031 // Whatever a part throws is thrown again to the caller.
            catch (Exception exception)
            {
                _failure = ExceptionDispatchInfo.Capture(exception);
            }
#pragma warning restore CA1031
        }
    }

    [SuppressMessage("Design", "CA1001", Justification = "A helper and its event live as long as the process.")]
    private sealed class Helper
    {
        private readonly ManualResetEventSlim _awake = new(initialState: false, SpinsBeforeSleep);
        private readonly Workers _team;

        public Helper(Workers team, int number)
        {
            _team = team;
            new Thread(Work) { IsBackground = true, Name = $"Seven worker {number}" }.Start();
        }

        public void Wake() => _awake.Set();

        private void Work()
        {
            while (true)
            {
                _awake.Wait();
                _awake.Reset();
                Volatile.Read(ref _team._job)?.RunUnclaimedParts();
            }
        }
    }
}
