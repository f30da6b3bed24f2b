using Microsoft.ML;
using Seven.Metrics;
using Seven.MLNet;

namespace TextEncoders.Tasks;

/// <summary>A task of the GLUE benchmark: its files, its trainer, and the ML.NET metrics by which it is judged.</summary>
internal abstract class TextTask
{
    public static IReadOnlyList<TextTask> All { get; } = [new Sst2Task(), new ColaTask(), new StsbTask()];

    public abstract string Name { get; }

    /// <summary>The rows to learn from, those to choose the best epoch by, if the task has such, and those to judge by.</summary>
    public abstract (IDataView Train, IDataView? Validation, IDataView Test) Load(MLContext mlContext, string folder);

    /// <summary>Files of the task's folder, and how many columns they have.</summary>
    protected abstract (IReadOnlyList<string> Files, int Columns) Shape { get; }

    /// <summary>Looks at the first lines of the files: ML.NET reads a missing column as empty.</summary>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is empty, or has fewer columns.</exception>
    public void Check(string folder)
    {
        foreach (string file in Shape.Files)
        {
            string path = Path.Combine(folder, file);
            if (!File.Exists(path))
                throw new FileNotFoundException($"{path} is not there; expected {string.Join(", ", Shape.Files)} of {Name} in the folder.", path);
            string[] lines = [.. File.ReadLines(path).Take(2)];
            if (lines.Length < 2)
                throw new InvalidDataException($"{path} has {lines.Length} lines; expected rows of {Name}.");
            int columns = lines[1].Split('\t').Length;
            if (columns < Shape.Columns)
                throw new InvalidDataException($"{path} has {columns} columns; expected at least {Shape.Columns}, as files of {Name} have.");
        }
    }

    /// <summary>What comes before the trainer.</summary>
    public abstract IEstimator<ITransformer> Before(MLContext mlContext);

    public abstract EncoderTrainer Trainer(MLContext mlContext, TrainingChoices choices, IDataView? validation);

    /// <summary>The metrics, the one that the benchmark is judged by first.</summary>
    public abstract IReadOnlyList<Metric> Evaluate(MLContext mlContext, IDataView scored);

    /// <summary>A tab-separated file without quoting.</summary>
    protected static IDataView LoadTsv<TRow>(MLContext mlContext, string path, bool hasHeader) =>
        mlContext.Data.LoadFromTextFile<TRow>(path, separatorChar: '\t', hasHeader: hasHeader, allowQuoting: false);
}
