using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace Seven.Numerics;

/// <summary>Work on a range of items, any part of which may be done alone.</summary>
internal interface IRangeJob
{
    /// <summary>Does the items from start to before end.</summary>
    void Run(int start, int end);
}

/// <summary>A team of threads that splits a range of independent work items into one contiguous part per thread.</summary>
/// <remarks>Parts are fixed by the count alone and no result depends on where a part ends, so the number of threads
/// never changes a result. Threads spin briefly before they sleep: an encoder asks for work every few microseconds.
/// A team that is already busy (another thread scores at the same time) leaves the caller to do its own work.</remarks>
internal sealed class Workers
{
    private const int SpinsBeforeSleep = 2000;

    /// <summary>Handing work over takes a few microseconds: less work than that in a part is not worth it.</summary>
    private const double SmallestPartNanoseconds = 4000;

    private static readonly ConcurrentDictionary<int, Workers> Teams = new();

    private readonly Helper[] _helpers;
    private readonly Dictionary<Type, Work> _works = [];
    private Work? _work;
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

    /// <summary>Items in a part that is worth handing over.</summary>
    /// <param name="unit">Items that belong together.</param>
    /// <param name="nanoseconds">About how long an item takes.</param>
    public static int Grain(int unit, double nanoseconds) =>
        (int)Math.Clamp(Math.Ceiling(SmallestPartNanoseconds / (nanoseconds * unit + 1e-3)), 1, int.MaxValue / unit) * unit;

    /// <summary>Runs body(start, end) over parts of [0, count) whose borders are multiples of <paramref name="grain"/>.</summary>
    public void For(int count, int grain, Action<int, int> body) => For(count, grain, new ActionJob(body));

    /// <summary>The same for a job without captured variables: nothing is allocated once a kind of job was seen.</summary>
    public void For<TJob>(int count, int grain, TJob job)
        where TJob : struct, IRangeJob
    {
        if (count <= 0)
            return;
        if (Threads == 1 || count <= grain || Interlocked.CompareExchange(ref _busy, 1, 0) != 0)
        {
            job.Run(0, count);
            return;
        }

        var work = WorkFor<TJob>();
        work.Start(job, count, grain);
        Volatile.Write(ref _work, work);
        foreach (var helper in _helpers)
            helper.Wake();
        work.RunUnclaimedParts();
        var failure = work.Finish();
        Volatile.Write(ref _busy, 0);
        failure?.Throw();
    }

    private Work<TJob> WorkFor<TJob>()
        where TJob : struct, IRangeJob
    {
        if (_works.TryGetValue(typeof(TJob), out var known))
            return (Work<TJob>)known;
        var work = new Work<TJob>(Threads);
        _works.Add(typeof(TJob), work);
        return work;
    }

    private readonly struct ActionJob(Action<int, int> body) : IRangeJob
    {
        public void Run(int start, int end) => body(start, end);
    }

    /// <summary>One call's work. Parts are claimed one by one, so that the caller does those of helpers which the system has not woken yet.</summary>
    /// <remarks>A team uses its object for a kind of job again and again. A helper that comes late finds all parts claimed, or claims one of the next call.</remarks>
    private abstract class Work(int parts)
    {
        private int _claimed;
        private int _finished;
        private ExceptionDispatchInfo? _failure;

        protected int Parts => parts;

        public void RunUnclaimedParts()
        {
            for (int part; (part = Interlocked.Increment(ref _claimed) - 1) < parts;)
            {
                try
                {
                    Run(part);
                }
#pragma warning disable CA1031 // Whatever a part throws is thrown again to the caller.
                catch (Exception exception)
                {
                    _failure = ExceptionDispatchInfo.Capture(exception);
                }
#pragma warning restore CA1031
                Interlocked.Increment(ref _finished);
            }
        }

        protected abstract void Run(int part);

        /// <summary>Opens the parts to all threads.</summary>
        protected void Open()
        {
            (_finished, _failure) = (0, null);
            Volatile.Write(ref _claimed, 0);
        }

        protected ExceptionDispatchInfo? WaitForOthers()
        {
            var spin = new SpinWait();
            while (Volatile.Read(ref _finished) < parts)
                spin.SpinOnce(sleep1Threshold: -1);
            return _failure;
        }
    }

    private sealed class Work<TJob>(int parts) : Work(parts)
        where TJob : struct, IRangeJob
    {
        private TJob _job;
        private int _count;
        private int _grain;

        public void Start(TJob job, int count, int grain)
        {
            (_job, _count, _grain) = (job, count, grain);
            Open();
        }

        public ExceptionDispatchInfo? Finish()
        {
            var failure = WaitForOthers();
            _job = default;
            return failure;
        }

        protected override void Run(int part)
        {
            int grains = (_count + _grain - 1) / _grain;
            int start = Math.Min(_count, (int)((long)grains * part / Parts) * _grain);
            int end = Math.Min(_count, (int)((long)grains * (part + 1) / Parts) * _grain);
            if (start < end)
                _job.Run(start, end);
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
            new Thread(WorkOn) { IsBackground = true, Name = $"Seven worker {number}" }.Start();
        }

        public void Wake() => _awake.Set();

        private void WorkOn()
        {
            while (true)
            {
                _awake.Wait();
                _awake.Reset();
                Volatile.Read(ref _team._work)?.RunUnclaimedParts();
            }
        }
    }
}
