using Seven.Encoders;
using Seven.Encoders.Architectures;
using Seven.Encoders.Tasks;
using Seven.Formats;
using Seven.Formats.Compact;
using Seven.Goals;
using Seven.Inference;
using Seven.Pruning;
using Seven.Reports;
using Seven.Tests;
using Seven.Tests.Training;
using Seven.Tokens;
using Seven.Training;

namespace Seven.Core.Tests.Fuzz;

/// <summary>A folder of good files, and what reads it.</summary>
/// <param name="Name">The format.</param>
/// <param name="Folder">The folder.</param>
/// <param name="Read">Reads the folder.</param>
internal sealed record FuzzedFolder(string Name, string Folder, Action<string> Read)
{
    private static readonly string[] s_words = ["good", "bad", "film", "song", "a", "river"];

    /// <summary>A folder of each format.</summary>
    public static IEnumerable<FuzzedFolder> All() => [.. Golden(), .. Written(), .. Tokenizers(), Checkpoint(), Trials()];

    /// <summary>Each architecture's configuration and weights, as Hugging Face's code wrote them.</summary>
    private static IEnumerable<FuzzedFolder> Golden()
    {
        foreach (string golden in Directory.GetDirectories(Path.Combine(TestFolders.Tests, "golden")))
        {
            if (!File.Exists(Path.Combine(golden, "config.json")))
                continue;
            string folder = TestFolders.Temporary();
            foreach (string name in new[] { "config.json", "model.safetensors", "preprocessor_config.json" }.Where(name => File.Exists(Path.Combine(golden, name))))
                File.Copy(Path.Combine(golden, name), Path.Combine(folder, name));
            yield return new FuzzedFolder(Path.GetFileName(golden), folder, Score);
        }
    }

