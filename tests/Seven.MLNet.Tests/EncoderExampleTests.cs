using ImageClassification.Data;
using Microsoft.ML;
using Microsoft.ML.Data;
using QuestionAnswering;
using Seven.Tests;
using Seven.Training;
using TextEncoders.Tasks;

namespace Seven.MLNet.Tests;

/// <summary>The examples' own code on slices of real data.</summary>
[TestClass]
public sealed class EncoderExampleTests
{
    private readonly MLContext _context = new(seed: 1);
    private readonly string _folder = Directory.CreateTempSubdirectory("seven-example-").FullName;

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void The_image_model_starts_from_the_real_checkpoint_prunes_saves_and_predicts()
    {
        string data = TestFolders.Data("cifar10"), folder = Path.Combine(_folder, "vit");
        VitCifar10.ToFolder(Path.Combine(TestFolders.Data("vit-cifar10"), "model.safetensors"), folder);
        var train = _context.Data.TakeRows(CifarFile.Load(_context, [new FileInfo(Path.Combine(data, "train_1.bin"))]), 1024);
        var test = CifarFile.Load(_context, [new FileInfo(Path.Combine(data, "test.bin"))]);

        // With a learning rate of almost nothing the checkpoint scores what it scores: pixels, normalization and labels are right.
        var still = new VisionTransformerOptions { ModelFolder = folder, FineTuning = new FineTuningOptions { Epochs = 1, BatchSize = 128, LearningRate = 1e-12 } };
        var unchanged = ImageClassification.ImageModel.RetrainModel(_context, train, still, imageSize: 32);
        Assert.AreEqual(0.7194, ImageClassification.ImageModel.Evaluate(_context, unchanged, test).MicroAccuracy, 0.0005);

        var trainer = still with { FlipImages = true, FineTuning = new FineTuningOptions { Epochs = 2, BatchSize = 64, LearningRate = 2e-4 } };
        var model = ImageClassification.ImageModel.RetrainModel(_context, train, trainer, imageSize: 32, new SevenPruneOptions { Sparsity = 0.5 });
        double accuracy = ImageClassification.ImageModel.Evaluate(_context, model, test).MicroAccuracy;
        Assert.IsGreaterThan(0.6, accuracy);
        string path = Path.Combine(_folder, "model.zip");
        _context.Model.Save(model, train.Schema, path);
        var first = _context.Data.CreateEnumerable<ImageClassification.ImageModel.ModelInput>(test, reuseRowObject: false).First();
        var prediction = ImageClassification.ImageModel.Predict(path, first.Image);
        Assert.Contains(prediction.Predicted, CifarFile.Names);
        Assert.AreEqual(1, prediction.Score.Sum(), 1e-5);
    }

    [TestMethod]
    public void A_folder_of_images_by_class_trains_as_well()
    {
        foreach (var (label, level) in new[] { ("dark", (byte)30), ("light", (byte)220) })
        {
            Directory.CreateDirectory(Path.Combine(_folder, "images", label));
            for (int i = 0; i < 8; i++)
            {
                byte[] pixels = [.. Enumerable.Range(0, 20 * 12).SelectMany(pixel => new[] { (byte)(level + pixel % 9), level, level, (byte)255 })];
                using var image = MLImage.CreateFromPixels(20, 12, MLPixelFormat.Rgba32, pixels);
                image.Save(Path.Combine(_folder, "images", label, $"{i}.png"));
            }
        }

        var rows = ImageFolder.Load(_context, new DirectoryInfo(Path.Combine(_folder, "images")));
        var trainer = new VisionTransformerOptions { Size = EncoderSize.Tiny, FineTuning = new FineTuningOptions { Epochs = 15, BatchSize = 4, LearningRate = 1e-3 } };
        var model = ImageClassification.ImageModel.RetrainModel(_context, rows, trainer, imageSize: 16, new SevenPruneOptions { Sparsity = 0.7 });
        Assert.AreEqual(1, ImageClassification.ImageModel.Evaluate(_context, model, rows).MicroAccuracy);
        Assert.ThrowsExactly<InvalidDataException>(() => ImageFolder.Load(_context, Directory.CreateDirectory(Path.Combine(_folder, "empty"))));
    }

    [TestMethod]
    public void The_answer_model_trains_on_SQuAD_prunes_saves_and_answers()
    {
        string data = TestFolders.Data("squad");
        var train = _context.Data.TakeRows(SquadFile.Load(_context, new FileInfo(Path.Combine(data, "split-train.json"))), 96);
        var trainer = new BertQuestionAnsweringOptions { Size = EncoderSize.Tiny, FineTuning = new FineTuningOptions { Epochs = 1 } };
        var model = AnswerModel.RetrainModel(_context, train, trainer, new SevenPruneOptions { Sparsity = 0.6 });
        string path = Path.Combine(_folder, "model.zip");
        _context.Model.Save(model, train.Schema, path);

        var scored = model.Transform(train);
        var metrics = _context.MulticlassClassification.EvaluateQuestionAnswering(scored, "AcceptedAnswers");
        Assert.IsInRange(0, 1, metrics["F1"]);
        var row = _context.Data.CreateEnumerable<AnswerModel.ModelInput>(train, reuseRowObject: false).First();
        var answer = AnswerModel.Predict(path, row);
        CollectionAssert.AreEqual(scored.GetColumn<string[]>("Answer").First(), answer.Answer);
        foreach (string text in answer.Answer)
            Assert.Contains(text, row.Context);
    }

    /// <summary>Every answer of the real files occurs at its stated position.</summary>
    [TestMethod]
    public void All_answers_of_SQuAD_are_found()
    {
        foreach (string file in new[] { "split-train.json", "split-eval.json" })
        {
            var rows = SquadFile.Load(_context, new FileInfo(Path.Combine(TestFolders.Data("squad"), file)));
            foreach (var row in _context.Data.CreateEnumerable<SquadFile.Row>(rows, reuseRowObject: false))
                Assert.AreEqual(row.TrainingAnswer, row.Context.Substring(row.AnswerStart, row.TrainingAnswer.Length));
        }
    }

    [TestMethod]
    [DataRow("sst2", "micro accuracy")]
    [DataRow("cola", "Matthews")]
    [DataRow("stsb", "Pearson")]
    public void Each_text_task_trains_prunes_and_is_judged(string name, string metric)
    {
        var task = TextTask.All.First(known => known.Name == name);
        var (train, _, test) = task.Load(_context, TestFolders.Data(name));
        var choices = new TrainingChoices(ModelFolder: null, VocabularyFile: null, EncoderSize.Tiny, new FineTuningOptions { Epochs = 1 }, DenseFirst: false);
        train = _context.Data.TakeRows(_context.Data.ShuffleRows(train, seed: 1), 320);
        using var model = task.Before(_context).Append(_context.Transforms.SevenPrune(task.Trainer(_context, choices, validation: null))).Fit(train);
        Assert.AreEqual(metric, task.Evaluate(_context, model.Transform(test))[0].Name);
    }
}
