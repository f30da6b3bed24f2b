using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Pruning;
using Seven.Pruning.Criteria;
using Seven.Pruning.Patterns;
using Seven.Tests.Training;
using Seven.Training;

namespace Seven.Tests.Pruning;

/// <summary>Which weights are kept or removed together.</summary>
[TestClass]
public sealed class PatternTests
{
    public static IEnumerable<object[]> Seeds => Enumerable.Range(0, 12).Select(seed => new object[] { seed });

    [TestMethod]
    [DynamicData(nameof(Seeds))]
    public void Blocks_live_and_die_together_by_the_sum_of_their_scores(int seed)
    {
        var random = new Random(seed);
        int rows = random.Next(1, 5), columns = random.Next(1, 5);
        TestWeight[] weights = [.. Enumerable.Range(0, 3).Select(i => TestWeight.Random(random, $"w{i}", rows * random.Next(1, 9), columns * random.Next(1, 30)))];
        float[][] before = [.. weights.Select(weight => weight.Values.ToArray())];
        var options = new PruningOptions { Sparsity = 0.6, Criterion = new MagnitudeCriterion(), Pattern = new Blocks(rows, columns), Scope = seed % 2 == 0 ? PruningScope.Global : PruningScope.PerLayer };
        var pruner = new Pruner(weights, options, new PruningSchedule(options.Sparsity, 0, 4), threads: 1 + seed % 3);
        for (int step = 0; step < 4; step++)
            pruner.Step();

        var units = weights.SelectMany((weight, layer) => UnitsOf(weight, before[layer], layer, rows, columns)).ToList();
        foreach (var group in units.GroupBy(unit => options.Scope == PruningScope.Global ? 0 : unit.Layer))
        {
            var all = group.ToList();
            Assert.IsTrue(all.All(unit => unit.Kept == 0 || unit.Kept == rows * columns), "a block is whole or gone");
            int kept = (int)Math.Floor((1 - options.Sparsity) * all.Count);
            Assert.AreEqual(kept, all.Count(unit => unit.Kept > 0), "exact counts of blocks");
            CollectionAssert.AreEquivalent(
                all.OrderByDescending(unit => unit.Score).Take(kept).Select(unit => (unit.Layer, unit.Index)).ToList(),
                all.Where(unit => unit.Kept > 0).Select(unit => (unit.Layer, unit.Index)).ToList());
        }

        Assert.AreEqual($"blocks of {rows} × {columns}", pruner.Report().Pattern);
    }

    [TestMethod]
    [DynamicData(nameof(Seeds))]
    public void N_of_m_keeps_the_largest_of_each_group_and_never_fewer(int seed)
    {
        var random = new Random(seed);
        int of = random.Next(2, 7), kept = random.Next(1, of);
        double sparsity = 1 - kept / (double)of;
        TestWeight[] weights = [.. Enumerable.Range(0, 2).Select(i => TestWeight.Random(random, $"w{i}", random.Next(1, 20), of * random.Next(1, 40)))];
        float[][] before = [.. weights.Select(weight => weight.Values.ToArray())];
        var options = new PruningOptions { Sparsity = sparsity, Criterion = new MagnitudeCriterion(), Pattern = new NOfM(kept, of) };
        var schedule = new PruningSchedule(sparsity, 0, 5);
        var pruner = new Pruner(weights, options, schedule);
        long all = weights.Sum(weight => weight.Values.Length);
        for (int step = 0; step < 5; step++)
        {
            pruner.Step();
            Assert.AreEqual(step == 4 ? all / of * kept : Math.Max(schedule.Kept(step, all), all / of * kept), pruner.Report().Kept, $"step {step}");
            foreach (var (weight, original) in weights.Zip(before))
                for (int start = 0; start < original.Length; start += of)
                {
                    float[] group = original[start..(start + of)], now = weight.Values.Slice(start, of).ToArray();
                    int left = now.Count(value => value != 0);
                    Assert.IsTrue(step == 4 ? left == kept : left >= kept);
                    float smallestKept = now.Where(value => value != 0).Min(Math.Abs);
                    Assert.IsTrue(group.Where((_, i) => now[i] == 0).All(value => Math.Abs(value) <= smallestKept), "within a group the largest stay");
                }
        }
    }

