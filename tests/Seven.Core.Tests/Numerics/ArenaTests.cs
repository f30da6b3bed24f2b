using Seven.Numerics;

namespace Seven.Tests.Numerics;

/// <summary>Matrices of an arena do not overlap, start on cache lines, and cost no new memory from the second pass on.</summary>
[TestClass]
public sealed unsafe class ArenaTests
{
    [TestMethod]
    public void Matrices_are_disjoint_and_aligned()
    {
        var random = new Random(1);
        var arena = new Arena();
        for (int pass = 0; pass < 3; pass++)
        {
            var taken = new List<(nint Start, nint End)>();
            for (int i = 0; i < 200; i++)
            {
                Matrix matrix = arena.Take(random.Next(1, 300), random.Next(1, 300));
                var start = (nint)matrix.Address(0, 0);
                Assert.AreEqual(0, start % 64);
                taken.Add((start, (nint)(matrix.Address(matrix.Rows - 1, 0) + matrix.Stride)));
            }

            taken.Sort();
            foreach (var (before, after) in taken.Zip(taken.Skip(1)))
                Assert.IsGreaterThanOrEqualTo(before.End, after.Start);
            arena.Reset();
        }
    }

    [TestMethod]
    public void What_is_released_is_used_again_and_a_second_pass_takes_nothing_new()
    {
        var arena = new Arena();
        TakeMuch();
        TakeMuch();
        long before = GC.GetAllocatedBytesForCurrentThread();
        TakeMuch();
        Assert.AreEqual(before, GC.GetAllocatedBytesForCurrentThread());

        void TakeMuch()
        {
            arena.Reset();
            for (int i = 0; i < 50; i++)
            {
                arena.Take(100, 1000);
                var mark = arena.Mark();
                arena.Take(1000, 500);
                arena.Release(mark);
            }
        }
    }
}
