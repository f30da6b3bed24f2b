using System.Numerics.Tensors;

namespace SemanticSearch;

/// <summary>Vectors in memory, of which the nearest are found by looking at all: fast enough for some 100,000.</summary>
/// <param name="vectors">The vectors, of length one.</param>
internal sealed class VectorIndex(IReadOnlyList<float[]> vectors)
{
    /// <summary>The numbers of the nearest vectors by their cosine, the nearest first.</summary>
    public IReadOnlyList<(int Number, float Cosine)> Nearest(float[] query, int count)
    {
        var nearest = new PriorityQueue<int, float>(count + 1);
        for (int i = 0; i < vectors.Count; i++)
        {
            float cosine = TensorPrimitives.Dot<float>(query, vectors[i]);
            if (nearest.Count == count && nearest.TryPeek(out _, out float least) && cosine <= least)
                continue;
            nearest.Enqueue(i, cosine);
            if (nearest.Count > count)
                nearest.Dequeue();
        }

        var found = new List<(int, float)>();
        while (nearest.TryDequeue(out int number, out float cosine))
            found.Add((number, cosine));
        found.Reverse();
        return found;
    }
}
