using System.CommandLine;
using QuestionAnswering;
using Seven.MLNet;
using Seven.Terminal;
using Seven.Training;

var train = new Argument<FileInfo>("train") { Description = "questions in SQuAD's format, to learn from" }.MustExist("a file of questions");
var test = new Argument<FileInfo>("test") { Description = "the same, to judge by" }.MustExist("a file of questions");
var model = new Option<DirectoryInfo?>("--model") { Description = "a Hugging Face folder of a BERT to start from; from scratch by default" }.MustHoldModel();
var vocabulary = new Option<FileInfo?>("--vocabulary") { Description = "vocab.txt for a start from scratch; learned from the texts by default" }.MustExist("a file of words");
var size = new Option<EncoderSize>("--size") { Description = "size of a network from scratch", DefaultValueFactory = _ => EncoderSize.Tiny };
var epochs = new Option<int>("--epochs") { Description = "passes over the questions", DefaultValueFactory = _ => 5 }.Within(1, 1000);
var learningRate = new Option<double?>("--learning-rate") { Description = "peak learning rate; 5e-4 from scratch, 5e-5 from a folder" }.Within(1e-9, 1);
var sparsities = new Option<double[]>("--sparsity") { Description = "shares of prunable weights to remove, in [0, 1); 0 for the dense model", DefaultValueFactory = _ => [0, 0.6], AllowMultipleArgumentsPerToken = true }.Within(0, 1, excludesMost: true);
var seed = new Option<int>("--seed") { Description = "seed of start weights and order", DefaultValueFactory = _ => 1 };
var output = new Option<DirectoryInfo>("--out") { Description = "folder for the models", DefaultValueFactory = _ => new DirectoryInfo("questionanswering-models") };
var overwrite = new Option<bool>("--overwrite") { Description = "write over models that are there" };
var command = new RootCommand("Trains a BERT to find answers in texts with ML.NET, as it is and pruned with SEVEN, and compares the two.")
{
    train, test, model, vocabulary, size, epochs, learningRate, sparsities, seed, output, overwrite,
};
command.AtMostOneOf(model, vocabulary);
command.SetAction(parsed =>
{
    string? folder = parsed.GetValue(model)?.FullName;
    string target = parsed.GetRequiredValue(output).FullName;
    OutputFolder.Claim(target, parsed.GetValue(overwrite));
    Directory.CreateDirectory(target);
    var trainer = new BertQuestionAnsweringOptions
    {
        ModelFolder = folder,
        VocabularyFile = parsed.GetValue(vocabulary)?.FullName,
        Size = parsed.GetValue(size),
        FineTuning = new FineTuningOptions
        {
            Epochs = parsed.GetValue(epochs),
            LearningRate = parsed.GetValue(learningRate) ?? (folder is null ? 5e-4 : 5e-5),
            Seed = parsed.GetValue(seed),
        },
    };
    RunDisplay.Show(display => new AnswerRuns(parsed.GetRequiredValue(train), parsed.GetRequiredValue(test), trainer, target, display).Run([.. parsed.GetRequiredValue(sparsities).Distinct()])).Print();
});
return await TerminalProgram.Run(command, args);
