#!/usr/bin/env dotnet
// Prunes a text classifier in an ML.NET pipeline: dotnet run prune.cs MODEL-FOLDER TRAIN.tsv TEST.tsv OUTPUT-FOLDER
// In a folder of your own, with packages in place of this repository: #:package Seven.MLNet@*
#:project ../../src/Seven.MLNet/Seven.MLNet.csproj
#:property PublishAot=false

using Microsoft.ML;
using Microsoft.ML.Data;
using Seven.MLNet;

if (args.Length != 4)
{
    Console.Error.WriteLine($"{args.Length} arguments are given; expected a model's folder, two files of a text, a tab and a label a line (with a header), and a folder to write.");
    return 2;
}

var mlContext = new MLContext(seed: 1);
mlContext.Log += (_, line) => { if (line.RawMessage.StartsWith("Epoch ", StringComparison.Ordinal)) Console.Error.WriteLine(line.RawMessage); };
var train = mlContext.Data.LoadFromTextFile<Row>(args[1], hasHeader: true);
var test = mlContext.Data.LoadFromTextFile<Row>(args[2], hasHeader: true);

var model = mlContext.Transforms.Conversion.MapValueToKey("Label")
    .Append(mlContext.MulticlassClassification.Trainers.Bert(args[0], textColumnName: "Text"))
    .Append(mlContext.Transforms.SevenPrune())      // fine-tunes it further, and prunes it to 80 %
    .Fit(train);

var metrics = mlContext.MulticlassClassification.Evaluate(model.Transform(test));
Console.WriteLine($"{model.LastTransformer.Report.Sparsity:P0} zeros, accuracy {metrics.MicroAccuracy:P2}");
((EncoderTransformer)model.LastTransformer.Network).SaveCompact(args[3]);
return 0;

internal sealed class Row
{
    [LoadColumn(0)]
    public string Text { get; set; } = "";

    [LoadColumn(1)]
    public string Label { get; set; } = "";
}
