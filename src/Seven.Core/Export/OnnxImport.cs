using Seven.Encoders;
using Seven.Encoders.Layers;
using Seven.Formats;
using Seven.Formats.Compact;
using Seven.Formats.Onnx;
using Seven.Tokens;
using Seven.Weights;

namespace Seven.Export;

/// <summary>Reads ONNX files that <see cref="OnnxExport"/> wrote back into Hugging Face folders.</summary>
public static class OnnxImport
{
    /// <summary>Writes the folder of an ONNX file's model: compact, without loss. Of an int8 file it holds the rounded values; tokenizer files beside the ONNX file are copied.</summary>
    /// <param name="path">The file. Other programs' files, and files with ONNX Runtime's own operators, have other names of tensors and are refused.</param>
    /// <param name="folder">The folder, created if it does not exist.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or was written by another program or with ONNX Runtime's own operators.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">The folder could not be written.</exception>
    public static void SaveFolder(string path, string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        var file = OnnxFile.Read(path);
        if (!file.Metadata.ContainsKey(OnnxConfiguration.Files[0]))
            throw new InvalidDataException($"{path} has no config.json in its metadata; expected a file that SaveOnnx of this version wrote.");
        using var temporary = new TemporaryFolder("onnx");
        OnnxConfiguration.Write(file.Metadata, temporary.Path);
        var contents = EncoderFolder.Open(temporary.Path);
        var model = contents.Task().NewModel(contents.Configuration, new WeightInitializer(seed: null));
        foreach (var parameter in model.Parameters)
            Fill(parameter, file);
        model.SaveCompact(folder, ValuePrecision.Float32);
        TokenizerFiles.Read(Path.GetDirectoryName(Path.GetFullPath(path))!).Save(folder);
    }

    private static void Fill(Parameter parameter, OnnxFile file)
    {
        if (file.Tensors.TryGetValue(parameter.Name, out var tensor))
            Copy(file, parameter, tensor, parameter.Shape, ScalesOf(parameter, tensor, file, parameter.Shape[0]), isTransposed: false);
        else if (file.Tensors.TryGetValue(parameter.Name + ".transposed", out tensor) && parameter.Shape is [var outputs, var inputs])
            Copy(file, parameter, tensor, [inputs, outputs], ScalesOf(parameter, tensor, file, outputs), isTransposed: true);
        else
            throw file.Error($"it has no tensor '{parameter.Name}'. Files with ONNX Runtime's own operators cannot be read back.");
        if (parameter.IsPrunable)
            parameter.MaskZeros();
    }

    /// <summary>The scale of each row of a rounded tensor; none of one that holds floats.</summary>
    private static float[]? ScalesOf(Parameter parameter, OnnxTensor tensor, OnnxFile file, int rows)
    {
        if (tensor.Type == OnnxType.Float)
            return null;
        var scales = new float[rows];
        if (tensor.Type != OnnxType.Int8 || !file.Tensors.TryGetValue(parameter.Name + ".scale", out var found) || !found.TryCopyTo(scales))
            throw file.Error($"tensor '{parameter.Name}' is neither of floats nor of bytes with {rows} scales.");
        return scales;
    }

    private static void Copy(OnnxFile file, Parameter parameter, OnnxTensor tensor, IReadOnlyList<int> expected, float[]? scales, bool isTransposed)
    {
        if (!tensor.Shape.SequenceEqual(expected.Select(size => (long)size)))
            throw file.Error($"tensor '{parameter.Name}' has shape [{string.Join(" × ", tensor.Shape)}]; expected [{string.Join(" × ", expected)}].");
        var values = parameter.Values;
        int columns = parameter.Count / parameter.Shape[0];
        for (int row = 0; row < parameter.Shape[0]; row++)
            for (int column = 0; column < columns; column++)
            {
                int place = isTransposed ? column * parameter.Shape[0] + row : row * columns + column;
                values[row * columns + column] = scales is null ? tensor.Float(place) : scales[row] * tensor.Byte(place);
            }
    }
}
