using Seven.Extensions.Hosting.Tests;

namespace Seven.Cli.Tests;

/// <summary>Help, completion, and what is refused before any work.</summary>
[TestClass]
public sealed class UsageTests
{
    private static readonly string[] s_commands = ["prune", "compare", "convert", "inspect", "report", "serve", "completion"];

    [TestMethod]
    public void Help_names_each_command_and_shows_examples()
    {
        string all = Tool.Check("--help");
        foreach (string command in s_commands)
        {
            StringAssert.Contains(all, $"\n  {command} ");
            string help = Tool.Check(command, "--help");
            StringAssert.Contains(help, "Examples:\n");
            StringAssert.Contains(help, $"seven {command}");
        }
    }

    public static IEnumerable<object[]> WrongCalls()
    {
        string model = TinyModels.Classifier(), rows = Samples.Labeled(), used = TinyModels.Classifier(), free = Samples.NewPath("out");
        string[] prune = ["prune", model, "--data", rows, "--output", free];
        yield return Of("expected one of --sparsity, --loss, --size, --latency", [.. prune, "--sparsity", "0.5", "--loss", "1%"]);
        yield return Of("--sparsity is 1.5; expected a number from 0 to below 1", [.. prune, "--sparsity", "1.5"]);
        yield return Of("--sparsity is -1; expected a number from 0 to below 1", [.. prune, "--sparsity", "0.5", "-1"]);
        yield return Of("--loss: '1x' was found", [.. prune, "--loss", "1x"]);
        yield return Of("--loss: ", [.. prune, "--loss", "-1%"]);
        yield return Of("--size: '20 apples' was found", [.. prune, "--size", "20 apples"]);
        yield return Of("--latency: '5' was found", [.. prune, "--latency", "5"]);
        yield return Of("--epochs is 0; expected a number from 1", [.. prune, "--epochs", "0"]);
        yield return Of("--learning-rate is 7; expected a number", [.. prune, "--learning-rate", "7"]);
        yield return Of("--rows is -3", [.. prune, "--rows", "-3"]);
        yield return Of("--precision", [.. prune, "--precision", "float8"]);
        yield return Of("--task", [.. prune, "--task", "poetry"]);
        yield return Of("Option '--output' is required", ["prune", model, "--data", rows]);
        yield return Of("Option '--data' is required", ["prune", model, "--output", free]);
        yield return Of("/nope.tsv, which is not there", ["prune", model, "--data", "/nope.tsv", "--output", free]);
        yield return Of("MODEL is /nope, which is not there", ["prune", "/nope", "--data", rows, "--output", free]);
        yield return Of($"MODEL is {rows}, a file", ["prune", rows, "--data", rows, "--output", free]);
        yield return Of("is there already, a folder with 3 entries; expected a place that is free, or --overwrite", ["prune", model, "--data", rows, "--output", used]);
        yield return Of("is there already, a file", ["convert", model, rows, "--to", "int8"]);
        yield return Of("OUTPUT is the model's own folder", ["convert", model, model + "/", "--to", "int8", "--overwrite"]);
        yield return Of("--contrib is given with --to Int8", ["convert", model, free, "--to", "int8", "--contrib"]);
        yield return Of("--calibration is given with --to Onnx; expected int8 or int4", ["convert", model, free, "--to", "onnx", "--calibration", rows]);
        yield return Of("/nope.tsv, which is not there", ["convert", model, free, "--to", "int4", "--calibration", "/nope.tsv"]);
        yield return Of("--to", ["convert", model, free, "--to", "gif"]);
        yield return Of("Required argument missing", ["compare"]);
        yield return Of("MODEL is /nope, which is not there", ["compare", model, "/nope"]);
        yield return Of("MODEL is /nope, which is not there", ["inspect", "/nope"]);
        yield return Of("--url is there; expected an address", ["serve", model, "--url", "there"]);
        yield return Of("--max-texts is 0; expected a number from 1", ["serve", model, "--max-texts", "0"]);
        yield return Of("'tcsh'", ["completion", "tcsh"]);
        yield return Of("'melt'", ["melt"]);
        yield return Of("Required command was not provided", []);

        static object[] Of(string expected, string[] call) => [expected, call];
    }

    [TestMethod]
    [DynamicData(nameof(WrongCalls))]
    public void A_wrong_call_is_refused_before_any_work(string expected, string[] call)
    {
        var (code, output, error) = Tool.Run(call);
        Assert.AreEqual(2, code, error);
        StringAssert.Contains(error, expected);
        Assert.DoesNotContain("   at ", error, "a stack trace");
        Assert.AreEqual("", output);
        int place = Array.IndexOf(call, "--output");
        if (place > 0 && !call[place + 1].EndsWith("model", StringComparison.Ordinal))
            Assert.IsFalse(Directory.Exists(call[place + 1]), "nothing was written");
    }

    [TestMethod]
    public void Shells_complete_commands_and_options()
    {
        CollectionAssert.Contains(Tool.Check("[suggest:8]", "seven pr").Split('\n'), "prune");
        string[] options = Tool.Check("[suggest:14]", "seven prune --").Split('\n');
        foreach (string option in new[] { "--data", "--loss", "--sparsity" })
            CollectionAssert.Contains(options, option);
        foreach (string shell in new[] { "bash", "zsh", "fish", "pwsh" })
            StringAssert.Contains(Tool.Check("completion", shell), "[suggest:");
    }

    [TestMethod]
    public void Bash_completes_with_the_printed_script()
    {
        if (!File.Exists("/bin/bash"))
            Assert.Inconclusive("There is no bash.");
        string script = Samples.Written("try.sh", [
            $"PATH={Path.GetDirectoryName(Tool.Path)}:$PATH", "eval \"$(seven completion bash)\"",
            "COMP_LINE='seven ins' COMP_POINT=9 COMP_WORDS=(seven ins) COMP_CWORD=1", "_seven", "echo \"${COMPREPLY[@]}\""]);
        using var bash = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("/bin/bash", [script]) { RedirectStandardOutput = true })!;
        Assert.AreEqual("inspect", bash.StandardOutput.ReadToEnd().Trim());
    }
}
