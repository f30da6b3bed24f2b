namespace Seven.Weights;

/// <summary>Memory of dense matrices that sparse or rounded forms have taken the place of, for the next matrix of the same size: a model that is read to score
/// never holds more than a few of its dense matrices.</summary>
internal sealed class SpareMemory
{
    private readonly Dictionary<int, float[]> _byLength = [];

    /// <summary>Zeros, if there is an array of that length.</summary>
    public float[]? Take(int length)
    {
        if (!_byLength.Remove(length, out float[]? array))
            return null;
        Array.Clear(array);
        return array;
    }

    /// <summary>Gives back an array that is not used any more.</summary>
    public void Give(float[] array) => _byLength[array.Length] = array;
}
