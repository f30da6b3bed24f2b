using Microsoft.ML;
using Seven.Metrics;
using Seven.MLNet;
using Seven.Training;

namespace Study.Tasks;

/// <summary>A task of the study: its data, its trainer and the metric by which it is judged.</summary>
internal abstract class StudyTask
{
    public static IReadOnlyList<StudyTask> All { get; } =
    [
        new TextStudyTask(new TextEncoders.Tasks.Sst2Task(), epochs: 3, trainingRows: 20_000, unlabeledRows: 40_000), new TextStudyTask(new TextEncoders.Tasks.StsbTask(), epochs: 5),
        new TextStudyTask(new TextEncoders.Tasks.ColaTask(), epochs: 5), new AnswerStudyTask(), new ImageStudyTask(),
    ];

    public abstract string Name { get; }

    /// <summary>Passes over the rows where the user says nothing else.</summary>
    public abstract int Epochs { get; }

    /// <summary>Rows beside those that the task trains on, for learning from a teacher without labels.</summary>
    public virtual int UnlabeledRows => 0;

    /// <summary>The peak learning rate where the user says nothing else.</summary>
    public virtual double LearningRate => 1e-4;

    /// <summary>Rows to learn from, rows to choose settings by, and rows for the figures that are reported.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="data">The folder with a folder for each task.</param>
    /// <param name="unlabeledRows">Rows to add to those to learn from, without their labels, at most <see cref="UnlabeledRows"/>.</param>
    public abstract (IDataView Train, IDataView Validation, IDataView Test) Load(MLContext mlContext, string data, int unlabeledRows);

    /// <summary>The pretrained model.</summary>
    /// <param name="data">The folder of the data.</param>
    /// <param name="output">A folder for what has to be converted.</param>
    public virtual string PretrainedIn(string data, string output) => Path.Combine(data, "minilm-l6");

    /// <summary>What comes before the trainer.</summary>
    public abstract IEstimator<ITransformer> Before(MLContext mlContext);

    /// <summary>The trainer.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="folder">The model to start from.</param>
    /// <param name="training">Epochs, learning rate and so on.</param>
    /// <param name="progress">Receives the progress of training without pruning.</param>
    /// <param name="cancellationToken">Ends that.</param>
    public abstract EncoderTrainer Trainer(MLContext mlContext, string folder, FineTuningOptions training, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken);

    public abstract Metric Judge(MLContext mlContext, IDataView scored);

    /// <summary>How the task is trained.</summary>
    public virtual FineTuningOptions Training(int epochs, double learningRate, int seed) => new() { Epochs = epochs, LearningRate = learningRate, Seed = seed };

    /// <summary>The rows without every twelfth part, and that part: for tasks without a set to choose by.</summary>
    protected static (IDataView Train, IDataView Validation) HeldOut(MLContext mlContext, IDataView rows)
    {
        var split = mlContext.Data.TrainTestSplit(rows, testFraction: 1 / 12d, seed: 1);
        return (split.TrainSet, split.TestSet);
    }
}
