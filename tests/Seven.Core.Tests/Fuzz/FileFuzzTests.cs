using System.Diagnostics;
using Seven.Tests;

namespace Seven.Core.Tests.Fuzz;

/// <summary>Any change of any file gives what it says, or an error that names it: no crash, no hang, no memory that the file does not justify.</summary>
[TestClass]
public sealed class FileFuzzTests
{
    /// <summary>A model of these files, its text and its tensors.</summary>
    private const long MostBytes = 1 << 24;

    [TestMethod]
    [TestCategory("Fuzz")]
    public void Damaged_files_of_every_format_are_read_or_refused()
    {
        var (seconds, seed) = FuzzSettings.Read();
        var random = new Random(seed);
        var folders = FuzzedFolder.All().ToList();
        var (read, refused) = (new int[folders.Count], new int[folders.Count]);
        string copy = TestFolders.Temporary();
        var watch = Stopwatch.StartNew();
        for (int run = 0; run < 2 * folders.Count || watch.Elapsed.TotalSeconds < seconds; run++)
        {
            int format = run % folders.Count;
            string change = Damage(folders[format].Folder, copy, random);
            if (IsRead(folders[format], copy, $"seed {seed}, run {run}, {folders[format].Name}, {change}"))
                read[format]++;
            else
                refused[format]++;
        }

        for (int i = 0; i < folders.Count; i++)
            Console.WriteLine($"{folders[i].Name}: {read[i]} read, {refused[i]} refused");
        Assert.IsGreaterThan(0, refused.Sum());
        Assert.IsGreaterThan(0, read.Sum());
    }

    [TestMethod]
    public void Files_that_are_not_damaged_are_read()
    {
        foreach (var folder in FuzzedFolder.All())
            folder.Read(folder.Folder);
    }

    private static bool IsRead(FuzzedFolder folder, string copy, string what)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.StartNew();
        try
        {
            folder.Read(copy);
            return true;
        }
        catch (Exception exception) when (exception is InvalidDataException or FileNotFoundException)
        {
            Assert.IsFalse(string.IsNullOrWhiteSpace(exception.Message), what);
            return false;
        }
#pragma warning disable CA1031 // Whatever else it throws is what is looked for.
        catch (Exception exception)
        {
            Assert.Fail($"{what}: {exception}");
            throw;
        }
#pragma warning restore CA1031
        finally
        {
            Assert.IsLessThan(MostBytes, GC.GetAllocatedBytesForCurrentThread() - before, what);
            Assert.IsLessThan(20, watch.Elapsed.TotalSeconds, what);
        }
    }

    /// <summary>Copies a folder and damages one of its files.</summary>
    /// <returns>The file, and its bytes where they are few.</returns>
    private static string Damage(string folder, string copy, Random random)
    {
        Directory.Delete(copy, recursive: true);
        string[] files = [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        string damaged = files[random.Next(files.Length)];
        string change = "";
        foreach (string file in files)
        {
            string name = Path.GetRelativePath(folder, file), target = Path.Combine(copy, name);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            byte[] bytes = File.ReadAllBytes(file);
            if (file == damaged)
            {
                bytes = DamagedBytes.Of(bytes, random);
                change = $"{name} {Convert.ToHexString(bytes.AsSpan(0, Math.Min(bytes.Length, 6000)))}";
            }

            File.WriteAllBytes(target, bytes);
        }

        return change;
    }
}
