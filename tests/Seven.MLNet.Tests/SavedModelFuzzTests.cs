using System.Diagnostics;
using System.IO.Compression;
using System.Reflection;
using System.Text;
using Microsoft.ML;
using Seven.Core.Tests.Fuzz;
using Seven.MLNet.Tests.Cases;
using Seven.Tests;
using Seven.Training;

namespace Seven.MLNet.Tests;

/// <summary>Any change of a file of an encoder in a saved ML.NET model gives a model that scores, or an error that says what is damaged.</summary>
[TestClass]
public sealed class SavedModelFuzzTests
{
    private readonly string _folder = TestFolders.Temporary();

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [TestCategory("Fuzz")]
    public void Damaged_models_of_every_trainer_are_loaded_or_refused()
    {
        var (seconds, seed) = FuzzSettings.Read();
        var random = new Random(seed);
        var context = new MLContext(seed: 1);
        context.ComponentCatalog.RegisterSeven();
        var saved = EncoderCase.All.Select(trainer => (trainer.Name, Rows: trainer.Rows(context), Path: Save(context, trainer))).ToList();
        foreach (var good in saved)
            Assert.IsTrue(IsRead(context, good.Path, good.Rows, good.Name), good.Name);
        var (read, refused, watch) = (new int[saved.Count], new int[saved.Count], Stopwatch.StartNew());
        for (int run = 0; run < 3 * saved.Count || watch.Elapsed.TotalSeconds < seconds; run++)
        {
            int at = run % saved.Count;
            string copy = Path.Combine(_folder, "damaged.zip");
            File.Copy(saved[at].Path, copy, overwrite: true);
            string change = Damage(copy, random);
            if (IsRead(context, copy, saved[at].Rows, $"seed {seed}, run {run}, {saved[at].Name}, {change}"))
                read[at]++;
            else
                refused[at]++;
        }

        for (int i = 0; i < saved.Count; i++)
            Console.WriteLine($"{saved[i].Name}: {read[i]} read, {refused[i]} refused");
        Assert.IsGreaterThan(0, refused.Sum());
        Assert.IsGreaterThan(0, read.Sum());
    }

    [TestMethod]
    [DataRow("\"labels\": {", "\"label\": {", "0 labels for the 2 classes")]
    [DataRow("\"labels\": {", "\"labels\": { \"count\": 2000000000 }, \"others\": {", "2000000000 labels for the 2 classes")]
    [DataRow("BertClassificationOptions", "BertTokenClassificationOptions", "The network is for text classification; expected one that BertTokenClassificationOptions makes.")]
    public void Labels_and_kinds_that_are_not_the_networks_are_named(string found, string other, string message)
    {
        var context = new MLContext(seed: 1);
        context.ComponentCatalog.RegisterSeven();
        string path = Save(context, new BertCase());
        using (var zip = ZipFile.Open(path, ZipArchiveMode.Update))
        {
            using var stream = zip.Entries.Single(entry => entry.Name == "encoder.json").Open();
            string text = new StreamReader(stream).ReadToEnd();
            Assert.Contains(found, text);
            stream.SetLength(0);
            stream.Write(Encoding.UTF8.GetBytes(text.Replace(found, other, StringComparison.Ordinal)));
        }

        Assert.Contains(message, Assert.ThrowsExactly<TargetInvocationException>(() => context.Model.Load(path, out _)).ToString());
    }

    private string Save(MLContext context, EncoderCase trainer)
    {
        string path = Path.Combine(_folder, trainer.Name + ".zip");
        var rows = trainer.Rows(context);
        context.Model.Save(trainer.Before(context).Append(trainer.Trainer(context, new FineTuningOptions { Epochs = 1 })).Fit(rows), rows.Schema, path);
        return path;
    }

    /// <summary>Damages one of the encoder's files, mostly that of its columns and labels: Seven.Core's own tests damage the others.</summary>
    /// <returns>The file, and its bytes.</returns>
    private static string Damage(string path, Random random)
    {
        using var zip = ZipFile.Open(path, ZipArchiveMode.Update);
        var description = zip.Entries.Single(entry => entry.Name == "encoder.json");
        string folder = description.FullName[..^description.Name.Length];
        var others = zip.Entries.Where(entry => entry.FullName.StartsWith(folder, StringComparison.Ordinal) && entry.Name != "Model.key").ToList();
        var entry = random.Next(4) > 0 ? description : others[random.Next(others.Count)];
        using var stream = entry.Open();
        var good = new MemoryStream();
        stream.CopyTo(good);
        byte[] bytes = DamagedBytes.Of(good.ToArray(), random);
        stream.SetLength(0);
        stream.Write(bytes);
        return $"{entry.Name} {Convert.ToHexString(bytes.AsSpan(0, Math.Min(bytes.Length, 3000)))}";
    }

    private static bool IsRead(MLContext context, string path, IDataView rows, string what)
    {
        ITransformer model;
        try
        {
            model = context.Model.Load(path, out _);
        }
#pragma warning disable CA1031 // ML.NET wraps what its loaders throw; whatever else it is is what is looked for.
        catch (Exception exception)
        {
            var chain = Chain(exception).ToList();
            Assert.IsTrue(chain.Any(inner => inner is InvalidDataException or FileNotFoundException && !string.IsNullOrWhiteSpace(inner.Message)), $"{what}: {exception}");
            return false;
        }

        try
        {
            model.Transform(rows).Preview(maxRows: 3);
            return true;
        }
        catch (Exception exception)
        {
            // Columns with other names than the rows have.
            Assert.IsTrue(Chain(exception).Any(inner => inner is ArgumentException), $"{what}: {exception}");
            return false;
        }
#pragma warning restore CA1031
        finally
        {
            (model as IDisposable)?.Dispose();
        }
    }

    private static IEnumerable<Exception> Chain(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
            yield return exception;
    }
}
