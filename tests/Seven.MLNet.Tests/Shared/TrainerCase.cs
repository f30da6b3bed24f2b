using Microsoft.ML;

namespace Seven.MLNet.Tests;

/// <summary>One of ML.NET's trainers in a small pipeline: rows, the steps around it, and how its results are judged.</summary>
public abstract class TrainerCase
{
    /// <summary>The name in ML.NET's catalog.</summary>
    public abstract string Name { get; }

    /// <summary>A context in which the trainer finds what it starts from.</summary>
    public abstract MLContext NewContext();

    /// <summary>The program that loads a saved model elsewhere.</summary>
    public abstract string Reader { get; }

    /// <summary>Zeros in each array of the network in a saved model.</summary>
    public abstract IReadOnlyDictionary<string, long> ZerosIn(MLContext context, string modelPath);

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

    /// <summary>Whether a row scored alone has the scores that it has among others.</summary>
    /// <param name="alone">As <see cref="Predict"/> gives it.</param>
    /// <param name="among">A line of <see cref="ModelReader.ScoreLines"/>.</param>
    public virtual void AssertSameScores(string alone, string among) => Assert.EndsWith(" " + alone, among);

    public override string ToString() => Name;

    protected static string Bits(IEnumerable<float> scores) => string.Join(' ', scores.Select(score => BitConverter.SingleToInt32Bits(score).ToString("x8")));

    internal static TRow First<TRow>(MLContext context, IDataView rows)
        where TRow : class, new() => context.Data.CreateEnumerable<TRow>(rows, reuseRowObject: false).First();
}
