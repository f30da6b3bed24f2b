using System.CommandLine;
using System.Globalization;

namespace Seven.Terminal;

/// <summary>Refuses values of options while the command line is read, before any work begins.</summary>
public static class OptionChecks
{
    /// <summary>Values of an option must lie in a range; where it takes several, each of them.</summary>
    /// <param name="option">The option.</param>
    /// <param name="least">The smallest value.</param>
    /// <param name="most">The largest value.</param>
    /// <param name="excludesMost">Whether the largest value itself is outside.</param>
    /// <returns>The same option.</returns>
    public static Option<T> Within<T>(this Option<T> option, double least, double most, bool excludesMost = false)
    {
        option.Validators.Add(result =>
        {
            // Text that is no number is refused by the parser itself.
            if (result.Errors.Any() || result.Tokens.Count == 0 || result.GetValueOrDefault<T>() is not { } value)
                return;
            foreach (object? item in value is System.Collections.IEnumerable several ? several : new object?[] { value })
                if (item is IConvertible number && number.ToDouble(CultureInfo.InvariantCulture) is var found && !(found >= least && (excludesMost ? found < most : found <= most)))
                    result.AddError(string.Create(CultureInfo.InvariantCulture, $"{option.Name} is {found}; expected {RangeOf(least, most, excludesMost)}."));
        });
        return option;
    }

    /// <summary>Several options of which one may be given at most.</summary>
    /// <param name="command">The command.</param>
    /// <param name="options">The options.</param>
    public static void AtMostOneOf(this Command command, params Option[] options) => command.Validators.Add(result =>
    {
        string[] given = [.. options.Where(option => result.GetResult(option) is { Implicit: false }).Select(option => option.Name)];
        if (given.Length > 1)
            result.AddError($"{string.Join(" and ", given)} are given together; expected one of {string.Join(", ", options.Select(option => option.Name))}.");
    });

    /// <summary>Folders or files that must be there.</summary>
    /// <param name="option">The option.</param>
    /// <param name="expected">What it should be, such as "a folder of images".</param>
    /// <returns>The same option.</returns>
    public static Option<T> MustExist<T>(this Option<T> option, string expected)
    {
        option.Validators.Add(result => Check(result.Tokens, option.Name, expected, result.AddError));
        return option;
    }

    /// <inheritdoc cref="MustExist{T}(Option{T}, string)"/>
    /// <param name="argument">The argument.</param>
    /// <param name="expected">What it should be.</param>
    public static Argument<T> MustExist<T>(this Argument<T> argument, string expected)
    {
        argument.Validators.Add(result => Check(result.Tokens, argument.Name, expected, result.AddError));
        return argument;
    }

    /// <summary>Texts that must be readable as something else, such as a size.</summary>
    /// <param name="option">The option.</param>
    /// <param name="read">Reads a text, or throws a <see cref="FormatException"/> or an <see cref="ArgumentException"/>.</param>
    /// <returns>The same option.</returns>
    public static Option<string?> MustRead(this Option<string?> option, Action<string> read)
    {
        option.Validators.Add(result =>
        {
            try
            {
                if (result.Tokens.Count == 1)
                    read(result.Tokens[0].Value);
            }
            catch (Exception exception) when (exception is FormatException or ArgumentException)
            {
                result.AddError($"{option.Name}: {exception.Message}");
            }
        });
        return option;
    }

    /// <summary>Folders that must hold a model.</summary>
    /// <param name="option">The option.</param>
    /// <returns>The same option.</returns>
    public static Option<DirectoryInfo?> MustHoldModel(this Option<DirectoryInfo?> option)
    {
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
                if (!File.Exists(Path.Combine(token.Value, "config.json")))
                    result.AddError($"{option.Name} is {token.Value}, which {(Directory.Exists(token.Value) ? "has no config.json" : "is not there")}; expected a folder with config.json and model.safetensors.");
        });
        return option;
    }

    private static void Check(IReadOnlyList<System.CommandLine.Parsing.Token> tokens, string name, string expected, Action<string> addError)
    {
        foreach (var token in tokens)
            if (!Path.Exists(token.Value))
                addError($"{name} is {token.Value}, which is not there; expected {expected}.");
    }

    private static string RangeOf(double least, double most, bool excludesMost) => double.IsPositiveInfinity(most)
        ? string.Create(CultureInfo.InvariantCulture, $"at least {least}")
        : string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {(excludesMost ? "below " : "")}{most}");
}
