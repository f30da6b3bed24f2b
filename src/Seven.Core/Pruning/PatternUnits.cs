using Seven.Pruning.Patterns;

namespace Seven.Pruning;

/// <summary>One array's weights as the units of a pattern.</summary>
internal sealed class PatternUnits : GatheredUnits
{
    private readonly LayerState _layer;
    private readonly MaskPattern _pattern;
    private readonly int _columns;
    private readonly int _unitRows;
    private readonly int _unitColumns;
    private readonly int _unitsPerRow;

    public PatternUnits(LayerState layer, MaskPattern pattern)
        : base(pattern.UnitsIn(layer.Weight.Shape))
    {
        (_layer, _pattern) = (layer, pattern);
        (int rows, _columns) = MaskPattern.MatrixOf(layer.Weight.Shape);
        (_unitRows, _unitColumns) = pattern.UnitIn(rows, _columns);
        _unitsPerRow = _columns / _unitColumns;
    }

    /// <summary>Sums scores over the weights of each unit, and sets those of units that are safe in their group.</summary>
    public override void Gather()
    {
        Array.Clear(Scores);
        ReadOnlySpan<float> scores = _layer.Scores;
        for (int row = 0, start = 0; start < scores.Length; row++, start += _columns)
        {
            var units = Scores.AsSpan(row / _unitRows * _unitsPerRow, _unitsPerRow);
            for (int column = 0; column < _columns; column++)
                units[column / _unitColumns] += scores[start + column];
        }

        if (_pattern.Group is not { } group)
            return;
        for (int start = 0; start < Scores.Length; start += group.Of)
            Protect(start, group);
    }

    /// <summary>Removes the weights of units that are not kept.</summary>
    public override void Expand()
    {
        for (int unit = 0; unit < Scores.Length; unit++)
        {
            if (Mask[unit])
                continue;
            int first = unit / _unitsPerRow * _unitRows * _columns + unit % _unitsPerRow * _unitColumns;
            for (int row = 0; row < _unitRows; row++)
                for (int column = 0; column < _unitColumns; column++)
                    _layer.Drop(first + row * _columns + column);
        }
    }

    /// <summary>Units all of whose weights were removed count as removed.</summary>
    public override void ReadMask()
    {
        for (int unit = 0; unit < Scores.Length; unit++)
            Mask[unit] = false;
        for (int i = 0; i < _layer.Mask.Count; i++)
            if (_layer.Mask[i])
                Mask[i / _columns / _unitRows * _unitsPerRow + i % _columns / _unitColumns] = true;
    }

    /// <summary>Of the units of a group the best ones are safe; of equal ones those that come first.</summary>
    private void Protect(int start, (int Kept, int Of) group)
    {
        Span<int> places = stackalloc int[group.Kept];
        int found = 0;
        for (; found < group.Kept; found++)
        {
            int best = -1;
            for (int i = start; i < start + group.Of; i++)
                if (Mask[i] && !places[..found].Contains(i) && (best < 0 || Scores[i] > Scores[best]))
                    best = i;
            if (best < 0)
                break;
            places[found] = best;
        }

        foreach (int place in places[..found])
            Scores[place] = Safe;
    }
}
