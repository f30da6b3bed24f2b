using Seven.Encoders;
using Seven.Training;

namespace Seven.Tests.RealData;

/// <summary>A real trained ViT on real images, where both lie beside the repository.</summary>
[TestClass]
public sealed class VitCifar10Tests
{
    private static readonly float[] Mean = [0.4914f, 0.4822f, 0.4465f];
    private static readonly float[] Deviation = [0.2023f, 0.1994f, 0.2010f];

    private static VitConfiguration Shape => new()
    {
        ImageSize = 32,
        PatchSize = 4,
        Channels = 3,
        HiddenSize = 128,
        Layers = 6,
        Heads = 8,
        IntermediateSize = 256,
        Activation = Activation.Relu,
        NormPlacement = NormPlacement.After,
        NormEpsilon = 1e-5,
        HiddenDropout = 0,
        AttentionDropout = 0,
        Labels = [.. Enumerable.Range(0, 10).Select(label => $"class {label}")],
    };

    [TestMethod]
    public void Scores_what_its_checkpoint_scores()
    {
        string model = Path.Combine(TestFolders.Data("vit-cifar10"), "model.safetensors");
        var images = Images(Path.Combine(TestFolders.Data("cifar10"), "test.bin"));

        var vit = VitClassifier.LoadTorchEncoder(model, Shape);
        var evaluation = FineTuner.For(vit).Evaluate(images);
        Assert.AreEqual(0.7194, evaluation["accuracy"], 0.0005, evaluation.ToString());
    }

    [TestMethod]
    public void Scores_the_same_from_a_hugging_face_folder()
    {
        string model = Path.Combine(TestFolders.Data("vit-cifar10"), "model.safetensors");
        var images = Images(Path.Combine(TestFolders.Data("cifar10"), "test.bin")).Take(50).ToList();
        string folder = TestFolders.Temporary();

        var vit = VitClassifier.LoadTorchEncoder(model, Shape);
        vit.Save(folder);
        var loaded = VitClassifier.Load(folder);

        Assert.AreEqual(NormPlacement.After, loaded.Configuration.NormPlacement);
        foreach (var (expected, actual) in vit.Predict(images).Zip(loaded.Predict(images)))
            CollectionAssert.AreEqual(expected, actual);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>CIFAR-10's binary layout: a label byte, then 1,024 red, green and blue bytes.</summary>
    private static List<LabelledPicture> Images(string file)
    {
        const int Plane = 32 * 32;
        byte[] bytes = File.ReadAllBytes(file);
        var images = new List<LabelledPicture>();
        for (int start = 0; start < bytes.Length; start += 1 + 3 * Plane)
        {
            var pixels = new float[3 * Plane];
            for (int i = 0; i < pixels.Length; i++)
                pixels[i] = (bytes[start + 1 + i] / 255f - Mean[i / Plane]) / Deviation[i / Plane];
            images.Add(new LabelledPicture { Pixels = pixels, Label = bytes[start] });
        }

        return images;
    }
}
