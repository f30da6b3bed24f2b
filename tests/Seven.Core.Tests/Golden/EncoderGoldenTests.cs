using System.Text.Json;
using Seven.Encoders;
using Seven.Training.Objectives;

namespace Seven.Tests.Golden;

/// <summary>Outputs, loss and every gradient of independent float32 encoders.</summary>
[TestClass]
[TestCategory("Golden")]
public sealed class EncoderGoldenTests
{
    public static IEnumerable<object[]> Cases =>
        TestFolders.Golden.SelectMany(Directory.EnumerateDirectories)
            .Where(folder => File.Exists(Path.Combine(folder, "case.json"))).Select(folder => new object[] { folder });

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Outputs_loss_and_gradients_match(string folder)
    {
        using var configuration = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "config.json")));
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "case.json")));
        var golden = new GoldenEncoderCase(folder, json.RootElement);
        string architecture = configuration.RootElement.GetProperty("architectures")[0].GetString()!;
        switch (architecture)
        {
            case "BertForSequenceClassification" when golden.HasWholeLabels:
                var classifier = BertClassifier.Load(folder);
                golden.AssertOutputs("logits", classifier.Predict(golden.Texts()));
                golden.AssertTraining(classifier, new ClassificationObjective<LabelledText>(classifier.Configuration.Labels.Count, text => text.Label), golden.LabelledTexts());
                break;
            case "BertForSequenceClassification":
                var regressor = BertRegressor.Load(folder);
                golden.AssertOutputs("logits", [.. regressor.Predict(golden.Texts()).Select(score => new[] { score })]);
                golden.AssertTraining(regressor, new RegressionObjective(), golden.ScoredTexts());
                break;
            case "BertForQuestionAnswering":
                var answering = BertQuestionAnswering.Load(folder);
                var spans = answering.Predict(golden.Texts());
                golden.AssertOutputs("start_logits", [.. spans.Select(span => span.Start)]);
                golden.AssertOutputs("end_logits", [.. spans.Select(span => span.End)]);
                golden.AssertTraining(answering, new SpanObjective(), golden.AnsweredTexts());
                break;
            case "ViTForImageClassification":
                var vit = VitClassifier.Load(folder);
                golden.AssertOutputs("logits", vit.Predict(golden.LabelledPictures()));
                golden.AssertTraining(vit, new ClassificationObjective<LabelledPicture>(vit.Configuration.Labels.Count, picture => picture.Label), golden.LabelledPictures());
                break;
            default:
                Assert.Fail($"{folder} is of {architecture}, which no model here is.");
                break;
        }
    }
}
