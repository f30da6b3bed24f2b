using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using Microsoft.ML.Tokenizers;
using Microsoft.ML.TorchSharp.AutoFormerV2;
using Microsoft.ML.TorchSharp.NasBert;
using Microsoft.ML.TorchSharp.Roberta;
using static TorchSharp.torch;

namespace Seven.MLNet.TorchSharp.Tests;

/// <summary>The files of pretrained weights that ML.NET's trainers look for before they download: here random ones, so that no test reaches for a network.</summary>
internal static class PretrainedFiles
{
    private const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    private static readonly Assembly s_torchMl = typeof(TextClassificationTrainer).Assembly;

    /// <summary>A folder for MLContext.TempFilePath with the files of the trainers named.</summary>
    private static readonly string s_folder = Directory.CreateTempSubdirectory("seven-mlnet-").FullName;

    /// <summary>An ML.NET context that finds the weights.</summary>
    public static MLContext NewContext(Pretrained kind, int seed = 1)
    {
        Directory.CreateDirectory(Path.Combine(s_folder, "mlnet"));
        string path = Path.Combine(s_folder, "mlnet", FileOf(kind));
        if (!File.Exists(path))
            Write(kind, path);
        return new MLContext(seed) { TempFilePath = s_folder };
    }

    private static string FileOf(Pretrained kind) => kind switch
    {
        Pretrained.NasBert => "NasBert2000000.tsm",
        Pretrained.NasBertForEntities => "pretrained_NasBert_14M_encoder.tsm",
        Pretrained.Roberta => "pretrained_Roberta_encoder.tsm",
        _ => "autoformer_11m_torchsharp.bin",
    };

    private static void Write(Pretrained kind, string path)
    {
        random.manual_seed(11);
        using var model = kind switch
        {
            Pretrained.NasBert => Bert("NasBert.Models.ModelForPrediction", new TextClassificationTrainer.TextClassificationOptions()),
            Pretrained.NasBertForEntities => Bert("NasBert.Models.NerModel", new NerTrainer.NerOptions()),
            Pretrained.Roberta => (nn.Module)Activator.CreateInstance(TypeOf("Roberta.Models.RobertaModelForQA"), Any, null, [new QATrainer.Options()], null)!,
            _ => new AutoFormerV2(2, [64, 128, 256, 448], [2, 2, 6, 2], [2, 4, 8, 14]),
        };
        var saved = kind == Pretrained.AutoFormer ? model : (nn.Module)model.GetType().GetMethod("GetEncoder", Any)!.Invoke(model, null)!;
        saved.save(path);
    }

    private static nn.Module Bert(string type, NasBertTrainer.NasBertOptions options)
    {
        using var channel = ((IHostEnvironment)new MLContext()).Start("Tokenizer");
        var tokenizer = (EnglishRobertaTokenizer)TypeOf("Extensions.TokenizerExtensions").GetMethod("GetInstance", Any)!.Invoke(null, [channel])!;
        return (nn.Module)Activator.CreateInstance(TypeOf(type), Any, null, [options, tokenizer.PadIndex, tokenizer.SymbolsCount, 2], null)!;
    }

    private static Type TypeOf(string name) =>
        s_torchMl.GetType($"Microsoft.ML.TorchSharp.{name}") ?? s_torchMl.GetTypes().First(type => type.Name == name.Split('.')[^1]);
}

/// <summary>The networks whose pretrained weights ML.NET's trainers start from.</summary>
internal enum Pretrained
{
    NasBert,
    NasBertForEntities,
    Roberta,
    AutoFormer,
}
