using System.Buffers.Binary;
using System.Text;

namespace Seven.Core.Tests.Fuzz;

/// <summary>Damages files as accidents and attackers do: cut off, numbers and values replaced, parts doubled, bytes flipped.</summary>
internal static class DamagedBytes
{
    private static readonly string[] s_values = ["null", "true", "[]", "{}", "\"\"", "\"x\"", "0", "-1", "1", "3", "1e9", "99999999999", "9223372036854775807", "1e999", "NaN", "[[[[", "\\ud800", "\u0000", "\u2581", "//"];

    /// <summary>Changed bytes; safetensors mostly in their header, where they are more than numbers.</summary>
    public static byte[] Of(byte[] good, Random random)
    {
        if (good.Length == 0)
            return [.. Encoding.UTF8.GetBytes(s_values[random.Next(s_values.Length)])];
        var bytes = good.ToList();
        int end = EndOfText(good, random);
        for (int change = random.Next(3); change >= 0; change--)
            Change(bytes, Math.Max(1, Math.Min(end, bytes.Count)), random);
        return [.. bytes];
    }

    private static int EndOfText(byte[] good, Random random)
    {
        long header = good.Length > 9 && good[8] == '{' ? BinaryPrimitives.ReadInt64LittleEndian(good) + 8 : good.Length;
        return header > 0 && header < good.Length && random.Next(8) > 0 ? (int)header : good.Length;
    }

    private static void Change(List<byte> bytes, int end, Random random)
    {
        if (bytes.Count == 0)
            return;
        int place = random.Next(Math.Min(end, bytes.Count)), length = Math.Min(random.Next(1, 12), bytes.Count - place);
        switch (random.Next(8))
        {
            case 0:
                bytes.RemoveRange(place, bytes.Count - place);
                break;
            case 1:
                bytes[place] = (byte)random.Next(256);
                break;
            case 2:
                bytes[place] ^= (byte)(1 << random.Next(8));
                break;
            case 3:
                bytes.RemoveRange(place, length);
                break;
            case 4:
                bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(place, length));
                break;
            case 5:
                bytes.InsertRange(place, Encoding.UTF8.GetBytes(s_values[random.Next(s_values.Length)]));
                break;
            default:
                ReplaceValue(bytes, place, random);
                break;
        }
    }

    /// <summary>Puts another value in the place of the next number, word or text.</summary>
    private static void ReplaceValue(List<byte> bytes, int place, Random random)
    {
        while (place < bytes.Count && !char.IsAsciiLetterOrDigit((char)bytes[place]))
            place++;
        int end = place;
        while (end < bytes.Count && (char.IsAsciiLetterOrDigit((char)bytes[end]) || bytes[end] is (byte)'.' or (byte)'-' or (byte)'_'))
            end++;
        bytes.RemoveRange(place, end - place);
        bytes.InsertRange(place, Encoding.UTF8.GetBytes(s_values[random.Next(s_values.Length)]));
    }
}
