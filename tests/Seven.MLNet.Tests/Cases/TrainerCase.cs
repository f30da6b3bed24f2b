using Microsoft.ML;

namespace Seven.MLNet.Tests.Cases;

/// <summary>One of ML.NET's trainers in a small pipeline: rows, the steps around it, and how its results are judged.</summary>
public abstract class TrainerCase
{
    public static IReadOnlyList<TrainerCase> All { get; } =
        [new TextClassificationCase(), new SentenceSimilarityCase(), new NamedEntityCase(), new QuestionAnswerCase(), new ObjectDetectionCase()];

    /// <summary>The name in ML.NET's catalog.</summary>
    public abstract string Name { get; }

    internal abstract Pretrained Pretrained { get; }

    /// <summary>A column that the network reads.</summary>
    public abstract string InputColumn { get; }

    /// <summary>Whether ML.NET's cross-validation knows the task.</summary>
    public virtual bool CanCrossValidate => false;

    public abstract IDataView Rows(MLContext context);

    /// <summary>What makes the columns that the trainer reads.</summary>
    public abstract IEstimator<ITransformer> Before(MLContext context);

    public abstract IEstimator<ITransformer> Trainer(MLContext context, int epochs = 2);

    /// <summary>What people put after the trainer.</summary>
    public abstract IEstimator<ITransformer> After(MLContext context);

    /// <summary>Judges by ML.NET's own evaluator; fails if that is not possible.</summary>
    public abstract void Evaluate(MLContext context, IDataView scored);

    public virtual void CrossValidate(MLContext context, IDataView rows, IEstimator<ITransformer> pipeline) => throw new NotSupportedException();

    /// <summary>Scores the first row alone, through a prediction engine; the result as <see cref="ModelReader.ScoreLines"/> has it.</summary>
    public abstract string Predict(MLContext context, ITransformer model, IDataView rows);

    public override string ToString() => Name;

    protected static string Bits(IEnumerable<float> scores) => string.Join(' ', scores.Select(score => BitConverter.SingleToInt32Bits(score).ToString("x8")));

    protected static TRow First<TRow>(MLContext context, IDataView rows)
        where TRow : class, new() => context.Data.CreateEnumerable<TRow>(rows, reuseRowObject: false).First();
}
