using System.CommandLine;
using System.Globalization;
using Seven.Cli.Data;
using Seven.Encoders;
using Seven.Export;
using Seven.Formats;
using Seven.Formats.Compact;
using Seven.Hub;
using Seven.Inference;
using Seven.Terminal;

namespace Seven.Cli.Commands;

/// <summary>A form in which a model is written.</summary>
internal enum ModelForm
{
    /// <summary>Bitmasks and the kept values, without loss.</summary>
    Compact,

    /// <summary>The same with 16-bit floats.</summary>
    Float16,

    /// <summary>The same with bytes.</summary>
    Int8,

    /// <summary>The same with half bytes.</summary>
    Int4,

    /// <summary>All values as floats, for any other tool.</summary>
    Dense,

    /// <summary>An ONNX file in float32.</summary>
    Onnx,

    /// <summary>An ONNX file in int8.</summary>
    OnnxInt8,
}

/// <summary><c>seven convert</c>.</summary>
internal static class ConvertCommand
{
    public static Command New()
    {
        var model = new Argument<string>(Common.ModelName) { Description = "A model's folder, its name on Hugging Face's hub, or an ONNX file that this tool wrote." };
        model.Validators.Add(result => Common.CheckModels(result.Tokens.Select(token => token.Value).Where(text => !IsOnnx(text)), result.AddError));
        var output = new Argument<string>("OUTPUT") { Description = "The folder to write; for ONNX the file, beside which the tokenizer's files go." };
        var form = new Option<ModelForm>("--to")
        {
            Description = "compact: bitmasks and the kept floats, without loss. float16, int8, int4: the same, rounded. dense: all floats, which any tool reads; from int8 and int4 the rounded values. onnx, onnxInt8: a file for ONNX Runtime.",
            Required = true,
        };
        var contrib = new Option<bool>("--contrib") { Description = "With onnx: ONNX Runtime's own fused operators, which are faster there and unknown elsewhere." };
        var calibration = DataOptions.File("--calibration", "With int8 and int4: texts of the kind that will be scored, such as those learned from. Rounded by them, a model's answers change less. Default: none.");
        var columns = new DataOptions();
        var (overwrite, json) = (Common.Overwrite(), Common.Json());
        var command = new DescribedCommand("convert", "Writes a model in another form, and back.", "seven convert small small-int4 --to int4 --calibration train.tsv\nseven convert small model.onnx --to onnx\nseven convert model.onnx small-again --to compact") { model, output, form, contrib, calibration, overwrite, json };
        foreach (var option in columns.Texts)
            command.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetValue(contrib) && result.GetResult(form) is { Errors: var errors } && !errors.Any() && result.GetValue(form) is not (ModelForm.Onnx or ModelForm.OnnxInt8))
                result.AddError($"--contrib is given with --to {result.GetValue(form)}; expected onnx or onnxInt8.");
            if (result.GetResult(calibration) is { Implicit: false } && result.GetResult(form) is { Errors: var formErrors } && !formErrors.Any() && result.GetValue(form) is not (ModelForm.Int8 or ModelForm.Int4))
                result.AddError($"--calibration is given with --to {result.GetValue(form)}; expected int8 or int4.");
        });
        command.SetAction(parsed =>
        {
            string target = parsed.GetRequiredValue(output), given = parsed.GetRequiredValue(model);
            string source = IsOnnx(given) ? given : ModelHub.FolderOf(given);
            if (FullPath(target) == FullPath(source))
                throw new UsageException($"OUTPUT is the model's own folder, {source}; expected another one.");
            var texts = parsed.GetValue(calibration) is { } file ? Calibration.Sample(TextFile.Read(file.FullName, columns.ColumnsOf(parsed))) : null;
            OutputFolder.Claim(target, parsed.GetValue(overwrite));
            Convert(source, target, parsed.GetValue(form), parsed.GetValue(contrib), texts);
            long before = SizeOf(source), after = SizeOf(target);
            if (parsed.GetValue(json))
                Common.PrintJson(new { Model = source, Output = target, Form = parsed.GetValue(form).ToString(), BytesBefore = before, Bytes = after });
            else
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{target}: {after / 1e6:F2} MB, before {before / 1e6:F2} MB"));
        });
        return command;
    }

    private static string FullPath(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));

    private static bool IsOnnx(string path) => File.Exists(path) && Path.GetExtension(path).Equals(".onnx", StringComparison.OrdinalIgnoreCase);

    private static void Convert(string source, string target, ModelForm form, bool contrib, TextRow[]? calibration)
    {
        if (!IsOnnx(source))
        {
            Write(source, target, form, contrib, calibration);
            return;
        }

        using var temporary = new TemporaryFolder("convert");
        OnnxImport.SaveFolder(source, temporary.Path);
        Write(temporary.Path, target, form, contrib, calibration);
    }

    private static void Write(string source, string target, ModelForm form, bool contrib, TextRow[]? calibration)
    {
        using var model = SparseModel.Load(source, new SparseModelOptions { SparseFrom = 1 });
        switch (form)
        {
            case ModelForm.Dense:
                model.Save(target);
                break;
            case ModelForm.Onnx or ModelForm.OnnxInt8:
                model.SaveOnnx(target, form == ModelForm.OnnxInt8 ? Precision.Int8 : Precision.Float32, contrib);
                break;
            case ModelForm.Int8 or ModelForm.Int4 when calibration is not null:
                model.SaveCompact(target, Enum.Parse<ValuePrecision>(form.ToString()), [.. calibration.Select(row => model.Tokenize(row.Text, row.Second))]);
                break;
            default:
                model.SaveCompact(target, form == ModelForm.Compact ? ValuePrecision.Float32 : Enum.Parse<ValuePrecision>(form.ToString()));
                break;
        }

        // What a run did is as true of the model in another form.
        string report = ReportFolder.FileIn(source);
        if (Directory.Exists(target) && File.Exists(report))
            File.Copy(report, ReportFolder.FileIn(target), overwrite: true);
    }

    private static long SizeOf(string path) => File.Exists(path) ? new FileInfo(path).Length : new FileInfo(Path.Combine(path, Formats.HuggingFace.HuggingFaceFolder.WeightsFile)).Length;
}
