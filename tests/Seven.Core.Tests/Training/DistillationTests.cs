using Seven.Encoders;
using Seven.Encoders.Architectures;
using Seven.Encoders.Layers;
using Seven.Encoders.Tasks;
using Seven.Numerics;
using Seven.Pruning;
using Seven.Training;

namespace Seven.Tests.Training;

/// <summary>Learning from a teacher: what is learned, what it is resumed with, and which teachers are refused. Gradients are in FiniteDifferenceTests.</summary>
[TestClass]
public sealed class DistillationTests
{
    private static readonly FineTuningOptions s_options = new() { Epochs = 3, BatchSize = 8, LearningRate = 3e-3, Seed = 5 };
    private static readonly LabeledText[] s_train = TinyTask.Texts(200, seed: 1);
    private static readonly LabeledText[] s_test = TinyTask.Texts(80, seed: 2);

    private readonly string _folder = TestFolders.Temporary();

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    /// <summary>T² Σ p · log(p / q), with p = softmax(teacher / T), q = softmax(outputs / T), in doubles and by its definition.</summary>
    [TestMethod]
    [DataRow(1.0)]
    [DataRow(2.0)]
    [DataRow(7.5)]
    public void The_divergence_is_that_of_its_definition(double temperature)
    {
        var random = new Random(1);
        float[] outputs = [.. Enumerable.Range(0, 5).Select(_ => 8 * random.NextSingle() - 4)], target = [.. Enumerable.Range(0, 5).Select(_ => 8 * random.NextSingle() - 4)];
        double[] p = Softmax(target), q = Softmax(outputs);
        double expected = temperature * temperature * p.Zip(q, (left, right) => left * Math.Log(left / right)).Sum();
        var gradient = new float[5];
        Array.Fill(gradient, 0.25f);
        Assert.AreEqual(expected, CrossEntropy.AddDivergence(outputs, target, temperature, 0.5f, gradient), 1e-9);
        for (int i = 0; i < 5; i++)
            Assert.AreEqual(0.25 + 0.5 * temperature * (q[i] - p[i]), gradient[i], 1e-6);
        Assert.AreEqual(0, CrossEntropy.AddDivergence(target, target, temperature, 1, gradient), 1e-12);

        double[] Softmax(float[] values)
        {
            double sum = values.Sum(value => Math.Exp(value / temperature));
            return [.. values.Select(value => Math.Exp(value / temperature) / sum)];
        }
    }

    /// <summary>With the whole weight on the teacher, targets that are all wrong do no harm.</summary>
    [TestMethod]
    public void A_model_that_learns_from_its_teacher_alone_ignores_the_targets()
    {
        SaveTeacher(TinyTask.Labels);
        LabeledText[] wrong = [.. s_train.Select(text => new LabeledText { Tokens = text.Tokens, Label = 1 - text.Label })];
        var student = NewModel(seed: 7);
        FineTuner.For(student, With(new Distillation { Teacher = Teacher.From(_folder), Weight = 1 })).Run(wrong);
        Assert.IsGreaterThan(0.95, FineTuner.For(student).Evaluate(s_test)["accuracy"]);
    }

    /// <summary>A few labels say little; what a teacher says of many texts without one says much. Without a teacher, and where epochs are judged, such texts are refused.</summary>
    [TestMethod]
    public void Texts_that_nobody_has_labeled_teach_what_the_teacher_says_of_them()
    {
        SaveTeacher(TinyTask.Labels);
        LabeledText[] labeled = s_train[..8], all = [.. labeled, .. s_train[8..].Select(text => new LabeledText { Tokens = text.Tokens, Label = LabeledText.Unlabeled })];
        var options = With(new Distillation { Teacher = Teacher.From(_folder) });
        Assert.IsGreaterThan(0.95, AccuracyAfter(all));
        Assert.IsLessThan(0.85, AccuracyAfter(labeled));

        string message = Assert.ThrowsExactly<ArgumentException>(() => FineTuner.For(NewModel(seed: 7), s_options).Run(all)).Message;
        Assert.AreEqual("An example has label -1; expected one in [0, 2), or Unlabeled (-1) where there is a teacher.", message);
        Assert.AreEqual(message, Assert.ThrowsExactly<ArgumentException>(() => FineTuner.For(NewModel(seed: 7), options).Run(all, validation: all)).Message);
        Assert.AreEqual(message, Assert.ThrowsExactly<ArgumentException>(() => FineTuner.For(NewModel(seed: 7), options).Evaluate(all)).Message);

        double AccuracyAfter(LabeledText[] train)
        {
            var student = NewModel(seed: 7);
            FineTuner.For(student, options).Run(train);
            return FineTuner.For(student).Evaluate(s_test)["accuracy"];
        }
    }

