using System.Diagnostics;
using Microsoft.ML;
using ModelReader;

// EncoderReader MODEL ROWS [unregistered]: loads a saved model, scores the rows of a binary ML.NET file, and prints what it gives.
var context = new MLContext(seed: 1);
if (args.Length == 2)
    context.ComponentCatalog.RegisterSeven();
try
{
    var model = context.Model.Load(args[0], out _);
    foreach (string line in ScoreLines.Of(model.Transform(context.Data.LoadFromBinary(args[1]))))
        Console.WriteLine(line);
    (model as IDisposable)?.Dispose();
}
catch (InvalidOperationException exception)
{
    Console.WriteLine(exception.GetBaseException());
}

if (Process.GetCurrentProcess().Modules.Cast<ProcessModule>().Any(module => module.ModuleName.Contains("LibTorch", StringComparison.Ordinal)))
    Console.WriteLine("libtorch was loaded; expected scoring without it.");
