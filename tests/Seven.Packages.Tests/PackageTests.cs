using System.IO.Compression;
using System.Reflection.Metadata;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Seven.Packages.Tests;

/// <summary>What a stranger gets from the package registry.</summary>
[TestClass]
public sealed partial class PackageTests
{
    /// <summary>The kind of an entry of a PDB that holds Source Link's map.</summary>
    private static readonly Guid s_sourceLink = new("CC110556-A091-4D38-9FEC-25AB9A351A6A");

    [TestMethod]
    public void Packing_gives_a_package_with_symbols_for_each_project_and_no_warning()
    {
        var expected = Release.Projects.Append(Release.Tool).SelectMany(project => new[] { $"{project}.{Release.Version}.nupkg", $"{project}.{Release.Version}.snupkg" });
        CollectionAssert.AreEquivalent(expected.ToArray(), Directory.GetFiles(Release.Packages).Select(Path.GetFileName).ToArray());
        Assert.DoesNotContain("warning", Release.Output, Release.Output);
        Assert.DoesNotContain("missing a readme", Release.Output, Release.Output);
    }

    [TestMethod]
    public void A_package_says_what_it_is()
    {
        string commit = Commands.Check(Release.Sources, "git", "rev-parse", "HEAD").Trim();
        foreach (string project in Release.Projects)
        {
            using var package = Open(project, "nupkg");
            var metadata = XDocument.Parse(Text(package, $"{project}.nuspec")).Root!.Elements().First();
            string Value(string name) => metadata.Elements().FirstOrDefault(element => element.Name.LocalName == name)?.Value ?? "";
            Assert.AreEqual(project, Value("id"));
            Assert.AreEqual(Release.Version, Value("version"));
            Assert.AreEqual("MIT", Value("license"));
            Assert.IsGreaterThan(40, Value("description").Length, project);
            Assert.IsGreaterThan(3, Value("tags").Split(' ').Length, project);
            var repository = metadata.Elements().Single(element => element.Name.LocalName == "repository");
            Assert.AreEqual("https://github.com/seven-mlnet/Seven.MLNet.git", repository.Attribute("url")?.Value);
            Assert.AreEqual(commit, repository.Attribute("commit")?.Value);
            StringAssert.StartsWith(Text(package, Value("readme")), $"# {project}\n");
            Assert.IsGreaterThan(500, package.GetEntry(Value("icon"))!.Length);
            StringAssert.Contains(Text(package, $"lib/net10.0/{project}.xml"), "<summary>");
            Assert.IsNotNull(package.GetEntry($"lib/net10.0/{project}.dll"));
        }
    }

    [TestMethod]
    public void Symbols_lead_to_the_sources_of_the_commit()
    {
        string commit = Commands.Check(Release.Sources, "git", "rev-parse", "HEAD").Trim();
        foreach (string project in Release.Projects)
        {
            using var package = Open(project, "snupkg");
            using var pdb = package.GetEntry($"lib/net10.0/{project}.pdb")!.Open();
            var bytes = new MemoryStream();
            pdb.CopyTo(bytes);
            bytes.Position = 0;
            using var provider = MetadataReaderProvider.FromPortablePdbStream(bytes);
            var reader = provider.GetMetadataReader();
            var map = reader.CustomDebugInformation.Select(reader.GetCustomDebugInformation).Single(information => reader.GetGuid(information.Kind) == s_sourceLink);
            StringAssert.Contains(Encoding.UTF8.GetString(reader.GetBlobBytes(map.Value)), $"https://raw.githubusercontent.com/seven-mlnet/Seven.MLNet/{commit}/*");
            // Paths that do not depend on the machine, as deterministic builds have them.
            foreach (var document in reader.Documents)
                StringAssert.StartsWith(reader.GetString(reader.GetDocument(document).Name), "/_/");
        }
    }