    /// <summary>Whatever the weight beside labels, an example without one is learned like one whose label is not looked at, in every task.</summary>
    [TestMethod]
    public void Without_a_target_the_soft_loss_alone_counts()
    {
        var random = new Random(1);
        int[] tokens = [1, 5, 7, 3];
        Same(EncoderTasks.TextClassification(TinyTask.Labels), new LabeledText { Tokens = tokens, Label = 1 }, new LabeledText { Tokens = tokens, Label = LabeledText.Unlabeled });
        Same(EncoderTasks.TextRegression(), new ScoredText { Tokens = tokens, Score = 2 }, new ScoredText { Tokens = tokens, Score = float.NaN });
        Same(EncoderTasks.QuestionAnswering(), new AnsweredText { Tokens = tokens, Start = 1, End = 2 }, new AnsweredText { Tokens = tokens, Start = AnsweredText.Unlabeled, End = AnsweredText.Unlabeled });
        Same(EncoderTasks.TokenClassification(TinyTask.Labels), new TaggedText { Tokens = tokens, Labels = [0, 1, TaggedText.Ignored, 1] }, new TaggedText { Tokens = tokens, Labels = [TaggedText.Unlabeled, TaggedText.Unlabeled, TaggedText.Ignored, TaggedText.Unlabeled] });

        void Same<TExample, TOutput>(EncoderTask<TokenizedText, TExample, TOutput> task, TExample labeled, TExample unlabeled)
            where TExample : TokenizedText
        {
            var layout = new SequenceLayout();
            layout.Add(tokens.Length);
            int columns = task.IsPerToken ? tokens.Length : 1;
            Matrix output = Random(task.Outputs, columns), teacher = Random(task.Outputs, columns);
            var (loss, slopes) = LossOf(labeled, weight: 1);
            var (found, foundSlopes) = LossOf(unlabeled, weight: 0.3);
            Assert.IsGreaterThan(0.01, loss, task.Name);
            Assert.AreEqual(loss, found, 1e-6, task.Name);
            CollectionAssert.AreEqual(slopes, foundSlopes, task.Name);
            task.Check(unlabeled, mayBeUnlabeled: true);
            Assert.Contains("where there is a teacher", Assert.ThrowsExactly<ArgumentException>(() => task.Check(unlabeled, mayBeUnlabeled: false)).Message);

            (double Loss, float[] Slopes) LossOf(TExample example, double weight)
            {
                Matrix gradient = Random(task.Outputs, columns);
                double hard = task.Loss(output, layout, [example], (float)(1 - weight), gradient);
                double soft = task.AddSoftLoss(output, teacher, layout, [example], temperature: 2, weight, scale: 1, gradient);
                return ((1 - weight) * hard + soft, [.. Enumerable.Range(0, gradient.Rows).SelectMany(row => gradient.Row(row).ToArray())]);
            }
        }

        Matrix Random(int rows, int columns)
        {
            Matrix matrix = Matrix.Zeros(rows, columns);
            for (int row = 0; row < rows; row++)
                foreach (ref float value in matrix.Row(row))
                    value = 4 * random.NextSingle() - 2;
            return matrix;
        }
    }

    /// <summary>The teacher's outputs are put into the order of the model's labels.</summary>
    [TestMethod]
    public void Labels_of_the_teacher_may_be_in_another_order()
    {
        SaveTeacher([.. TinyTask.Labels.Reverse()]);
        var student = NewModel(seed: 7);
        FineTuner.For(student, With(new Distillation { Teacher = Teacher.From(_folder), Weight = 1 })).Run(s_train);
        Assert.IsGreaterThan(0.95, FineTuner.For(student).Evaluate(s_test)["accuracy"]);
    }

