using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Seven.Encoders;
using Seven.Export;
using Seven.Inference;

namespace Seven.Benchmarks.Rivals;

/// <summary>Sentences a second of an embedding model, alone and in batches, beside ONNX Runtime on the same weights.</summary>
internal static class EmbeddingCommand
{
    private const int Batch = 32;
    private const int Rounds = 5;

    /// <param name="folder">A folder of sentence-transformers.</param>
    /// <param name="file">A text a line.</param>
    /// <param name="threads">Threads of a call.</param>
    public static void Run(string folder, string file, int threads)
    {
        string[] texts = [.. File.ReadLines(file).Where(line => line.Length > 0).Take(512)];
        string onnx = Path.Combine(Directory.CreateTempSubdirectory("seven-embeddings").FullName, "model.onnx");
        foreach (var precision in new[] { Precision.Float32, Precision.Int8 })
        {
            using var model = SparseModel.Load(folder, new SparseModelOptions { Precision = precision, Threads = threads });
            TokenizedText[] tokens = [.. texts.Select(text => model.Tokenize(text))];
            model.SaveOnnx(onnx, precision);
            using var options = new SessionOptions { IntraOpNumThreads = threads, InterOpNumThreads = 1 };
            using var session = new InferenceSession(onnx, options);
            // Side by side, round by round: the machine is not equally fast all the time.
            var rates = new List<double[]>();
            for (int round = 0; round <= Rounds; round++)
            {
                double[] rate =
                [
                    Rate(tokens, () => Array.ForEach(tokens, text => model.Embed([text]))), Rate(tokens, () => Array.ForEach(tokens, text => Score(session, [text]))),
                    Rate(tokens, () => model.Embed(tokens)), Rate(tokens, () => Array.ForEach([.. tokens.Chunk(Batch)], batch => Score(session, batch))),
                ];
                if (round > 0)
                    rates.Add(rate);
            }

            double[] medians = [.. Enumerable.Range(0, 4).Select(kind => rates.Select(rate => rate[kind]).Order().ElementAt(Rounds / 2))];
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{precision}, {model.Sparsity:P0} zeros, {threads} threads, {tokens.Average(text => text.Tokens.Count):F1} tokens: one by one {medians[0]:N0} here, {medians[1]:N0} in ONNX Runtime ({medians[0] / medians[1]:F2}×); together {medians[2]:N0} here, {medians[3]:N0} in batches of {Batch} ({medians[2] / medians[3]:F2}×)"));
        }
    }

    private static double Rate(TokenizedText[] texts, Action score)
    {
        long start = Stopwatch.GetTimestamp();
        score();
        return texts.Length / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static void Score(InferenceSession session, TokenizedText[] texts)
    {
        int longest = texts.Max(text => text.Tokens.Count);
        var (tokens, mask, shape) = (new long[texts.Length * longest], new long[texts.Length * longest], new long[] { texts.Length, longest });
        for (int i = 0; i < texts.Length; i++)
            for (int k = 0; k < texts[i].Tokens.Count; k++)
                (tokens[i * longest + k], mask[i * longest + k]) = (texts[i].Tokens[k], 1);
        using var words = OrtValue.CreateTensorValueFromMemory(tokens, shape);
        using var seen = OrtValue.CreateTensorValueFromMemory(mask, shape);
        using var segments = OrtValue.CreateTensorValueFromMemory(new long[tokens.Length], shape);
        using var run = new RunOptions();
        using var results = session.Run(run, ["input_ids", "attention_mask", "token_type_ids"], [words, seen, segments], ["sentence_embedding"]);
    }
}
