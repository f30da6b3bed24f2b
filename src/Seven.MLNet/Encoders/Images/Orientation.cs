using SkiaSharp;

namespace Seven.MLNet.Encoders.Images;

/// <summary>Turns square planes upright, by the orientation that a camera wrote into the file (EXIF).</summary>
internal static class Orientation
{
    /// <summary>The planes as they should be seen.</summary>
    /// <param name="planes">[channels × size × size], as they are stored.</param>
    /// <param name="size">Height and width.</param>
    /// <param name="origin">Where the stored image begins.</param>
    public static float[] Upright(float[] planes, int size, SKEncodedOrigin origin)
    {
        if (origin is SKEncodedOrigin.TopLeft or SKEncodedOrigin.Default)
            return planes;
        var upright = new float[planes.Length];
        int plane = size * size, last = size - 1;
        for (int start = 0; start < planes.Length; start += plane)
            for (int y = 0; y < size; y++)
                for (int x = 0; x < size; x++)
                {
                    var (row, column) = origin switch
                    {
                        SKEncodedOrigin.TopRight => (y, last - x),
                        SKEncodedOrigin.BottomRight => (last - y, last - x),
                        SKEncodedOrigin.BottomLeft => (last - y, x),
                        SKEncodedOrigin.LeftTop => (x, y),
                        SKEncodedOrigin.RightTop => (last - x, y),
                        SKEncodedOrigin.RightBottom => (last - x, last - y),
                        _ => (x, last - y),
                    };
                    upright[start + y * size + x] = planes[start + row * size + column];
                }

        return upright;
    }
}