    /// <summary>From the same start and by the same steps, what is pulled towards the teacher's ends nearer to it.</summary>
    [TestMethod]
    [DataRow(5.0, 0.0)]
    [DataRow(0.0, 20.0)]
    public void Hidden_states_and_attention_come_nearer_to_the_teachers(double hiddenStates, double attention)
    {
        SaveTeacher(TinyTask.Labels);
        var (free, pulled) = (NewModel(seed: 7), NewModel(seed: 7));
        FineTuner.For(free, With(new Distillation { Teacher = Teacher.From(_folder) })).Run(s_train);
        FineTuner.For(pulled, With(new Distillation { Teacher = Teacher.From(_folder), HiddenStates = hiddenStates, Attention = attention })).Run(s_train);
        Assert.IsLessThan(0.5 * Distance(free), Distance(pulled));

        double Distance(EncoderModel<TokenizedText, LabeledText, float[]> model)
        {
            var (own, others) = (Inner(), Inner());
            var options = With(new Distillation { Teacher = Teacher.From(_folder), HiddenStates = hiddenStates, Attention = attention });
            var batch = model.NewBatch();
            foreach (var text in s_test)
                batch.Add(text);
            model.Score(batch, Pass.ForScoring(new Arena(), Workers.Sequential, inner: own));
            TeacherModel<TokenizedText>.Of(options.Distillation!.Teacher, model, options).OutputsOf(s_test, others);
            return own.PullTowards(new InnerTarget(others, hiddenStates, attention), batch.Layout, scale: 0);
        }

        InnerStates Inner() => new(hiddenStates > 0 ? new HiddenStates() : null, attention > 0 ? new AttentionMaps(new Arena()) : null);
    }

    /// <summary>A pruned teacher says what it does with all its zeros.</summary>
    [TestMethod]
    public void A_teacher_is_computed_over_its_kept_weights()
    {
        SaveTeacher(TinyTask.Labels, new PruningOptions { Sparsity = 0.8 });
        var student = NewModel(seed: 7);
        float[] Outputs(double sparseFrom) => [.. TeacherModel<TokenizedText>.Of(Teacher.From(_folder), student, new FineTuningOptions { SparseFrom = sparseFrom }).OutputsOf(s_test).Row(0)];
        float[] dense = Outputs(1), sparse = Outputs(0.5);
        for (int i = 0; i < dense.Length; i++)
            Assert.AreEqual(dense[i], sparse[i], 1e-5f);
    }

    /// <summary>Evaluations are by the targets: a teacher does not change what an epoch is judged by.</summary>
    [TestMethod]
    public void Evaluations_do_not_ask_the_teacher()
    {
        SaveTeacher(TinyTask.Labels);
        var model = NewModel(seed: 7);
        var distilled = FineTuner.For(model, With(new Distillation { Teacher = Teacher.From(_folder) })).Evaluate(s_test);
        Assert.AreEqual(FineTuner.For(model).Evaluate(s_test).Loss, distilled.Loss);
    }

    [TestMethod]
    public void Cancelled_and_resumed_it_ends_in_the_same_weights_and_another_teacher_is_refused()
    {
        SaveTeacher(TinyTask.Labels);
        var options = With(new Distillation { Teacher = Teacher.From(_folder), HiddenStates = 1, Attention = 1 }) with { Pruning = new PruningOptions(), SparseFrom = 0.5 };
        var (whole, resumed) = (NewModel(seed: 7), NewModel(seed: 7));
        FineTuner.For(whole, options).Run(s_train);
        options = options with { CheckpointPath = Path.Combine(_folder, "checkpoint.safetensors") };
        using var source = new CancellationTokenSource();
        FineTuner.For(resumed, options).Run(s_train, progress: new Watcher(progress =>
        {
            if (progress.Update == 30)
                source.Cancel();
        }), cancellationToken: source.Token);

        string other = Path.Combine(_folder, "other");
        NewModel(seed: 9).Save(other);
        var error = Assert.ThrowsExactly<InvalidDataException>(() => FineTuner.For(NewModel(seed: 7), options with { Distillation = options.Distillation! with { Teacher = Teacher.From(other) } }).Run(s_train));
        Assert.Contains("distillation.teacher", error.Message);
        FineTuner.For(resumed, options).Run(s_train);
        foreach (var (expected, found) in whole.Parameters.Zip(resumed.Parameters))
            Assert.IsTrue(expected.Values.SequenceEqual(found.Values), expected.Name);
    }

