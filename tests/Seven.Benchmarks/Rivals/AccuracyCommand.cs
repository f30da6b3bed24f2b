using System.Diagnostics;
using System.Globalization;
using Seven.Encoders;
using Seven.Formats.Compact;
using Seven.Inference;
using Seven.Metrics;
using Seven.Tokens;

namespace Seven.Benchmarks.Rivals;

/// <summary>How near the forms of a trained BERT come to its float32 outputs on test data, beside ONNX Runtime's int8.</summary>
internal static class AccuracyCommand
{
    private const int CalibrationRows = 512;

    /// <param name="folder">A Hugging Face folder with a vocabulary: a classifier of texts, or a regression of pairs.</param>
    /// <param name="file">Lines of text and class number, or of two texts and a score, perhaps after other columns, with tabs between and a header.</param>
    /// <param name="calibration">Lines of the same kind, of which 512 are calibrated with; <see langword="null"/> for none.</param>
    public static void Run(string folder, string file, string? calibration)
    {
        var rows = RowsOf(file);
        float[] labels = [.. rows.Select(row => float.Parse(row[^1], CultureInfo.InvariantCulture))];
        var float32 = (EncoderModel<TokenizedText>)EncoderModel.LoadForScoring(folder, static (shape, _) => shape, static _ => { }, static (_, _) => { });
        var tokenizer = TokenizerFolder.Read(folder, (TextConfiguration)float32.Configuration);
        TokenizedText[] texts = [.. rows.Select(row => Tokenized(tokenizer, row, ((TextConfiguration)float32.Configuration).MaximumTokens))];
        // Files number the classes; models may have them in another order.
        if (float32.Labels is ["1", "0"])
            labels = [.. labels.Select(label => 1 - label)];
        double[] expected = Outputs(float32.Logits(texts));
        Print("float32", labels, expected, expected);
        Print("int8", labels, expected, Outputs(Read(folder, Precision.Int8).Logits(texts)));
        string rounded = Directory.CreateTempSubdirectory("seven-accuracy").FullName;
        float32.SaveCompact(rounded, ValuePrecision.Int4);
        Print("4 bits", labels, expected, Outputs(Read(rounded, Precision.Automatic).Logits(texts)));
        if (calibration is not null)
            PrintCalibrated([.. Sample(RowsOf(calibration)).Select(row => Tokenized(tokenizer, row, ((TextConfiguration)float32.Configuration).MaximumTokens))]);
        Directory.Delete(rounded, recursive: true);
        foreach (bool perChannel in new[] { true, false })
        {
            using var runtime = OnnxBert.Of(float32, int8: true, threads: 1, perChannel);
            Print($"ONNX Runtime int8{(perChannel ? " per channel" : "")}", labels, expected, Outputs([.. texts.Select(text => runtime.Logits([.. text.Tokens], 1, text.Segments is { } segments ? [.. segments] : null))]));
        }

        void PrintCalibrated(TokenizedText[] inputs)
        {
            foreach (var precision in new[] { ValuePrecision.Int8, ValuePrecision.Int4 })
            {
                long start = Stopwatch.GetTimestamp();
                float32.SaveCompact(rounded, precision, inputs);
                double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
                Print(string.Create(CultureInfo.InvariantCulture, $"{precision}, calibrated in {seconds:F1} s"), labels, expected, Outputs(Read(rounded, Precision.Automatic).Logits(texts)));
            }
        }
    }

    private static List<string[]> RowsOf(string file) => [.. File.ReadLines(file).Skip(1).Select(line => line.Split('\t') is { Length: > 3 } columns ? columns[^3..] : line.Split('\t'))];

    private static string[][] Sample(List<string[]> rows)
    {
        string[][] shuffled = [.. rows];
        new Random(1).Shuffle(shuffled);
        return shuffled[..Math.Min(CalibrationRows, shuffled.Length)];
    }

    private static EncoderModel<TokenizedText> Read(string folder, Precision precision) =>
        (EncoderModel<TokenizedText>)FrozenNetwork.Read(folder, new SparseModelOptions { Precision = precision }).Model;

    private static TokenizedText Tokenized(TextTokenizer tokenizer, string[] row, int maximum)
    {
        var first = tokenizer.Encode(row[0]);
        return row.Length == 2 ? tokenizer.Join(first, maximum) : tokenizer.Join(first, tokenizer.Encode(row[1]), maximum);
    }

    /// <summary>The score, or by how much the second class is ahead of the first.</summary>
    private static double[] Outputs(IReadOnlyList<float[]> logits) => [.. logits.Select(row => row.Length == 1 ? row[0] : (double)row[1] - row[0])];

    private static void Print(string form, float[] labels, double[] expected, double[] found)
    {
        bool areClasses = labels.All(label => label is 0 or 1);
        double mean = expected.Average(), deviation = Math.Sqrt(expected.Average(value => (value - mean) * (value - mean)));
        double error = expected.Zip(found, (left, right) => Math.Abs(left - right)).Average() / deviation;
        double same = expected.Zip(found, (left, right) => left > 0 == right > 0 ? 1.0 : 0).Average();
        string judged = areClasses
            ? string.Create(CultureInfo.InvariantCulture, $"accuracy {100 * labels.Zip(found, (label, value) => label > 0.5 == value > 0 ? 1.0 : 0).Average():F2} %, same answers {100 * same:F1} %")
            : string.Create(CultureInfo.InvariantCulture, $"Pearson {Correlation.Pearson([.. labels], [.. found.Select(value => (float)value)]):F4}");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{form,-32} error {error:F4} of the deviation, {judged}"));
    }
}