    [TestMethod]
    public void A_strangers_program_restores_the_packages_and_runs_the_readmes_pipeline()
    {
        string folder = Directory.CreateDirectory(Path.Combine(Release.Sources, "..", "stranger")).FullName;
        File.WriteAllText(Path.Combine(folder, "nuget.config"), $"""
            <configuration>
              <packageSources><clear /><add key="packed" value="{Release.Packages}" /><add key="nuget.org" value="https://api.nuget.org/v3/index.json" /></packageSources>
              <config><add key="globalPackagesFolder" value="{Path.Combine(folder, "packages")}" /></config>
              <fallbackPackageFolders><add key="here" value="{Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages")}" /></fallbackPackageFolders>
            </configuration>
            """);
        File.WriteAllText(Path.Combine(folder, "Stranger.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
              <ItemGroup><PackageReference Include="Seven.MLNet" Version="{Release.Version}" /></ItemGroup>
            </Project>
            """);
        string readme = File.ReadAllText(Path.Combine(Release.Sources, "README.md"));
        File.WriteAllText(Path.Combine(folder, "Program.cs"), $$"""
            using Microsoft.ML;
            using Seven.Encoders;
            using Seven.Encoders.Tasks;
            using Seven.MLNet;

            var mlContext = new MLContext(seed: 1);
            string folder = "{{Extensions.Hosting.Tests.TinyModels.Classifier()}}", path = "model.zip";
            var train = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 64).Select(i => new Row(i % 2 == 0 ? "good film" : "bad song", i % 2 == 0 ? "yes" : "no")));
            var test = train;
            {{FirstCode().Match(readme).Groups[1].Value}}
            Console.WriteLine($"accuracy {metrics.MicroAccuracy:F2}, {new FileInfo(path).Length} bytes");

            internal sealed record Row(string Text, string Label);
            """);
        string output = Commands.Check(folder, "dotnet", "run", "--disable-build-servers");
        StringAssert.Matches(output, new Regex(@"accuracy [01]\.\d\d, \d{4,} bytes"));
        Assert.IsTrue(Directory.Exists(Path.Combine(folder, "packages", "seven.mlnet", Release.Version)), "restored from the packed files");
    }

    [TestMethod]
    public void The_tool_is_installed_from_its_package_and_runs()
    {
        string folder = Directory.CreateDirectory(Path.Combine(Release.Sources, "..", "tools")).FullName, program = Path.Combine(folder, "seven");
        Commands.Check(folder, "dotnet", "tool", "install", Release.Tool, "--tool-path", folder, "--add-source", Release.Packages, "--version", Release.Version);
        StringAssert.StartsWith(Commands.Check(folder, program, "--version"), Release.Version);
        string output = Path.Combine(folder, "int8");
        Commands.Check(folder, program, "convert", Extensions.Hosting.Tests.TinyModels.Classifier(), output, "--to", "int8");
        StringAssert.Contains(Commands.Check(folder, program, "inspect", output, "--json"), "\"precision\": \"Int8\"");
    }

    [TestMethod]
    public void A_package_without_a_member_of_the_last_release_is_refused()
    {
        string[] pack = ["pack", "-c", "Release", Path.Combine("src", "Seven.Extensions.AI"), "-o", Path.Combine(Release.Sources, "next"), "--disable-build-servers", $"-p:BaselineFolder={Release.Packages}"];
        Commands.Check(Release.Sources, "dotnet", pack);

        string source = Path.Combine(Release.Sources, "src", "Seven.Extensions.AI", "SparseEmbeddingGenerator.cs"), good = File.ReadAllText(source);
        File.WriteAllText(source, good.Replace("public const string ProviderName", "internal const string ProviderName", StringComparison.Ordinal));
        var (code, output) = Commands.Run(Release.Sources, "dotnet", [.. pack, "-p:TreatWarningsAsErrors=false"]);
        File.WriteAllText(source, good);
        Assert.AreNotEqual(0, code, output);
        StringAssert.Contains(output, "CP0002");
        StringAssert.Contains(output, "ProviderName");
    }

    /// <summary>The code of the packages' own pages is code of the README, which tests run.</summary>
    [TestMethod]
    public void The_pages_of_packages_show_code_that_is_run()
    {
        string sources = Path.Combine(Seven.Tests.TestFolders.Tests, ".."), readme = File.ReadAllText(Path.Combine(sources, "README.md"));
        foreach (string page in Directory.GetFiles(Path.Combine(sources, "src"), "README.md", SearchOption.AllDirectories))
        {
            var blocks = Code().Matches(File.ReadAllText(page));
            Assert.IsGreaterThan(0, blocks.Count, page);
            foreach (Match block in blocks)
                Assert.Contains(block.Value, readme, page);
        }
    }

    [TestMethod]
    public void Pages_for_contributors_name_files_that_are_there()
    {
        string sources = Path.GetFullPath(Path.Combine(Seven.Tests.TestFolders.Tests, ".."));
        string[] names = [.. Commands.Check(sources, "git", "ls-files", "--cached", "--others", "--exclude-standard").Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        foreach (string page in new[] { "CONTRIBUTING.md", Path.Combine("docs", "architecture.md"), Path.Combine("docs", "extending.md") })
        {
            string[] named = [.. FileName().Matches(File.ReadAllText(Path.Combine(sources, page))).Select(name => name.Groups[1].Value).Where(name => !name.Contains("NAME", StringComparison.Ordinal))];
            Assert.IsGreaterThan(0, named.Length, page);
            foreach (string name in named)
                Assert.IsTrue(names.Any(file => file == name || file.EndsWith($"/{name}", StringComparison.Ordinal)) || Directory.Exists(Path.Combine(sources, name)), $"{page}: {name}");
        }
    }

    private static ZipArchive Open(string project, string kind) => ZipFile.OpenRead(Path.Combine(Release.Packages, $"{project}.{Release.Version}.{kind}"));

    private static string Text(ZipArchive package, string name)
    {
        using var reader = new StreamReader(package.GetEntry(name)!.Open());
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"`([A-Za-z0-9_./]+(?:\.(?:cs|md|sln|jsonl|json|txt)|/[A-Za-z]+))`")]
    private static partial Regex FileName();

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex FirstCode();

    [GeneratedRegex("```(csharp)?\n.*?```", RegexOptions.Singleline)]
    private static partial Regex Code();
}