    public static IEnumerable<object[]> Unfit =>
    [
        ["other labels", EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextClassification(["yes", "no"])), 0.0, "has the labels [yes, no]; expected those of the model, [low, high]"],
        ["another task", EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextRegression()), 0.0, "was trained for text regression; expected one for text classification"],
        ["another vocabulary", EncoderModel.Create(TinyTask.Shape with { VocabularySize = 41 }, EncoderTasks.TextClassification(TinyTask.Labels)), 0.0, "a vocabulary of 41 entries; expected that of the model, 40"],
        ["another width", EncoderModel.Create(TinyTask.Shape with { HiddenSize = 32 }, EncoderTasks.TextClassification(TinyTask.Labels)), 1.0, "1 layers of 32 features; expected those of the model, 1 of 16"],
        ["another length", EncoderModel.Create(TinyTask.Shape with { MaximumTokens = 11 }, EncoderTasks.TextClassification(TinyTask.Labels)), 1.0, "up to 11 tokens; expected as many as the model has, 12"],
    ];

    [TestMethod]
    [DynamicData(nameof(Unfit))]
    public void A_teacher_that_does_not_fit_is_refused_by_name(string what, EncoderModel teacher, double hiddenStates, string expected)
    {
        teacher.Save(_folder);
        var error = Assert.ThrowsExactly<ArgumentException>(() => FineTuner.For(NewModel(seed: 7), With(new Distillation { Teacher = Teacher.From(_folder), HiddenStates = hiddenStates })), what);
        Assert.Contains(expected, error.Message);
        Assert.Contains(_folder, error.Message);
    }

    /// <summary>Attention may be that of a wider teacher, but not of other heads, nor of tokens that see elsewhere.</summary>
    [TestMethod]
    public void A_teacher_whose_attention_is_of_another_shape_is_refused_by_name()
    {
        var wanted = TinyTask.Shape with { Heads = 2 };
        Student(TinyTask.Shape with { Heads = 2, HiddenSize = 32 }, wanted);
        Refused(TinyTask.Shape with { Heads = 4 }, wanted, "has the attention heads [4] in its layers; expected those of the model, [2], to learn its attention. Its outputs can be learned without it: set Attention to 0.");
        var modern = wanted with { Architecture = Architecture.ModernBert, Layers = 2, NormPlacement = NormPlacement.Before };
        Student(modern, modern);
        Refused(modern with { Rotary = new RotaryPositions { LocalAttention = 6 } }, modern, "[2, 2 over 3 tokens] in its layers; expected those of the model, [2, 2 over 64 tokens]");

        void Student(TextConfiguration teacher, TextConfiguration model)
        {
            EncoderModel.Create(teacher, EncoderTasks.TextClassification(TinyTask.Labels)).Save(_folder);
            FineTuner.For(EncoderModel.Create(model, EncoderTasks.TextClassification(TinyTask.Labels)), With(new Distillation { Teacher = Teacher.From(_folder), Attention = 1 }) with { Epochs = 1 }).Run(s_train);
        }

        void Refused(TextConfiguration teacher, TextConfiguration model, string expected) =>
            Assert.Contains(expected, Assert.ThrowsExactly<ArgumentException>(() => Student(teacher, model)).Message);
    }

    [TestMethod]
    public void Settings_out_of_range_are_refused()
    {
        SaveTeacher(TinyTask.Labels);
        var distillation = new Distillation { Teacher = Teacher.From(_folder) };
        foreach (var wrong in new[] { distillation with { Temperature = 0 }, distillation with { Weight = 0 }, distillation with { Weight = 1.1 }, distillation with { HiddenStates = -1 }, distillation with { Attention = -1 } })
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => FineTuner.For(NewModel(seed: 7), With(wrong)), wrong.ToString());
        Assert.ThrowsExactly<FileNotFoundException>(() => FineTuner.For(NewModel(seed: 7), With(distillation with { Teacher = Teacher.From(Path.Combine(_folder, "missing")) })));
        Assert.ThrowsExactly<ArgumentException>(() => Teacher.From(" "));
    }

    private static EncoderModel<TokenizedText, LabeledText, float[]> NewModel(int seed) => EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextClassification(TinyTask.Labels), seed);

    private static FineTuningOptions With(Distillation distillation) => s_options with { Distillation = distillation };

    private void SaveTeacher(IReadOnlyList<string> labels, PruningOptions? pruning = null)
    {
        var teacher = EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextClassification(labels), seed: 1);
        LabeledText[] train = [.. s_train.Select(text => new LabeledText { Tokens = text.Tokens, Label = labels.ToList().IndexOf(TinyTask.Labels[text.Label]) })];
        FineTuner.For(teacher, s_options with { Pruning = pruning }).Run(train);
        teacher.SaveCompact(_folder);
    }

    private sealed class Watcher(Action<TrainingProgress> onProgress) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => onProgress(value);
    }
}
