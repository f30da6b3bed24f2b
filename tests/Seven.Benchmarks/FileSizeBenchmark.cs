using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Formats.Compact;

namespace Seven.Benchmarks;

/// <summary>The file of an encoder of BERT-base's shape (12 × 768), dense and compact. It has one word vector: vocabularies are not pruned.</summary>
internal sealed class FileSizeBenchmark : IBenchmark
{
    public string Name => "file-size";

    public int DefaultThreads => 1;

    /// <summary>libtorch's file is as long as the dense one: four bytes a weight.</summary>
    public IReadOnlyDictionary<string, Func<double>> Libtorch => new Dictionary<string, Func<double>>();

    public string Notes =>
        "86 M weights in matrices. Floor: 4 or 2 bytes for each kept value and a bit for each weight, which is 3.1 % of a float: 23.1 % and 13.1 % of the dense file "
        + "at 80 and 90 % sparsity, 13.1 % and 8.1 % with float16. Above it are biases, norms and 8 bytes a row for its offset.";

    public IEnumerable<Measurement> Measure(int threads)
    {
        string folder = Directory.CreateTempSubdirectory("seven-file-size").FullName;
        try
        {
            var model = EncoderModel.Create(new TextConfiguration { VocabularySize = 1, MaximumTokens = 1 }, EncoderTasks.TextClassification(["no", "yes"]));
            model.Save(folder);
            yield return Size("bert-base/0/float32");
            foreach (int percent in new[] { 80, 90 })
            {
                BenchmarkModel.Prune(model, percent);
                foreach (var precision in new[] { ValuePrecision.Float32, ValuePrecision.Float16 })
                {
                    model.SaveCompact(folder, precision);
                    yield return Size($"bert-base/{percent}/{(precision == ValuePrecision.Float32 ? "float32" : "float16")}");
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        Measurement Size(string name) =>
            new(Name, name, 1, "bytes", new FileInfo(Path.Combine(folder, "model.safetensors")).Length);
    }
}
