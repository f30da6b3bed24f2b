using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Seven.Formats.Compact;
using Seven.Inference;

namespace Seven.Benchmarks.Rivals;

/// <summary>What a process that scores holds in memory: a BERT-base with BERT's own vocabulary at 90 %, beside ONNX Runtime, each in a process of its own.</summary>
internal static class MemoryCommand
{
    /// <summary>The command by which this program starts itself to be measured.</summary>
    public const string OfOne = "memory-of";

    private const int BertVocabulary = 30522;
    private const int Percent = 90;
    private const int Texts = 100;
    private const int Tokens = 32;

    private static readonly (string Name, string Kind, string File)[] s_forms =
    [
        ("an empty process", "nothing", ""), ("here, int8", "ours", "int8"), ("here, float32", "ours", "float32"),
        ("ONNX Runtime, int8", "runtime", "int8.onnx"), ("ONNX Runtime, float32", "runtime", "float32.onnx"),
    ];

    public static void Run()
    {
        string folder = Directory.CreateTempSubdirectory("seven-memory").FullName;
        try
        {
            Write(folder);
            foreach (var (name, kind, file) in s_forms)
            {
                string path = Path.Combine(folder, file);
                string onDisk = file.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {SizeOf(path) / 1e6,6:F1} MB on disk");
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-24} {Measure(kind, path) / 1e6,4:F0} MB resident{onDisk}"));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Scores some texts, and prints the bytes that are resident then.</summary>
    public static void RunOne(string kind, string path)
    {
        if (kind == "ours")
        {
            using var model = SparseModel.Load(path, new SparseModelOptions { Threads = 1 });
            Score(tokens => model.Classify(tokens));
        }
        else if (kind == "runtime")
        {
            using var model = OnnxBert.Load(path, threads: 1);
            Score(tokens => model.Logits(tokens, batch: 1));
        }
        else
        {
            Print();
        }
    }

    private static void Score(Action<int[]> score)
    {
        foreach (var text in BenchmarkModel.Texts(Texts, Tokens))
            score([.. text.Tokens]);
        Print();
    }

    private static void Print()
    {
        using var process = Process.GetCurrentProcess();
        Console.WriteLine(process.WorkingSet64.ToString(CultureInfo.InvariantCulture));
    }

    private static void Write(string folder)
    {
        var model = BenchmarkModel.Bert(12, 768, 512, labels: 2, vocabulary: BertVocabulary);
        BenchmarkModel.Prune(model, Percent);
        model.SaveCompact(Path.Combine(folder, "int8"), ValuePrecision.Int8);
        model.SaveCompact(Path.Combine(folder, "float32"));
        foreach (bool int8 in new[] { true, false })
            File.WriteAllBytes(Path.Combine(folder, int8 ? "int8.onnx" : "float32.onnx"), OnnxBert.ToBytes(model, int8));
    }

    private static long SizeOf(string path) => File.Exists(path) ? new FileInfo(path).Length : new DirectoryInfo(path).EnumerateFiles().Sum(file => file.Length);

    private static long Measure(string kind, string path)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [OfOne, kind, path]) { RedirectStandardOutput = true };
        // The host needs the program's name, the program itself does not.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Insert(0, Assembly.GetExecutingAssembly().Location);
        using var process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? long.Parse(output, CultureInfo.InvariantCulture) : throw new InvalidOperationException($"The process of '{kind}' ended with {process.ExitCode}; expected 0.");
    }
}
