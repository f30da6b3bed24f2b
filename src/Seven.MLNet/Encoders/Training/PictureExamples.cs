using System.Collections;
using Seven.Encoders;
using Seven.MLNet.Encoders.Images;

namespace Seven.MLNet.Encoders.Training;

/// <summary>Images with a class, each normalized whenever it is asked for: as bytes they take a quarter of the memory.</summary>
internal sealed class PictureExamples(IReadOnlyList<(StoredPicture Picture, int Label)> stored, PictureNormalization normalization) : IReadOnlyList<LabeledPicture>
{
    public int Count => stored.Count;

    public LabeledPicture this[int index]
    {
        get
        {
            var (picture, label) = stored[index];
            float[] pixels = picture.Planes();
            normalization.Apply(pixels);
            return new LabeledPicture { Pixels = pixels, Label = label };
        }
    }

    public IEnumerator<LabeledPicture> GetEnumerator()
    {
        for (int i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
