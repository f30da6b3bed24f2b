using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Common;
using Microsoft.ML.OnnxRuntime;
using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Export;
using Seven.Inference;
using Seven.Terminal;

var folder = new Argument<string>("model") { Description = "folder of a text encoder, or its name on the hub" };
var file = new Argument<FileInfo>("file") { Description = "the ONNX file to write; the tokenizer's files go beside it" };
var precision = new Option<Precision>("--precision") { Description = "numbers of the file", DefaultValueFactory = _ => Precision.Float32 };
var contrib = new Option<bool>("--contrib") { Description = "write ONNX Runtime's own fused operators" };
var text = new Option<string>("--text") { Description = "a text to compare by", DefaultValueFactory = _ => "It rains, but the forecast for tomorrow is better than the one for today." };
var overwrite = new Option<bool>("--overwrite") { Description = "write over a file that is there" };
var command = new RootCommand("Writes a model, dense or pruned, as an ONNX file, and compares what ONNX Runtime makes of it.") { folder, file, precision, contrib, text, overwrite };
command.SetAction(parsed =>
{
    string path = parsed.GetRequiredValue(file).FullName;
    OutputFolder.Claim(path, parsed.GetValue(overwrite));
    using var model = SparseModel.Load(parsed.GetRequiredValue(folder), new SparseModelOptions { Precision = parsed.GetValue(precision), Threads = 1 });
    model.SaveOnnx(path, parsed.GetValue(precision), parsed.GetValue(contrib));
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{path}: {new FileInfo(path).Length / 1e6:F1} MB, {model.Sparsity:P0} of the weights are zeros"));

    var tokens = model.Tokenize(parsed.GetRequiredValue(text));
    using var options = new SessionOptions { IntraOpNumThreads = 1 };
    using var session = new InferenceSession(path, options);
    float[] own = model.Score(tokens), onnx = Run(session, tokens);
    if (model.Task is TextClassificationTask)
        System.Numerics.Tensors.TensorPrimitives.SoftMax<float>(onnx, onnx);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"largest difference {own.Zip(onnx, (one, other) => Math.Abs(one - other)).Max():E1} over {own.Length} outputs"));
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"one text of {tokens.Tokens.Count} tokens, one thread: {Median(() => model.Score(tokens)):F2} ms here, {Median(() => Run(session, tokens)):F2} ms in ONNX Runtime"));
});
return await TerminalProgram.Run(command, args);

static float[] Run(InferenceSession session, TokenizedText text)
{
    long[] shape = [1, text.Tokens.Count];
    var values = new Dictionary<string, long[]>
    {
        ["input_ids"] = [.. text.Tokens.Select(token => (long)token)],
        ["attention_mask"] = [.. text.Tokens.Select(_ => 1L)],
        ["token_type_ids"] = [.. (text.Segments ?? new int[text.Tokens.Count]).Select(segment => (long)segment)],
    };
    using var run = new RunOptions();
    string[] names = [.. session.InputMetadata.Keys];
    OrtValue[] inputs = [.. names.Select(name => OrtValue.CreateTensorValueFromMemory(values[name], shape))];
    using var results = session.Run(run, names, inputs, session.OutputNames);
    Array.ForEach(inputs, input => input.Dispose());
    return results[0].GetTensorDataAsSpan<float>().ToArray();
}

static double Median(Func<float[]> action)
{
    double[] times = new double[201];
    for (int i = 0; i < times.Length; i++)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    Array.Sort(times);
    return times[times.Length / 2];
}
