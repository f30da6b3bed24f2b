using Seven.Encoders;
using Seven.Encoders.Architectures;
using Seven.Encoders.Inputs;
using Seven.Encoders.Tasks;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Seven.TorchSharp.Encoders;

/// <summary>The forward pass of Seven.Core's encoders in TorchSharp's operations, over the same weights.</summary>
/// <param name="shape">The network's shape, and the names of its tensors.</param>
/// <param name="task">The task, whose head is used.</param>
/// <param name="weights">Its weights.</param>
/// <param name="device">Where they are.</param>
/// <param name="mixedPrecision">Whether matrices are multiplied in bfloat16.</param>
internal sealed class TorchEncoder(EncoderConfiguration shape, EncoderTask task, EncoderTensors weights, Device device, bool mixedPrecision)
{
    /// <summary>The head's outputs: [outputs × sequences], or [outputs × tokens] for heads that look at every token.</summary>
    /// <param name="batch">The inputs.</param>
    /// <param name="isTraining">Whether dropout works.</param>
    /// <param name="states">Takes what happens inside.</param>
    public Tensor Forward<TInput>(InputBatch<TInput> batch, bool isTraining, InnerTensors? states = null)
    {
        var grid = new TokenGrid(batch.Layout, device);
        var hidden = batch is TokenBatch tokens ? Embed(tokens, grid, isTraining) : Embed((PictureBatch)(object)batch, isTraining);
        var mask = grid.Mask() is { } added ? Narrow(added) : null;
        for (int layer = 0; layer < shape.Layers; layer++)
        {
            hidden = Layer(hidden, mask, layer, isTraining, states);
            states?.Hidden?.Add(grid.Pack(hidden));
        }

        return Wide(Head(hidden, grid, isTraining)).transpose(0, 1);
    }

    private Tensor Embed(TokenBatch tokens, TokenGrid grid, bool isTraining)
    {
        var text = (TextConfiguration)shape;
        var names = text.Names;
        var entries = grid.Spread(tokens.Words);
        var words = LookUp(names.Words, entries);
        if (text.PaddingToken is { } padding)
            words = where(entries.eq(padding).unsqueeze(-1), words.detach(), words);
        var sum = names.Positions is { } table ? words + Positions(table, grid.Spread(tokens.Positions), text) : words;
        if (names.Segments is { } segments)
            sum += LookUp(segments, grid.Spread(tokens.Segments));
        var dropped = functional.dropout(Norm(sum, names.Norm), shape.HiddenDropout, isTraining);
        return text.VectorSize == shape.HiddenSize ? dropped : Wide(Linear(dropped, names.Projection!));
    }

    private Tensor Positions(string table, Tensor places, TextConfiguration text)
    {
        var positions = LookUp(table, places);
        return text.FirstPosition > 0 ? where(places.eq(text.PaddingToken!.Value).unsqueeze(-1), positions.detach(), positions) : positions;
    }

    private Tensor Embed(PictureBatch pictures, bool isTraining)
    {
        var image = (ImageConfiguration)shape;
        var names = image.Names;
        int size = image.Channels * image.ImageSize * image.ImageSize;
        var pixels = new float[pictures.Pixels.Count * size];
        for (int i = 0; i < pictures.Pixels.Count; i++)
            pictures.Pixels[i].Span.CopyTo(pixels.AsSpan(i * size, size));
        var images = tensor(pixels, [pictures.Pixels.Count, image.Channels, image.ImageSize, image.ImageSize], device: device);
        var patches = functional.conv2d(
            images, weights[names.Patches + ".weight"], weights[names.Patches + ".bias"], strides: [image.PatchSize, image.PatchSize]);
        var leading = new[] { names.ClassToken, names.DistillationToken }.OfType<string>().Select(token => weights[token].expand(pictures.Pixels.Count, -1, -1));
        var all = cat([.. leading, patches.flatten(2).transpose(1, 2)], 1) + weights[names.Positions];
        return functional.dropout(all, shape.HiddenDropout, isTraining);
    }

    private Tensor LookUp(string table, Tensor entries) => weights[table].index_select(0, entries.flatten()).view(entries.shape[0], entries.shape[1], -1);

    private Tensor Layer(Tensor x, Tensor? mask, int layer, bool isTraining, InnerTensors? states)
    {
        var names = shape.Architecture.Layers.Of(layer);
        x = Residual(x, input => Attend(input, mask, layer, isTraining, states), layer > 0 || names.FirstHasNorm ? names.AttentionNorm : null, isTraining);
        return Residual(x, input => Linear(Expanded(input, names), names.Output), names.OutputNorm, isTraining);
    }

    private Tensor Expanded(Tensor x, LayerNames names)
    {
        var expanded = Linear(x, names.Intermediate);
        if (!names.IsGated)
            return Activate(expanded);
        var halves = expanded.chunk(2, -1);
        return Activate(halves[0]) * halves[1];
    }

    private Tensor Residual(Tensor x, Func<Tensor, Tensor> sublayer, string? norm, bool isTraining)
    {
        bool normAfter = shape.NormPlacement == NormPlacement.After;
        var branch = functional.dropout(sublayer(normAfter || norm is null ? x : Norm(x, norm)), shape.HiddenDropout, isTraining);
        return normAfter && norm is not null ? Norm(x + branch, norm) : x + branch;
    }