    [TestMethod]
    public void A_matrix_that_a_pattern_does_not_divide_is_named_before_training()
    {
        TestWeight[] weights = [new("even", 8, 8), new("odd", 6, 7)];
        string message = Assert.ThrowsExactly<ArgumentException>(() => New(new Blocks(2, 2), 0.5)).Message;
        Assert.Contains("odd is [6 × 7], which the pattern blocks of 2 × 2 does not divide", message);
        Assert.Contains("odd is [6 × 7], which the pattern 2 of 4 does not divide", Assert.ThrowsExactly<ArgumentException>(() => New(new NOfM(2, 4), 0.5)).Message);
        Assert.Contains("Sparsity is 0.8 and the pattern 2 of 4 ends at 0.5", Assert.ThrowsExactly<ArgumentException>(() => New(new NOfM(2, 4), 0.8, "odd")).Message);
        New(new NOfM(2, 4), 0.5, "odd");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new NOfM(4, 4));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new Blocks(0, 1));

        void New(MaskPattern pattern, double sparsity, params string[] exclude) =>
            _ = new Pruner(weights, new PruningOptions { Sparsity = sparsity, Pattern = pattern, Exclude = exclude }, new PruningSchedule(sparsity, 0, 2));
    }

    [TestMethod]
    public void A_state_goes_on_with_its_pattern_and_with_no_other()
    {
        string path = Path.Combine(TestFolders.Temporary(), "state");
        var options = new PruningOptions { Sparsity = 0.5, Pattern = new NOfM(2, 4) };
        TestWeight[] whole = Weights(), parts = Weights();
        var uninterrupted = New(whole, options);
        for (int step = 0; step < 6; step++)
            uninterrupted.Step();

        var first = New(parts, options);
        for (int step = 0; step < 3; step++)
            first.Step();
        first.Save(path);
        Assert.Contains("pattern", Assert.ThrowsExactly<InvalidDataException>(() => New(Weights(), options with { Pattern = new Blocks(1, 1) }).Restore(path)).Message);
        var second = New(parts, options);
        second.Restore(path);
        for (int step = 3; step < 6; step++)
            second.Step();
        foreach (var (one, other) in whole.Zip(parts))
            Assert.IsTrue(one.Values.SequenceEqual(other.Values));

        static TestWeight[] Weights() => [TestWeight.Random(new Random(1), "a", 12, 16), TestWeight.Random(new Random(2), "b", 5, 32)];

        static Pruner New(TestWeight[] weights, PruningOptions options) => new(weights, options, new PruningSchedule(options.Sparsity, 0, 6));
    }

    [TestMethod]
    public void A_run_of_fine_tuning_ends_in_the_pattern()
    {
        var model = EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextClassification(TinyTask.Labels), seed: 1);
        var result = FineTuner.For(model, new FineTuningOptions
        {
            Epochs = 4,
            LearningRate = 1e-3,
            SparseFrom = 0.4,
            Pruning = new PruningOptions { Sparsity = 0.5, Pattern = new NOfM(1, 2) },
        }).Run(TinyTask.Texts(64, seed: 1), TinyTask.Texts(32, seed: 2));
        Assert.AreEqual(0.5, result.Pruning!.Sparsity);
        Assert.Contains("1 of 2", result.Pruning.ToString());
        foreach (var parameter in model.Parameters.Where(parameter => parameter.IsPrunable))
            for (int i = 0; i < parameter.Count; i += 2)
                Assert.AreEqual(1, parameter.Values.Slice(i, 2).Count(0f), parameter.Name);
    }

    [TestMethod]
    [DataRow(2, 4, "2:4")]
    [DataRow(1, 4, "2:4")]
    [DataRow(3, 4, "unstructured")]
    [DataRow(1, 2, "2:4")]
    [DataRow(0, 0, "unstructured")]
    public void A_compact_file_names_the_structure_that_its_readers_know(int kept, int of, string structure)
    {
        var model = EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextClassification(TinyTask.Labels), seed: 1);
        var pruning = of == 0 ? new PruningOptions { Sparsity = 0.6 } : new PruningOptions { Sparsity = 1 - kept / (double)of, Pattern = new NOfM(kept, of) };
        FineTuner.For(model, new FineTuningOptions { Epochs = 2, Pruning = pruning }).Run(TinyTask.Texts(64, seed: 1));
        string folder = TestFolders.Temporary();
        model.SaveCompact(folder);
        // Loaded and saved again, it is the same.
        EncoderModel.Load(folder, EncoderTasks.TextClassification()).SaveCompact(folder);
        Assert.Contains($"\"sparsity_structure\": \"{structure}\"", File.ReadAllText(Path.Combine(folder, "config.json")));
        Directory.Delete(folder, recursive: true);
    }

    private static IEnumerable<(int Layer, int Index, int Kept, double Score)> UnitsOf(TestWeight weight, float[] before, int layer, int rows, int columns)
    {
        int width = weight.Shape[1];
        for (int row = 0; row < weight.Shape[0]; row += rows)
            for (int column = 0; column < width; column += columns)
            {
                var places = (from r in Enumerable.Range(row, rows) from c in Enumerable.Range(column, columns) select r * width + c).ToList();
                int kept = 0;
                double score = 0;
                foreach (int place in places)
                {
                    kept += weight.Values[place] != 0 ? 1 : 0;
                    score += Math.Abs(before[place]);
                }

                yield return (layer, row * width + column, kept, score);
            }
    }
}
