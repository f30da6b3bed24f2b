using System.Numerics.Tensors;
using Seven.Pruning.Patterns;
using Seven.Weights;

namespace Seven.Pruning;

/// <summary>The heads of one attention, or the features within one feed-forward block, over all matrices that they are parts of.</summary>
internal sealed class StructureUnits : GatheredUnits
{
    private readonly Member[] _members;

    /// <summary>Units that were expanded to weights already.</summary>
    private readonly bool[] _isGone;

    public StructureUnits(IReadOnlyList<LayerState> layers)
        : base(((Parameter)layers[0].Weight).Structure!.Units)
    {
        _members = [.. layers.Select(Member.Of)];
        _isGone = new bool[Mask.Count];
    }

    /// <summary>The best unit is safe: without any, nothing would pass.</summary>
    public override void Gather()
    {
        Array.Clear(Scores);
        foreach (var member in _members)
            member.AddScores(Scores);
        int best = -1;
        for (int unit = 0; unit < Scores.Length; unit++)
            if (Mask[unit] && (best < 0 || Scores[unit] > Scores[best]))
                best = unit;
        if (best >= 0)
            Scores[best] = Safe;
    }

    public override void Expand()
    {
        if (Enumerable.Range(0, Mask.Count).All(unit => Mask[unit] || _isGone[unit]))
            return;
        foreach (var member in _members)
            member.ForEach((unit, index) =>
            {
                if (!Mask[unit] && !_isGone[unit])
                    member.Layer.Drop(index);
            });
        ReadGone();
    }

    public override void ReadMask()
    {
        for (int unit = 0; unit < Mask.Count; unit++)
            Mask[unit] = false;
        foreach (var member in _members)
            member.ForEach((unit, index) => Mask[unit] |= member.Layer.Mask[index]);
        ReadGone();
    }

    private void ReadGone()
    {
        for (int unit = 0; unit < _isGone.Length; unit++)
            _isGone[unit] = !Mask[unit];
    }

    /// <summary>One of the matrices.</summary>
    private sealed record Member(LayerState Layer, StructurePart Part, int Rows, int Columns)
    {
        public static Member Of(LayerState layer)
        {
            var (rows, columns) = MaskPattern.MatrixOf(layer.Weight.Shape);
            return new Member(layer, ((Parameter)layer.Weight).Structure!, rows, columns);
        }

        /// <summary>Adds the scores of the units' weights, row by row.</summary>
        public void AddScores(Span<float> sums)
        {
            int size = (Part.IsOfColumns ? Columns : Rows) / Part.Units;
            for (int row = 0; row < Rows; row++)
            {
                var scores = Layer.Scores.AsSpan(row * Columns, Columns);
                if (!Part.IsOfColumns)
                    sums[row / size] += TensorPrimitives.Sum<float>(scores);
                else if (size == 1)
                    TensorPrimitives.Add(sums, scores, sums);
                else
                    for (int unit = 0; unit < Part.Units; unit++)
                        sums[unit] += TensorPrimitives.Sum<float>(scores.Slice(unit * size, size));
            }
        }

        /// <summary>Calls the action with the unit and the index of each weight.</summary>
        public void ForEach(Action<int, int> action)
        {
            for (int row = 0; row < Rows; row++)
                for (int column = 0; column < Columns; column++)
                    action(Part.UnitOf(row, column, Rows, Columns), row * Columns + column);
        }
    }
}
