using System.Globalization;

namespace Seven.Benchmarks.Rivals;

/// <summary>The command that compares with rivals: its options, and what it writes.</summary>
internal static class RivalCommand
{
    /// <returns>The program's exit code.</returns>
    public static int Run(string[] options)
    {
        var (threads, only, folder) = (new[] { 1, 2 }, "", (string?)null);
        for (int i = 0; i < options.Length; i += 2)
        {
            string? value = i + 1 < options.Length ? options[i + 1] : null;
            if (options[i] == "--threads" && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0)
                threads = [count];
            else if (options[i] == "--only" && value is not null)
                only = value;
            else if (options[i] == "--output" && value is not null)
                folder = value;
            else
            {
                Console.Error.WriteLine($"'{string.Join(' ', options[i..])}' is not an option of rivals; expected --threads N, --only TEXT or --output FOLDER.");
                return 2;
            }
        }

        var results = new List<RivalResult>();
        foreach (int count in threads)
        {
            var run = new RivalRun(count, only, Console.Error);
            foreach (var result in run.Measure())
            {
                results.Add(result);
                Console.WriteLine(run.ToJson(result));
            }
        }

        if (results.Count == 0)
        {
            Console.Error.WriteLine($"No case's name contains '{only}'; expected part of one such as bert-base/128/90/int8.");
            return 2;
        }

        if (folder is not null)
            RivalReport.Write(folder, results);
        return 0;
    }
}
