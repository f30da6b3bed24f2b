using Microsoft.ML;
using ModelReader;

// ModelReader MODEL ROWS: loads a saved model, scores the rows of a binary ML.NET file, and prints what it gives.
var context = new MLContext(seed: 1);
// An assembly is loaded when one of its types is used; ML.NET finds a model's loaders only in assemblies that are loaded.
_ = typeof(Microsoft.ML.TorchSharp.NasBert.TextClassificationTrainer);
var model = context.Model.Load(args[0], out _);
var rows = context.Data.LoadFromBinary(args[1]);
foreach (string line in ScoreLines.Of(model.Transform(rows)))
    Console.WriteLine(line);
if (AppDomain.CurrentDomain.GetAssemblies().FirstOrDefault(assembly => assembly.GetName().Name!.StartsWith("Seven.", StringComparison.Ordinal)) is { } seven)
    Console.WriteLine($"Loaded {seven.GetName().Name}; expected nothing of Seven.");
