using Seven.Encoders.Layers;
using Seven.Numerics;
using Seven.Weights;

namespace Seven.Encoders.Inputs;

/// <summary>A table of vectors, [entries × hidden].</summary>
internal sealed class EmbeddingTable
{
    private const int FeaturesPerPart = 16;

    private readonly VectorTable _vectors;

    public EmbeddingTable(string name, int entries, int hidden, WeightInitializer initializer, IReadOnlyList<int>? shape = null)
    {
        _vectors = new VectorTable(entries, hidden);
        initializer.Fill(_vectors.Weight);
        Parameter = new Parameter(name, ParameterKind.Embedding, shape ?? [entries, hidden], _vectors.Weight) { Table = _vectors };
    }

    public Parameter Parameter { get; }

    public int Entries => _vectors.Weight.Rows;

    /// <summary>x[:, t] += table[entry of t], for x: [hidden × tokens]; a negative entry adds nothing.</summary>
    public void AddTo(Matrix x, List<int> entries, Workers workers) => workers.For(x.Rows, FeaturesPerPart, new Lookup(_vectors.Weight.Values, x, entries));

    /// <summary>x[t, :] += table[entry of t], for x: [tokens × hidden].</summary>
    public void AddToRows(Matrix x, List<int> entries)
    {
        for (int token = 0; token < entries.Count; token++)
            _vectors.AddTo(entries[token], x.Row(token));
    }

    /// <summary>Adds each token's gradient to that of its entry.</summary>
    /// <param name="dx">[hidden × tokens].</param>
    /// <param name="entries">The entry of each token; a negative one is none.</param>
    /// <param name="workers">The threads.</param>
    /// <param name="untrained">An entry without a gradient, if there is one.</param>
    public void AddGradient(Matrix dx, List<int> entries, Workers workers, int? untrained = null)
    {
        Matrix gradient = _vectors.Weight.Gradient;
        workers.For(dx.Rows, FeaturesPerPart, (start, end) =>
        {
            for (int token = 0; token < entries.Count; token++)
            {
                if (entries[token] < 0 || entries[token] == untrained)
                    continue;
                var vector = gradient.Row(entries[token]);
                for (int feature = start; feature < end; feature++)
                    vector[feature] += dx.Row(feature)[token];
            }
        });
    }

    private readonly struct Lookup(Matrix vectors, Matrix x, List<int> entries) : IRangeJob
    {
        public void Run(int start, int end)
        {
            for (int token = 0; token < entries.Count; token++)
            {
                if (entries[token] < 0)
                    continue;
                var vector = vectors.Row(entries[token]);
                for (int feature = start; feature < end; feature++)
                    x.Row(feature)[token] += vector[feature];
            }
        }
    }
}