    private Tensor Attend(Tensor x, Tensor? mask, int layer, bool isTraining, InnerTensors? states)
    {
        var names = shape.Architecture.Layers.Of(layer);
        int heads = shape.HeadsIn(layer);
        x = Narrow(x);
        var parts = names is { Key: { } keyName, Value: { } valueName } ? [Linear(x, names.Query), Linear(x, keyName), Linear(x, valueName)] : Linear(x, names.Query).chunk(3, -1);
        var (query, key, value) = (Heads(parts[0], heads), Heads(parts[1], heads), Heads(parts[2], heads));
        var rotary = shape is TextConfiguration { Names.Positions: null } text ? text.Rotary : null;
        if (rotary is not null)
            (query, key) = (Narrow(Turned(query, rotary.ThetaOf(layer))), Narrow(Turned(key, rotary.ThetaOf(layer))));
        double dropout = isTraining ? shape.AttentionDropout : 0;
        int? reach = rotary?.ReachOf(layer);
        var context = states?.Attention is null && reach is null
            ? functional.scaled_dot_product_attention(query, key, value, mask, dropout)
            : matmul(Narrow(functional.dropout(Probabilities(query, key, mask, reach, states), dropout)), value);
        return Linear(context.transpose(1, 2).flatten(2), names.AttentionOutput);
    }

    /// <summary>What libtorch's fused attention does not give: the probabilities themselves, and none for a token that may attend to nothing in reach.</summary>
    private Tensor Probabilities(Tensor query, Tensor key, Tensor? mask, int? reach, InnerTensors? states)
    {
        var scores = Wide(matmul(query, key.transpose(-1, -2))) * (1 / Math.Sqrt(shape.HeadSize));
        if (reach is { } most)
            scores = scores.masked_fill(TooFar(query.shape[2], most), float.NegativeInfinity);
        var probabilities = functional.softmax(mask is null ? scores : scores + mask, -1);
        if (reach is not null && mask is not null)
            probabilities = probabilities.nan_to_num(0);
        states?.Attention?.Add(probabilities);
        return probabilities;
    }

    /// <summary>Pairs of features, half a head apart, turned by their positions: [sequences × heads × tokens × head size].</summary>
    private Tensor Turned(Tensor x, double theta)
    {
        long half = x.shape[^1] / 2;
        var frequencies = pow(theta, arange(0, half, device: device).@float() * (-2.0f / x.shape[^1]));
        var angles = arange(0, x.shape[2], device: device).@float().unsqueeze(1) * frequencies;
        var (first, second) = (x.narrow(-1, 0, half), x.narrow(-1, half, half));
        return cat([first * angles.cos() - second * angles.sin(), second * angles.cos() + first * angles.sin()], -1);
    }

    /// <summary>Whether a key is out of a query's reach, [tokens × tokens].</summary>
    private Tensor TooFar(long tokens, int reach)
    {
        var positions = arange(0, tokens, device: device);
        return (positions.unsqueeze(0) - positions.unsqueeze(1)).abs().gt(reach);
    }

    /// <summary>From [sequences × tokens × hidden] to [sequences × heads × tokens × head size].</summary>
    private static Tensor Heads(Tensor x, int heads) => x.view(x.shape[0], x.shape[1], heads, -1).transpose(1, 2);

    private Tensor Activate(Tensor x) => shape.Activation == Activation.Gelu ? functional.gelu(x) : functional.relu(x);

    /// <summary>[sequences × outputs], or [tokens × outputs] where every token has some.</summary>
    private Tensor Head(Tensor hidden, TokenGrid grid, bool isTraining)
    {
        var head = shape.Architecture.Heads[task.Head];
        if (shape is TextConfiguration { Pooling: Pooling.Mean } && !task.IsPerToken)
            return Head(Mean(head.Norm is { } norm ? Norm(hidden, norm) : hidden, grid), head with { Norm = null }, head.Output, isTraining);
        var first = Head(task.IsPerToken ? grid.Pack(hidden) : hidden.select(1, 0), head, head.Output, isTraining);
        return head.SecondOutput is { } second ? (first + Head(hidden.select(1, 1), head, second, isTraining)) / 2 : first;
    }

    /// <summary>The mean over the tokens that may be attended to, [sequences × hidden].</summary>
    private static Tensor Mean(Tensor hidden, TokenGrid grid)
    {
        var seen = grid.Seen();
        return (hidden * seen).sum(1) / seen.sum(1);
    }

    private Tensor Head(Tensor x, HeadDescription head, string? output, bool isTraining)
    {
        if (head.Norm is { } norm)
            x = Norm(x, norm);
        double rate = head.HasDropout ? shape.HeadDropout ?? shape.HiddenDropout : 0;
        if (head.DropsInput)
            x = functional.dropout(x, rate, isTraining);
        if (head.Dense is { } dense)
            x = Function(Linear(x, dense), head.Function);
        if (head.NormAfterDense is { } normAfter)
            x = Norm(x, normAfter);
        if (output is not null)
            return Linear(functional.dropout(x, rate, isTraining), output);
        return shape is TextConfiguration { NormalizesVectors: true } ? functional.normalize(x, dim: 1) : x;
    }

    private static Tensor Function(Tensor x, HeadFunction function) => function switch
    {
        HeadFunction.Tanh => x.tanh(),
        HeadFunction.Relu => functional.relu(x),
        _ => functional.gelu(x),
    };

    private Tensor Norm(Tensor x, string name) =>
        functional.layer_norm(Wide(x), [x.shape[^1]], weights[name + ".weight"], weights.Find(name + ".bias"), shape.NormEpsilon);

    private Tensor Linear(Tensor x, string name) => functional.linear(Narrow(x), weights.FindFactor(name + ".weight")!, weights.FindFactor(name + ".bias"));

    /// <summary>What products take: bfloat16 in mixed precision.</summary>
    private Tensor Narrow(Tensor x) => mixedPrecision ? x.bfloat16() : x;

    /// <summary>What sums over features take, and what is added up over layers: float32.</summary>
    private Tensor Wide(Tensor x) => mixedPrecision ? x.@float() : x;
}
