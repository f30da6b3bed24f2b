using Seven.Encoders.Layers;
using static TorchSharp.torch;

namespace Seven.TorchSharp.Encoders;

/// <summary>A batch's sequences side by side, padded to the longest one: what GPUs are fast with.</summary>
internal sealed class TokenGrid
{
    private readonly SequenceLayout _layout;
    private readonly Device _device;
    private readonly int _longest;

    public TokenGrid(SequenceLayout layout, Device device)
    {
        (_layout, _device) = (layout, device);
        for (int i = 0; i < layout.Count; i++)
            _longest = Math.Max(_longest, layout.Length(i));
    }

    /// <summary>Numbers of tokens, [sequences × longest], 0 where there is none.</summary>
    public Tensor Spread(IReadOnlyList<int> packed)
    {
        var grid = new long[_layout.Count * _longest];
        for (int i = 0; i < _layout.Count; i++)
            for (int k = 0; k < _layout.Length(i); k++)
                grid[i * _longest + k] = packed[_layout.Start(i) + k];
        return tensor(grid, [_layout.Count, _longest], device: _device);
    }

    /// <summary>The term added to attention scores, [sequences × 1 × 1 × longest]: nothing, or -∞ for tokens that none may attend to; <see langword="null"/> if all may.</summary>
    public Tensor? Mask()
    {
        var mask = new float[_layout.Count * _longest];
        bool any = false;
        for (int i = 0; i < _layout.Count; i++)
        {
            var keys = _layout.KeyMask(i);
            for (int k = 0; k < _longest; k++)
            {
                bool isHidden = k >= _layout.Length(i) || (keys.Length > 0 && !keys[k]);
                mask[i * _longest + k] = isHidden ? float.NegativeInfinity : 0;
                any |= isHidden;
            }
        }

        return any ? tensor(mask, [_layout.Count, 1, 1, _longest], device: _device) : null;
    }

    /// <summary>1 for tokens that may be attended to, else 0, [sequences × longest × 1].</summary>
    public Tensor Seen()
    {
        if (Mask() is { } mask)
            return mask.eq(0).@float().view(_layout.Count, _longest, 1);
        return ones([_layout.Count, _longest, 1], device: _device);
    }

    /// <summary>From [sequences × longest × features] to the tokens that there are, [tokens × features].</summary>
    public Tensor Pack(Tensor grid)
    {
        var places = new List<long>(_layout.Tokens);
        for (int i = 0; i < _layout.Count; i++)
            for (int k = 0; k < _layout.Length(i); k++)
                places.Add(i * _longest + k);
        return grid.flatten(0, 1).index_select(0, tensor(places.ToArray(), device: _device));
    }
}
