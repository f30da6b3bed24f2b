using Seven.Encoders;
using Seven.Encoders.Tasks;

namespace ImageClassification.Data;

/// <summary>A small ViT trained on CIFAR-10, whose file holds the weights of torch's <c>nn.TransformerEncoder</c>: made into a Hugging Face folder.</summary>
internal static class VitCifar10
{
    /// <summary>Writes the folder.</summary>
    /// <param name="weights">The file's <c>model.safetensors</c>.</param>
    /// <param name="folder">The folder.</param>
    public static void ToFolder(string weights, string folder)
    {
        var shape = new ImageConfiguration
        {
            ImageSize = 32,
            PatchSize = 4,
            HiddenSize = 128,
            Layers = 6,
            Heads = 8,
            IntermediateSize = 256,
            Activation = Activation.Relu,
            NormPlacement = NormPlacement.After,
            NormEpsilon = 1e-5,
            HiddenDropout = 0,
            AttentionDropout = 0,
        };
        EncoderModel.LoadTorchEncoder(weights, shape, EncoderTasks.ImageClassification(CifarFile.Names)).Save(folder);
        new PictureNormalization { Mean = [0.4914, 0.4822, 0.4465], Deviation = [0.2023, 0.1994, 0.2010] }.Save(folder, shape.ImageSize);
    }
}
