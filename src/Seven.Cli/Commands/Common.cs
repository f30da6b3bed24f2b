using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using Seven.Hub;

namespace Seven.Cli.Commands;

/// <summary>Arguments, options and output that several commands share.</summary>
internal static class Common
{
    public const string ModelName = "MODEL";

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>A model: a folder that is there, or a name on the hub.</summary>
    public static Argument<string> Model()
    {
        var argument = new Argument<string>(ModelName) { Description = "A model's folder, or its name on Hugging Face's hub." };
        argument.Validators.Add(result => CheckModels(result.Tokens.Select(token => token.Value), result.AddError));
        return argument;
    }

    /// <summary>Several models.</summary>
    public static Argument<string[]> Models(string description)
    {
        var argument = new Argument<string[]>(ModelName) { Description = description, Arity = ArgumentArity.OneOrMore };
        argument.Validators.Add(result => CheckModels(result.Tokens.Select(token => token.Value), result.AddError));
        return argument;
    }

    public static Option<bool> Json() => new("--json") { Description = "Print the result as JSON." };

    public static Option<bool> Overwrite() => new("--overwrite") { Description = "Write over what is there." };

    public static Option<int> Threads() => Terminal.OptionChecks.Within(new Option<int>("--threads") { Description = "Threads; 0 for one a processor." }, 0, 1024);

    public static void PrintJson<T>(T result) => Console.WriteLine(JsonSerializer.Serialize(result, s_json));

    /// <summary>Refuses what is neither a folder nor a name on the hub.</summary>
    public static void CheckModels(IEnumerable<string> models, Action<string> addError)
    {
        foreach (string model in models.Where(model => !Directory.Exists(model)))
            if (File.Exists(model))
                addError($"{ModelName} is {model}, a file; expected a folder with config.json and model.safetensors.");
            else if (!HubName.IsName(model))
                addError($"{ModelName} is {model}, which is not there; expected a folder with config.json and model.safetensors, or a name such as owner/model.");
    }
}
