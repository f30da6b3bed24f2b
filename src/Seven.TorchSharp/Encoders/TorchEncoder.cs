using Seven.Encoders;
using Seven.Encoders.Inputs;
using Seven.Encoders.Layers;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Seven.TorchSharp.Encoders;

/// <summary>The forward pass of Seven.Core's encoders in TorchSharp's operations, over the same weights.</summary>
/// <param name="shape">The network's shape.</param>
/// <param name="weights">Its weights.</param>
/// <param name="device">Where they are.</param>
/// <param name="mixedPrecision">Whether matrices are multiplied in bfloat16.</param>
internal sealed class TorchEncoder(EncoderConfiguration shape, EncoderTensors weights, Device device, bool mixedPrecision)
{
    /// <summary>The head's outputs: [outputs × sequences], or [outputs × tokens] for heads that look at every token.</summary>
    /// <param name="batch">The inputs.</param>
    /// <param name="isTraining">Whether dropout works.</param>
    public Tensor Forward<TInput>(InputBatch<TInput> batch, bool isTraining)
    {
        var grid = new TokenGrid(batch.Layout, device);
        bool isBert = batch is TokenBatch;
        var hidden = batch is TokenBatch tokens ? Embed(tokens, grid, isTraining) : Embed((PictureBatch)(object)batch, isTraining);
        var mask = grid.Mask();
        for (int layer = 0; layer < shape.Layers; layer++)
            hidden = Layer(hidden, mask, isBert ? LayerNames.Bert(layer) : LayerNames.Vit(layer), isTraining);
        return Head(hidden, grid, isBert, isTraining).transpose(0, 1);
    }

    private Tensor Embed(TokenBatch tokens, TokenGrid grid, bool isTraining)
    {
        const string Prefix = "bert.embeddings.";
        var sum = LookUp(Prefix + "word_embeddings.weight", grid.Spread(tokens.Words))
            + LookUp(Prefix + "position_embeddings.weight", grid.Spread(tokens.Positions))
            + LookUp(Prefix + "token_type_embeddings.weight", grid.Spread(tokens.Segments));
        return functional.dropout(Norm(sum, Prefix + "LayerNorm"), shape.HiddenDropout, isTraining);
    }

    private Tensor Embed(PictureBatch pictures, bool isTraining)
    {
        const string Prefix = "vit.embeddings.";
        var vit = (VitConfiguration)shape;
        int size = vit.Channels * vit.ImageSize * vit.ImageSize;
        var pixels = new float[pictures.Pixels.Count * size];
        for (int i = 0; i < pictures.Pixels.Count; i++)
            pictures.Pixels[i].Span.CopyTo(pixels.AsSpan(i * size, size));
        var images = tensor(pixels, [pictures.Pixels.Count, vit.Channels, vit.ImageSize, vit.ImageSize], device: device);
        var patches = functional.conv2d(
            images, weights[Prefix + "patch_embeddings.projection.weight"], weights[Prefix + "patch_embeddings.projection.bias"], strides: [vit.PatchSize, vit.PatchSize]);
        var classToken = weights[Prefix + "cls_token"].expand(pictures.Pixels.Count, -1, -1);
        var all = cat([classToken, patches.flatten(2).transpose(1, 2)], 1) + weights[Prefix + "position_embeddings"];
        return functional.dropout(all, shape.HiddenDropout, isTraining);
    }

    private Tensor LookUp(string table, Tensor entries) => weights[table].index_select(0, entries.flatten()).view(entries.shape[0], entries.shape[1], shape.HiddenSize);

    private Tensor Layer(Tensor x, Tensor? mask, LayerNames names, bool isTraining)
    {
        bool normAfter = shape.NormPlacement == NormPlacement.After;
        x = Residual(x, input => Attend(input, mask, names, isTraining), names.AttentionNorm, normAfter, isTraining);
        return Residual(x, input => Linear(Activate(Linear(input, names.Intermediate)), names.Output), names.OutputNorm, normAfter, isTraining);
    }

    private Tensor Residual(Tensor x, Func<Tensor, Tensor> sublayer, string norm, bool normAfter, bool isTraining)
    {
        var branch = functional.dropout(sublayer(normAfter ? x : Norm(x, norm)), shape.HiddenDropout, isTraining);
        return normAfter ? Norm(x + branch, norm) : x + branch;
    }

    private Tensor Attend(Tensor x, Tensor? mask, LayerNames names, bool isTraining)
    {
        var (query, key, value) = (Heads(Linear(x, names.Query)), Heads(Linear(x, names.Key)), Heads(Linear(x, names.Value)));
        var scores = Product(query, key.transpose(-1, -2)) * (1 / Math.Sqrt(shape.HiddenSize / (double)shape.Heads));
        var probabilities = functional.softmax(mask is null ? scores : scores + mask, -1);
        var context = Product(functional.dropout(probabilities, shape.AttentionDropout, isTraining), value);
        return Linear(context.transpose(1, 2).flatten(2), names.AttentionOutput);
    }

    /// <summary>From [sequences × tokens × hidden] to [sequences × heads × tokens × head size].</summary>
    private Tensor Heads(Tensor x) => x.view(x.shape[0], x.shape[1], shape.Heads, -1).transpose(1, 2);

    private Tensor Activate(Tensor x) => shape.Activation == Activation.Gelu ? functional.gelu(x) : functional.relu(x);

    /// <summary>[sequences × outputs], or [tokens × 2] for answers.</summary>
    private Tensor Head(Tensor hidden, TokenGrid grid, bool isBert, bool isTraining)
    {
        if (isBert && !weights.Has("classifier.weight"))
            return Linear(grid.Pack(hidden), "qa_outputs");
        var first = hidden.select(1, 0);
        return isBert
            ? Linear(functional.dropout(Linear(first, "bert.pooler.dense").tanh(), shape.HiddenDropout, isTraining), "classifier")
            : Linear(Norm(first, "vit.layernorm"), "classifier");
    }

    private Tensor Norm(Tensor x, string name) =>
        functional.layer_norm(x, [shape.HiddenSize], weights[name + ".weight"], weights[name + ".bias"], shape.NormEpsilon);

    private Tensor Linear(Tensor x, string name)
    {
        var (weight, bias) = (weights[name + ".weight"], weights[name + ".bias"]);
        return mixedPrecision
            ? functional.linear(x.bfloat16(), weight.bfloat16(), bias.bfloat16()).@float()
            : functional.linear(x, weight, bias);
    }

    private Tensor Product(Tensor left, Tensor right) => mixedPrecision ? matmul(left.bfloat16(), right.bfloat16()).@float() : matmul(left, right);
}
