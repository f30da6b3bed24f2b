namespace Seven.MLNet.Encoders.Text;

/// <summary>Counts the pairs of pieces in a corpus, and updates the counts while pairs are merged.</summary>
internal sealed class PairCounts
{
    private readonly List<VocabularyLearner.Word> _words;
    private readonly Dictionary<Pair, long> _counts = [];
    private readonly Dictionary<Pair, HashSet<int>> _places = [];

    /// <summary>The most frequent pair first; entries whose count has changed since are passed over.</summary>
    private readonly PriorityQueue<(Pair Pair, long Count), (long, Pair)> _queue = new(new MostFrequentFirst());

    public PairCounts(List<VocabularyLearner.Word> words)
    {
        _words = words;
        for (int i = 0; i < words.Count; i++)
            AddPairsOf(i, sign: 1);
        foreach (var (pair, count) in _counts)
            _queue.Enqueue((pair, count), (count, pair));
    }

    /// <summary>Two pieces, one after the other.</summary>
    public readonly record struct Pair(string Left, string Right);

    /// <summary>The most frequent pair, at least twice; <see langword="null"/> if there is none.</summary>
    public Pair? TakeMostFrequent()
    {
        while (_queue.TryDequeue(out var entry, out _))
            if (_counts.GetValueOrDefault(entry.Pair) == entry.Count && entry.Count > 1)
                return entry.Pair;
        return null;
    }

    /// <summary>Merges every occurrence of a pair into one piece.</summary>
    public void Merge(Pair pair, string merged)
    {
        var changed = new HashSet<Pair>();
        foreach (int i in _places[pair].ToArray())
        {
            changed.UnionWith(AddPairsOf(i, sign: -1));
            var pieces = _words[i].Pieces;
            for (int k = 0; k + 1 < pieces.Count; k++)
            {
                if (pieces[k] != pair.Left || pieces[k + 1] != pair.Right)
                    continue;
                pieces[k] = merged;
                pieces.RemoveAt(k + 1);
            }

            changed.UnionWith(AddPairsOf(i, sign: 1));
        }

        foreach (var other in changed)
            if (_counts.TryGetValue(other, out long count) && count > 1)
                _queue.Enqueue((other, count), (count, other));
    }

    private List<Pair> AddPairsOf(int word, int sign)
    {
        var (pieces, count) = _words[word];
        var pairs = new List<Pair>();
        for (int k = 0; k + 1 < pieces.Count; k++)
        {
            var pair = new Pair(pieces[k], pieces[k + 1]);
            pairs.Add(pair);
            _counts[pair] = _counts.GetValueOrDefault(pair) + sign * count;
            if (!_places.TryGetValue(pair, out var places))
                _places[pair] = places = [];
            if (sign > 0)
                places.Add(word);
            else
                places.Remove(word);
        }

        return pairs;
    }

    /// <summary>Equal counts go by the letters, so that equal texts give equal vocabularies.</summary>
    private sealed class MostFrequentFirst : IComparer<(long Count, Pair Pair)>
    {
        public int Compare((long Count, Pair Pair) x, (long Count, Pair Pair) y)
        {
            int byCount = y.Count.CompareTo(x.Count);
            if (byCount != 0)
                return byCount;
            int byLeft = string.CompareOrdinal(x.Pair.Left, y.Pair.Left);
            return byLeft != 0 ? byLeft : string.CompareOrdinal(x.Pair.Right, y.Pair.Right);
        }
    }
}
