using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Seven.Benchmarks;

/// <summary>One figure: a line of output.</summary>
/// <param name="Name">The benchmark.</param>
/// <param name="Case">What was measured, by shape.</param>
/// <param name="Threads">Threads it was allowed.</param>
/// <param name="Unit">The value's unit; smaller is better.</param>
/// <param name="Value">The median.</param>
internal sealed record Measurement(string Name, string Case, int Threads, string Unit, double Value)
{
    /// <summary>The case of libtorch's that this one is compared with: by default that of the same name.</summary>
    public string Baseline { get; init; } = Case;

    /// <summary>The least that this machine could do it in, in the same unit, if that was measured.</summary>
    public double? Floor { get; init; }

    /// <summary>One JSON object; with libtorch's value, if there is one, and how many times as good ours is.</summary>
    public string ToJson(double? libtorch = null)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteString("name", Name);
            json.WriteString("case", Case);
            json.WriteNumber("threads", Threads);
            json.WriteString("unit", Unit);
            Write("value", Value);
            if (libtorch is { } other)
            {
                Write("libtorch", other);
                Write("ratio", other / Value);
            }

            if (Floor is { } floor)
            {
                Write("floor", floor);
                Write("share", floor / Value);
            }

            json.WriteEndObject();

            void Write(string key, double value) =>
                json.WriteNumber(key, double.Parse(value.ToString("G5", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
        }

        return System.Text.Encoding.UTF8.GetString(text.ToArray());
    }

    /// <summary>The median time of an action in seconds, after runs to warm up: as many as the just-in-time compiler needs to be through with what a long run repeats.</summary>
    public static double MedianSeconds(int repetitions, Action action, int warmUps = 1)
    {
        for (int i = 0; i < warmUps; i++)
            action();
        var times = new List<double>();
        for (int i = 0; i < repetitions; i++)
        {
            long start = Stopwatch.GetTimestamp();
            action();
            times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        times.Sort();
        return times[times.Count / 2];
    }
}
