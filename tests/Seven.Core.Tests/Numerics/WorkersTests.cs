using Seven.Numerics;

namespace Seven.Tests.Numerics;

/// <summary>Work is shared whole, errors come back, and nesting and crowds do no harm.</summary>
[TestClass]
public sealed class WorkersTests
{
    [TestMethod]
    public void Every_item_is_done_once_whatever_the_counts()
    {
        foreach (int threads in new[] { 1, 2, 3, 7 })
            foreach (int count in new[] { 0, 1, 5, 64, 1000 })
                foreach (int grain in new[] { 1, 6, 64 })
                {
                    int[] done = new int[count];
                    Workers.Of(threads).For(count, grain, (start, end) =>
                    {
                        Assert.IsTrue(start % grain == 0 && (end % grain == 0 || end == count));
                        for (int i = start; i < end; i++)
                            Interlocked.Increment(ref done[i]);
                    });
                    Assert.IsTrue(done.All(times => times == 1));
                }
    }

    [TestMethod]
    public void An_error_in_any_part_reaches_the_caller_and_the_team_goes_on()
    {
        var workers = Workers.Of(2);
        for (int failing = 0; failing < 2; failing++)
        {
            int part = failing;
            Assert.ThrowsExactly<InvalidOperationException>(() => workers.For(2, 1, (start, end) =>
            {
                if (start <= part && part < end)
                    throw new InvalidOperationException();
            }));
        }

        int sum = 0;
        workers.For(10, 1, (start, end) => Interlocked.Add(ref sum, end - start));
        Assert.AreEqual(10, sum);
    }

    [TestMethod]
    public void Nested_and_concurrent_calls_finish()
    {
        var workers = Workers.Of(3);
        int sum = 0;
        Parallel.For(0, 16, _ => workers.For(8, 1, (start, end) =>
            workers.For(end - start, 1, (first, last) => Interlocked.Add(ref sum, last - first))));
        Assert.AreEqual(16 * 8, sum);
    }
}