    /// <summary>Folders with values of each kind, and of an embedding model.</summary>
    private static IEnumerable<FuzzedFolder> Written()
    {
        var shape = Shape(Architecture.Bert);
        foreach (var values in Enum.GetValues<ValuePrecision>())
        {
            string folder = TestFolders.Temporary();
            EncoderModel.Create(shape, EncoderTasks.TextClassification(["no", "yes"])).SaveCompact(folder, values);
            File.WriteAllLines(Path.Combine(folder, "vocab.txt"), [.. Vocabulary.Special, .. s_words]);
            File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"), """{ "do_lower_case": true, "strip_accents": null, "tokenize_chinese_chars": true }""");
            yield return new FuzzedFolder($"compact, {values}", folder, path =>
            {
                Score(path);
                // As training reads it: all values, in memory for all of them.
                EncoderModel.Load(path, EncoderTasks.TextClassification(["no", "yes"]));
            });
        }

        string embeddings = TestFolders.Temporary();
        EncoderModel.Create(shape with { Pooling = Pooling.Mean, NormalizesVectors = true }, EncoderTasks.TextEmbedding()).Save(embeddings);
        File.WriteAllLines(Path.Combine(embeddings, "vocab.txt"), [.. Vocabulary.Special, .. s_words]);
        yield return new FuzzedFolder("embeddings", embeddings, Score);
    }

    private static IEnumerable<FuzzedFolder> Tokenizers()
    {
        const string Letters = """ "<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "a": 4, "b": 5, "Ġ": 6, "Ã": 7, "©": 8, "Ã©": 9, "Ġa": 10, "<mask>": 11 """;
        const string Template = """ "post_processor": { "type": "TemplateProcessing", "single": [{ "SpecialToken": { "id": "<s>", "type_id": 0 } }, { "Sequence": { "id": "A", "type_id": 0 } }, { "SpecialToken": { "id": "</s>", "type_id": 0 } }], "pair": [{ "SpecialToken": { "id": "<s>", "type_id": 0 } }, { "Sequence": { "id": "A", "type_id": 0 } }, { "SpecialToken": { "id": "</s>", "type_id": 0 } }, { "Sequence": { "id": "B", "type_id": 0 } }, { "SpecialToken": { "id": "</s>", "type_id": 0 } }], "special_tokens": { "<s>": { "id": "<s>", "ids": [0], "tokens": ["<s>"] }, "</s>": { "id": "</s>", "ids": [2], "tokens": ["</s>"] } } } """;
        yield return Tokenizer("byte pairs in two files", Architecture.Roberta, ("vocab.json", $"{{{Letters}}}"), ("merges.txt", "#version: 0.2\nÃ ©\nĠ a\n"));
        yield return Tokenizer("byte pairs in tokenizer.json", Architecture.Roberta, ("tokenizer.json", $$"""
            { "added_tokens": [{ "id": 11, "content": "<mask>", "lstrip": true, "special": true }], "normalizer": { "type": "NFC" }, "pre_tokenizer": { "type": "ByteLevel", "add_prefix_space": true },
              {{Template}}, "model": { "type": "BPE", "vocab": { {{Letters}} }, "merges": ["Ã ©", ["Ġ", "a"]] } }
            """));
        yield return Tokenizer("word pieces in tokenizer.json", Architecture.Bert, ("tokenizer.json", """
            { "added_tokens": [{ "id": 0, "content": "[UNK]", "special": true }], "normalizer": { "type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true },
              "pre_tokenizer": { "type": "BertPreTokenizer" }, "post_processor": { "type": "BertProcessing", "sep": ["[SEP]", 2], "cls": ["[CLS]", 1] },
              "model": { "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "vocab": { "[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "a": 3, "##b": 4, "film": 5 } } }
            """));
        yield return Tokenizer("pieces in tokenizer.json", Architecture.XlmRoberta, ("tokenizer.json", $$"""
            { "added_tokens": [{ "id": 0, "content": "<s>", "special": true }], "pre_tokenizer": { "type": "Metaspace", "replacement": "▁", "prepend_scheme": "always" }, {{Template}},
              "model": { "type": "Unigram", "unk_id": 3, "vocab": [["<s>", 0], ["<pad>", 0], ["</s>", 0], ["<unk>", 0], ["▁a", -1.5], ["b", -2.25], ["▁", -3]] } }
            """));
        var pieces = Tokenizer("pieces by SentencePiece", Architecture.XlmRoberta);
        using (var file = File.Create(Path.Combine(pieces.Folder, "sentencepiece.bpe.model")))
            SentencePieceDescription.Write([("<unk>", 0), ("<s>", 0), ("</s>", 0), ("▁a", -1.5f), ("b", -2), ("▁", -3)], 0, id => id is 1 or 2, []).CopyTo(file);
        yield return pieces;
    }

    private static FuzzedFolder Tokenizer(string name, Architecture architecture, params (string Name, string Text)[] files)
    {
        string folder = TestFolders.Temporary();
        foreach (var file in files)
            File.WriteAllText(Path.Combine(folder, file.Name), file.Text);
        var shape = Shape(architecture);
        return new FuzzedFolder(name, folder, path => TokenizerFolder.Read(path, shape).Encode("a fine film, ab é <mask>"));
    }

    /// <summary>A run that was ended after its first epoch.</summary>
    private static FuzzedFolder Checkpoint()
    {
        const string Name = "checkpoint.safetensors";
        string folder = TestFolders.Temporary(), path = Path.Combine(folder, Name);
        var examples = TinyTask.Texts(8, seed: 1);
        var options = new FineTuningOptions { Epochs = 2, BatchSize = 4, Threads = 1, Pruning = new PruningOptions { Sparsity = 0.5 } };
        void Run(string checkpoint, CancellationToken cancellationToken, IProgress<TrainingProgress>? progress = null) => FineTuner
            .For(EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextClassification(TinyTask.Labels)), options with { CheckpointPath = checkpoint }).Run(examples, null, progress, cancellationToken);
        using var source = new CancellationTokenSource();
        Run(path, source.Token, new AfterFirstEpoch(source));
        // A checkpoint is read when a run begins, and the run is ended at once.
        return new FuzzedFolder("checkpoint", folder, read => Run(Path.Combine(read, Name), new CancellationToken(canceled: true)));
    }

    /// <summary>The record of a search's trials.</summary>
    private static FuzzedFolder Trials()
    {
        string folder = TestFolders.Temporary();
        var identity = new Fingerprint(version: 1, json => json.WriteString("goal", "at most 0.01 less"));
        var trial = new SearchTrial("unstructured", Sparsity: 0.8, nameof(Precision.Int8), Epochs: 1, IsFull: false, Metric: 0.75, Bytes: 1000, Milliseconds: 0.5, Holds: true);
        var file = new TrialFile(folder, identity);
        foreach (string name in s_words)
            file.Of(name, () => trial);
        return new FuzzedFolder("trials", folder, path =>
        {
            var read = new TrialFile(path, identity);
            foreach (string name in s_words)
                Assert.IsTrue(Enum.IsDefined(Enum.Parse<Precision>(read.Of(name, () => trial).Precision)));
        });
    }

    private static TextConfiguration Shape(Architecture architecture) =>
        new() { Architecture = architecture, VocabularySize = 16, MaximumTokens = 16, HiddenSize = 8, Heads = 2, IntermediateSize = 16, Layers = 1 };

    private static void Score(string folder)
    {
        using var model = SparseModel.Load(folder, new SparseModelOptions { Threads = 1, SparseFrom = 0.5 });
        if (model.HasVocabulary)
            model.Tokenize("a good film");
    }

    private sealed class AfterFirstEpoch(CancellationTokenSource source) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => source.Cancel();
    }
}
