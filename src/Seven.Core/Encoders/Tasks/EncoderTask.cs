using Seven.Encoders.Architectures;
using Seven.Encoders.Layers;
using Seven.Numerics;

namespace Seven.Encoders.Tasks;

/// <summary>The task of an encoder. Created by <see cref="EncoderTasks"/>.</summary>
public abstract class EncoderTask
{
    private protected EncoderTask(string name, IReadOnlyList<string> labels) => (Name, Labels) = (name, labels);

    /// <summary>The task's name, such as "text classification".</summary>
    public string Name { get; }

    /// <summary>Names of the outputs, in their order: the classes of a classifier; none until a folder's are read.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>The head of Hugging Face's class for it.</summary>
    internal abstract HeadKind Head { get; }

    /// <summary>Outputs of the head's last layer.</summary>
    internal virtual int Outputs => Labels.Count;

    /// <summary>Whether every token has outputs; otherwise the first one of each sequence.</summary>
    internal virtual bool IsPerToken => false;

    /// <inheritdoc />
    public override string ToString() => Name;

    /// <summary>A model of this task, with weights of the initializer's.</summary>
    internal abstract EncoderModel NewModel(EncoderConfiguration configuration, WeightInitializer initializer);

    /// <summary>The task that was trained, by what a folder says.</summary>
    internal static EncoderTask Of(HeadKind head, IReadOnlyList<string> labels) => head switch
    {
        HeadKind.SequenceClassification when labels.Count == 1 => EncoderTasks.TextRegression(),
        HeadKind.SequenceClassification => EncoderTasks.TextClassification(labels),
        HeadKind.TokenClassification => EncoderTasks.TokenClassification(labels),
        HeadKind.QuestionAnswering => EncoderTasks.QuestionAnswering(),
        HeadKind.Embedding => EncoderTasks.TextEmbedding(),
        _ => EncoderTasks.ImageClassification(labels),
    };

    /// <exception cref="ArgumentException">Two labels are equal, or there are too few.</exception>
    internal virtual void CheckLabels()
    {
    }
}

/// <summary>The task of an encoder: head, loss, results and metrics.</summary>
/// <typeparam name="TInput">An input: <see cref="TokenizedText"/> or <see cref="Picture"/>.</typeparam>
/// <typeparam name="TExample">An input with its target.</typeparam>
/// <typeparam name="TOutput">The result for one input.</typeparam>
public abstract class EncoderTask<TInput, TExample, TOutput> : EncoderTask, IObjective<TExample>
    where TExample : class, TInput
{
    private protected EncoderTask(string name, IReadOnlyList<string> labels)
        : base(name, labels)
    {
    }

    /// <summary>The name of the augmentation of examples; "none" without one.</summary>
    internal virtual string Augmentation => "none";

    /// <summary>An example as it is learned from this time.</summary>
    /// <param name="example">The example.</param>
    /// <param name="seed">Differs from one time to the next; equal seeds give equal results.</param>
    /// <param name="shape">The network's shape.</param>
    internal virtual TExample Augment(TExample example, ulong seed, EncoderConfiguration shape) => example;

    /// <summary>The result for one input of a batch.</summary>
    /// <param name="output">The head's outputs, [outputs × sequences] or [outputs × tokens].</param>
    /// <param name="layout">The sequences.</param>
    /// <param name="sequence">The number of the input in the batch.</param>
    internal abstract TOutput ResultOf(Matrix output, SequenceLayout layout, int sequence);

    /// <summary>The same task with the labels of a folder, where it has none of its own.</summary>
    internal virtual EncoderTask<TInput, TExample, TOutput> WithLabelsOf(IReadOnlyList<string> found) => this;

    /// <param name="example">The example.</param>
    /// <param name="mayBeUnlabeled">Whether there is a teacher, so that it needs no target.</param>
    /// <exception cref="ArgumentException">Its target is impossible.</exception>
    internal abstract void Check(TExample example, bool mayBeUnlabeled);

    /// <summary>The batch's summed loss, nothing for examples without a target, and scale times its gradient with respect to the head's output.</summary>
    internal abstract double Loss(Matrix output, SequenceLayout layout, IReadOnlyList<TExample> batch, float scale, Matrix gradient);

    /// <summary>The batch's weighted and summed distance from a teacher's outputs; adds scale times its gradient with respect to the head's output.</summary>
    /// <param name="output">The head's outputs.</param>
    /// <param name="target">The teacher's.</param>
    /// <param name="layout">The sequences.</param>
    /// <param name="batch">The examples.</param>
    /// <param name="temperature">By which outputs are divided before softmax.</param>
    /// <param name="weight">The distance's weight where there is a target beside it; without one it is 1.</param>
    /// <param name="scale">The factor of the gradient.</param>
    /// <param name="gradient">The gradient of the task's own loss, added to.</param>
    internal abstract double AddSoftLoss(
        Matrix output, Matrix target, SequenceLayout layout, IReadOnlyList<TExample> batch, double temperature, double weight, float scale, Matrix gradient);

    internal abstract IJudge<TExample> NewJudge();

    internal override EncoderModel<TInput, TExample, TOutput> NewModel(EncoderConfiguration configuration, WeightInitializer initializer) => new(configuration, this, initializer);

    void IObjective<TExample>.Check(TExample example) => Check(example, mayBeUnlabeled: false);

    double IObjective<TExample>.Loss(Matrix output, SequenceLayout layout, IReadOnlyList<TExample> batch, float scale, Matrix gradient) =>
        Loss(output, layout, batch, scale, gradient);

    IJudge<TExample> IObjective<TExample>.NewJudge() => NewJudge();
}
